package flows

import (
	"strings"
	"time"
)

// Conversation is everything that a chat's next turn depends on. It is a plain
// value without maps and pointers: a copy is a copy. Times are Unix seconds,
// 0 = not set. The number of a field is never given to another one: 1 and 15 may
// stand in old records.
type Conversation struct {
	Chat     int64  `cbor:"2,keyasint"`
	State    State  `cbor:"3,keyasint"`           // what the resident is being asked
	Resume   State  `cbor:"4,keyasint,omitempty"` // where an interrupted dialog goes on
	Dialog   uint32 `cbor:"5,keyasint"`           // number of the running dialog
	Revision uint32 `cbor:"6,keyasint"`           // number of the question, see Turn.Revision
	Account  uint64 `cbor:"7,keyasint,omitempty"` // number of the chat's account, 0 = none

	Form         Form         `cbor:"8,keyasint,omitzero"`
	Captcha      Captcha      `cbor:"9,keyasint,omitzero"`
	Registration Registration `cbor:"10,keyasint,omitzero"`
	Bind         BindDraft    `cbor:"11,keyasint,omitzero"`
	Limits       Limits       `cbor:"12,keyasint,omitzero"`
	Page         int          `cbor:"13,keyasint,omitempty"` // of the list that is shown
	Chosen       Number       `cbor:"14,keyasint,omitempty"` // contract that is to be unbound
	LastPress    Press        `cbor:"16,keyasint,omitzero"`  // the button that was taken last
	Link         Link         `cbor:"17,keyasint,omitzero"`
	Change       Change       `cbor:"18,keyasint,omitzero"`
	Access       Access       `cbor:"19,keyasint,omitzero"`
	Username     string       `cbor:"20,keyasint,omitempty"` // the messenger's, without «@», of a registration or account
	Reached      Stage        `cbor:"21,keyasint,omitempty"` // the furthest, of the funnel
	Began        int64        `cbor:"22,keyasint,omitempty"` // when the form was begun, until the first contract is bound
	Since        int64        `cbor:"23,keyasint,omitempty"` // when the dialog came to State
	Desk         DeskDraft    `cbor:"24,keyasint,omitzero"`
	Blocked      int64        `cbor:"25,keyasint,omitempty"` // by staff, since when
	BlockedWhy   string       `cbor:"26,keyasint,omitempty"`
	Answering    Answering    `cbor:"27,keyasint,omitzero"` // in the state answerSupport
	Answer       TakenAnswer  `cbor:"28,keyasint,omitzero"`
	Missed       uint64       `cbor:"31,keyasint,omitempty"` // ticket of which an answer did not get here
	Forget       int64        `cbor:"29,keyasint,omitempty"` // when it is forgotten, see Scene.remember
	Album        Album        `cbor:"30,keyasint,omitzero"`  // that the resident sent to the support last
	Event        Event        `cbor:"-"`                     // the last event of this turn, for the log
}

// TakenAnswer is the last message that a question took for its answer: which, and
// in which state that was.
type TakenAnswer struct {
	Message int   `cbor:"1,keyasint,omitempty"`
	State   State `cbor:"2,keyasint,omitempty"`
}

// Field is one answer of the form. A wrong answer is kept with its fault until
// it is mended.
type Field struct {
	Value string `cbor:"1,keyasint,omitempty"`
	Fault Text   `cbor:"2,keyasint,omitempty"`
	// Claimed is set where somebody's unverified registration has the contact
	// and the resident said that it is theirs: the code will tell.
	Claimed bool `cbor:"3,keyasint,omitempty"`
}

// OK reports whether the field holds a right answer.
func (f Field) OK() bool { return f.Value != "" && f.Fault == "" }

// shown is the value as people write it; one that is not in normal form is
// shown as it was typed.
func (f Field) shown() string {
	switch {
	case f.Fault != "" && f.Fault != takenByAccount && f.Fault != takenByRegistration && f.Fault != takenByProver:
		return f.Value
	case strings.HasPrefix(f.Value, "+"):
		return Phone(f.Value).Pretty()
	case strings.Contains(f.Value, "@"):
		return Email(f.Value).Pretty()
	}
	return f.Value
}

