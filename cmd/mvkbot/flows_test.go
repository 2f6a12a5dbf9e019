package main

import (
	"os"
	"strings"
	"testing"

	"mvkbot/flows"
)

// Ensure that the command prints the golden diagrams, byte for byte.
func TestFlows(t *testing.T) {
	d := newDesk(t)
	for format, ending := range map[string]string{"mermaid": ".mmd", "dot": ".dot"} {
		var all strings.Builder
		for _, f := range flows.All() {
			golden, err := os.ReadFile("../../flows/testdata/" + f.Name + ending)
			if err != nil {
				t.Fatal(err)
			}
			if got := d.succeeds("flows", "--format", format, f.Name); got != string(golden) {
				t.Errorf("%s as %s differs from its golden file", f.Name, format)
			}
			all.WriteString(map[string]string{"mermaid": "%% ", "dot": "// "}[format] + f.Name + "\n" + string(golden))
		}
		if got := d.succeeds("flows", "--format="+format); got != all.String() {
			t.Errorf("all dialogs as %s:\n%s", format, got)
		}
	}
	if mermaid := d.succeeds("flows"); mermaid != d.succeeds("flows", "--format", "mermaid") {
		t.Error("the default is not mermaid")
	}
	d.fails([]string{"flows", "registratoin"}, "no dialog has this name: there are start, registration")
	if status, _, stderr := outcome(t, nil, "flows", "--format=png"); status != exitUsage || !strings.Contains(stderr, `must be one of "mermaid","dot"`) {
		t.Errorf("status %d: %s", status, stderr)
	}
}
