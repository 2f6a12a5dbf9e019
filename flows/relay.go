package flows

import "time"

// ticketing is what one turn does with tickets: what is said in one is kept and
// passed on to whom it concerns, and to nobody else.
type ticketing struct {
	*Engine
	t   Turn
	l   Ledger
	out []Effect

	missed uint64 // ticket of which a message did not reach its resident
}

// home is the chat of a ticket's resident, and the one place that decides it: it
// follows the account. False when the account is gone.
func home(l Ledger, t Ticket) (chat int64, ok bool) {
	a := l.Account(t.Account)
	return a.Chat, t.Account != 0 && a.Number == t.Account
}

// Holder is who of the staff has a ticket now, 0 for nobody: whoever lost the
// rank holds nothing.
func (e *Engine) Holder(t Ticket, at time.Time, l Crew) int64 {
	h := t.HeldBy(at)
	if h == 0 || e.rules.Role(l, h) == NoRole {
		return 0
	}
	return h
}

// Relays reports whether a message of a ticket may be sent to a chat. It is asked
// once more right before the sending: what the resident wrote is for the staff,
// what the staff answer is for the chat that the account has by then.
func (e *Engine) Relays(chat int64, r Ref, l Ledger) bool {
	t := l.Ticket(r.Ticket)
	if t.Number == 0 || r.Serial >= t.Messages {
		return false
	}
	if r.Kind == RefShown {
		return e.rules.Role(l, chat) != NoRole
	}
	return e.mayRead(chat, t, l.Message(r.Ticket, r.Serial), l)
}

func (e *Engine) mayRead(chat int64, t Ticket, m TicketMessage, l Ledger) bool {
	switch m.Kind {
	case FromResident:
		return e.rules.Role(l, chat) != NoRole
	case FromStaff, ClosingWord:
		to, ok := home(l, t)
		return ok && to == chat
	}
	return false
}

// readers are the chats that a new message is passed on to. What a resident
// writes goes to who has the ticket, or to all staff who ever wrote to the bot:
// nobody else can be written to.
func (w *ticketing) readers(t Ticket, m TicketMessage) (chats []int64) {
	switch m.Kind {
	case FromResident:
		if h := w.Holder(t, w.t.At, w.l); h != 0 {
			return []int64{h}
		}
		for _, member := range w.rules.Staff(w.l) {
			if c := w.l.Chat(member.Chat); c.Met() {
				chats = append(chats, member.Chat)
			}
		}
	case FromStaff, ClosingWord:
		if to, ok := home(w.l, t); ok {
			chats = append(chats, to)
		}
	}
	return chats
}

// post adds a message to a ticket and passes it on. What a resident adds while they
// wait and nobody has had the ticket makes no sound: all the staff heard of it. Of what
// came while somebody had it they did not.
func (w *ticketing) post(t Ticket, m TicketMessage) {
	index := t.Messages
	t.Messages++
	m.At = w.t.At.Unix()
	silent := m.Kind == FromResident && index > 0 && w.l.Ticket(t.Number).State == TicketOpen && t.Holder == 0
	if m.Kind == FromResident && w.Holder(t, w.t.At, w.l) == 0 {
		t.Holder, t.Until = 0, 0
	}
	for _, chat := range w.readers(t, m) {
		m.Copies = append(m.Copies, Place{Chat: chat})
		say := w.copyOf(t, index, m, chat)
		say.Silent = silent
		w.send(chat, say)
	}
	w.l.SaveTicket(t)
	w.l.SaveMessage(t.Number, index, m)
}

func (w *ticketing) send(chat int64, say Say) {
	w.out = append(w.out, For{Chat: chat, Effects: []Effect{say}})
}

var copyTexts = map[MessageKind]Text{FromResident: "desk.relay", FromStaff: "ticket.answer", ClosingWord: "ticket.closing"}

// copyOf is a message of a ticket as a reader's chat gets it.
func (w *ticketing) copyOf(t Ticket, index uint32, m TicketMessage, chat int64) Say {
	say := Say{
		Text:   copyTexts[m.Kind],
		Args:   Args{N: int(t.Number), Account: t.Account, Value: m.Text, Hint: index == 0, Dead: m.Edition > 0},
		Attach: Attachment{Kind: m.File.Kind, FileID: m.File.ID},
		Report: Ref{Kind: RefRelay, Ticket: t.Number, Serial: index, Edition: m.Edition},
	}
	if m.Answers != 0 {
		say.ReplyTo = w.l.Message(t.Number, m.Answers-1).in(chat)
	}
	if m.Reopened {
		say.Text = "desk.relay_reopened"
	}
	switch m.Kind {
	case FromStaff, ClosingWord:
		say.Buttons = [][]Button{{answerButton(t.Number)}}
	case FromResident:
		row := []Button{openButton(t.Number)}
		if t.State != TicketClosed && w.Holder(t, w.t.At, w.l) == 0 {
			row = append([]Button{{Caption: "button.desk_take", Event: TicketTaken, Arg: int(t.Number)}}, row...)
		}
		say.Buttons = [][]Button{row}
	}
	return say
}

// change keeps an edited message and changes it wherever it may still be read.
// Copies on their way are changed once they have arrived. It reports whether
// there are any of either.
func (w *ticketing) change(t Ticket, index uint32, m TicketMessage, afresh bool) (passed bool) {
	m.Edition++
	w.l.SaveMessage(t.Number, index, m)
	for _, p := range m.Copies {
		if !w.mayRead(p.Chat, t, m, w.l) {
			continue
		}
		passed = true
		if p.Message != 0 {
			w.sendChanged(p, t, index, m, afresh)
		}
	}
	return passed
}

// sendChanged puts the message as it is now in place of a copy; afresh where a
// text became a picture, which no messenger changes in place.
func (w *ticketing) sendChanged(p Place, t Ticket, index uint32, m TicketMessage, afresh bool) {
	say := w.copyOf(t, index, m, p.Chat)
	say.Report.Kind = RefEdit
	if !afresh {
		say.Replace = p.Message
	}
	w.send(p.Chat, say)
}
