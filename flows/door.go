package flows

import "time"

// Operation is how the bot as a whole is run.
type Operation struct {
	Closed int64 `cbor:"1,keyasint,omitempty"` // since when the door is closed for residents, Unix seconds; 0 = open
	Opened int64 `cbor:"2,keyasint,omitempty"` // when it was opened last
	Backup int64 `cbor:"3,keyasint,omitempty"` // since when a copy of the database is asked for; 0 = none is
}

// shut answers a resident whom the bot does not serve: the door is closed for
// maintenance, or staff blocked the chat. Nothing of the dialog changes, so that
// it goes on where it was.
func (s *Scene) shut() bool {
	switch s.t.Kind {
	case Said, Pressed, Shared, Sent, Overflown:
	case Edited: // of anything that is of no interest anyway nothing is said
		if _, ok := s.l.Relay(Place{s.c.Chat, s.t.Message}); !ok && !s.answeredBy(s.t.Message) {
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

const (
	// closedPause is how often a closed door is looked at again for what is due.
	closedPause = 10 * time.Minute
	// openedPause is how long a draft lives at least once the door is open.
	openedPause = time.Hour
)

// putOff moves what is due, or was, while the door is closed: nobody loses a
// draft to maintenance, and nobody is called to a closed door. It reports
// whether the door is closed still.
func (s *Scene) putOff() bool {
	c, o := s.c, s.l.Operation()
	later := time.Unix(o.Opened, 0).Add(openedPause)
	if o.Closed != 0 {
		later = s.t.At.Add(closedPause)
		s.delay(&c.Registration.RemindAt, later)
		s.delay(&c.Forget, later)
		if end := c.pauseEnd(); end != 0 && s.t.At.Unix() >= end {
			c.Limits.CallAt = later.Unix() // the pause itself is over
		}
	}
	if later.After(s.t.At) {
		for _, until := range []*int64{&c.Form.Until, &c.Change.Until, &c.Access.Until, &c.Link.Until} {
			s.delay(until, later)
		}
	}
	s.skipNight(o)
	return o.Closed != 0
}

// delay moves a deadline that is due.
func (s *Scene) delay(due *int64, to time.Time) {
	if *due != 0 && s.t.At.Unix() >= *due {
		*due = to.Unix()
	}
}

// skipNight moves a deletion whose night found the door closed to the first
// night that finds it open (SPEC §2.4).
func (s *Scene) skipNight(o Operation) {
	from := o.Opened
	if o.Closed != 0 {
		from = s.t.At.Unix()
	}
	if at := &s.c.Registration.PurgeAt; *at != 0 && *at <= from {
		*at = s.rules.nextNight(time.Unix(from, 0)).Unix()
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
