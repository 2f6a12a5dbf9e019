package flows_test

import (
	"os"
	"strings"
	"testing"

	"mvkbot/flows"
)

func firstDifference(got, want string) (line int, g, w string) {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(a), len(b)) {
		if i < len(a) {
			g = a[i]
		} else {
			g = "(end)"
		}
		if i < len(b) {
			w = b[i]
		} else {
			w = "(end)"
		}
		if g != w {
			return i + 1, g, w
		}
	}
	return 0, "", ""
}

// Ensure that the dialogs are sound as tables.
func TestCheck(t *testing.T) {
	if err := flows.Check(flows.All(), testTexts(t).Has); err != nil {
		t.Fatal(err)
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
