package flows

import "time"

// The conversation with a stranger, who has registered nothing, is forgotten some
// time after its last turn: nobody agreed to its being kept.

// Stranger reports whether the conversation is with one: nothing of it is kept for
// long.
func (c *Conversation) Stranger() bool {
	return c.State != "" && c.Account == 0 && c.Registration.Submitted == 0 && c.Form.Until == 0
}

// remember puts off when the conversation is forgotten. It does so once a day at
// most, and before its time: no turn need write an index for it.
func (s *Scene) remember() {
	c := s.c
	if !c.Stranger() {
		c.Forget = 0
		return
	}
	until := s.t.At.Add(s.rules.StrangerLife).Unix()
	if c.Forget == 0 || s.t.byResident() && until-c.Forget >= int64(day/time.Second) {
		c.Forget = until
	}
}

// forget leaves nothing of the conversation: no limit of a stranger is as long.
// That of staff is kept while they have a role, and that of a blocked chat while it
// is blocked.
func (s *Scene) forget() {
	if s.c.Blocked != 0 || s.rules.Role(s.l, s.c.Chat) != NoRole {
		s.c.Forget = s.t.At.Add(s.rules.StrangerLife).Unix()
		return
	}
	*s.c = Conversation{Chat: s.c.Chat}
}
