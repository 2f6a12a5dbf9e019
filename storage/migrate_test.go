package storage_test

import (
	"context"
	"errors"
	"maps"
	"testing"
	"time"

	"mvkbot/flows"
	"mvkbot/storage"
)

// age makes the database one that a program of schema 1 wrote.
func (w *world) age() {
	w.t.Helper()
	rows := append(w.keys('n'), w.keys('e')...)
	w.raw(func(tx storage.Tx) error {
		for _, k := range rows {
			if err := tx.Delete([]byte(k)); err != nil {
				return err
			}
		}
		return nil
	})
	if err := w.WriteSchema(w.t.Context(), 1); err != nil {
		w.t.Fatal(err)
	}
}

// settleMany opens more accounts than one transaction of a migration takes, and
// a registration.
func (w *world) settleMany() {
	w.t.Helper()
	w.turn(func(tx *storage.Turn) {
		for range storage.MigrateGroup + 10 {
			tx.OpenAccount(flows.Account{Surname: "Ли"})
		}
	})
	w.change(13, func(c *flows.Conversation) { c.Registration = flows.Registration{Submitted: 1, Surname: "Сокол"} })
	w.change(14, func(c *flows.Conversation) { c.Form.Surname = flows.Field{Value: "Ким"} })
}

// Ensure that the records of schema 1 get their index, once, after the copy.
func TestMigration(t *testing.T) {
	w := newWorld(t)
	w.settleMany()
	want := w.keys('n')
	w.age()
	copies := 0
	o := w.options(testSecret)
	o.BeforeMigration = func() error {
		if copies++; len(w.keys('n')) != 0 {
			t.Error("too late for a copy")
		}
		return nil
	}
	open := func() {
		t.Helper()
		if _, err := storage.Open(t.Context(), w.db, o); err != nil {
			t.Fatal(err)
		}
	}
	open()
	if got := w.keys('n'); len(got) != len(want) || got[0] != want[0] || got[len(got)-1] != want[len(want)-1] {
		t.Errorf("%d rows, want %d", len(got), len(want))
	}
	w.raw(func(tx storage.Tx) error { return tx.Delete([]byte(want[0])) })
	open()
	if got := w.keys('n'); len(got) != len(want)-1 || copies != 1 {
		t.Errorf("migrated again: %d rows, %d copies", len(got), copies)
	}
}

// Ensure that strangers of schema 1 are forgotten in their time, and nobody else.
func TestMigrationForgetsStrangers(t *testing.T) {
	w := newWorld(t)
	w.change(13, func(c *flows.Conversation) {
		c.State, c.Registration = "enter_phone_code", flows.Registration{Submitted: 1}
	})
	w.change(14, func(c *flows.Conversation) { c.State, c.Form.Until = "ask_name", w.at.Unix() })
	w.change(15, func(c *flows.Conversation) { c.State = "choose_person" })
	w.age()
	if _, err := storage.Open(t.Context(), w.db, w.options(testSecret)); err != nil {
		t.Fatal(err)
	}
	want := w.at.Add(90 * 24 * time.Hour).Unix()
	for chat, forget := range map[int64]int64{13: 0, 14: 0, 15: want} {
		if c, err := w.Conversation(t.Context(), chat); err != nil || c.Forget != forget {
			t.Errorf("chat %d is forgotten at %d, want %d; %v", chat, c.Forget, forget, err)
		}
	}
	w.sound()
}

// Ensure that nothing is changed when the copy fails.
func TestMigrationNeedsItsCopy(t *testing.T) {
	w := newWorld(t)
	w.settleMany()
	w.age()
	before := w.records()
	full := errors.New("disk is full")
	o := w.options(testSecret)
	o.BeforeMigration = func() error { return full }
	if _, err := storage.Open(t.Context(), w.db, o); !errors.Is(err, full) {
		t.Errorf("Open = %v", err)
	}
	if !maps.EqualFunc(before, w.records(), func(a, b []byte) bool { return string(a) == string(b) }) {
		t.Error("the database changed")
	}
}

// killed is a database whose process is killed after some updates.
type killed struct {
	storage.Backend
	left int
}

var errKilled = errors.New("killed")

func (k *killed) Update(ctx context.Context, fn func(storage.Tx) error) error {
	if k.left--; k.left < 0 {
		return errKilled
	}
	return k.Backend.Update(ctx, fn)
}

// Ensure that a migration that is killed wherever goes on at the next open, with
// the copy that it has, and that it is not done before its end.
func TestMigrationGoesOn(t *testing.T) {
	w := newWorld(t)
	w.settleMany()
	want := len(w.keys('n'))
	w.age()
	o := w.options(testSecret)
	copies, rows, opens := 0, 0, 0
	o.BeforeMigration = func() error { copies++; return nil }
	for updates := 0; ; updates++ {
		_, err := storage.Open(t.Context(), &killed{w.db, updates}, o)
		if err == nil {
			break
		}
		opens++
		now := len(w.keys('n'))
		if !errors.Is(err, errKilled) || now < rows {
			t.Fatalf("after %d updates: %d rows, %v", updates, now, err)
		}
		rows = now
	}
	if got := len(w.keys('n')); got != want || opens < 3 || copies != 2 { // at the first open nothing was written
		t.Errorf("%d rows, want %d; killed %d times, %d copies", got, want, opens, copies)
	}
}

// Ensure that a record which does not open does not stop a migration.
func TestMigrationAmongFaults(t *testing.T) {
	w := newWorld(t)
	w.settleWith(flows.Account{Chat: 1, Surname: "Ли", Phone: annaPhone, Email: annaMail}, "")
	w.settleWith(flows.Account{Chat: 2, Surname: "Ким", Phone: borisPhone, Email: borisMail}, "")
	w.age()
	w.raw(func(tx storage.Tx) error {
		return tx.Put(storage.Key64('a', 1), []byte("rubbish that is long enough to be a sealed record"))
	})
	w.reopen()
	if n := len(w.keys('n')); n != 3 {
		t.Errorf("%d rows", n)
	}
}
