package flows_test

import (
	"testing"
	"time"

	"mvkbot/flows"
)

// Ensure that an item goes on to a ticket only within a minute of the one before it, of
// the same album, in its own chat, and while whoever sends it may write there.
func TestAlbumContinues(t *testing.T) {
	w := newTown(t)
	w.join(1, "+79161234567", "anna@mail.ru")
	w.join(2, "+79161234568", "boris@mail.ru")
	w.ledger.SetStaff([]flows.Member{{Chat: 9, Role: flows.Operator}, {Chat: 8, Role: flows.Operator}})
	w.say(9, "/start")
	send := func(chat int64, album string) (taken bool) {
		before := w.ledger.Ticket(1).Messages
		w.turn(chat, flows.Turn{Kind: flows.Sent, File: flows.File{Kind: flows.PhotoFile, ID: "photo"}, Album: album, Message: 1000 + w.turns})
		return w.ledger.Ticket(1).Messages > before
	}
	expect := func(what string, want bool, chat int64, album string) {
		t.Helper()
		if got := send(chat, album); got != want {
			t.Errorf("%s: %v", what, got)
		}
	}
	w.press(1, "support_pressed")
	expect("the first", true, 1, "a")
	w.press(1, "back_pressed")
	expect("the next", true, 1, "a")
	expect("another's album", false, 1, "b")
	expect("somebody else's ticket", false, 2, "a")
	w.now = w.now.Add(time.Minute)
	expect("within the minute", true, 1, "a")
	w.now = w.now.Add(61 * time.Second)
	expect("later", false, 1, "a")

	c, _, err := w.engine.BeginReply(1, false)(w.chats[9], flows.Turn{Kind: flows.Said, At: w.now}, w.ledger)
	if err != nil {
		t.Fatal(err)
	}
	w.chats[9] = c
	expect("the answer", true, 9, "c")
	expect("the next of the answer", true, 9, "c")
	expect("the resident's own", false, 1, "c")
	ticket := w.ledger.Ticket(1)
	ticket.Holder = 8
	w.ledger.SaveTicket(ticket)
	expect("a colleague has the ticket", false, 9, "c")
	ticket.Holder = 9
	w.ledger.SaveTicket(ticket)
	w.ledger.SetStaff(nil)
	expect("the role is lost", false, 9, "c")
}
