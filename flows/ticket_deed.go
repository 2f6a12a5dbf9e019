package flows

import (
	"slices"
	"strings"
	"time"
)

// leaseFor is how long a ticket that was taken is nobody else's.
const leaseFor = 30 * time.Minute

// What one message can hold besides its header, in UTF-16 units.
const (
	maxTicketText    = 3500
	maxTicketCaption = 800
)

// caughtUp is how many of the last messages whoever takes a ticket is sent.
const caughtUp = 20

// TicketDeedKind is what a member of staff does with a ticket.
type TicketDeedKind uint8

// The deeds. Answering a free ticket takes it.
const (
	TakeTicket TicketDeedKind = iota + 1
	AnswerTicket
	NoteTicket
	CloseTicket
)

// TicketDeed is what somebody of the staff does with one ticket.
type TicketDeed struct {
	Kind    TicketDeedKind
	Ticket  uint64
	By      int64
	Answers uint32 // number, from 1, of the message that an answer replies to; 0: none
}

// ServeTicket does a deed of staff on a ticket; what is said are the turn's words
// and file. Like Step it is pure.
func (e *Engine) ServeTicket(d TicketDeed, t Turn, l Ledger) (effects []Effect, answer Answer) {
	w := &ticketing{Engine: e, t: t, l: l}
	ticket := l.Ticket(d.Ticket)
	if why, args := w.refusal(d, ticket); why != "" {
		return nil, Answer{Line: Line{why, args}}
	}
	answer.Done, answer.Args.N = true, int(d.Ticket)
	m := TicketMessage{
		Author: d.By, Text: strings.TrimSpace(t.Text), File: t.File, Written: Place{d.By, t.Message}, Answers: d.Answers,
	}
	switch d.Kind {
	case TakeTicket:
		ticket.lease(d.By, t.At)
		l.SaveTicket(ticket)
		w.catchUp(ticket, d.By)
		answer.Text, answer.Args.Until = "desk.taken", t.At.Add(leaseFor).In(e.rules.Location)
		return w.out, answer
	case AnswerTicket:
		ticket.lease(d.By, t.At)
		ticket.happen(StaffAnswered, t.At)
		m.Kind, answer.Text = FromStaff, "desk.answered"
	case NoteTicket:
		m.Kind, answer.Text = StaffNote, "desk.noted"
	case CloseTicket:
		ticket.Holder, ticket.Until = 0, 0
		ticket.happen(StaffClosed, t.At)
		m = TicketMessage{Kind: ClosingWord, Author: d.By}
		answer.Text, answer.Args.Hint = "desk.closed", w.unreached(ticket)
	}
	w.post(ticket, m)
	if d.Kind == NoteTicket {
		w.tellHolder(ticket, ticket.Messages, m)
	}
	return w.out, answer
}

// unreached reports whether the last answer did not get to the resident.
func (w *ticketing) unreached(t Ticket) bool {
	for i := t.Messages; i > t.Messages-min(t.Messages, caughtUp); i-- {
		if m := w.l.Message(t.Number, i-1); m.Kind == FromStaff {
			return m.Undelivered
		}
	}
	return false
}

// tellHolder tells who has a ticket of a colleague's note, and of its change. What is
// told is no place of the note: a reply to it reaches nobody.
func (w *ticketing) tellHolder(t Ticket, index uint32, note TicketMessage) {
	h := w.Holder(t, w.t.At, w.l)
	if h == 0 || h == note.Author {
		return
	}
	w.send(h, Say{
		Text: "desk.note_told", Args: Args{N: int(t.Number), Label: Colleague(w.l, note.Author), Value: note.Text, Dead: note.Edition > 0},
		Buttons: [][]Button{{openButton(t.Number)}},
		Report:  Ref{Kind: RefShown, Ticket: t.Number, Serial: index},
	})
}

// refusal tells why a deed cannot be done, "" when it can.
func (w *ticketing) refusal(d TicketDeed, t Ticket) (Text, Args) {
	args := Args{N: int(d.Ticket)}
	if _, ok := home(w.l, t); !ok || w.rules.Role(w.l, d.By) == NoRole {
		return "desk.no_ticket", args
	}
	if d.Kind != NoteTicket {
		if h := w.Holder(t, w.t.At, w.l); h != 0 && h != d.By {
			args.Value, args.Until = Colleague(w.l, h), time.Unix(t.Until, 0).In(w.rules.Location)
			return "desk.held", args
		}
		if t.State == TicketClosed {
			return "desk.closed_already", args
		}
	}
	switch d.Kind {
	case NoteTicket:
		if w.t.File.Kind != NoAttachment {
			return "desk.note_file", args
		}
		return ticketSays[unfit(w.t)], args
	case AnswerTicket:
		return ticketSays[unfit(w.t)], args
	}
	return "", args
}

// lease gives a ticket to somebody of the staff, or goes on giving it.
func (t *Ticket) lease(by int64, at time.Time) { t.Holder, t.Until = by, at.Add(leaseFor).Unix() }

// happen moves a ticket along its table. Since is when the state began, so that a
// resident who writes again waits no shorter, nor does one whose answer was lost.
func (t *Ticket) happen(e TicketEvent, at time.Time) {
	next, ok := t.State.After(e)
	if !ok || next == t.State {
		return
	}
	since := at.Unix()
	switch {
	case e == StaffAnswered:
		t.Waited = t.Since
	case e == AnswerLost && t.Waited != 0:
		since = t.Waited
	}
	t.State, t.Since = next, since
}

// catchUp sends whoever took a ticket the resident's messages that they never
// got, so that each can be read whole and replied to.
func (w *ticketing) catchUp(t Ticket, chat int64) {
	for i := t.Messages - min(t.Messages, caughtUp); i < t.Messages; i++ {
		m := w.l.Message(t.Number, i)
		if m.Kind != FromResident || slices.ContainsFunc(m.Copies, func(p Place) bool { return p.Chat == chat }) {
			continue
		}
		m.Copies = append(slices.Clone(m.Copies), Place{Chat: chat})
		w.send(chat, w.copyOf(t, i, m, chat))
		w.l.SaveMessage(t.Number, i, m)
	}
}

// unfit tells what keeps a turn from being a message of a ticket, "" for nothing.
func unfit(t Turn) Event {
	limit := maxTicketText
	if t.File.Kind != NoAttachment {
		limit = maxTicketCaption
	}
	switch {
	case t.File.Kind == NoAttachment && strings.TrimSpace(withoutFormat(t.Text)) == "":
		return ticketUnread
	case Units(t.Text) > limit:
		return ticketLong
	}
	return ""
}
