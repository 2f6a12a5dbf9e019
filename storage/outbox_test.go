package storage_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"mvkbot/flows"
	"mvkbot/storage"
)

func (w *world) outbox() []storage.Record {
	w.t.Helper()
	records, err := w.Outbox(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return records
}

// Ensure that records keep their content and their order over a restart.
func TestOutbox(t *testing.T) {
	w := newWorld(t)
	want := []storage.Record{
		{Chat: 2, Channel: storage.Telegram, Payload: []byte("a"), At: 5},
		{Chat: -1, Channel: storage.SMS, Payload: []byte("b"), To: "+79161234501", NotAfter: 9, Ref: flows.Ref{Kind: flows.RefPhoneCode, Serial: 3, At: 4}},
		{Chat: 2, Channel: storage.Mail, Payload: []byte("c"), Started: true},
	}
	w.turn(func(tx *storage.Turn) {
		for i := range want {
			_ = tx.Append(&want[i])
		}
	})
	w.reopen()
	if got := w.outbox(); !reflect.DeepEqual(got, want) {
		t.Errorf("outbox %v, want %v", got, want)
	}
	w.turn(func(tx *storage.Turn) {
		for _, started := range []bool{true, false} {
			if ok, err := tx.Mark(want[1].Sequence, started); !ok || err != nil {
				t.Error(ok, err)
			}
		}
		if ok, err := tx.Mark(want[2].Sequence+1, true); ok || err != nil {
			t.Error("marked a record that is not there", ok, err)
		}
		for _, there := range []bool{true, false} {
			if ok, err := tx.Finish(want[1].Sequence); ok != there || err != nil {
				t.Error("finished", ok, err)
			}
		}
		_ = tx.Bury(want[2], "refused")
	})
	if got := w.outbox(); !reflect.DeepEqual(got, want[:1]) {
		t.Errorf("outbox %v", got)
	}
	dead, err := w.DeadLetters(t.Context())
	if err != nil || len(dead) != 1 || dead[0].Reason != "refused" || dead[0].Sequence != want[2].Sequence {
		t.Errorf("dead letters %v, %v", dead, err)
	}
	if err := w.FinishAll(t.Context(), []storage.Ending{{Sequence: want[0].Sequence}, {Sequence: 12345}}); err != nil || len(w.outbox()) != 0 {
		t.Error("records are left", err)
	}
}

// Ensure that a sequence never comes again: not after a restart, not when the
// outbox was emptied, not when the clock was set back, not in a turn that failed.
func TestSequencesNeverRepeat(t *testing.T) {
	w := newWorld(t)
	seen := map[uint64]bool{}
	last := uint64(0)
	add := func(finish bool) {
		t.Helper()
		r := storage.Record{Chat: 1, Channel: storage.Telegram}
		w.turn(func(tx *storage.Turn) { _ = tx.Append(&r) })
		if seen[r.Sequence] || r.Sequence <= last {
			t.Fatalf("sequence %d after %d", r.Sequence, last)
		}
		seen[r.Sequence], last = true, r.Sequence
		if finish {
			if err := w.FinishAll(t.Context(), []storage.Ending{{Sequence: r.Sequence}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	add(true)
	add(true)
	w.at = w.at.Add(time.Second)
	w.reopen()
	add(false)
	w.at = w.at.Add(-time.Hour)
	w.reopen()
	add(false)
	failed := errors.New("failed")
	if err := w.Turn(t.Context(), func(tx *storage.Turn) error {
		r := storage.Record{Chat: 1}
		_ = tx.Append(&r)
		seen[r.Sequence], last = true, r.Sequence
		return failed
	}); !errors.Is(err, failed) {
		t.Fatal(err)
	}
	add(false)
	if n := len(w.outbox()); n != 3 {
		t.Errorf("%d records", n)
	}
	buried := w.outbox()[2]
	w.turn(func(tx *storage.Turn) { _ = tx.Bury(buried, "refused") })
	w.reopen() // with the clock set back still
	add(false)
}

// Ensure that records of many turns at once have sequences of their own.
func TestSequencesOfConcurrentTurns(t *testing.T) {
	w := newWorld(t)
	done := make(chan error)
	const turns = 50
	for i := range int64(turns) {
		go func() {
			done <- w.Turn(t.Context(), func(tx *storage.Turn) error {
				return errors.Join(tx.Append(&storage.Record{Chat: i}), tx.Append(&storage.Record{Chat: i}))
			})
		}()
	}
	for range turns {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	records := w.outbox()
	sorted := slices.IsSortedFunc(records, func(a, b storage.Record) int { return int(a.Sequence) - int(b.Sequence) })
	if len(records) != 2*turns || !sorted {
		t.Errorf("%d records, in order: %v", len(records), sorted)
	}
}

func TestChannelString(t *testing.T) {
	for c, want := range map[storage.Channel]string{storage.Telegram: "telegram", storage.SMS: "sms", storage.Mail: "mail", 9: "channel 9"} {
		if got := fmt.Sprint(c); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Ensure that a database that fails is told by every method that looks into it.
func TestStoreTellsFaults(t *testing.T) {
	w := newWorld(t)
	w.turn(func(tx *storage.Turn) {
		_ = tx.Append(&storage.Record{Chat: 1})
		tx.FirstSight(1, w.at)
	})
	key := []byte(w.keys('o')[0])
	w.raw(func(tx storage.Tx) error { return tx.Put(key, []byte("rubbish")) })
	if records, err := w.Outbox(t.Context()); err != nil || len(records) != 1 || records[0].Channel != 0 {
		t.Errorf("rubbish in the outbox is %v, %v", records, err)
	}
	w.at = w.at.Add(240 * time.Hour)
	broken := errors.New("broken disk")
	f := &failing{Backend: w.db}
	s, err := storage.Open(t.Context(), f, w.options(testSecret))
	if err != nil {
		t.Fatal(err)
	}
	f.remove, f.get = func([]byte) error { return broken }, func([]byte) error { return broken }
	_, read := s.Conversation(t.Context(), 1)
	for what, err := range map[string]error{"FinishAll": s.FinishAll(t.Context(), []storage.Ending{{Sequence: 1}}), "Prune": s.Prune(t.Context()), "Conversation": read} {
		if !errors.Is(err, broken) {
			t.Errorf("%s = %v", what, err)
		}
	}
	w.close()
	_, due := s.Deadlines(t.Context(), w.at, 1)
	_, check := s.Check(t.Context())
	for what, err := range map[string]error{"Deadlines": due, "Check": check, "Prune": s.Prune(t.Context())} {
		if !errors.Is(err, storage.ErrClosed) {
			t.Errorf("%s = %v", what, err)
		}
	}
}
