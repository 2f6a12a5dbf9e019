package flows

import "time"

// shut answers a resident whom the bot does not serve: the door is closed for
// maintenance, or staff blocked the chat. Nothing of the dialog changes, so that
// it goes on where it was.
func (s *Scene) shut() bool {
	switch s.t.Kind {
	case Said, Pressed, Shared, Sent, Overflown:
	case Edited: // of anything that is of no interest anyway nothing is said
		if _, ok := s.l.Relay(Place{s.c.Chat, s.t.Message}); !ok {
			return false
		}
	default:
		return false
	}
	why := Text("door.blocked")
	if s.c.Blocked == 0 {
		if s.l.Operation().Closed == 0 || s.rules.Role(s.l, s.c.Chat) != NoRole {
			return false
		}
		why = "door.closed"
	}
	s.out = append(s.out, Say{Text: why})
	return true
}

// closedPause is how much later a deadline comes that is due while the door is
// closed: nobody loses a draft to maintenance.
const closedPause = time.Hour

// putOff moves the deadlines that are due while the door is closed. A deletion
// waits for the next night (SPEC §2.4).
func (s *Scene) putOff() {
	c, at := s.c, s.t.At
	if r := &c.Registration; r.PurgeAt != 0 && at.Unix() >= r.PurgeAt {
		r.PurgeAt = s.rules.nextNight(at).Unix()
	}
	for _, due := range []*int64{&c.Form.Until, &c.Limits.CaptchaUntil, &c.Registration.RemindAt, &c.Change.Until, &c.Access.Until, &c.Link.Until} {
		if *due != 0 && at.Unix() >= *due {
			*due = at.Add(closedPause).Unix()
		}
	}
}

// nextNight is the first PurgeAt behind a moment.
func (r *Rules) nextNight(at time.Time) time.Time {
	y, m, d := at.In(r.Location).Date()
	night := time.Date(y, m, d, 0, 0, 0, 0, r.Location).Add(r.PurgeAt)
	if !night.After(at) {
		night = time.Date(y, m, d+1, 0, 0, 0, 0, r.Location).Add(r.PurgeAt)
	}
	return night
}
