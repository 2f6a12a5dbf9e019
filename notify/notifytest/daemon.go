//go:build integration

package notifytest

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience is how long a remote may take for anything.
const patience = 30 * time.Second

// journal is what a remote's programs print, over all its lives.
type journal struct {
	mu      sync.Mutex
	lines   []string
	changed chan struct{} // closed and replaced with every line
}

// keep reads lines until r ends.
func (j *journal) keep(r io.Reader) {
	for scanner := bufio.NewScanner(r); scanner.Scan(); {
		j.mu.Lock()
		j.lines = append(j.lines, scanner.Text())
		close(j.changed)
		j.changed = make(chan struct{})
		j.mu.Unlock()
	}
}

// since returns the lines from number n on.
func (j *journal) since(n int) []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]string(nil), j.lines[n:]...)
}

// await returns once met says so of the lines from number n on, else it fails the test.
func (j *journal) await(t testing.TB, n int, what string, met func(lines []string) bool) {
	t.Helper()
	deadline := time.After(patience)
	for {
		j.mu.Lock()
		changed := j.changed
		j.mu.Unlock()
		lines := j.since(n)
		if met(lines) {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			t.Fatalf("%s did not happen within %v; the remote said:\n%s", what, patience, strings.Join(lines, "\n"))
		}
	}
}

// daemon is a shell script that runs a remote until its standard input ends,
// hence no longer than this process.
type daemon struct {
	journal journal
	command *exec.Cmd
	input   io.Closer
	over    chan struct{}
}

// start runs a command and returns the number of the first line of its output.
func (d *daemon) start(t testing.TB, name string, args ...string) int {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Fatal("this test needs root")
	}
	if d.journal.changed == nil {
		d.journal.changed = make(chan struct{})
	}
	first := len(d.journal.since(0))
	d.command = exec.Command(name, args...)
	input, err := d.command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := d.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	d.command.Stderr = d.command.Stdout
	if err := d.command.Start(); err != nil {
		t.Fatal(err)
	}
	d.input, d.over = input, make(chan struct{})
	go func() {
		defer close(d.over)
		d.journal.keep(output)
	}()
	return first
}

// stop ends the script and waits until its last program is gone.
func (d *daemon) stop(t testing.TB) {
	t.Helper()
	if d.command == nil {
		return
	}
	_ = d.input.Close()
	select {
	case <-d.over:
	case <-time.After(patience):
		_ = d.command.Process.Kill()
		t.Errorf("%s did not end within %v", d.command.Path, patience)
	}
	_ = d.command.Wait()
	d.command = nil
	if t.Failed() {
		t.Logf("the remote said:\n%s", strings.Join(d.journal.since(0), "\n"))
	}
}

// has returns a condition: a line holds every one of these words.
func has(words ...string) func([]string) bool {
	return func(lines []string) bool {
		for _, w := range words {
			found := false
			for _, line := range lines {
				found = found || strings.Contains(line, w)
			}
			if !found {
				return false
			}
		}
		return true
	}
}
