package admin

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"mvkbot/flows"
	"mvkbot/flows/text"
)

// Ensure that the audit log words every refusal that the desk can answer with.
func TestRefusalsAreWorded(t *testing.T) {
	texts, err := text.New(time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	refusal := regexp.MustCompile(`(?:refuse\(|undone\(|return |moveBroadcast\(.*)"(desk\.\w+)"`)
	found := 0
	for _, pattern := range []string{"*.go", "../../flows/*_deed.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			source, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range refusal.FindAllSubmatch(source, -1) {
				key := string(m[1])
				if found++; strings.HasSuffix(key, "_usage") {
					continue
				}
				if word := flows.Text("refusal." + strings.TrimPrefix(key, "desk.")); !texts.Has(word) {
					t.Errorf("%s: no text %s", name, word)
				}
			}
		}
	}
	for _, key := range texts.Keys() { // what is wrong with a file
		if fault, ok := strings.CutPrefix(string(key), "import.fault"); ok && !texts.Has(flows.Text("refusal.fault"+fault)) {
			t.Errorf("no text refusal.fault%s", fault)
		}
	}
	if found < 30 {
		t.Errorf("only %d refusals found", found)
	}
}
