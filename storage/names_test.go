package storage_test

import (
	"testing"

	"mvkbot/flows"
	"mvkbot/storage"
)

// sound fails the test when records and indexes do not agree.
func (w *world) sound() {
	w.t.Helper()
	r, err := w.Check(w.t.Context())
	if err != nil || r.FaultCount != 0 {
		w.t.Errorf("check: %v, %v", r.Faults, err)
	}
}

// change changes a chat's conversation.
func (w *world) change(chat int64, fn func(c *flows.Conversation)) {
	w.t.Helper()
	w.turn(func(tx *storage.Turn) {
		c, _ := tx.Conversation(chat)
		fn(&c)
		_ = tx.SaveConversation(c)
	})
}

// settleWith opens an account for a chat.
func (w *world) settleWith(a flows.Account, username string) (number uint64) {
	w.t.Helper()
	w.turn(func(tx *storage.Turn) {
		number = tx.OpenAccount(a)
		tx.SetOwner(phoneOf(string(a.Phone)), flows.Owner{Account: number})
		tx.SetOwner(mailOf(string(a.Email)), flows.Owner{Account: number})
	})
	w.change(a.Chat, func(c *flows.Conversation) { c.Account, c.Username = number, username })
	return number
}

// Ensure that the index of surnames follows accounts and registrations.
func TestSurnamesFollow(t *testing.T) {
	w := newWorld(t)
	rows := func(want int) {
		t.Helper()
		w.sound()
		if got := len(w.keys('n')); got != want {
			t.Errorf("%d rows, want %d", got, want)
		}
	}
	w.change(1, func(c *flows.Conversation) { c.Form.Surname = flows.Field{Value: "Ким"} })
	rows(0)
	w.change(1, func(c *flows.Conversation) { c.Registration = flows.Registration{Submitted: 1, Surname: "Ким"} })
	rows(3)
	w.change(1, func(c *flows.Conversation) { c.Registration.PhoneAt = 0; c.Page = 2 })
	rows(3)
	n := w.settleWith(flows.Account{Chat: 2, Surname: "Ли", Phone: annaPhone, Email: annaMail}, "")
	rows(5)
	save := func(surname string) {
		w.turn(func(tx *storage.Turn) {
			a := tx.Account(n)
			a.Surname = surname
			tx.SaveAccount(a)
		})
	}
	save("Ли")
	rows(5)
	save("Лим")
	rows(6)
	save("Пак")
	rows(6)
	w.change(1, func(c *flows.Conversation) { c.Registration = flows.Registration{} })
	rows(3)
	w.turn(func(tx *storage.Turn) {
		tx.DropAccount(n)
		tx.SetOwner(phoneOf(annaPhone), flows.Owner{})
		tx.SetOwner(mailOf(annaMail), flows.Owner{})
	})
	w.change(2, func(c *flows.Conversation) { c.Account = 0 })
	rows(0)
}

// Ensure that a username belongs to the chat that had it last, and that a chat
// gives back only its own.
func TestUsernamesFollow(t *testing.T) {
	w := newWorld(t)
	name := func(chat int64, username string) {
		t.Helper()
		w.change(chat, func(c *flows.Conversation) { c.Username = username })
		w.sound()
	}
	holder := func(username string, want int64) {
		t.Helper()
		hits, _, err := w.Find(t.Context(), flows.ParseQuery("@"+username), flows.Cursor{}, 10)
		if err != nil || (want == 0) != (len(hits) == 0) || want != 0 && (len(hits) != 1 || hits[0].Chat != want) {
			t.Errorf("@%s: %v, %v, want chat %d", username, hits, err, want)
		}
	}
	name(1, "Anna_S")
	holder("ANNA_s", 1)
	name(1, "anna_s")
	holder("anna_s", 1)
	name(2, "anna_S")
	holder("anna_s", 2)
	if c, err := w.Conversation(t.Context(), 1); err != nil || c.Username != "" {
		t.Errorf("the name before: %q, %v", c.Username, err)
	}
	name(1, "anna_k")
	holder("anna_s", 2)
	holder("anna_k", 1)
	name(2, "")
	holder("anna_s", 0)
	holder("anna_k", 1)
	name(1, "")
	if rows := w.keys('e'); len(rows) != 0 {
		t.Errorf("%d rows are left", len(rows))
	}
}

// Ensure that a chat never takes the row of another, whatever it says of itself.
func TestUsernameOfAnotherStays(t *testing.T) {
	w := newWorld(t)
	w.change(1, func(c *flows.Conversation) { c.Username = "anna" })
	w.raw(func(tx storage.Tx) error { return tx.Put(storage.UsernameKey(w.Store, "anna"), storage.ChatKey(2)[1:]) })
	w.change(1, func(c *flows.Conversation) { c.Username = "" })
	if rows := w.keys('e'); len(rows) != 1 {
		t.Errorf("%d rows", len(rows))
	}
}

// Ensure that a username which changes hands within one turn has one holder, also
// when the one who lost it is saved as they were read.
func TestUsernameWithinOneTurn(t *testing.T) {
	w := newWorld(t)
	w.change(1, func(c *flows.Conversation) { c.Username = "anna" })
	w.turn(func(tx *storage.Turn) {
		one, _ := tx.Conversation(1)
		two, _ := tx.Conversation(2)
		two.Username = "anna"
		_ = tx.SaveConversation(two)
		_ = tx.SaveConversation(one)
	})
	w.sound()
	if rows := w.keys('e'); len(rows) != 1 {
		t.Errorf("%d rows", len(rows))
	}
}
