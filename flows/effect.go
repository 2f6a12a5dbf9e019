package flows

import "time"

// Text is the key of a text, see package text.
type Text string

// Effect is what the world shall do after the save.
type Effect interface{ effect() }

// Say sends a message to a chat.
type Say struct {
	To       int64  // 0 = the conversation's own chat
	Lead     []Line // said before Text, in the same message
	Text     Text
	Args     Args
	Buttons  [][]Button // shared with other messages: never written to
	Keyboard Keyboard
	Attach   Attachment
	Replace  int  // message that this one takes the place of, 0 = none
	ReplyTo  int  // message of the chat that this one replies to, 0 = none
	Silent   bool // it arrives without a sound
	Dialog   uint32
	Revision uint32
	Report   Ref
	NotAfter time.Time // it is dropped unsent then; zero: never
}

// Line is one text with its arguments.
type Line struct {
	Text Text
	Args Args
}

// Button is one inline button. Its caption is a text of its own.
type Button struct {
	Caption Text
	Args    Args
	Event   Event
	Arg     int
	Style   Style
}

// Style colours a button.
type Style uint8

// The styles of Bot API 9.4 that are used.
const (
	Plain Style = iota
	Danger
	Success
)

// Keyboard is what stands in place of the resident's keyboard.
type Keyboard uint8

// The keyboards. KeepKeyboard changes nothing; the captions of PhoneKeyboard
// are those of the question's buttons.
const (
	KeepKeyboard Keyboard = iota
	PhoneKeyboard
	RemoveKeyboard
)

// Attachment is what a message carries besides its text.
type Attachment struct {
	Kind   AttachmentKind
	Answer string // of a captcha
	Seed   [32]byte
	Terms  Terms
	Data   []byte // of an exported file or a picture
	FileID string // the messenger's name of a file that it has
}

// AttachmentKind is the kind of an attachment.
type AttachmentKind uint8

// The attachments. Terms are sent in the message when short, as a file when not.
const (
	NoAttachment AttachmentKind = iota
	CaptchaPicture
	CaptchaSpeech
	ConsentTerms
	AgreementTerms
	ExportFile
	Picture      // Data is a PNG
	PhotoFile    // a picture that the messenger has
	DocumentFile // a document that it has
)

// Notice is the short answer to the pressed button; the last one counts.
type Notice struct{ Text Text }

// SMS sends a text message.
type SMS struct {
	To       Phone
	Text     Text
	Args     Args
	Report   Ref
	NotAfter time.Time // it is dropped unsent then
}

// Mail sends a letter.
type Mail struct {
	To       Email
	Text     Text // key of the plain part; «.subject» and «.html» are beside it
	Args     Args
	Report   Ref
	NotAfter time.Time
}

// Tell plays a turn of another conversation.
type Tell struct {
	To    int64
	News  News
	Value string
}

// Forget removes what waits or lies undelivered for the own chat, and wherever
// messages of its tickets lie: its account was deleted.
type Forget struct{ Tickets []uint64 }

// Alert tells the staff from a role on; the zero one means the administrators.
type Alert struct {
	Text Text
	Args Args
	Role Role
}

// Least is the least role that is told.
func (a Alert) Least() Role {
	if a.Role == NoRole {
		return Administrator
	}
	return a.Role
}

// Redeliver puts a dead letter back into the outbox.
type Redeliver struct{ Letter uint64 }

// Backup writes a copy of the database beside it, and tells the own chat.
type Backup struct{}

// For is what a turn of one chat has the world do for another: a deed of staff.
type For struct {
	Chat    int64
	Effects []Effect
}

// Menu sets the commands that Telegram shows to one person behind «/».
type Menu struct {
	Chat int64
	Role Role
}

// SendTable sends a table of the desk as files to the own chat.
type SendTable struct{ Table string }

// CountAudience has somebody count for how many accounts a broadcast would be;
// the own conversation is told by AudienceCounted.
type CountAudience struct {
	Audience Audience `cbor:"1,keyasint"`
	Serial   uint32   `cbor:"2,keyasint"`
}

// RunBroadcast tells who sends broadcasts that there is one to go on with.
type RunBroadcast struct{}

func (Say) effect()           {}
func (For) effect()           {}
func (Menu) effect()          {}
func (SendTable) effect()     {}
func (CountAudience) effect() {}
func (RunBroadcast) effect()  {}
func (RunImport) effect()     {}
func (Notice) effect()        {}
func (SMS) effect()           {}
func (Mail) effect()          {}
func (Alert) effect()         {}
func (Tell) effect()          {}
func (Forget) effect()        {}
func (Redeliver) effect()     {}
func (Backup) effect()        {}

// Args are the values that texts may name.
type Args struct {
	Step, Of  int
	Left      int           // tries, or what is left of anything counted
	Wait      time.Duration // until the resident may go on
	Until     time.Time     // end of a code, a pause, the time to verify
	Within    time.Duration // the time to verify, zero once it is over
	Night     time.Time     // of the deletion
	Hint      bool          // show the advice that the text has for this case
	Dead      bool          // the code can no longer be entered
	Code      string
	Phone     Phone
	Email     Email
	Suggested Email
	Value     string // what the resident typed
	Fields    []FieldView
	Contract  Contract
	Contracts []BoundContract
	Label     string // own name of Contract
	Number    Number
	Flat      string
	Kind      Kind
	Account   uint64
	Version   string
	Column    string // of an imported file, as package directory names it
	Reason    string // why a row of it is bad, as package directory names it
	N         int    // a count or an index, from 1
	Pages     int
	Tickets   []TicketView
	Desk      any // what a text of the desk shows, see package bot/admin
}

// BoundContract is a contract as its holder knows it.
type BoundContract struct {
	Contract
	Name string // the holder's own, may be empty
	Lost bool   // the holder was told so
}

// FieldView is a field of the form as the review shows it.
type FieldView struct {
	Caption Text
	Value   string
	Fault   Text
	Claimed bool // will be proven by its code
}
