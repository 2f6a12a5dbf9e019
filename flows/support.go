package flows

import (
	"slices"
	"strconv"
	"time"
)

// «Поддержка» (SPEC §2.7): the resident writes, and the answers come into the
// chat wherever its dialog stands.
const (
	askSupport    State = "ask_support"
	answerSupport State = "answer_support" // on the way: the dialog that stood goes on afterwards
)

const (
	ticketOpened   Event = "ticket_opened"
	ticketAdded    Event = "ticket_added"
	ticketReopened Event = "ticket_reopened"
	ticketUnread   Event = "ticket_unread" // neither words nor a file that is passed on
	ticketLong     Event = "ticket_long"
	ticketSpent    Event = "ticket_spent" // too many messages

	ticketRewritten Event = "ticket_rewritten" // changed too often
)

// ticketSays is what is said of what somebody wrote.
var ticketSays = map[Event]Text{
	ticketOpened: "ticket.opened", ticketAdded: "ticket.added", ticketReopened: "ticket.reopened",
	ticketUnread: "ticket.unread", ticketLong: "ticket.long", ticketSpent: "ticket.spent", ticketRewritten: "ticket.rewritten",
}

// How many messages of a resident are passed on: each is one to all staff.
var supportLimits = []limit{{30, time.Hour}, {100, day}}

// reopens is how long after its end a ticket is opened again by the resident's
// next message; later that begins another. A reply to its messages always does.
const reopens = 7 * day

var support = Flow{
	Name:     "support",
	Start:    askSupport,
	OnStart:  always(restarted),
	OnCancel: always(cancelled),
	Always: accountRows(map[Event]Move{
		restarted: {To: mainMenu},
		cancelled: {To: mainMenu},
	}),
	States: map[State]Node{
		askSupport: {
			Ask: "ticket.ask", Again: "ticket.again", Args: ticketArgs, Read: readSupport, Files: true, Buttons: backOnly,
			On: map[Event]Move{
				ticketOpened:   {Say: ticketSays[ticketOpened], Do: quietly},
				ticketAdded:    {Say: ticketSays[ticketAdded], Do: quietly},
				ticketReopened: {Say: ticketSays[ticketReopened], Do: quietly},
				ticketUnread:   {Say: ticketSays[ticketUnread], Do: quietly},
				ticketLong:     {Say: ticketSays[ticketLong], Do: quietly},
				ticketSpent:    {Say: ticketSays[ticketSpent], Do: quietly},
				backPressed:    {To: mainMenu},
			},
		},
		answerSupport: {
			Ask: "ticket.answer_ask", Args: answerArgs, Read: readAnswer, Files: true, Buttons: backOnly,
			On: answerRows,
		},
	},
}

func readSupport(s *Scene) Event { return s.writeSupport(0, 0) }

// replied takes a resident's reply to a message of their own ticket, wherever the
// dialog stands: its question stays as it is, but for the one that it answers.
func (s *Scene) replied() bool {
	if s.t.ReplyTo == 0 || s.c.Account == 0 || s.t.Kind != Sent && (s.t.Kind != Said || command(s.t.Text) != "") {
		return false
	}
	place := Place{s.c.Chat, s.t.ReplyTo}
	r, ok := s.l.Relay(place)
	if !ok || s.l.Ticket(r.Ticket).Account != s.c.Account || s.l.Message(r.Ticket, r.Index).AtDesk(place) {
		return false
	}
	if s.place().flow.Role == NoRole && s.stale() != "" { // also where they are asked for, or were refused
		return false
	}
	if s.c.State == answerSupport { // the answer that the button asked for
		s.c.Answering = Answering{r.Ticket, r.Index + 1}
		return false
	}
	e := s.writeSupport(r.Ticket, r.Index+1)
	s.c.Event = e
	s.out = append(s.out, Say{Text: ticketSays[e], Args: s.args})
	return true
}

// writeSupport takes what the resident wrote into their ticket; named is the one
// that a reply names, answers the number of its message there.
func (s *Scene) writeSupport(named uint64, answers uint32) Event {
	if e := unfit(s.t); e != "" {
		return e
	}
	if !s.mayWrite() {
		return ticketSpent
	}
	t, e := s.ticketFor(named)
	if t.Number != named {
		answers = 0
	}
	if t.Number == 0 {
		t = Ticket{Account: s.c.Account, Opened: s.t.At.Unix(), State: TicketOpen, Since: s.t.At.Unix()}
		t.Number = s.l.OpenTicket(t)
	} else {
		t.happen(ResidentWrote, s.t.At)
	}
	s.args.N = int(t.Number)
	w := s.ticketing()
	w.post(t, TicketMessage{
		Kind: FromResident, Text: s.t.Text, File: s.t.File, Written: Place{s.c.Chat, s.t.Message}, Answers: answers, Reopened: e == ticketReopened,
	})
	s.out = append(s.out, w.out...)
	s.c.Album = s.c.Album.Took(s.t, t.Number, answers)
	return e
}

// ticketFor is the ticket that a message belongs to: an account has one that is
// not closed. The zero Ticket is one that is still to be opened.
func (s *Scene) ticketFor(named uint64) (Ticket, Event) {
	var last Ticket
	for _, n := range slices.Backward(s.l.TicketsOf(s.c.Account)) {
		t := s.l.Ticket(n)
		if t.State != TicketClosed {
			return t, ticketAdded
		}
		if n == named || last.Number == 0 {
			last = t
		}
	}
	if last.Number != 0 && (last.Number == named || s.t.At.Unix()-last.Since < int64(reopens/time.Second)) {
		return last, ticketReopened
	}
	return Ticket{}, ticketOpened
}

// underWay reports whether the support and this resident are in the middle of something,
// or were until lately: what ended is often gone on with. New terms come before.
func (s *Scene) underWay() bool {
	if s.c.Account == 0 || s.stale() != "" {
		return false
	}
	_, e := s.ticketFor(0)
	return e != ticketOpened
}

// mayWrite notes a message; false when there were too many.
func (s *Scene) mayWrite() bool {
	b := Budget{"support", strconv.FormatUint(s.c.Account, 10)}
	if until := s.openAt(b, supportLimits...); !until.IsZero() {
		s.args.Until = s.unix(until.Unix())
		return false
	}
	s.spend(b, 0)
	return true
}

func (s *Scene) ticketing() *ticketing { return &ticketing{Engine: s.Engine, t: s.t, l: s.l} }

// maxListed is how many tickets the question shows.
const maxListed = 5

// ticketArgs lists the ticket that is not closed, and those that a message may
// still open again; whether the next message does so.
func ticketArgs(s *Scene) (a Args) {
	_, e := s.ticketFor(0)
	a.Hint = e == ticketReopened
	for _, n := range s.l.TicketsOf(s.c.Account) {
		t := s.l.Ticket(n)
		if t.State != TicketClosed || s.t.At.Unix()-t.Since < int64(reopens/time.Second) {
			a.Tickets = append(a.Tickets, t.View(s.rules.Location))
		}
	}
	if len(a.Tickets) > maxListed {
		a.Tickets = a.Tickets[len(a.Tickets)-maxListed:]
	}
	return a
}

// dropTickets forgets all that was said in tickets; who has one of them is told.
func (s *Scene) dropTickets(tickets []uint64) {
	for _, n := range tickets {
		if h := s.Holder(s.l.Ticket(n), s.t.At, s.l); h != 0 {
			s.out = append(s.out, For{h, []Effect{Say{Text: "desk.ticket_gone", Args: Args{N: int(n)}}}})
		}
		s.l.DropTicket(n)
	}
}
