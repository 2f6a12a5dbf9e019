package flows

import "time"

// Album is where the last item of an album went, which is one thing for whoever
// sends it and comes as a message each: the next items go on there.
type Album struct {
	ID      string `cbor:"1,keyasint,omitempty"` // the messenger's
	Ticket  uint64 `cbor:"2,keyasint,omitempty"`
	Answers uint32 `cbor:"3,keyasint,omitempty"` // see TicketMessage
	At      int64  `cbor:"4,keyasint,omitempty"`
}

// albumFor is within how many seconds of the last item the next one comes.
const albumFor = 60

// Took returns the album as it is once a turn was taken for a ticket, answers being
// the number of the message there that it replies to.
func (a Album) Took(t Turn, ticket uint64, answers uint32) Album {
	if t.Album == "" {
		return a
	}
	return Album{t.Album, ticket, answers, t.At.Unix()}
}

// Continues reports whether a turn is the next item of the album. One with a command
// is what the command says, and so is a reply to another message than the first's.
func (a Album) Continues(t Turn, chat int64, l Ledger) bool {
	if t.Kind != Sent || t.Album == "" || t.Album != a.ID || t.At.Sub(time.Unix(a.At, 0)) > albumFor*time.Second || command(t.Text) != "" {
		return false
	}
	if t.ReplyTo == 0 {
		return true
	}
	r, ok := l.Relay(Place{chat, t.ReplyTo})
	return !ok || r == Relay{a.Ticket, a.Answers - 1}
}

// albumAnswered takes the next item of an album that staff sent for an answer, by the
// rights of now. Only what is refused is told.
func (s *Scene) albumAnswered() bool {
	a := s.c.Desk.Album
	if !a.Continues(s.t, s.c.Chat, s.l) || s.rules.Role(s.l, s.c.Chat) == NoRole {
		return false
	}
	ticket, result := s.l.Ticket(a.Ticket), ""
	effects, answer := s.ServeTicket(TicketDeed{Kind: AnswerTicket, Ticket: a.Ticket, By: s.c.Chat, Answers: a.Answers}, s.t, s.l)
	s.out = append(s.out, effects...)
	if answer.Done {
		s.c.Desk.Album = a.Took(s.t, a.Ticket, a.Answers)
	} else {
		result = Refusal + string(answer.Text)
		s.out = append(s.out, Say{Text: answer.Text, Args: answer.Args})
	}
	s.auditDeed(StaffAction+"reply", ticket, result)
	return true
}

// albumAdded takes the next item of an album that a resident sent to the support. One
// that is just added needs no word.
func (s *Scene) albumAdded() bool {
	a := s.c.Album
	if !a.Continues(s.t, s.c.Chat, s.l) || s.c.Account == 0 || s.stale() != "" {
		return false
	}
	e := s.writeSupport(a.Ticket, a.Answers)
	s.c.Event = e
	if e != ticketAdded {
		s.out = append(s.out, Say{Text: ticketSays[e], Args: s.args})
	}
	return true
}
