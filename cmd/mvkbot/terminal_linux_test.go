package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// terminal opens a new terminal: what is written to tty is read from screen.
func terminal(t *testing.T) (screen, tty *os.File) {
	t.Helper()
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { screen.Close() })
	number, err := unix.IoctlGetInt(int(screen.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(screen.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	tty, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return screen, tty
}

// Ensure that a person at a terminal sees a bar, and the bad rows on lines of
// their own.
func TestImportAtATerminal(t *testing.T) {
	d := newDesk(t)
	screen, tty := terminal(t)
	status := run(t.Context(), []string{"contracts", "import", d.file("bad.csv", badContracts)}, d.env, tty, tty)
	tty.Close()
	shown, _ := io.ReadAll(screen) // ends with EIO: nobody has the terminal open
	text := string(shown)
	if status != exitOK || !strings.Contains(text, "reading 100% |████") || !strings.Contains(text, "building 100% |████") {
		t.Errorf("status %d, shown %q", status, text)
	}
	for _, row := range []string{"line 3: kind", "line 4: flat", "line 5: number", "imported 1 contracts"} {
		if at := strings.Index(text, row); at < 0 || at > 0 && !strings.HasSuffix(text[:at], "\x1b[K") && text[at-1] != '\n' {
			t.Errorf("%q does not begin a line of %q", row, text)
		}
	}
}

// Ensure that a folder in which nothing can be written is told, and nothing of
// an attempt stays.
func TestReadOnlyFolder(t *testing.T) {
	d := newDesk(t)
	d.founded("mvkbot.db", townSecret)
	d.succeeds("backup", d.path("copy"))
	for _, name := range []string{"mvkbot.db", "copy"} {
		if err := os.Chmod(d.path(name), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(d.dir, 0o555); err != nil {
		t.Fatal(err)
	}
	before := d.names()
	done := make(chan struct{})
	go func() { // on a thread of its own, which dies with its rights
		defer close(done)
		runtime.LockOSThread()
		const nobody = 65534
		if _, err := unix.SetfsuidRetUid(nobody); err != nil { // does nothing unless root runs the test
			t.Error(err)
			return
		}
		d.fails([]string{"backup", d.path("copy2")}, d.path("copy2.part-"), "permission denied")
		d.fails([]string{"restore", d.path("copy")}, "permission denied")
		d.fails([]string{"contracts", "import", d.path("copy")}, d.path("contracts.db.lock"), "permission denied")
	}()
	<-done
	if err := os.Chmod(d.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if after := d.names(); len(after) != len(before) {
		t.Errorf("left behind: %v", after)
	}
}
