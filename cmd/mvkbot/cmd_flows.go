package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"mvkbot/flows"
)

type flowsCmd struct {
	Format string `enum:"mermaid,dot" default:"mermaid" help:"mermaid or dot."`
	Flow   string `arg:"" optional:"" name:"name" help:"One dialog only."`
}

// Run prints the dialogs, drawn from the tables that run: one alone as it is,
// all of them each under a comment with its name.
func (c flowsCmd) Run(a *app) error {
	all := flows.All()
	if c.Flow != "" {
		i := slices.IndexFunc(all, func(f *flows.Flow) bool { return f.Name == c.Flow })
		if i < 0 {
			return fmt.Errorf("no dialog has this name: there are %s", names(all))
		}
		return c.draw(a.stdout, all[i])
	}
	comment := map[string]string{"mermaid": "%%", "dot": "//"}[c.Format]
	for _, f := range all {
		fmt.Fprintf(a.stdout, "%s %s\n", comment, f.Name)
		if err := c.draw(a.stdout, f); err != nil {
			return err
		}
	}
	return nil
}

func (c flowsCmd) draw(w io.Writer, f *flows.Flow) error {
	diagram, err := f.Diagram(c.Format)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, diagram)
	return err
}

func names(all []*flows.Flow) string {
	var s []string
	for _, f := range all {
		s = append(s, f.Name)
	}
	return strings.Join(s, ", ")
}
