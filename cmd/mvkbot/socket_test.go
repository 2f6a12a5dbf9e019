package main

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"mvkbot/storage/bolt"
)

// Ensure that a copy whose last frame did not come is not taken for a whole one,
// wherever it is cut.
func TestBackupCutOff(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.founded("mvkbot.db", townSecret)
	l, err := listenSocket(d.path("mvkbot.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, sent := range []string{"", "\x00\x00", "\x00\x00\x00\x04", "\x00\x00\x00\x04ab", "\x00\x00\x00\x04abcd"} {
		served := make(chan error, 1)
		go func() {
			conn, err := l.Accept()
			if err == nil {
				_, err = io.ReadFull(conn, make([]byte, len(backupRequest)))
				_, writeErr := io.WriteString(conn, sent)
				err = errors.Join(err, writeErr, conn.Close())
			}
			served <- err
		}()
		d.fails([]string{"backup", d.path("copy")}, "backup: the running bot broke the copy off; its log says why")
		if err := <-served; err != nil {
			t.Fatal(err)
		}
	}
	if got := d.names(); len(got) != 2 {
		t.Errorf("left behind: %v", got)
	}
}

// Ensure that the socket of a bot that was killed hinders nobody.
func TestSocketLeftOver(t *testing.T) {
	d := newDesk(t)
	d.founded("mvkbot.db", townSecret)
	dead, err := net.Listen("unix", socketPath(d.path("mvkbot.db")))
	if err != nil {
		t.Fatal(err)
	}
	dead.(*net.UnixListener).SetUnlinkOnClose(false)
	dead.Close()
	d.succeeds("backup", d.path("copy"))
	d.succeeds("restore", d.path("copy"))
	d.succeeds("check")
	l, err := listenSocket(d.path("mvkbot.db"))
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
}

// Ensure that the socket is its owner's alone, and outlives clients that talk
// nonsense or hang up in the middle.
func TestSocketClients(t *testing.T) {
	w := newTown(t)
	stop := w.serve()
	w.say(anna, "/start")
	w.wait(anna, "Кто вы?")
	path := socketPath(w.path("mvkbot.db"))
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("socket %v, %v", info, err)
	}
	for _, request := range []string{"", "GET / HTTP/1.1\r\n\r\n", "back", backupRequest} {
		conn, err := net.Dial("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, request); err != nil {
			t.Fatal(err)
		}
		conn.Close()
	}
	w.waitFor("the complaints", func() bool { return strings.Count(w.log.String(), "unknown request of") == 2 })
	stop()
	if _, err := os.Stat(path); err == nil {
		t.Error("the socket was not removed")
	}
}

// Ensure that copies of a bot at work are consistent, and that the bot serves
// on meanwhile.
func TestBackupUnderLoad(t *testing.T) {
	w := newTown(t)
	stop := w.serve()
	w.say(anna, "/start")
	w.wait(anna, "Кто вы?")
	halt := w.load(8)
	d := w.desk()
	for _, name := range []string{"one", "two", "three"} {
		before := len(w.telegram.Chat(1001))
		d.succeeds("backup", d.path(name))
		w.waitFor("answers", func() bool { return len(w.telegram.Chat(1001)) > before+10 })
	}
	if answers := halt(); answers < 100 {
		t.Errorf("%d answers only", answers)
	}
	stop()
	for _, name := range []string{"one", "two", "three"} {
		d.succeeds("restore", d.path(name))
		if out := d.succeeds("check"); !strings.Contains(out, "9 conversations") && name != "one" {
			t.Errorf("%s: %s", name, out)
		}
	}
	w.serve()
	w.press(anna, "Физическое лицо")
	w.wait(anna, "Раздел для физических лиц")
}

// Ensure that a path too long for a socket is told as such.
func TestSocketPathTooLong(t *testing.T) {
	if _, err := listenSocket("/" + strings.Repeat("x", 100)); err == nil || !strings.Contains(err.Error(), "longer than 103 bytes; move the database") {
		t.Error(err)
	}
	if _, err := listenSocket(t.TempDir() + "/no/db"); err == nil || !strings.Contains(err.Error(), "listen for backups") {
		t.Error(err)
	}
}

// Ensure that a client that is gone ends the copy, not the bot.
func TestClientGone(t *testing.T) {
	db := openedDesk(t)
	near, far := net.Pipe()
	far.Close()
	if _, err := db.Backup(t.Context(), frames{near}); err == nil {
		t.Error("a copy to nobody succeeded")
	}
}

// Ensure that a bot that stops waits neither for a client that says nothing nor
// for one that does not take its copy.
func TestClientStalls(t *testing.T) {
	db := openedDesk(t)
	for _, said := range []string{"back", backupRequest} {
		ctx, cancel := context.WithCancel(t.Context())
		near, far := net.Pipe()
		ended := make(chan error, 1)
		go func() { ended <- answerSocket(ctx, near, db) }()
		if _, err := io.WriteString(far, said); err != nil { // returns when it was read
			t.Fatal(err)
		}
		began := time.Now()
		cancel()
		if err := <-ended; err == nil || time.Since(began) > socketPatience/2 {
			t.Errorf("%q: ended with %v after %s", said, err, time.Since(began))
		}
		far.Close()
	}
}

func openedDesk(t *testing.T) *bolt.DB {
	t.Helper()
	db, err := bolt.Open(t.Context(), newDesk(t).founded("mvkbot.db", townSecret), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
