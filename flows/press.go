package flows

// Press is a button that was taken: when, of which question, which.
type Press struct {
	At       int64  `cbor:"1,keyasint,omitempty"`
	Revision uint32 `cbor:"2,keyasint,omitempty"`
	Event    Event  `cbor:"3,keyasint,omitempty"`
	Arg      int    `cbor:"4,keyasint,omitempty"`
}

// Press is the button that a turn took.
func (t Turn) Press() Press {
	return Press{At: t.At.Unix(), Revision: t.Revision, Event: t.Event, Arg: t.Arg}
}

// pressed takes a button only if it belongs to the question as it stands: an
// old one, a forged one and the second tap change nothing. «Инструкция» works on
// every message, since it changes nothing.
func (s *Scene) pressed() error {
	last, now := s.c.LastPress, s.t.Press()
	switch {
	case now.twice(last, s.c.Revision):
		notice := Text("notice.twice")
		if now.Event != last.Event { // of consent it must not be told that it was taken
			notice = "notice.other"
		}
		s.out = append(s.out, Notice{notice})
		return nil
	case s.t.Event == helpPressed:
		s.c.LastPress = now
		s.help()
		return nil
	case s.t.Dialog != s.c.Dialog, s.t.Revision != s.c.Revision, !s.offers(s.t.Event, s.t.Arg):
		s.out = append(s.out, Notice{"notice.old"})
		s.repeat("")
		return nil
	}
	s.c.LastPress = now
	s.args.N = s.t.Arg
	return s.choose(s.t.Event)
}

// doubleTap is within how many seconds a second press of a button is taken for
// a slip of the finger.
const doubleTap = 2

// twice reports whether a press is the second tap of the last one: on the
// question that the last one answered, or the same button where it answered none.
func (p Press) twice(last Press, current uint32) bool {
	return p.Revision == last.Revision && p.At-last.At <= doubleTap && last.Event != "" &&
		(p.Revision != current || p.Event == last.Event)
}

// Repeats reports whether a press is the second tap of the same button.
func (p Press) Repeats(last Press) bool {
	return last.Event == p.Event && last.Revision == p.Revision && last.Arg == p.Arg && p.At-last.At <= doubleTap
}
