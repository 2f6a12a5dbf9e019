package flows

import "strconv"

// The dialog in which staff write an answer or a note to a ticket.
const writeReply State = "write_reply"

const (
	replyEnded Event = "reply_ended" // it was passed on, or it cannot be any more
	replyUnfit Event = "reply_unfit"
	replyLeft  Event = "reply_left"
)

var reply = Flow{
	Name:     "reply",
	Start:    writeReply,
	Role:     Operator,
	OnStart:  always(replyLeft),
	OnCancel: always(replyLeft),
	States: map[State]Node{
		writeReply: {
			Ask: "desk.reply_ask", Args: replyArgs, Read: readReply, Files: true,
			Buttons: [][]Choice{{{Caption: "button.desk_cancel", Event: replyLeft}}},
			On: map[Event]Move{
				replyEnded: {To: resume, Do: endReply},
				replyUnfit: {},
				replyLeft:  {To: resume, Do: leaveReply},
			},
		},
	},
}

// ReplyDraft is the ticket that a member of staff is writing to.
type ReplyDraft struct {
	Ticket uint64 `cbor:"1,keyasint,omitempty"`
	Note   bool   `cbor:"2,keyasint,omitempty"`
	// Until is when the words are taken for an answer no longer: what is typed
	// hours later was meant for something else.
	Until int64 `cbor:"3,keyasint,omitempty"`
}

// BeginReply is the step that leads a member of staff into writing an answer or a
// note; the question that stands now is asked again afterwards.
func (e *Engine) BeginReply(ticket uint64, note bool) StepFunc {
	return func(c Conversation, t Turn, l Ledger) (Conversation, []Effect, error) {
		s := e.scene(c, t, l)
		s.c.Desk.Reply = ReplyDraft{ticket, note, t.At.Add(leaseFor).Unix()}
		s.enter(writeReply)
		return s.next, s.out, nil
	}
}

// LeaveReply gives up what a member of staff is writing to one ticket where they
// turned to another: typed now, it would reach a resident whom it is not meant for.
func (e *Engine) LeaveReply(turnedTo uint64, c Conversation, t Turn, l Ledger) (Conversation, []Effect) {
	r := c.Desk.Reply
	if r.Ticket == 0 || r.Ticket == turnedTo {
		return c, nil
	}
	s := e.scene(c, t, l)
	s.say("desk.reply_left", Args{N: int(r.Ticket), Hint: r.Note})
	if endReply(s); !s.silent {
		s.leadBack()
		s.ask()
	}
	return s.next, s.out
}

func leaveReply(s *Scene) {
	s.say("desk.dropped", Args{})
	endReply(s)
}

// endReply ends the dialog.
func endReply(s *Scene) {
	n := s.c.Desk.Reply.Ticket
	s.c.Desk.Reply = ReplyDraft{}
	if s.deskAlone() {
		s.standAlone(OnFromTicket(n)...)
	}
}

// OnFromTicket are the buttons that lead on from what was done with a ticket.
func OnFromTicket(n uint64) [][]Button {
	return [][]Button{{openButton(n), {Caption: "button.desk_queue", Event: QueueShown}}}
}

func openButton(ticket uint64) Button {
	return Button{Caption: "button.desk_open", Event: TicketShown, Arg: int(ticket)}
}

func replyArgs(s *Scene) Args {
	r := s.c.Desk.Reply
	a := s.l.Account(s.l.Ticket(r.Ticket).Account)
	return Args{N: int(r.Ticket), Account: a.Number, Value: MaskName(a.Surname, a.Name), Hint: r.Note, Until: s.unix(r.Until)}
}

func readReply(s *Scene) Event {
	r := s.c.Desk.Reply
	ticket := s.l.Ticket(r.Ticket)
	if s.t.At.Unix() >= r.Until {
		s.say("desk.reply_late", Args{N: int(r.Ticket), Hint: r.Note})
		return replyEnded
	}
	if s.t.ReplyTo != 0 { // what it replies to may show another resident
		s.say("desk.reply_elsewhere", Args{N: int(r.Ticket), Hint: r.Note})
		return replyUnfit
	}
	d := TicketDeed{Kind: AnswerTicket, Ticket: r.Ticket, By: s.c.Chat}
	name := Action(StaffAction + "reply")
	if r.Note {
		d.Kind, name = NoteTicket, StaffAction+"note"
	}
	effects, answer := s.ServeTicket(d, s.t, s.l)
	s.out = append(s.out, effects...)
	s.say(answer.Text, answer.Args)
	if answer.Done {
		s.c.Desk.Album = s.c.Desk.Album.Took(s.t, r.Ticket, 0)
	}
	if !answer.Done && unfit(s.t) != "" || answer.Text == "desk.note_file" {
		return replyUnfit
	}
	result := ""
	if !answer.Done {
		result = Refusal + string(answer.Text)
	}
	s.auditDeed(name, ticket, result)
	return replyEnded
}

// auditDeed appends a line about what a member of staff did with a ticket.
func (s *Scene) auditDeed(a Action, t Ticket, result string) {
	s.l.Audit(AuditLine{
		At: s.t.At.Unix(), Actor: s.c.Chat, Subject: s.l.Account(t.Account).Subject, Action: a, Note: strconv.FormatUint(t.Number, 10), Result: result,
	})
}
