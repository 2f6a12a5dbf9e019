package flows

import (
	"slices"
	"strconv"
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

// Member is one member of staff, known by the number of the Telegram user alone:
// when the role was given and by whom stands in the audit log. The number of a
// field is never given to another one: 3 and 4 may stand in old records.
type Member struct {
	Chat int64 `cbor:"1,keyasint"`
	Role Role  `cbor:"2,keyasint"`
}

// Staff is everybody with a role: the administrators of the configuration first.
func (r *Rules) Staff(granted Crew) []Member {
	var all []Member
	for _, chat := range r.Admins {
		all = append(all, Member{Chat: chat, Role: Administrator})
	}
	for _, m := range granted.Staff() {
		if !slices.Contains(r.Admins, m.Chat) {
			all = append(all, m)
		}
	}
	return all
}

// Colleague names a member of staff to another: by the username they had at
// their last command, or by number. It proves nothing, as anybody may take a name
// that became free: the audit log has numbers.
func Colleague(l Chats, chat int64) string {
	if name := l.Chat(chat).Desk.Name; name != "" {
		return "@" + name
	}
	return strconv.FormatInt(chat, 10)
}

// Role is what a Telegram user may do now.
func (r *Rules) Role(granted Crew, chat int64) Role {
	if slices.Contains(r.Admins, chat) {
		return Administrator
	}
	for _, m := range granted.Staff() {
		if m.Chat == chat {
			return m.Role
		}
	}
	return NoRole
}
