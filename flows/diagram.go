package flows

import (
	"fmt"

	"github.com/looplab/fsm"
)

// Diagram draws a flow from the table that runs: format "mermaid" or "dot".
// Rows that every state has (Always) are left out.
func (f *Flow) Diagram(format string) (string, error) {
	kind, ok := map[string]fsm.VisualizeType{"mermaid": fsm.MermaidStateDiagram, "dot": fsm.GRAPHVIZ}[format]
	if !ok {
		return "", fmt.Errorf("unknown diagram format %q: want mermaid or dot", format)
	}
	return fsm.VisualizeWithType(f.machine(false), kind)
}
