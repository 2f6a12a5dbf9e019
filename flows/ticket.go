package flows

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Ticket is what a resident wrote to the support, and what came of it (SPEC
// §2.7, §3). Times are Unix seconds.
type Ticket struct {
	Number   uint64      `cbor:"1,keyasint"`
	Account  uint64      `cbor:"2,keyasint"` // of the resident: whoever has it is who is written to
	State    TicketState `cbor:"3,keyasint"`
	Opened   int64       `cbor:"4,keyasint"`
	Since    int64       `cbor:"5,keyasint"`           // in this state
	Messages uint32      `cbor:"6,keyasint"`           // how many there are
	Holder   int64       `cbor:"7,keyasint,omitempty"` // who of the staff took it
	Until    int64       `cbor:"8,keyasint,omitempty"` // when it is free again
	Waited   int64       `cbor:"9,keyasint,omitempty"` // since when the resident had waited for an answer that has not arrived yet
}

// CutTicketNumber takes the number of a ticket off the beginning of a text, with
// «№» before it or without: it is one that a button can carry.
func CutTicketNumber(text string) (n uint64, rest string, ok bool) {
	word := strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(text), "№#"))
	if i := strings.IndexFunc(word, unicode.IsSpace); i >= 0 {
		word, rest = word[:i], strings.TrimSpace(word[i:])
	}
	n, err := strconv.ParseUint(strings.TrimRight(word, ".,:;"), 10, 53)
	return n, rest, err == nil && n != 0
}

// TicketState is where a ticket stands.
type TicketState uint8

// The states of a ticket. The zero state is that of a ticket which is not yet.
const (
	TicketOpen     TicketState = iota + 1 // the resident waits for an answer
	TicketAnswered                        // the staff wait for the resident
	TicketClosed
)

// TicketEvent is what happens to a ticket.
type TicketEvent uint8

// The events of a ticket.
const (
	ResidentWrote TicketEvent = iota + 1
	StaffAnswered
	StaffClosed
	AnswerLost // the resident's chat did not take it
)

// ticketStates is the life of a ticket: what is not in it cannot happen.
var ticketStates = map[TicketState]map[TicketEvent]TicketState{
	0:              {ResidentWrote: TicketOpen},
	TicketOpen:     {ResidentWrote: TicketOpen, StaffAnswered: TicketAnswered, StaffClosed: TicketClosed, AnswerLost: TicketOpen},
	TicketAnswered: {ResidentWrote: TicketOpen, StaffAnswered: TicketAnswered, StaffClosed: TicketClosed, AnswerLost: TicketOpen},
	TicketClosed:   {ResidentWrote: TicketOpen, AnswerLost: TicketOpen},
}

// After is the state that an event leads to; false when it cannot happen.
func (s TicketState) After(e TicketEvent) (TicketState, bool) {
	next, ok := ticketStates[s][e]
	return next, ok
}

// HeldBy is who of the staff has the ticket, 0 for nobody: a ticket that was
// taken is free again by itself, also where the clock was set back meanwhile.
func (t Ticket) HeldBy(at time.Time) int64 {
	if left := t.Until - at.Unix(); left <= 0 || left > int64(leaseFor/time.Second) {
		return 0
	}
	return t.Holder
}

// TicketMessage is one message of a ticket.
type TicketMessage struct {
	Kind    MessageKind `cbor:"1,keyasint"`
	At      int64       `cbor:"2,keyasint"`
	Author  int64       `cbor:"3,keyasint,omitempty"` // of the staff; 0: the resident
	Text    string      `cbor:"4,keyasint,omitempty"`
	File    File        `cbor:"5,keyasint,omitzero"`
	Written Place       `cbor:"6,keyasint,omitzero"`   // where the author wrote it
	Answers uint32      `cbor:"7,keyasint,omitempty"`  // number, from 1, of the message that it replies to
	Edition uint32      `cbor:"8,keyasint,omitempty"`  // how often it was changed
	Copies  []Place     `cbor:"9,keyasint,omitempty"`  // where it was passed on to; without a message: on its way
	Former  []Edition   `cbor:"10,keyasint,omitempty"` // what it was before its changes, the oldest first
	// Undelivered is that the resident's chat did not take it.
	Undelivered bool `cbor:"11,keyasint,omitempty"`
	// Reopened is that the ticket was closed before it.
	Reopened bool `cbor:"12,keyasint,omitempty"`
}

// Edition is a message as it was until it was changed.
type Edition struct {
	At   int64  `cbor:"1,keyasint"` // when it was changed
	Text string `cbor:"2,keyasint,omitempty"`
	File File   `cbor:"3,keyasint,omitzero"`
}

// MessageKind tells who may read a message.
type MessageKind uint8

// The kinds of messages: a note stays among the staff.
const (
	FromResident MessageKind = iota + 1
	FromStaff
	StaffNote
	ClosingWord
)

// Place is a message of a chat.
type Place struct {
	Chat    int64 `cbor:"1,keyasint"`
	Message int   `cbor:"2,keyasint,omitempty"`
}

// File is a picture or a document as the messenger keeps it: it is passed on by
// its name there, and never fetched.
type File struct {
	Kind AttachmentKind `cbor:"1,keyasint,omitempty"` // PhotoFile, DocumentFile, or NoAttachment
	ID   string         `cbor:"2,keyasint,omitempty"`
	Name string         `cbor:"3,keyasint,omitempty"` // as its sender calls it
}

// Relay tells which message of which ticket stands at a place.
type Relay struct {
	Ticket uint64 `cbor:"1,keyasint"`
	Index  uint32 `cbor:"2,keyasint"`
}

// Places are where a message stands, as far as that is known.
func (m TicketMessage) Places() []Place {
	var known []Place
	for _, p := range append([]Place{m.Written}, m.Copies...) {
		if p.Message != 0 {
			known = append(known, p)
		}
	}
	return known
}

// AtDesk reports whether a place of the message is a chat of the staff.
func (m TicketMessage) AtDesk(p Place) bool {
	return (m.Written == p) != (m.Kind == FromResident)
}

// in is where the message stands in a chat, 0 for nowhere.
func (m TicketMessage) in(chat int64) int {
	for _, p := range m.Places() {
		if p.Chat == chat {
			return p.Message
		}
	}
	return 0
}

// TicketView is a ticket as its resident sees it.
type TicketView struct {
	Number uint64
	State  Text
	Opened time.Time
}

var ticketStateTexts = map[TicketState]Text{TicketOpen: "ticket.state_open", TicketAnswered: "ticket.state_answered", TicketClosed: "ticket.state_closed"}

// View is a ticket as its resident sees it, with times in a zone.
func (t Ticket) View(loc *time.Location) TicketView {
	return TicketView{t.Number, ticketStateTexts[t.State], time.Unix(t.Opened, 0).In(loc)}
}
