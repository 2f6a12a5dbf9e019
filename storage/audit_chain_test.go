package storage_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"mvkbot/flows"
	"mvkbot/storage"
)

const logged = 20

// keepLog appends lines of every kind: with and without a person, a detail, a
// member of staff, a result.
func (w *world) keepLog(lines int) {
	w.t.Helper()
	w.turn(func(tx *storage.Turn) { tx.OpenSubject(7, [32]byte{1}); tx.OpenSubject(8, [32]byte{2}) })
	for i := range lines {
		l := flows.AuditLine{At: w.at.Unix(), Subject: 7 + uint64(i%2), Action: flows.ActionBound, Note: "Л1", Detail: fmt.Sprintf("secret %d", i+1)}
		switch i % 4 {
		case 2:
			l.Actor = 42
		case 3:
			l = flows.AuditLine{At: w.at.Unix(), Action: "maintenance", Actor: 43, Result: "refused"}
		}
		w.turn(func(tx *storage.Turn) { tx.Audit(l) })
	}
}

// brokenAt checks that the audit log is told to be broken at a line.
func (w *world) brokenAt(line int, doing string) {
	w.t.Helper()
	_, err := w.CheckAudit(w.t.Context())
	if !errors.Is(err, storage.ErrBrokenChain) || !strings.Contains(err.Error()+" ", fmt.Sprintf(" at line %d: ", line)) {
		w.t.Errorf("%s: told as %v, want line %d", doing, err, line)
	}
}

// audited are the stored lines.
func (w *world) audited() (lines [][]byte) {
	w.t.Helper()
	all := w.records()
	for _, key := range w.keys('l') {
		lines = append(lines, all[key])
	}
	return lines
}

func (w *world) put(key, value []byte) {
	w.t.Helper()
	w.raw(func(tx storage.Tx) error { return tx.Put(key, value) })
}

func (w *world) remove(keys ...[]byte) {
	w.t.Helper()
	w.raw(func(tx storage.Tx) error {
		for _, k := range keys {
			if err := tx.Delete(k); err != nil {
				return err
			}
		}
		return nil
	})
}

// Ensure that flipping any byte of any line of the audit log is found, with that
// line's number.
func TestAuditChain(t *testing.T) {
	w := newWorld(t)
	w.keepLog(logged)
	if n, err := w.CheckAudit(t.Context()); n != logged || err != nil {
		t.Fatalf("%d lines, %v", n, err)
	}
	for i, value := range w.audited() {
		key := storage.Key64('l', uint64(i+1))
		for at := range value {
			bad := bytes.Clone(value)
			bad[at] ^= 1 << (at % 8)
			w.put(key, bad)
			w.brokenAt(i+1, fmt.Sprintf("byte %d of line %d", at, i+1))
		}
		w.put(key, value)
	}
	if _, err := w.CheckAudit(t.Context()); err != nil {
		t.Error(err)
	}
}

// Ensure that a line that is gone, put in or cut is found with its number, and
// that an end of the log that was altered is told.
func TestAuditChainLines(t *testing.T) {
	key := func(line int) []byte { return storage.Key64('l', uint64(line)) }
	for _, tt := range []struct {
		name  string
		spoil func(w *world, lines [][]byte)
		line  int
	}{
		{"first removed", func(w *world, _ [][]byte) { w.remove(key(1)) }, 1},
		{"one removed", func(w *world, _ [][]byte) { w.remove(key(9)) }, 9},
		{"two removed", func(w *world, _ [][]byte) { w.remove(key(9), key(10)) }, 9},
		{"last removed", func(w *world, _ [][]byte) { w.remove(key(logged)) }, logged},
		{"tail removed", func(w *world, _ [][]byte) { w.remove(key(logged-1), key(logged)) }, logged - 1},
		{"all removed", func(w *world, _ [][]byte) {
			for i := range logged {
				w.remove(key(i + 1))
			}
		}, 1},
		{"removed and renumbered", func(w *world, lines [][]byte) {
			for i := 9; i < logged; i++ {
				w.put(key(i), lines[i])
			}
			w.remove(key(logged))
		}, 9},
		{"cut", func(w *world, lines [][]byte) { w.put(key(5), lines[4][:10]) }, 5},
		{"emptied", func(w *world, _ [][]byte) { w.put(key(5), nil) }, 5},
		{"copied over another", func(w *world, lines [][]byte) { w.put(key(5), lines[8]) }, 5},
		{"appended", func(w *world, lines [][]byte) { w.put(key(logged+1), lines[3]) }, logged + 1},
		{"appended behind a gap", func(w *world, lines [][]byte) { w.put(key(logged+9), lines[3]) }, logged + 1},
		{"appended to one that was altered", func(w *world, lines [][]byte) {
			bad := bytes.Clone(lines[logged-1])
			bad[2] ^= 1
			w.put(key(logged), bad)
			w.put(key(logged+1), lines[3])
		}, logged},
		{"put in, the later ones renumbered", func(w *world, lines [][]byte) {
			for i, l := range slices.Insert(slices.Clone(lines), 4, lines[4]) {
				w.put(key(i+1), l)
			}
		}, 6}, // line 5 is the one that belongs there, since both are alike
		{"two neighbours altered", func(w *world, lines [][]byte) {
			for i := 4; i < 6; i++ {
				bad := bytes.Clone(lines[i])
				bad[len(bad)-1] ^= 1
				w.put(key(i+1), bad)
			}
		}, 5},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.keepLog(logged)
			tt.spoil(w, w.audited())
			w.brokenAt(tt.line, tt.name)
		})
	}
}

// Ensure that an end of the log that was altered, removed or put back is found.
func TestAuditChainEnd(t *testing.T) {
	w := newWorld(t)
	w.keepLog(logged)
	end := []byte("ml")
	old := w.records()[string(end)]
	for at := range old {
		bad := bytes.Clone(old)
		bad[at] ^= 0x10
		w.put(end, bad)
		if _, err := w.CheckAudit(t.Context()); !errors.Is(err, storage.ErrBrokenChain) || !strings.Contains(err.Error(), "at its end") {
			t.Fatalf("byte %d: %v", at, err)
		}
	}
	w.remove(end)
	w.brokenAt(1, "end removed")
	w.put(end, old)
	w.turn(func(tx *storage.Turn) { tx.Audit(flows.AuditLine{Action: "maintenance", Actor: 42}) })
	w.put(end, old)
	w.brokenAt(logged+1, "end put back")
}

// Ensure that lines written before staff were named read as they were.
func TestAuditOldLine(t *testing.T) {
	w := newWorld(t)
	w.keepLog(1)
	old, err := cbor.Marshal(map[int]any{1: 5, 2: 7, 3: "account_opened", 4: "Л1", 6: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	w.put(storage.Key64('l', 1), old)
	lines, err := w.AuditLines(t.Context(), 0, 10)
	want := flows.AuditLine{At: 5, Subject: 7, Action: flows.ActionOpened, Note: "Л1"}
	if err != nil || len(lines) != 1 || lines[0].AuditLine != want {
		t.Errorf("%+v, %v", lines, err)
	}
}