// Form is the registration form as far as it is filled.
type Form struct {
	Until      int64      `cbor:"1,keyasint,omitempty"` // when an unsubmitted form is dropped
	Consent    Acceptance `cbor:"2,keyasint,omitzero"`
	Agreement  Acceptance `cbor:"3,keyasint,omitzero"`
	Surname    Field      `cbor:"4,keyasint,omitzero"`
	Name       Field      `cbor:"5,keyasint,omitzero"`
	Patronymic Field      `cbor:"6,keyasint,omitzero"` // empty and without fault when skipped
	Phone      Field      `cbor:"7,keyasint,omitzero"`
	Email      Field      `cbor:"8,keyasint,omitzero"`
	Doubtful   Email      `cbor:"9,keyasint,omitempty"` // typed address whose domain looks misspelt
}

// typed reports whether the resident would lose anything with the form.
func (f *Form) typed() bool {
	return f.Surname != Field{} || f.Name != Field{} || f.Patronymic != Field{} || f.Phone != Field{} || f.Email != Field{}
}

// Acceptance is the proof that terms were accepted: which, when, by which update.
type Acceptance struct {
	Version string `cbor:"1,keyasint,omitempty"`
	SHA256  string `cbor:"2,keyasint,omitempty"`
	At      int64  `cbor:"3,keyasint,omitempty"`
	Update  int64  `cbor:"4,keyasint,omitempty"`
}

// Captcha is the picture that waits for its answer. The answer is kept because
// a retry must draw and speak the same; records are sealed at rest.
type Captcha struct {
	Answer string   `cbor:"1,keyasint,omitempty"`
	Seed   [32]byte `cbor:"2,keyasint,omitzero"`
	Serial uint32   `cbor:"3,keyasint,omitempty"`
	Until  int64    `cbor:"4,keyasint,omitempty"` // 0 until it is delivered
}

// Limits outlive every dialog.
type Limits struct {
	CaptchaUntil int64  `cbor:"1,keyasint,omitempty"` // end of the captcha's pause
	Serial       uint32 `cbor:"2,keyasint,omitempty"` // of captchas and codes, never reset
	Phone        Pauses `cbor:"3,keyasint,omitzero"`  // of a registration that was given up
	Email        Pauses `cbor:"4,keyasint,omitzero"`
	CallAt       int64  `cbor:"5,keyasint,omitempty"` // no call back from a pause before
}

// Pauses are the messages of a registration that was given up: the next one
// goes on with its pauses (SPEC §2.3).
type Pauses struct {
	Sent   int   `cbor:"1,keyasint,omitempty"`
	LastAt int64 `cbor:"2,keyasint,omitempty"`
}

// Registration is a submitted form that waits for its contacts to be verified.
type Registration struct {
	Submitted  int64      `cbor:"1,keyasint,omitempty"`
	VerifyBy   int64      `cbor:"2,keyasint,omitempty"`
	PurgeAt    int64      `cbor:"3,keyasint,omitempty"`
	RemindAt   int64      `cbor:"4,keyasint,omitempty"` // 0 once reminded
	Consent    Acceptance `cbor:"5,keyasint,omitzero"`
	Agreement  Acceptance `cbor:"6,keyasint,omitzero"`
	Surname    string     `cbor:"7,keyasint,omitempty"`
	Name       string     `cbor:"8,keyasint,omitempty"`
	Patronymic string     `cbor:"9,keyasint,omitempty"`
	Phone      Phone      `cbor:"10,keyasint,omitempty"`
	Email      Email      `cbor:"11,keyasint,omitempty"`
	PhoneAt    int64      `cbor:"12,keyasint,omitempty"` // when verified
	EmailAt    int64      `cbor:"13,keyasint,omitempty"`
	PhoneCode  Challenge  `cbor:"14,keyasint,omitzero"`
	EmailCode  Challenge  `cbor:"15,keyasint,omitzero"`
	Doubtful   Email      `cbor:"16,keyasint,omitempty"`
	Subject    uint64     `cbor:"17,keyasint,omitempty"` // in the audit log
	// PhoneLost and EmailLost are set once the resident was told that somebody
	// else proved the contact.
	PhoneLost bool   `cbor:"18,keyasint,omitempty"`
	EmailLost bool   `cbor:"19,keyasint,omitempty"`
	Wanted    string `cbor:"20,keyasint,omitempty"` // new contact that somebody's unverified registration has
}

// Link is a contract that a deep link named, kept until it can be bound.
type Link struct {
	Number Number `cbor:"1,keyasint,omitempty"`
	Flat   string `cbor:"2,keyasint,omitempty"`
	Until  int64  `cbor:"3,keyasint,omitempty"` // when it is forgotten
}

