package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const readme = "../../README.md"

// blocks are the fenced blocks of a language in the README.
func blocks(t *testing.T, language string) []string {
	t.Helper()
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for i, part := range strings.Split(string(text), "```") {
		if body, ok := strings.CutPrefix(part, language+"\n"); ok && i%2 == 1 {
			list = append(list, body)
		}
	}
	return list
}

// Ensure that the README shows the registration as it runs.
func TestReadmeDiagram(t *testing.T) {
	want, err := os.ReadFile("../../flows/testdata/registration.mmd")
	if err != nil {
		t.Fatal(err)
	}
	got := blocks(t, "mermaid")
	if len(got) != 1 || strings.TrimSpace(got[0]) != strings.TrimSpace(string(want)) {
		t.Error("the README's diagram is not flows/testdata/registration.mmd")
	}
}

// Ensure that every command of the README works, in its order, in a folder with
// a bot's settings. The demo and the tests themselves are run by CI.
func TestReadmeCommands(t *testing.T) {
	w := newTown(t)
	w.start()
	w.say(anna, "/start")
	w.wait(anna, "Кто вы?")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, w.path("mvkbot")); err != nil {
		t.Fatal(err)
	}
	ran := map[string]bool{}
	for _, block := range blocks(t, "sh") {
		for line := range strings.Lines(block) {
			line = strings.TrimSpace(line)
			command, ok := strings.CutPrefix(line, "mvkbot ")
			if !ok {
				if line != "go run ./cmd/mvkbot demo" && line != "go test ./..." && line != "go build -o mvkbot ./cmd/mvkbot" {
					t.Errorf("nobody runs %q", line)
				}
				continue
			}
			if strings.HasPrefix(command, "restore") {
				w.stop()
			}
			cmd := exec.CommandContext(t.Context(), filepath.Join(w.dir, "mvkbot"), strings.Fields(command)...)
			cmd.Dir = w.dir
			cmd.Env = append([]string{beVariable + "=mvkbot"}, w.env...)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", line, err, out)
			}
			ran[strings.Fields(command)[0]] = true
		}
	}
	for _, want := range []string{"contracts", "doctor", "backup", "restore", "check"} {
		if !ran[want] {
			t.Errorf("the README does not show %s", want)
		}
	}
}
