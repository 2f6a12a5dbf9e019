package flows

import (
	"encoding/binary"
	"strconv"
)

// foundSubject gives a person a random number and a key in the audit log.
func (s *Scene) foundSubject(subject *uint64) {
	seed := s.random("subject", 0)
	*subject = max(1, binary.BigEndian.Uint64(seed[:]))
	s.l.OpenSubject(*subject, s.random("subject key", 0))
}

// audit appends a line about the person of this conversation, and counts it.
func (s *Scene) audit(subject uint64, a Action, note, detail string) {
	s.tally(ActionCounter(a))
	s.l.Audit(AuditLine{At: s.t.At.Unix(), Subject: subject, Action: a, Note: note, Detail: detail})
}

// AccountNote is how the log and the staff name an account: by its number, which is
// nobody's once the account is deleted.
func AccountNote(n uint64) string { return "Л" + strconv.FormatUint(n, 10) }

// ChannelNote is how the log names the contact of a channel.
func ChannelNote(ch Channel) string {
	return map[Channel]string{ByPhone: "phone", ByEmail: "email"}[ch]
}

// auditAccount appends a line about the account of this conversation.
func (s *Scene) auditAccount(a Action, detail string) {
	s.audit(s.l.Account(s.c.Account).Subject, a, AccountNote(s.c.Account), detail)
}
