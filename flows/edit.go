package flows

import (
	"slices"
	"strings"
	"unicode"
)

// maxFormer is how many former editions of a message are kept. None of them gives
// way to a later one: what was said first cannot be unsaid by changing it often.
const maxFormer = 20

// edited passes on that a message was changed which stands in a ticket. It moves no
// ticket: a resident to whom nobody is to answer is told how to ask anew. Another
// message counts as it was written; whoever changed their last answer is told so, once.
func (s *Scene) edited() {
	place := Place{s.c.Chat, s.t.Message}
	r, ok := s.l.Relay(place)
	if !ok {
		if s.answeredBy(s.t.Message) {
			s.out = append(s.out, Say{Text: s.howToMend()})
			s.c.Answer = TakenAnswer{}
		}
		return
	}
	t, m := s.l.Ticket(r.Ticket), s.l.Message(r.Ticket, r.Index)
	staff := m.Kind != FromResident
	if m.Written != place || !staff && t.Account != s.c.Account || staff && s.rules.Role(s.l, s.c.Chat) == NoRole {
		return
	}
	if staff && !s.respoken(t, m) {
		return
	}
	s.c.Event = unfit(s.t)
	switch {
	case s.c.Event != "":
	case len(m.Former) >= maxFormer:
		s.c.Event = ticketRewritten
	case !staff && !s.mayWrite():
		s.c.Event = ticketSpent
	}
	if s.c.Event != "" {
		s.out = append(s.out, Say{Text: ticketSays[s.c.Event], Args: s.args})
		return
	}
	afresh := (m.File.Kind == NoAttachment) != (s.t.File.Kind == NoAttachment)
	changed := m.Text != s.t.Text || m.File != s.t.File // else the messenger changed what is not kept
	if changed {
		m.Former = append(slices.Clone(m.Former), Edition{s.t.At.Unix(), m.Text, m.File})
	}
	m.Text, m.File = s.t.Text, s.t.File
	w := s.ticketing()
	passed := w.change(t, r.Index, m, afresh)
	if changed && m.Kind == StaffNote {
		m.Edition++
		w.tellHolder(t, r.Index, m)
	}
	s.out = append(s.out, w.out...)
	switch {
	case staff:
		s.editNoted(t, passed)
	case changed && t.State != TicketOpen: // copies change without a sound, and nobody is to answer
		s.out = append(s.out, Say{
			Text: "ticket.edited", Args: Args{N: int(t.Number), Hint: t.State == TicketClosed}, Buttons: [][]Button{{answerButton(t.Number)}},
		})
	}
}

// answeredBy reports whether a message is the last that a question took for its answer.
func (s *Scene) answeredBy(message int) bool { return message != 0 && message == s.c.Answer.Message }

// howToMend tells how the last answer can be mended: the question may wait still,
// or have led on.
func (s *Scene) howToMend() Text {
	switch {
	case s.c.State == s.c.Answer.State:
		return "edit.again"
	case s.c.State != reviewForm && s.offers(backPressed, 0):
		return "edit.back"
	}
	return "edit.elsewhere"
}

// editNoted tells a member of staff what became of a changed answer, and notes it.
func (s *Scene) editNoted(t Ticket, passed bool) {
	s.auditDeed(ActionEdited, t, "")
	s.out = append(s.out, Say{Text: "desk.edited", Args: Args{N: int(t.Number), Hint: passed}})
}

// spoken takes a message that was changed apart: the command that it may begin
// with, the ticket that the command names, and what is said.
func spoken(text string) (name string, ticket uint64, said string) {
	if name = command(text); name == "" {
		return "", 0, text
	}
	words := strings.TrimSpace(text)
	if i := strings.IndexFunc(words, unicode.IsSpace); i >= 0 {
		ticket, said, _ = CutTicketNumber(words[i:])
	}
	return name, ticket, said
}

// editWords are the commands that a message of the staff may begin with after its
// change: another would turn a note into an answer, or name another resident.
var editWords = map[MessageKind]string{FromStaff: "/reply", StaffNote: "/note"}

// respoken leaves of a changed message of the staff what is said; false when its
// command is no longer that of the message.
func (s *Scene) respoken(t Ticket, m TicketMessage) bool {
	name, n, said := spoken(s.t.Text)
	if name != "" && (name != editWords[m.Kind] || n != t.Number) {
		s.out = append(s.out, Say{Text: "desk.edit_other", Args: Args{N: int(t.Number)}})
		return false
	}
	s.t.Text = said
	return true
}
