package flows_test

import (
	"fmt"
	"os"
	"testing"

	"mvkbot/flows"
)

// Ensure that the dialogs are sound as tables.
func TestCheck(t *testing.T) {
	if err := flows.Check(flows.All(), testTexts().Has); err != nil {
		t.Fatal(err)
	}
}

// Ensure that every kind of unsoundness is found, and told by name.
func TestCheck_Faults(t *testing.T) {
	out := flows.Move{To: "b"}
	press := [][]flows.Choice{{{Caption: "caption", Event: "pressed"}}}
	node := func(change func(*flows.Node)) *flows.Flow {
		n := flows.Node{Ask: "question", Buttons: press, On: map[flows.Event]flows.Move{"pressed": out}}
		change(&n)
		back := flows.Node{Ask: "question", Buttons: press, On: map[flows.Event]flows.Move{"pressed": {To: "a"}}}
		return &flows.Flow{Name: "planted", Start: "a", States: map[flows.State]flows.Node{"a": n, "b": back}}
	}
	lone := &flows.Flow{Name: "other", Start: "c", States: map[flows.State]flows.Node{"c": {Ask: "question", Buttons: press, On: map[flows.Event]flows.Move{"pressed": {To: "a"}}}}}
	sound := node(func(*flows.Node) {})
	ofStaff := &flows.Flow{Name: "other", Start: "c", Role: flows.Operator, States: lone.States}
	tests := []struct {
		name  string
		flows []*flows.Flow
		want  string // "" for none
	}{
		{"sound", []*flows.Flow{sound}, ""},
		{"instruction needs no row", []*flows.Flow{node(func(n *flows.Node) {
			n.Buttons = append(press, []flows.Choice{{Caption: "caption", Event: "help_pressed"}})
		})}, ""},
		{"dead end", []*flows.Flow{node(func(n *flows.Node) {
			n.On = map[flows.Event]flows.Move{"pressed": {}}
		})}, "planted: a has no way out\nplanted: state b is unreachable"},
		{"unreachable", []*flows.Flow{sound, lone}, "other: state c is unreachable"},
		{"of staff, reached by a command", []*flows.Flow{sound, ofStaff}, ""},
		{"no such target", []*flows.Flow{node(func(n *flows.Node) {
			n.On = map[flows.Event]flows.Move{"pressed": out, "lost": {To: "nowhere"}}
		})}, "planted: a: lost leads to nowhere, which is no state"},
		{"start is no state", []*flows.Flow{{Name: "planted", Start: "nowhere", States: sound.States}}, "planted: start nowhere is no state\nplanted: state a is unreachable\nplanted: state b is unreachable"},
		{"two homes", []*flows.Flow{sound, {Name: "twin", Start: "a", States: map[flows.State]flows.Node{"a": sound.States["a"]}}}, "twin: state a belongs to planted already"},
		{"missing question", []*flows.Flow{node(func(n *flows.Node) { n.Ask = "missing" })}, `planted: a: text "missing" is missing`},
		{"missing repetition", []*flows.Flow{node(func(n *flows.Node) { n.Again = "missing" })}, `planted: a: text "missing" is missing`},
		{"missing caption", []*flows.Flow{node(func(n *flows.Node) {
			n.Buttons = [][]flows.Choice{{{Caption: "missing", Event: "pressed"}}}
		})}, `planted: a: text "missing" is missing`},
		{"missing answer", []*flows.Flow{node(func(n *flows.Node) {
			n.On = map[flows.Event]flows.Move{"pressed": {To: "b", Say: "missing"}}
		})}, `planted: a: text "missing" is missing`},
		{"button without row", []*flows.Flow{node(func(n *flows.Node) {
			n.Buttons = [][]flows.Choice{{{Caption: "caption", Event: "stray"}}}
		})}, "planted: a: button stray has no row"},
		{"listed button without row", []*flows.Flow{node(func(n *flows.Node) { n.Lists = []flows.Event{"stray"} })}, "planted: a: button stray has no row"},
		{"decision without row", []*flows.Flow{node(func(n *flows.Node) {
			n.Decide = map[flows.Event]flows.Decision{"pressed": {Into: []flows.Event{"pressed", "stray"}}}
		})}, "planted: a: pressed is decided into stray, which has no row"},
		{"nothing answers", []*flows.Flow{node(func(n *flows.Node) { n.Buttons = nil })}, "planted: a: nothing answers the question"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := flows.Check(test.flows, func(key flows.Text) bool { return key != "missing" })
			if got := fmt.Sprint(err); err == nil && test.want != "" || err != nil && got != test.want {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// Ensure that a diagram in a format that nobody draws is refused.
func TestDiagram_Format(t *testing.T) {
	if _, err := flows.All()[0].Diagram("svg"); err == nil {
		t.Error("svg was drawn")
	}
}

// Ensure that the diagrams show the tables that run.
func TestDiagrams(t *testing.T) {
	for _, f := range flows.All() {
		for _, format := range []string{"mermaid", "dot"} {
			got, err := f.Diagram(format)
			if err != nil {
				t.Fatal(err)
			}
			file := "testdata/" + f.Name + map[string]string{"mermaid": ".mmd", "dot": ".dot"}[format]
			if *rewrite {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				continue
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s differs from %s: run go test ./flows -rewrite and read the diff", f.Name, file)
			}
		}
	}
}
