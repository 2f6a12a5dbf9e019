package flows_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"mvkbot/flows"
)

// Ensure that a ticket goes from state to state as it should, and no other way.
func TestTicketState(t *testing.T) {
	const none = flows.TicketState(0)
	for _, tt := range []struct {
		from  flows.TicketState
		event flows.TicketEvent
		to    flows.TicketState
		ok    bool
	}{
		{none, flows.ResidentWrote, flows.TicketOpen, true},
		{none, flows.StaffAnswered, none, false},
		{none, flows.StaffClosed, none, false},
		{flows.TicketOpen, flows.ResidentWrote, flows.TicketOpen, true},
		{flows.TicketOpen, flows.StaffAnswered, flows.TicketAnswered, true},
		{flows.TicketOpen, flows.StaffClosed, flows.TicketClosed, true},
		{flows.TicketAnswered, flows.ResidentWrote, flows.TicketOpen, true},
		{flows.TicketAnswered, flows.StaffAnswered, flows.TicketAnswered, true},
		{flows.TicketAnswered, flows.StaffClosed, flows.TicketClosed, true},
		{flows.TicketClosed, flows.ResidentWrote, flows.TicketOpen, true},
		{flows.TicketOpen, flows.AnswerLost, flows.TicketOpen, true},
		{flows.TicketAnswered, flows.AnswerLost, flows.TicketOpen, true},
		{flows.TicketClosed, flows.AnswerLost, flows.TicketOpen, true},
		{none, flows.AnswerLost, none, false},
		{flows.TicketClosed, flows.StaffAnswered, none, false},
		{flows.TicketClosed, flows.StaffClosed, none, false},
		{flows.TicketState(9), flows.ResidentWrote, none, false},
		{flows.TicketOpen, flows.TicketEvent(9), none, false},
	} {
		if to, ok := tt.from.After(tt.event); to != tt.to || ok != tt.ok {
			t.Errorf("state %d, event %d: to %d, %v", tt.from, tt.event, to, ok)
		}
	}
}

// Ensure that a lease ends by itself, to the second, and is none that a clock which
// was set back would prolong.
func TestTicketHeldBy(t *testing.T) {
	at := time.Unix(1000, 0)
	ticket := flows.Ticket{Holder: 7, Until: 1000}
	if ticket.HeldBy(at.Add(-time.Second)) != 7 || ticket.HeldBy(at) != 0 || ticket.HeldBy(at.Add(-31*time.Minute)) != 0 {
		t.Error("the lease does not end when it should")
	}
}

// Ensure that the messages that a resident may send to the support are bounded by
// the hour and by the day, edits included, and that a refusal is told.
func TestSupportLimits(t *testing.T) {
	w := newTown(t)
	w.join(1, "+79161234567", "anna@mail.ru")
	w.press(1, "support_pressed")
	write := func() bool {
		w.turns++
		effects := w.turn(1, flows.Turn{Kind: flows.Said, Text: "Вопрос", Message: w.turns})
		return !strings.Contains(fmt.Sprint(effects), "ticket.spent")
	}
	passed := 0
	for range 31 {
		if write() {
			passed++
		}
	}
	if passed != 30 {
		t.Errorf("%d messages in an hour", passed)
	}
	edit := w.turn(1, flows.Turn{Kind: flows.Edited, Text: "Правка", Message: w.ledger.Message(1, 0).Written.Message})
	if say, ok := edit[0].(flows.Say); !ok || say.Text != "ticket.spent" || w.ledger.Message(1, 0).Text != "Вопрос" {
		t.Errorf("the edit came to %v", edit)
	}
	for range 23 {
		w.now = w.now.Add(61 * time.Minute)
		for range 10 {
			if write() {
				passed++
			}
		}
	}
	if passed != 100 {
		t.Errorf("%d messages in a day", passed)
	}
	if n := w.ledger.Ticket(1).Messages; int(n) != passed || w.ledger.Support.Last != 1 {
		t.Errorf("%d messages in %d tickets", n, w.ledger.Support.Last)
	}
}

