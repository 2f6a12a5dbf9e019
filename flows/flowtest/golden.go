package flowtest

import (
	"os"
	"path/filepath"
	"testing"
)

// Golden plays every transcript of testdata with a new player, and compares it
// with what it was; with rewrite it becomes what it is now.
func Golden(t *testing.T, rewrite bool, newPlayer func(testing.TB) *Player) {
	t.Helper()
	files, err := filepath.Glob("testdata/*.chat")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got, err := newPlayer(t).Play(string(want))
			if err != nil {
				t.Fatal(err)
			}
			if rewrite {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if line, g, w := FirstDifference(got, string(want)); line != 0 {
				t.Errorf("line %d:\n got: %s\nwant: %s", line, g, w)
			}
		})
	}
}