// Change is a new phone or e-mail of an account on its way to be proven. The
// old one stays valid until then.
type Change struct {
	Channel  Channel   `cbor:"1,keyasint,omitempty"`
	Value    string    `cbor:"2,keyasint,omitempty"`
	Code     Challenge `cbor:"3,keyasint,omitzero"`
	Until    int64     `cbor:"4,keyasint,omitempty"` // when it is forgotten
	Doubtful Email     `cbor:"5,keyasint,omitempty"`
	Wanted   string    `cbor:"6,keyasint,omitempty"` // contact that somebody's unverified registration has
}

// typed reports whether the resident would lose anything with the change.
func (c *Change) typed() bool { return c.Value != "" || c.Doubtful != "" || c.Wanted != "" }

// Access is a way back to an account from a new chat on its way to be proven.
type Access struct {
	Phone     Phone     `cbor:"1,keyasint,omitempty"`
	Email     Email     `cbor:"2,keyasint,omitempty"`
	Account   uint64    `cbor:"3,keyasint,omitempty"` // 0: nobody's contacts, which the resident must not learn
	PhoneCode Challenge `cbor:"4,keyasint,omitzero"`
	EmailCode Challenge `cbor:"5,keyasint,omitzero"`
	Until     int64     `cbor:"6,keyasint,omitempty"` // when it is forgotten
	From      State     `cbor:"7,keyasint,omitempty"` // where it was asked for
}

// BindDraft is a contract on its way to be bound.
type BindDraft struct {
	Kind     Kind   `cbor:"1,keyasint,omitempty"`
	Number   Number `cbor:"2,keyasint,omitempty"`
	Flat     string `cbor:"3,keyasint,omitempty"`
	EmptyTry bool   `cbor:"4,keyasint,omitempty"` // apartments failed without a number, once and counted
	Linked   bool   `cbor:"6,keyasint,omitempty"` // number and flat came by a deep link
	FirstTry bool   `cbor:"5,keyasint,omitempty"` // and the first try with one is over
}

// Deadline is when the conversation must be woken next, zero for never.
func (c *Conversation) Deadline() time.Time {
	next := int64(0)
	for _, at := range [...]int64{
		c.Form.Until, c.pauseEnd(), c.Registration.RemindAt, c.Registration.PurgeAt, c.Change.Until, c.Access.Until, c.Link.Until, c.Forget,
	} {
		if at != 0 && (next == 0 || at < next) {
			next = at
		}
	}
	if next == 0 {
		return time.Time{}
	}
	return time.Unix(next, 0)
}

// pauseEnd is when a resident who waits for the captcha's pause is called back.
func (c *Conversation) pauseEnd() int64 {
	if c.State == captchaPaused {
		return max(c.Limits.CaptchaUntil, c.Limits.CallAt)
	}
	return 0
}

// Live reports whether an effect still means something to the conversation: a
// captcha or a code that was replaced must not be sent any more, and a code for
// contacts of no account never.
func (c *Conversation) Live(r Ref) bool {
	switch r.Kind {
	case RefCaptcha:
		return c.Captcha.Serial == r.Serial && c.Captcha.Answer != ""
	case RefPhoneCode:
		return c.Registration.PhoneCode.Serial == r.Serial && c.Registration.PhoneCode.Hash != [32]byte{}
	case RefEmailCode:
		return c.Registration.EmailCode.Serial == r.Serial && c.Registration.EmailCode.Hash != [32]byte{}
	case RefChangeCode:
		return c.Change.Code.Serial == r.Serial && c.Change.Code.Hash != [32]byte{}
	case RefAccessPhone:
		return c.Access.Account != 0 && c.Access.PhoneCode.Serial == r.Serial && c.Access.PhoneCode.Hash != [32]byte{}
	case RefAccessEmail:
		return c.Access.Account != 0 && c.Access.EmailCode.Serial == r.Serial && c.Access.EmailCode.Hash != [32]byte{}
	}
	return true
}

// Blank reports whether there is nothing to be kept of the conversation: it never
// began, or was forgotten.
func (c *Conversation) Blank() bool {
	return *c == Conversation{Chat: c.Chat, Event: c.Event}
}

// Met reports whether somebody ever wrote to the bot, were it to the desk alone:
// nobody else can be written to.
func (c *Conversation) Met() bool { return c.State != "" || c.Desk.Serial != 0 }
