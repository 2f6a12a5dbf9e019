package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"mvkbot/flows"
	"mvkbot/storage"
	"mvkbot/storage/bolt"
)

// audited makes a database with an audit log of so many lines, and returns the
// bytes of one of them as they lie in the file.
func (d *desk) audited(lines, one int) (stored []byte) {
	d.t.Helper()
	db, err := bolt.Open(d.t.Context(), d.path("mvkbot.db"), bolt.Options{})
	if err != nil {
		d.t.Fatal(err)
	}
	key, err := parseKey(townSecret)
	if err != nil {
		d.t.Fatal(err)
	}
	s, err := storage.Open(d.t.Context(), db, storage.Options{Secret: []byte(key), Now: time.Now})
	if err != nil {
		d.t.Fatal(err)
	}
	err = s.Turn(d.t.Context(), func(t *storage.Turn) error {
		t.OpenSubject(7, [32]byte{1})
		for i := range lines {
			t.Audit(flows.AuditLine{At: 1_800_000_000, Subject: 7, Action: flows.ActionBound, Note: fmt.Sprintf("Л%d", i+1), Detail: "1234567890"})
		}
		return nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
	err = db.View(d.t.Context(), func(snap storage.Snapshot) error {
		return snap.Scan([]byte("l"), nil, func(_, v []byte) (bool, error) {
			one--
			stored = bytes.Clone(v)
			return one > 0, nil
		})
	})
	if err != nil {
		d.t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		d.t.Fatal(err)
	}
	return stored
}

// Ensure that the command tells where the audit log ends, and fails unless a line
// that is known from elsewhere is there.
func TestCheckKnowsTheAnchor(t *testing.T) {
	d := newDesk(t)
	d.audited(20, 1)
	_, hash, ok := strings.Cut(d.succeeds("check"), "\naudit log ends at 20:")
	if hash = strings.TrimSpace(hash); !ok || len(hash) != 32 {
		t.Fatalf("check tells the hash %q", hash)
	}
	d.succeeds("check", "--audit", "20:"+hash)
	for _, known := range []string{"19:" + hash, "21:" + hash, "20:" + strings.Repeat("0", 32)} {
		if status, _, stderr := outcome(t, d.env, "check", "--audit", known); status != exitFailed || !strings.Contains(stderr, "audit log is broken at line "+known[:2]) {
			t.Errorf("%s: status %d, %s", known, status, stderr)
		}
	}
}

// Ensure that the command finds any byte of a line of the audit log that was
// flipped in the file, and names the line.
func TestCheckNamesTheAuditLine(t *testing.T) {
	d := newDesk(t)
	line := d.audited(20, 13)
	if out := d.succeeds("check"); !strings.Contains(out, " 20 audit lines\n") {
		t.Errorf("check says %s", out)
	}
	sound, err := os.ReadFile(d.path("mvkbot.db"))
	if err != nil {
		t.Fatal(err)
	}
	for at := range line {
		bad := bytes.Clone(line)
		bad[at] ^= 1 << (at % 8)
		d.file("mvkbot.db", string(bytes.ReplaceAll(sound, line, bad)))
		status, _, stderr := outcome(t, d.env, "check")
		if status != exitFailed || stderr != "mvkbot: 1 faults in the records\nmvkbot: audit log is broken at line 13: altered\n" {
			t.Errorf("byte %d: status %d, %s", at, status, stderr)
		}
	}
}

// Ensure that the command counts what a resident left.
func TestCheckCounts(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.start()
	for _, m := range append(slices.Clone(annasWay), says("/start", "Главное меню"), presses("Поддержка", "Напишите вопрос"), says("Где вода?", "принято")) {
		m.do(w, anna)
		w.wait(anna, m.then)
	}
	w.stop()
	out := w.desk().succeeds("check")
	for _, want := range []string{"1 conversations", "1 accounts", "2 contacts", "2 bindings", "1 tickets", "1 messages in them"} {
		if !strings.Contains(out, ", "+want+",") && !strings.Contains(out, ": "+want+",") {
			t.Errorf("%q is not in %s", want, out)
		}
	}
}
