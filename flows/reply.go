package flows

import (
	"strconv"
	"strings"
	"unicode"
)

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
				replyEnded: {To: resume, Do: dropReply},
				replyUnfit: {},
				replyLeft:  {To: resume, Say: "desk.dropped", Do: dropReply},
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

// BeginReply leads a member of staff into writing an answer or a note; the
// question that stands now is asked again afterwards.
func (e *Engine) BeginReply(ticket uint64, note bool, c Conversation, t Turn, l Ledger) (Conversation, []Effect) {
	s := &Scene{Engine: e, next: c, t: t, l: l}
	s.c = &s.next
	s.c.Version = Version
	s.c.Desk.Reply = ReplyDraft{ticket, note, t.At.Add(leaseFor).Unix()}
	s.enter(writeReply)
	return s.next, s.out
}

func dropReply(s *Scene) { s.c.Desk.Reply = ReplyDraft{} }

func replyArgs(s *Scene) Args {
	r := s.c.Desk.Reply
	return Args{N: int(r.Ticket), Hint: r.Note, Until: s.unix(r.Until)}
}

func readReply(s *Scene, t Turn) Event {
	r := s.c.Desk.Reply
	ticket := s.l.Ticket(r.Ticket)
	if t.At.Unix() >= r.Until {
		s.say("desk.reply_late", Args{N: int(r.Ticket)})
		return replyEnded
	}
	d := Deed{Kind: DeedAnswer, Ticket: r.Ticket, By: s.c.Chat}
	name := Action(StaffAction + "reply")
	if r.Note {
		d.Kind, name = DeedNote, StaffAction+"note"
	}
	effects, answer, done := s.Serve(d, t, s.l)
	s.out = append(s.out, effects...)
	s.say(answer.Text, answer.Args)
	if !done && unfit(t) != "" || answer.Text == "desk.note_file" {
		return replyUnfit
	}
	result := ""
	if !done {
		result = "refused: " + string(answer.Text)
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

// spoken takes a message that was changed apart: the command that it may begin
// with, the ticket that the command names, and what is said.
func spoken(text string) (name string, ticket uint64, said string) {
	if name = command(text); name == "" {
		return "", 0, text
	}
	words := strings.TrimSpace(text)
	for range 2 { // the command, the number
		i := strings.IndexFunc(words, unicode.IsSpace)
		if i < 0 {
			i = len(words)
		}
		said, words = words[:i], strings.TrimSpace(words[i:])
	}
	n, err := strconv.ParseUint(strings.TrimLeft(said, "№#"), 10, 64)
	if err != nil {
		n = 0
	}
	return name, n, words
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
