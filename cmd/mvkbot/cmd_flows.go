package main

import (
	"fmt"

	"mvkbot/flows"
)

type flowsCmd struct {
	Format string `enum:"mermaid,dot" default:"mermaid" help:"mermaid or dot."`
	Flow   string `arg:"" optional:"" help:"One dialog only, by its name."`
}

// Run prints the dialogs, drawn from the tables that run.
func (c flowsCmd) Run(a *app) error {
	found := false
	for _, f := range flows.All() {
		if c.Flow != "" && c.Flow != f.Name {
			continue
		}
		found = true
		diagram, err := f.Diagram(c.Format)
		if err != nil {
			return err
		}
		if c.Flow == "" {
			mark := map[string]string{"mermaid": "%%", "dot": "//"}[c.Format]
			fmt.Fprintf(a.stdout, "%s %s\n", mark, f.Name)
		}
		fmt.Fprintln(a.stdout, diagram)
	}
	if !found {
		return fmt.Errorf("no dialog is named %q", c.Flow)
	}
	return nil
}
