package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mvkbot/bot/simulator"
	"mvkbot/storage"
	"mvkbot/storage/bolt"
)

// desk is an operator's place: a folder, and the settings of the commands that
// need no bot.
type desk struct {
	t   *testing.T
	dir string
	env []string
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, dir: t.TempDir()}
	d.env = []string{
		"MVKBOT_STORE=bolt://" + d.path("mvkbot.db"), "MVKBOT_CONTRACTS=" + d.path("contracts.db"), "MVKBOT_SECRET=" + townSecret,
	}
	return d
}

func (d *desk) path(name string) string { return filepath.Join(d.dir, name) }

// file makes a file in the folder.
func (d *desk) file(name, content string) string {
	d.t.Helper()
	if err := os.WriteFile(d.path(name), []byte(content), 0o600); err != nil {
		d.t.Fatal(err)
	}
	return d.path(name)
}

// founded makes an empty database under a secret, in hex.
func (d *desk) founded(name, secret string) string {
	d.t.Helper()
	db, err := bolt.Open(d.t.Context(), d.path(name), bolt.Options{})
	if err != nil {
		d.t.Fatal(err)
	}
	key, err := parseKey(secret)
	if err != nil {
		d.t.Fatal(err)
	}
	if _, err := storage.Open(d.t.Context(), db, storage.Options{Secret: []byte(key), Now: time.Now}); err != nil {
		d.t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		d.t.Fatal(err)
	}
	return d.path(name)
}

// succeeds runs a command that must end well, and returns what it wrote.
func (d *desk) succeeds(args ...string) (stdout string) {
	d.t.Helper()
	status, stdout, stderr := outcome(d.t, d.env, args...)
	if status != exitOK {
		d.t.Fatalf("%s: status %d, stdout\n%sstderr\n%s", args, status, stdout, stderr)
	}
	return stdout
}

// fails runs a command that must fail with one clear line that has all parts.
func (d *desk) fails(args []string, parts ...string) (stdout string) {
	d.t.Helper()
	began := time.Now()
	status, stdout, stderr := outcome(d.t, d.env, args...)
	if status != exitFailed || strings.Count(stderr, "\n") != 1 {
		d.t.Errorf("%s: status %d, stdout\n%sstderr\n%s", args, status, stdout, stderr)
	}
	for _, part := range parts {
		if !strings.Contains(stderr, part) {
			d.t.Errorf("%s: %q is not in %s", args, part, stderr)
		}
	}
	if took := time.Since(began); took > 5*time.Second {
		d.t.Errorf("%s: took %s", args, took)
	}
	return stdout
}

// names are the files of the folder.
func (d *desk) names() []string {
	d.t.Helper()
	entries, err := os.ReadDir(d.dir)
	if err != nil {
		d.t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// desk is the operator's place beside a town's bot.
func (w *town) desk() *desk { return &desk{t: w.t, dir: w.dir, env: w.env} }

// serve runs the bot in this process until the test ends or stop is called.
func (w *town) serve(extra ...string) (stop func()) {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	w.log = &logBuffer{}
	go func() {
		ended <- run(ctx, []string{"run"}, append(append([]string(nil), w.env...), extra...), w.log, w.log)
	}()
	stopped := false
	stop = func() {
		w.t.Helper()
		if stopped {
			return
		}
		stopped = true
		cancel()
		if status := <-ended; status != exitOK {
			w.t.Errorf("the bot ended with status %d:\n%s", status, w.log)
		}
	}
	w.t.Cleanup(stop)
	return stop
}

// load keeps residents talking to the bot until stop is called, which tells how
// many answers they got.
func (w *town) load(residents int) (stop func() (answers int)) {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	counts := make(chan int, residents)
	for i := range residents {
		id := int64(1001 + i)
		w.telegram.AddUser(simulator.User{ID: id, FirstName: "Житель"})
		go func() {
			n := 0
			for ctx.Err() == nil {
				last := newest(w.telegram.Chat(id)).ID
				if _, err := w.telegram.Say(id, "/start"); err != nil {
					w.t.Error(err)
					break
				}
				if w.telegram.WaitFor(ctx, id, func(all []simulator.Message) bool { return newest(all).ID > last }) == nil {
					n++
				}
			}
			counts <- n
		}()
	}
	return func() (answers int) {
		cancel()
		for range residents {
			answers += <-counts
		}
		return answers
	}
}

// lines are the lines of a text that begin with a word.
func lines(text, first string) (found []string) {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, first) {
			found = append(found, strings.TrimSuffix(line, "\n"))
		}
	}
	return found
}

// brokenPipe takes no byte.
type brokenPipe struct{ bytes.Buffer }

func (brokenPipe) Write([]byte) (int, error) { return 0, os.ErrClosed }
