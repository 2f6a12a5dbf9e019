package flows

import "time"

// TurnKind is what happened to a conversation.
type TurnKind uint8

// The kinds of turns.
const (
	Said      TurnKind = iota + 1 // the resident wrote Text
	Pressed                       // pressed a button: Event, Arg, Dialog, Revision
	Shared                        // shared the contact Text; Own tells whether it is the sender's
	Sent                          // sent something else: File with the caption Text, or what has neither
	Woke                          // a deadline is due
	Reported                      // an effect that asked for it came to its end: Ref, Outcome
	Told                          // another conversation tells: News, Text
	Overflown                     // sent more than a chat may have waiting; the rest was dropped
	Edited                        // changed the message Message that was written before
)

// Turn is all that the world contributes to one step.
type Turn struct {
	Kind    TurnKind
	At      time.Time
	Entropy [32]byte // fresh from a cryptographic source
	Update  int64    // the messenger's id of what was received

	Username  string // of the resident who did it, without «@»; may be empty
	Text      string
	Own       bool
	Forwarded bool // somebody else may have written it
	Event     Event
	Arg       int
	Dialog    uint32
	Revision  uint32
	Message   int // that was written, whose button was pressed, or that a report is about
	ReplyTo   int // the message of the chat that was replied to, 0 = none
	File      File
	Album     string // the messenger's id of the album that it is an item of; may be empty

	News    News
	Import  ImportReport // of the news ImportEnded
	Ref     Ref
	Outcome Outcome // of Ref; Text holds the contact it was sent to
}

// byResident reports whether the turn may be an answer to a question.
func (t Turn) byResident() bool {
	return t.Kind != Woke && t.Kind != Reported && t.Kind != Told && t.Kind != Edited
}

// Ref names an effect whose end a conversation wants to hear of.
type Ref struct {
	Kind   RefKind `cbor:"1,keyasint,omitempty"`
	Serial uint32  `cbor:"2,keyasint,omitempty"`
	At     int64   `cbor:"3,keyasint,omitempty"` // when its budgets were spent, Unix seconds
	// Ticket, its message of the index Serial, and which edition of that was sent.
	Ticket  uint64 `cbor:"4,keyasint,omitempty"`
	Edition uint32 `cbor:"5,keyasint,omitempty"`
}

// RefKind is the kind of a reported effect.
type RefKind uint8

// The effects that are reported: a captcha's picture, a code by SMS or mail, a
// message of a ticket, its change, and what shows it to staff once more.
const (
	RefCaptcha RefKind = iota + 1
	RefPhoneCode
	RefEmailCode
	RefChangeCode
	RefAccessPhone
	RefAccessEmail
	RefRelay
	RefEdit
	RefShown
)

// Outcome is how a reported effect ended.
type Outcome uint8

// The outcomes. Unsent is certain: nothing left, and it will not be tried
// again. Unknown is a lost answer: it may have arrived.
const (
	Delivered Outcome = iota + 1
	Unsent
	Unknown
	Refused // by the gateway, which does not take this contact; it may have cost
)

// News is what one conversation has to tell another.
type News uint8

// The news. Text of the turn holds the contact that was lost.
const (
	PhoneLost       News = iota + 1 // somebody else proved the phone
	EmailLost                       // somebody else proved the e-mail
	AccountMoved                    // the account was recovered in another chat
	ImportEnded                     // work of Ref.Serial came to Import
	AudienceCounted                 // of a broadcast, see CountAudience.Counted
)