// Ensure that a resident who writes again waits no shorter, and that an answer
// ends the wait.
func TestTicketSince(t *testing.T) {
	w := newTown(t)
	w.join(1, "+79161234567", "anna@mail.ru")
	w.press(1, "support_pressed")
	w.say(1, "Вопрос")
	since := w.now.Unix()
	w.now = w.now.Add(time.Hour)
	w.say(1, "Ещё вопрос")
	if got := w.ledger.Ticket(1); got.Since != since || got.Opened != since {
		t.Errorf("waits since %d, want %d", got.Since, since)
	}
	w.ledger.SetStaff([]flows.Member{{Chat: 9, Role: flows.Operator}})
	deed := flows.TicketDeed{Kind: flows.AnswerTicket, Ticket: 1, By: 9}
	if _, answer := w.engine.ServeTicket(deed, flows.Turn{Kind: flows.Said, Text: "Ответ", At: w.now}, w.ledger); !answer.Done || answer.Text != "desk.answered" {
		t.Errorf("answered: %v", answer)
	}
	if got := w.ledger.Ticket(1); got.Since != w.now.Unix() || got.State != flows.TicketAnswered || got.HeldBy(w.now) != 9 {
		t.Errorf("after the answer: %+v", got)
	}
	deed.By = 8
	if _, answer := w.engine.ServeTicket(deed, flows.Turn{Kind: flows.Said, Text: "Ответ", At: w.now}, w.ledger); answer.Done || answer.Text != "desk.no_ticket" {
		t.Errorf("somebody without a role answered: %v", answer)
	}
}

// Ensure that a resident whose answer was lost waits as long as before it, that a
// later attempt which fails opens no closed ticket, and that one which arrives
// takes the mark off; that what is lost after one that arrived is waited for anew.
func TestAnswerLost(t *testing.T) {
	w := newTown(t)
	w.join(1, "+79161234567", "anna@mail.ru")
	w.press(1, "support_pressed")
	w.say(1, "Вопрос")
	since := w.now.Unix()
	w.now = w.now.Add(time.Hour)
	w.ledger.SetStaff([]flows.Member{{Chat: 9, Role: flows.Operator}})
	serve := func(kind flows.TicketDeedKind) {
		w.engine.ServeTicket(flows.TicketDeed{Kind: kind, Ticket: 1, By: 9}, flows.Turn{Kind: flows.Said, Text: "Ответ", At: w.now}, w.ledger)
	}
	report := func(o flows.Outcome, message int) []flows.Effect {
		return w.turn(1, flows.Turn{Kind: flows.Reported, Ref: flows.Ref{Kind: flows.RefRelay, Ticket: 1, Serial: 1}, Outcome: o, Message: message})
	}
	serve(flows.AnswerTicket)
	if told := fmt.Sprint(report(flows.Unsent, 0)); !strings.Contains(told, "desk.undelivered") {
		t.Errorf("the author hears %s", told)
	}
	if got := w.ledger.Ticket(1); got.State != flows.TicketOpen || got.Since != since || !w.ledger.Message(1, 1).Undelivered {
		t.Errorf("after the loss: %+v, %+v", got, w.ledger.Message(1, 1))
	}
	serve(flows.CloseTicket)
	report(flows.Unsent, 0)
	if got := w.ledger.Ticket(1); got.State != flows.TicketClosed {
		t.Errorf("after the second loss: %+v", got)
	}
	report(flows.Delivered, 70)
	if m := w.ledger.Message(1, 1); m.Undelivered || len(m.Copies) != 1 {
		t.Errorf("after it arrived: %+v", m)
	}

	w.say(1, "Ещё вопрос")
	serve(flows.AnswerTicket)
	answered := w.ledger.Ticket(1).Messages - 1
	ref := flows.Ref{Kind: flows.RefRelay, Ticket: 1, Serial: answered}
	w.turn(1, flows.Turn{Kind: flows.Reported, Ref: ref, Outcome: flows.Delivered, Message: 71})
	w.now = w.now.Add(24 * time.Hour)
	serve(flows.AnswerTicket)
	ref.Serial++
	w.turn(1, flows.Turn{Kind: flows.Reported, Ref: ref, Outcome: flows.Unsent})
	if got := w.ledger.Ticket(1); got.State != flows.TicketOpen || got.Since != w.now.Unix() {
		t.Errorf("after the loss of more: %+v, now %d", got, w.now.Unix())
	}
}

