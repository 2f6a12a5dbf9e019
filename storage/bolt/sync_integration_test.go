//go:build integration && linux

package bolt_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"mvkbot/storage"
	"mvkbot/storage/bolt"
)

// Ensure that whichever fsync fails, of the data pages or of the meta page, the
// process learns it, stops, and has acknowledged nothing that is lost. It needs
// strace, which makes the n-th fdatasync return EIO.
func TestSyncFault(t *testing.T) {
	path := newPath(t)
	if err := openAndClose(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 12; n++ {
		child := exec.CommandContext(t.Context(), "strace", "-f", "-qq", "-o", os.DevNull,
			"-e", "trace=fdatasync", "-e", fmt.Sprintf("inject=fdatasync:error=EIO:when=%d", n), os.Args[0])
		child.Env = append(os.Environ(), writerEnv+"="+path)
		var out, fault bytes.Buffer
		child.Stdout, child.Stderr = &out, &fault
		if err := child.Run(); err == nil || child.ProcessState == nil {
			t.Fatalf("sync %d: the writer did not fail: %v", n, err)
		}
		if want := storage.ErrUnknownOutcome.Error() + ": input/output error"; !strings.Contains(fault.String(), want) {
			t.Fatalf("sync %d: the writer says %q, want %q", n, &fault, want)
		}
		var acknowledged [crashWriters]int
		for line := range strings.Lines(out.String()) {
			var w, i int
			if _, err := fmt.Sscanf(line, "%d %d\n", &w, &i); err == nil {
				acknowledged[w] = max(acknowledged[w], i)
			}
		}
		d := mustOpen(t, path, bolt.Options{})
		for w, least := range acknowledged {
			if err := complete(t.Context(), d, w, least); err != nil {
				t.Errorf("sync %d: %v", n, err)
			}
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
