package flows_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"mvkbot/flows/flowtest"
)

var rewrite = flag.Bool("rewrite", false, "write the answers of today into testdata; read the diff before it is committed")

// The transcripts are the specification of the dialogs.
func TestChats(t *testing.T) {
	files, err := filepath.Glob("testdata/*.chat")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got, err := flowtest.NewPlayer(newWorld(t), testRules(), testTexts()).Play(string(want))
			if err != nil {
				t.Fatal(err)
			}
			if *rewrite {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if line, g, w := flowtest.FirstDifference(got, string(want)); line != 0 {
				t.Errorf("line %d:\n got: %s\nwant: %s", line, g, w)
			}
		})
	}
}
