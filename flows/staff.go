package flows

import (
	"slices"
	"strings"
)

// Role is what a member of staff may do (SPEC §3): each rank may do all that
// the ranks below it may.
type Role uint8

// The ranks. NoRole is a resident.
const (
	NoRole Role = iota
	Operator
	Supervisor
	Administrator
)

var roleNames = [...]string{"resident", "operator", "supervisor", "administrator"}

// String names the role as commands and the audit log do.
func (r Role) String() string { return roleNames[min(int(r), len(roleNames)-1)] }

// roleWords are the spellings that ParseRole takes beside String's.
var roleWords = map[string]Role{
	"оператор": Operator, "супервизор": Supervisor, "администратор": Administrator, "админ": Administrator, "admin": Administrator,
}

// ParseRole reads the name of a staff role, Russian or English.
func ParseRole(s string) (Role, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	for r := Operator; r <= Administrator; r++ {
		if s == r.String() {
			return r, true
		}
	}
	r, ok := roleWords[s]
	return r, ok
}

// Member is one member of staff, known by the number of the Telegram user alone.
type Member struct {
	Chat  int64 `cbor:"1,keyasint"`
	Role  Role  `cbor:"2,keyasint"`
	Since int64 `cbor:"3,keyasint,omitempty"` // Unix seconds
	By    int64 `cbor:"4,keyasint,omitempty"` // who granted the role; 0: the configuration
}

// Crew is the staff as a step reads and writes it.
type Crew interface {
	// Staff lists those who were granted a role; the list must not be modified.
	Staff() []Member
	// SetStaff replaces the list.
	SetStaff([]Member)
}

// Crew is everybody with a role: the administrators of the configuration first.
func (r *Rules) Crew(l Crew) []Member {
	var all []Member
	for _, chat := range r.Admins {
		all = append(all, Member{Chat: chat, Role: Administrator})
	}
	for _, m := range l.Staff() {
		if !slices.Contains(r.Admins, m.Chat) {
			all = append(all, m)
		}
	}
	return all
}

// Role is what a Telegram user may do now.
func (r *Rules) Role(l Crew, chat int64) Role {
	if slices.Contains(r.Admins, chat) {
		return Administrator
	}
	for _, m := range l.Staff() {
		if m.Chat == chat {
			return m.Role
		}
	}
	return NoRole
}

// Operation is how the bot as a whole is run.
type Operation struct {
	Closed int64 `cbor:"1,keyasint,omitempty"` // since when the door is closed for residents, Unix seconds; 0 = open
	Opened int64 `cbor:"2,keyasint,omitempty"` // when it was opened last
	Backup int64 `cbor:"3,keyasint,omitempty"` // since when a copy of the database is asked for; 0 = none is
}

// Door is the state of operation as a step reads and writes it.
type Door interface {
	Operation() Operation
	SetOperation(Operation)
}

// Chats are the conversations of others: a deed of staff changes one beside
// the conversation of who does it.
type Chats interface {
	// Chat reads a conversation; one that never began has no state.
	Chat(chat int64) Conversation
	// SaveChat stores a conversation that this step has read by Chat.
	SaveChat(Conversation)
}

// Request is a deed of staff that waits for a second person (SPEC §3).
type Request struct {
	Number uint64 `cbor:"1,keyasint"`
	Line   string `cbor:"2,keyasint"` // the command as it was given
	By     int64  `cbor:"3,keyasint"`
	At     int64  `cbor:"4,keyasint"`
	Role   Role   `cbor:"5,keyasint"` // that the second person must have
	// About pins down what is to be agreed to: when that is another by then, nothing is done.
	About [32]byte `cbor:"6,keyasint,omitzero"`
}

// Requests are the deeds that wait for a second person.
type Requests interface {
	// Requests lists them, the oldest first; the list must not be modified.
	Requests() []Request
	// SetRequests replaces the list.
	SetRequests([]Request)
}
