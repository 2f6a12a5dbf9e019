package main

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"

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

// Ensure that the socket is its owner's alone, and outlives clients that talk
// nonsense, say nothing or hang up in the middle.
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
	silent, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	w.waitFor("the complaints", func() bool { return strings.Count(w.log.String(), "unknown request of") == 2 })
	stop() // does not wait for the silent one
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

// Ensure that a full or dead client ends the copy, not the bot.
func TestFramesToADeadClient(t *testing.T) {
	d := newDesk(t)
	db, err := bolt.Open(t.Context(), d.founded("mvkbot.db", townSecret), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	near, far := net.Pipe()
	far.Close()
	if _, err := db.Backup(t.Context(), frames{near}); err == nil {
		t.Error("a copy to nobody succeeded")
	}
}
