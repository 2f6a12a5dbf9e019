package flows

import (
	"slices"
	"strings"
	"unicode"
)

// Events of the desk's buttons that dialogs show, too: each stands for a command.
const (
	QueueShown       Event = "desk_tickets"
	TicketShown      Event = "desk_ticket"
	TicketTaken      Event = "desk_take"
	BroadcastStarted Event = "desk_broadcast_start"
	BroadcastDropped Event = "desk_broadcast_drop"
)

// DeskDraft is what a member of staff is in the middle of at the desk.
type DeskDraft struct {
	Serial    uint32         `cbor:"1,keyasint,omitempty"` // of the desk's messages, never reset
	List      DeskList       `cbor:"2,keyasint,omitzero"`  // that can be paged
	Question  DeskQuestion   `cbor:"3,keyasint,omitzero"`  // that waits for yes or no
	Press     Press          `cbor:"4,keyasint,omitzero"`  // the button that was taken last
	Reply     ReplyDraft     `cbor:"5,keyasint,omitzero"`  // the answer that is being written
	Import    ImportDraft    `cbor:"6,keyasint,omitzero"`  // the file that is being imported
	Broadcast BroadcastDraft `cbor:"7,keyasint,omitzero"`  // the broadcast that is being written
	Name      string         `cbor:"8,keyasint,omitempty"` // the messenger's username at the last command, without «@»
	Looked    int64          `cbor:"9,keyasint,omitempty"` // the chat of the resident who was looked at last
	Album     Album          `cbor:"10,keyasint,omitzero"` // that was sent for an answer last
}

// DeskList is the last list of the desk.
type DeskList struct {
	Serial uint32 `cbor:"1,keyasint,omitempty"`
	Line   string `cbor:"2,keyasint,omitempty"` // the command that made it
}

// DeskQuestion is the last question of the desk.
type DeskQuestion struct {
	Serial uint32   `cbor:"1,keyasint,omitempty"`
	Line   string   `cbor:"2,keyasint,omitempty"` // the command that is to be confirmed
	At     int64    `cbor:"3,keyasint,omitempty"` // when it was asked
	Again  bool     `cbor:"4,keyasint,omitempty"` // it was confirmed once and is asked a second time
	Pin    [32]byte `cbor:"5,keyasint,omitzero"`  // see Approval
}

// forgetAtDesk drops what the staff's last commands tell of a person who is deleted:
// what was looked for, a reason, whom they looked at, what waits for a second person.
func (s *Scene) forgetAtDesk(subject uint64) {
	waiting := s.l.Approvals()
	left := slices.DeleteFunc(slices.Clone(waiting), func(a Approval) bool { return a.Subject != 0 && a.Subject == subject })
	if len(left) != len(waiting) {
		s.l.SetApprovals(left)
	}
	for _, m := range s.rules.Staff(s.l) {
		if m.Chat == s.c.Chat {
			s.c.Desk.forget(s.c.Chat)
			continue
		}
		c := s.l.Chat(m.Chat)
		was := c.Desk
		if c.Desk.forget(s.c.Chat); c.Desk != was {
			s.l.SaveChat(c)
		}
	}
}

// forget drops every line that may name a person: all but a command alone.
func (d *DeskDraft) forget(chat int64) {
	if strings.ContainsFunc(d.List.Line, unicode.IsSpace) {
		d.List = DeskList{}
	}
	if strings.ContainsFunc(d.Question.Line, unicode.IsSpace) {
		d.Question = DeskQuestion{}
	}
	if d.Looked == chat {
		d.Looked = 0
	}
}

// enter takes a conversation into a dialog of staff and asks its question.
func (s *Scene) enter(to State) {
	s.turnTo(to)
	s.ask()
}

// turnTo takes a conversation into a dialog of staff, whose target resume leads
// back to where the conversation is now.
func (s *Scene) turnTo(to State) {
	if s.places[s.c.State] == nil {
		s.begin()
	}
	if flow := s.place().flow; flow != s.places[to].flow {
		s.sayLeft()
		if flow == &reply {
			s.c.Desk.Reply = ReplyDraft{} // else leaving it would end this dialog
		}
	}
	keyboard := s.node().Keyboard
	if s.c.Resume == "" { // else only a question on the way is given up
		s.c.Resume = s.c.State
	}
	s.c.State = to
	s.c.Dialog++
	s.c.Revision++
	if keyboard == PhoneKeyboard {
		s.takeKeyboard()
	}
}

// sayLeft tells which dialog of staff is given up; an import that runs goes on.
func (s *Scene) sayLeft() {
	switch r, flow := s.c.Desk.Reply, s.place().flow; {
	case flow == &reply:
		s.say("desk.reply_left", Args{N: int(r.Ticket), Hint: r.Note})
	case flow == &broadcast:
		s.say("desk.broadcast_left", Args{})
	case s.c.State == importApplying:
		s.say("import.hidden", Args{})
	case flow == &importing:
		s.say("import.dropped", Args{})
	}
}

// leadBack gives a dialog of staff up, without a word.
func (s *Scene) leadBack() {
	if s.place().flow.Role == NoRole {
		return
	}
	s.c.Desk.Reply, s.c.Desk.Import, s.c.Desk.Broadcast = ReplyDraft{}, ImportDraft{}, BroadcastDraft{}
	s.c.State, s.c.Resume = s.c.Resume, ""
	s.c.Dialog++
	s.c.Revision++
	if s.places[s.c.State] == nil {
		s.begin()
	}
}

// deskAlone reports whether a dialog of staff leads back into no dialog of their own:
// only to the question who they are, which is not asked after everything they do.
func (s *Scene) deskAlone() bool {
	return s.place().flow.Role != NoRole && s.c.Resume == choosePerson
}

// standAlone ends such a dialog: what was said of it stands alone, with its buttons.
func (s *Scene) standAlone(buttons ...[]Button) {
	for _, line := range s.lead {
		s.out = append(s.out, Say{Text: line.Text, Args: line.Args, Buttons: buttons})
	}
	s.lead, s.silent = nil, true
	s.leadBack()
}