// Ensure that what shows a message once more is for those with a role alone, while
// there is such a message, and that nothing stands there for a reply.
func TestMessageShown(t *testing.T) {
	w := newTown(t)
	w.join(1, "+79161234567", "anna@mail.ru")
	w.press(1, "support_pressed")
	w.say(1, "Вопрос")
	w.ledger.SetStaff([]flows.Member{{Chat: 9, Role: flows.Operator}})
	ref := flows.Ref{Kind: flows.RefShown, Ticket: 1}
	if !w.engine.Relays(9, ref, w.ledger) || w.engine.Relays(1, ref, w.ledger) || w.engine.Relays(8, ref, w.ledger) {
		t.Error("it is not for the staff alone")
	}
	w.turn(9, flows.Turn{Kind: flows.Reported, Ref: ref, Outcome: flows.Delivered, Message: 70})
	if r, ok := w.ledger.Relay(flows.Place{Chat: 9, Message: 70}); ok {
		t.Errorf("message %v stands there", r)
	}
	w.ledger.DropTicket(1)
	if w.engine.Relays(9, ref, w.ledger) {
		t.Error("it is shown after the ticket is gone")
	}
}

// Ensure that nothing is passed on while the door is closed or the chat is
// blocked: no message, no reply, no edit; and that the resident is told.
func TestSupportShut(t *testing.T) {
	for name, shut := range map[string]func(*town){
		"door.closed": func(w *town) { w.ledger.Run.Closed = w.now.Unix() },
		"door.blocked": func(w *town) {
			c := w.chats[1]
			c.Blocked = w.now.Unix()
			w.chats[1] = c
		},
	} {
		w := newTown(t)
		w.join(1, "+79161234567", "anna@mail.ru")
		w.press(1, "support_pressed")
		w.turn(1, flows.Turn{Kind: flows.Said, Text: "Вопрос", Message: 50})
		before := w.ledger.Clone()
		shut(w)
		for _, turn := range []flows.Turn{
			{Kind: flows.Said, Text: "Ещё", Message: 51}, {Kind: flows.Said, Text: "Ещё", Message: 52, ReplyTo: 50}, {Kind: flows.Edited, Text: "Ещё", Message: 50},
		} {
			effects := w.turn(1, turn)
			if say, ok := effects[0].(flows.Say); !ok || len(effects) != 1 || say.Text != flows.Text(name) {
				t.Errorf("%s: %v", name, effects)
			}
		}
		if effects := w.turn(1, flows.Turn{Kind: flows.Edited, Text: "Ещё", Message: 40}); name == "door.closed" && len(effects) != 0 {
			t.Errorf("%s: of an edit that concerns nobody: %v", name, effects)
		}
		if w.ledger.Ticket(1) != before.Ticket(1) || w.ledger.Message(1, 0).Text != "Вопрос" {
			t.Errorf("%s: something was passed on", name)
		}
	}
}

