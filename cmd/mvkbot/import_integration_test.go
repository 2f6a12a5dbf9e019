//go:build integration

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"syscall"
	"testing"
	"time"

	"mvkbot/storage/directory/directorytest"
)

var badLine = regexp.MustCompile(`(?m)^line \d+: .+$`)

// Ensure that a million rows, one in a hundred of them bad, are imported by the
// program as it is shipped in bounded memory, and that every bad row is told.
func TestImportMillion(t *testing.T) {
	const rows, badEvery, mostMiB = 1_000_000, 100, 300
	d := newDesk(t)
	program := d.path("mvkbot")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	f, err := os.Create(d.path("million.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if err := directorytest.Generate(f, rows, badEvery, 1); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}

	cmd := exec.CommandContext(t.Context(), program, "contracts", "import", f.Name())
	var out, errs bytes.Buffer
	cmd.Env, cmd.Stdout, cmd.Stderr = d.env, &out, &errs
	began := time.Now()
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, &errs)
	}
	took := time.Since(began)
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	rss := usage.Maxrss >> 10 // Linux counts it in KiB
	t.Logf("%.0f rows/s (%s), peak RSS %d MiB", rows/took.Seconds(), took.Round(time.Millisecond), rss)
	if rss > mostMiB {
		t.Errorf("peak RSS %d MiB, want at most %d", rss, mostMiB)
	}
	if n := len(badLine.FindAll(out.Bytes(), -1)); n != rows/badEvery {
		t.Errorf("%d bad rows are told, want %d", n, rows/badEvery)
	}
	if want := fmt.Sprintf("imported %d contracts in ", rows-rows/badEvery); !bytes.Contains(out.Bytes(), []byte(want)) {
		t.Errorf("the report is\n%s", out.Bytes()[max(0, out.Len()-300):])
	}

	show := exec.CommandContext(t.Context(), program, "contracts", "show", fmt.Sprint(directorytest.FirstNumber))
	show.Env = d.env
	row, err := show.CombinedOutput()
	if err != nil || !bytes.Contains(row, fmt.Appendf(nil, "number   %d\n", directorytest.FirstNumber)) {
		t.Errorf("%v\n%s", err, row)
	}
	t.Logf("contracts show\n%s", row)
}
