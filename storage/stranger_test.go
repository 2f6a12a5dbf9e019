package storage_test

import (
	"testing"
	"time"

	"mvkbot/flows"
	"mvkbot/storage"
)

// Ensure that of a stranger nothing is left in the file once they are forgotten, that
// staff and those who are blocked are not forgotten, that the door puts it off, and
// that an update which comes once more is no stranger's first.
func TestStrangersAreForgotten(t *testing.T) {
	const stranger, boss, blocked = 101, 102, 103
	w := newWorld(t)
	rules := flows.DefaultRules(time.UTC)
	rules.Admins = []int64{boss}
	engine := flows.New(rules, []byte("key"), func(flows.Text, flows.Args) string { return "" })
	play := func(chat int64, kind flows.TurnKind) {
		t.Helper()
		w.turn(func(tx *storage.Turn) {
			c, err := tx.Conversation(chat)
			if err != nil {
				t.Fatal(err)
			}
			next, _, err := engine.Step(c, flows.Turn{Kind: kind, At: w.at, Text: "/start"}, tx)
			if err != nil {
				t.Fatal(err)
			}
			if err := tx.SaveConversation(next); err != nil {
				t.Fatal(err)
			}
		})
	}
	wake := func() {
		t.Helper()
		due, err := w.Deadlines(t.Context(), w.at, 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range due {
			play(d.Chat, flows.Woke)
		}
	}
	kept := func(want int) {
		t.Helper()
		r, err := w.Check(t.Context())
		if err != nil || r.FaultCount != 0 || r.Conversations != want || r.Deadlines != want {
			t.Errorf("%d conversations and %d deadlines, want %d; %v %v", r.Conversations, r.Deadlines, want, r.Faults, err)
		}
	}
	for _, chat := range []int64{stranger, boss, blocked} {
		play(chat, flows.Said)
	}
	w.turn(func(tx *storage.Turn) {
		c := tx.Chat(blocked)
		c.Blocked = w.at.Unix()
		tx.SaveChat(c)
		tx.FirstSight(7, w.at.Add(90*24*time.Hour))
		tx.SetOperation(flows.Operation{Closed: 1})
	})
	w.at = w.at.Add(90*24*time.Hour - time.Second)
	wake()
	kept(3)
	w.at = w.at.Add(time.Second)
	wake() // the door is closed
	kept(3)
	w.turn(func(tx *storage.Turn) { tx.SetOperation(flows.Operation{}) })
	w.at = w.at.Add(time.Hour)
	wake()
	kept(2)
	w.reopen()
	w.turn(func(tx *storage.Turn) {
		if c := tx.Chat(stranger); !c.Blank() || tx.FirstSight(7, w.at) {
			t.Errorf("%+v is left, or an update is new", c)
		}
	})
	w.turn(func(tx *storage.Turn) {
		c := tx.Chat(blocked)
		c.Blocked = 0
		tx.SaveChat(c)
	})
	w.at = w.at.Add(90 * 24 * time.Hour)
	wake()
	kept(1)
}
