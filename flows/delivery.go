package flows

import "slices"

// What becomes of the messages of a ticket on their way.

// relayed notes where a message has arrived. One that did not arrive because the
// account moved meanwhile follows it; else it is lost.
func (w *ticketing) relayed(chat int64) {
	r := w.t.Ref
	t := w.l.Ticket(r.Ticket)
	if t.Number == 0 || r.Serial >= t.Messages {
		return // the account was deleted, or the ticket is forgotten
	}
	m := w.l.Message(r.Ticket, r.Serial)
	switch {
	case w.t.Outcome == Delivered && w.t.Message != 0:
		if m.Undelivered {
			w.found(t, r.Serial, m)
			t = w.l.Ticket(r.Ticket)
		}
		m.Copies, m.Undelivered = arrived(m.Copies, Place{Chat: chat, Message: w.t.Message}), false
		w.l.SaveMessage(t.Number, r.Serial, m)
		if m.Kind == FromStaff && r.Kind == RefRelay && t.Waited != 0 { // that wait is over, whatever is lost later
			t.Waited = 0
			w.l.SaveTicket(t)
		}
		if r.Kind == RefRelay && r.Edition != m.Edition && w.mayRead(chat, t, m, w.l) {
			w.sendChanged(Place{Chat: chat, Message: w.t.Message}, t, r.Serial, m, false)
		}
	case w.t.Outcome == Unsent && r.Kind == RefRelay:
		w.strayed(chat, t, r.Serial, m)
	}
}

// arrived is a list of copies with one that is no longer on its way.
func arrived(copies []Place, p Place) []Place {
	copies = slices.Clone(copies)
	if slices.Contains(copies, p) {
		return copies
	}
	if i := slices.Index(copies, Place{Chat: p.Chat}); i >= 0 {
		copies[i] = p
		return copies
	}
	return append(copies, p)
}

func (w *ticketing) strayed(chat int64, t Ticket, index uint32, m TicketMessage) {
	m.Copies = slices.DeleteFunc(slices.Clone(m.Copies), func(p Place) bool { return p == Place{Chat: chat} })
	to, ok := home(w.l, t)
	switch {
	case m.Kind == FromResident, !ok:
	case to != chat:
		m.Copies = append(m.Copies, Place{Chat: to})
		w.send(to, w.copyOf(t, index, m, to))
	default:
		w.lost(t, &m)
	}
	w.l.SaveMessage(t.Number, index, m)
}

// lost keeps that a message of the staff did not reach the resident, who waits for an
// answer again, and tells its author. What is lost once more reopens nothing: whoever
// closed the ticket since then knew.
func (w *ticketing) lost(t Ticket, m *TicketMessage) {
	if m.Kind == FromStaff && !m.Undelivered && (t.State != TicketClosed || !w.opened(t.Account)) {
		t.happen(AnswerLost, w.t.At)
		w.l.SaveTicket(t)
	}
	left := 0 // tries: what is lost again is not sent once more
	if !m.Undelivered {
		m.Undelivered, w.missed, left = true, t.Number, 1
	}
	if w.rules.Role(w.l, m.Author) != NoRole {
		args := Args{N: int(t.Number), Account: t.Account, Hint: t.State == TicketOpen, Dead: m.Kind == ClosingWord, Left: left}
		w.send(m.Author, Say{Text: "desk.undelivered", Args: args, Buttons: OnFromTicket(t.Number)})
	}
}

// opened reports whether an account has a ticket that is not closed.
func (w *ticketing) opened(account uint64) bool {
	return slices.ContainsFunc(w.l.TicketsOf(account), func(n uint64) bool { return w.l.Ticket(n).State != TicketClosed })
}

// found ends the wait for an answer that got to the resident after all, unless they
// wrote since, and tells its author.
func (w *ticketing) found(t Ticket, index uint32, m TicketMessage) {
	if m.Kind != FromStaff {
		return
	}
	answered := t.State == TicketOpen
	for i := index + 1; i < t.Messages; i++ {
		answered = answered && w.l.Message(t.Number, i).Kind != FromResident
	}
	if answered {
		t.happen(StaffAnswered, w.t.At)
		w.l.SaveTicket(t)
	}
	if w.rules.Role(w.l, m.Author) != NoRole {
		w.send(m.Author, Say{Text: "desk.delivered_late", Args: Args{N: int(t.Number)}, Buttons: OnFromTicket(t.Number)})
	}
}

// sendMissed sends again what the support wrote while nothing reached the resident,
// who is back.
func (s *Scene) sendMissed() {
	t := s.l.Ticket(s.c.Missed)
	s.c.Missed = 0
	if s.c.Account == 0 || t.Account != s.c.Account {
		return
	}
	w := s.ticketing()
	for i := t.Messages - min(t.Messages, caughtUp); i < t.Messages; i++ {
		m := s.l.Message(t.Number, i)
		if !m.Undelivered || m.Kind == ClosingWord && t.State != TicketClosed {
			continue
		}
		m.Copies = append(slices.Clone(m.Copies), Place{Chat: s.c.Chat})
		w.send(s.c.Chat, w.copyOf(t, i, m, s.c.Chat))
		s.l.SaveMessage(t.Number, i, m)
	}
	s.out = append(s.out, w.out...)
}
