package flows

import (
	"strings"
	"time"
)

// Account is a resident's personal account: a registration with both contacts
// verified, tied to one chat.
type Account struct {
	Number     uint64     `cbor:"1,keyasint"`
	Chat       int64      `cbor:"2,keyasint"`
	Opened     int64      `cbor:"3,keyasint"` // Unix seconds
	Surname    string     `cbor:"4,keyasint"`
	Name       string     `cbor:"5,keyasint"`
	Patronymic string     `cbor:"6,keyasint,omitempty"`
	Phone      Phone      `cbor:"7,keyasint"`
	Email      Email      `cbor:"8,keyasint"`
	PhoneAt    int64      `cbor:"9,keyasint"`
	EmailAt    int64      `cbor:"10,keyasint"`
	Consent    Acceptance `cbor:"11,keyasint"`
	Agreement  Acceptance `cbor:"12,keyasint"`
	Subject    uint64     `cbor:"13,keyasint"`           // in the audit log
	NoNews     bool       `cbor:"14,keyasint,omitempty"` // nothing but what is about the account
}

// Binding is a contract tied to an account.
type Binding struct {
	Number Number `cbor:"1,keyasint"`
	At     int64  `cbor:"2,keyasint"`
	Name   string `cbor:"3,keyasint,omitempty"` // the resident's own: «Дача»
	Lost   int64  `cbor:"4,keyasint,omitempty"` // when the holder was told that the contract is of no use, see Lost
}

// Channel is a way to reach a person outside the chat.
type Channel uint8

// The channels.
const (
	ByPhone Channel = iota + 1
	ByEmail
)

// Contact is one phone or one e-mail in normal form.
type Contact struct {
	Channel Channel
	Value   string
}

// Masked shows a contact so that only its owner recognises it.
func (c Contact) Masked() string {
	if c.Channel == ByEmail {
		return Email(c.Value).Masked()
	}
	return Phone(c.Value).Masked()
}

// ContactOf tells by its form whether a value is a phone or an e-mail.
func ContactOf(value string) Contact {
	if strings.Contains(value, "@") {
		return Contact{ByEmail, value}
	}
	return Contact{ByPhone, value}
}

// Owner is who has a contact: an account, or the registration of a chat that
// has not verified it yet. The zero Owner is nobody.
type Owner struct {
	Account uint64 `cbor:"1,keyasint,omitempty"`
	Chat    int64  `cbor:"2,keyasint,omitempty"`
	Proven  bool   `cbor:"3,keyasint,omitempty"` // by the registration of Chat
}

// AuditLine is one thing that happened to a person's account, or to the bot.
type AuditLine struct {
	At      int64
	Subject uint64 // whom it happened to, 0 = the bot itself, or somebody with neither registration nor account
	Action  Action
	Note    string // open to every reader of the log: never personal
	Detail  string // sealed under the subject's key, and lost with it; without a subject under that of the database
	Actor   int64  // Telegram ID of the member of staff who did it, 0 = the resident or the bot
	Result  string // empty = it was done, else how it ended, see Refusal
}

// Action is what happened, as the audit log calls it.
type Action string

// The actions.
const (
	ActionRegistered Action = "registered"
	ActionVerified   Action = "verified"
	ActionOpened     Action = "account_opened"
	ActionChanged    Action = "contact_changed"
	ActionMoved      Action = "account_moved"
	ActionBound      Action = "contract_bound"
	ActionUnbound    Action = "contract_unbound"
	ActionAccepted   Action = "terms_accepted"
	ActionExported   Action = "data_exported"
	ActionNewsOff    Action = "news_off"
	ActionNewsOn     Action = "news_on"
	ActionPurged     Action = "registration_deleted"
	ActionDeleted    Action = "account_deleted"
)

// StaffAction begins what members of staff did: their command follows.
const StaffAction = "staff_"

// ActionEdited is that staff changed what they had written into a ticket: no command
// does that.
const ActionEdited Action = "staff_edit"

// Refusal begins the result of what was not done: why follows.
const Refusal = "refused: "

// Budget names a counter: what is counted and for whom. The subject is kept as
// a keyed hash.
type Budget struct{ Name, Subject string }

// Usage is what a budget has seen: single spends for sliding windows, or a
// count for a fixed one.
type Usage struct {
	Spends []Spend `cbor:"1,keyasint,omitempty"`
	Window int64   `cbor:"2,keyasint,omitempty"`
	Count  int     `cbor:"3,keyasint,omitempty"`
	Told   bool    `cbor:"4,keyasint,omitempty"` // the alert about this window is out
	Spent  bool    `cbor:"5,keyasint,omitempty"` // and the one that nothing is left of it
}

// Spend is one use of a budget.
type Spend struct {
	At  int64  `cbor:"1,keyasint"`
	Tag uint64 `cbor:"2,keyasint,omitempty"` // tells subjects apart that are counted once
}

// since returns the spends later than at-per.
func (u Usage) since(at time.Time, per time.Duration) []Spend {
	from := at.Add(-per).Unix()
	for i, s := range u.Spends {
		if s.At > from {
			return u.Spends[i:]
		}
	}
	return nil
}