// Ensure that a message which was changed keeps what it was, and that nobody can
// change it so often that the first words are lost.
func TestFormerEditions(t *testing.T) {
	w := newTown(t)
	w.join(1, "+79161234567", "anna@mail.ru")
	w.press(1, "support_pressed")
	w.turn(1, flows.Turn{Kind: flows.Said, Text: "Правка 0", Message: 50})
	for i := range 21 {
		w.turn(1, flows.Turn{Kind: flows.Edited, Text: fmt.Sprint("Правка ", i), Message: 50}) // the first changes nothing
	}
	if m := w.ledger.Message(1, 0); len(m.Former) != 20 || m.Former[0].Text != "Правка 0" || m.Former[19].Text != "Правка 19" || m.Text != "Правка 20" {
		t.Errorf("kept: %+v", m)
	}
	effects := w.turn(1, flows.Turn{Kind: flows.Edited, Text: "Последняя", Message: 50})
	if say, ok := effects[0].(flows.Say); !ok || say.Text != "ticket.rewritten" || w.ledger.Message(1, 0).Text != "Правка 20" {
		t.Errorf("one edit more: %v", effects)
	}
}

// Ensure that a picture which takes the place of another is a change, whatever the
// words under both.
func TestFormerPicture(t *testing.T) {
	w := newTown(t)
	w.join(1, "+79161234567", "anna@mail.ru")
	w.press(1, "support_pressed")
	picture := func(id string) flows.File { return flows.File{Kind: flows.PhotoFile, ID: id} }
	w.turn(1, flows.Turn{Kind: flows.Sent, Text: "Счётчик", File: picture("first"), Message: 50})
	w.turn(1, flows.Turn{Kind: flows.Edited, Text: "Счётчик", File: picture("second"), Message: 50})
	if m := w.ledger.Message(1, 0); len(m.Former) != 1 || m.Former[0].File.ID != "first" || m.File.ID != "second" {
		t.Errorf("kept: %+v, now %+v", m.Former, m.File)
	}
}

// Ensure that a deadline ends the dialog in which staff write: it goes on where
// the resident's dialog of the same person stood.
func TestReplyEndsWithDeadline(t *testing.T) {
	w := newTown(t)
	w.join(1, "+79161234567", "anna@mail.ru")
	w.press(1, "support_pressed")
	w.say(1, "Вопрос")
	w.ledger.SetStaff([]flows.Member{{Chat: 2, Role: flows.Operator}})
	w.say(2, "/start")
	for _, press := range []flows.Event{"person_pressed", "register_pressed", "consent_given"} {
		w.press(2, press)
	}
	w.say(2, "Ольгина")
	c, effects, err := w.engine.BeginReply(1, false)(w.chats[2], flows.Turn{Kind: flows.Said, At: w.now}, w.ledger)
	if err != nil || len(effects) == 0 {
		t.Fatal(effects, err)
	}
	if say, ok := effects[0].(flows.Say); !ok || say.Text != "desk.reply_ask" || c.State != "write_reply" || c.Resume != "ask_name" {
		t.Fatalf("the dialog began with %v in %s", effects, c.State)
	}
	w.chats[2] = c
	w.now = w.now.Add(8 * 24 * time.Hour)
	w.wake()
	if c := w.chats[2]; c.State != "choose_person" || c.Resume != "" || c.Desk.Reply != (flows.ReplyDraft{}) {
		t.Errorf("after the deadline: %s, back to %q, %+v", c.State, c.Resume, c.Desk.Reply)
	}
}

// Ensure that the longest message that is passed on fits into one of Telegram's,
// with its header, in every spelling.
func TestTicketCopiesFit(t *testing.T) {
	texts := testTexts()
	for limit, most := range map[int]int{3500: 4096, 800: 1024} {
		args := flows.Args{N: 1 << 53, Account: 1 << 53, Hint: true, Dead: true, Value: strings.Repeat("<", limit)}
		for _, key := range []flows.Text{"desk.relay", "desk.relay_reopened", "ticket.answer"} {
			s, err := texts.Plain(key, args)
			if n := len(utf16.Encode([]rune(s))); err != nil || n > most || n < limit {
				t.Errorf("%s: %d of %d units, %v", key, n, most, err)
			}
		}
	}
}
