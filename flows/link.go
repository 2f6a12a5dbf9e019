package flows

import "strings"

// Deep links (SPEC §2.6.7): t.me/<bot>?start=ls_<number> or ls_<number>_<flat>.
// A link changes nothing but what the binding dialog is pre-filled with.

// maxPayload is the longest start parameter of Telegram.
const maxPayload = 64

const linkOpened Event = "link_opened"

// readLink reads the payload of /start; false for anything that is no link of ours.
func readLink(text string) (Link, bool) {
	words := strings.Fields(text)
	if len(words) != 2 || len(words[1]) > maxPayload {
		return Link{}, false
	}
	rest, ok := strings.CutPrefix(words[1], "ls_")
	if !ok || strings.ContainsFunc(rest, func(r rune) bool { return !payloadRune(r) }) {
		return Link{}, false
	}
	number, flat, _ := strings.Cut(rest, "_")
	n, ok := ParseNumber(number)
	if !ok {
		return Link{}, false
	}
	l := Link{Number: n}
	if flat != "" {
		if l.Flat, ok = ParseFlat(flat); !ok {
			return Link{}, false
		}
	}
	return l, true
}

// payloadRune reports whether Telegram lets a character into a start parameter.
func payloadRune(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '_' || r == '-'
}

// StartParameter is the payload of a contract's deep link, false when its flat
// cannot be written in it.
func StartParameter(c Contract) (string, bool) {
	p := "ls_" + string(c.Number)
	if c.Flat != "" {
		p += "_" + latinFlat(c.Flat)
	}
	l, ok := readLink("/start " + p)
	return p, ok && l.Number == c.Number && NormalFlat(l.Flat) == NormalFlat(c.Flat)
}

// latinFlat writes a flat's normal form with Latin look-alikes.
func latinFlat(flat string) string {
	return strings.Map(func(r rune) rune {
		for latin, cyrillic := range lookAlikes {
			if r == cyrillic {
				return latin
			}
		}
		return r
	}, NormalFlat(flat))
}

// linked takes a link: in the main menu it opens the binding, elsewhere it is
// kept until the resident comes there.
func (s *Scene) linked(l Link) error {
	s.c.Link = l
	if h := s.place(); h.flow == &menu || h.flow == &profile && s.c.State == showData {
		return s.fire(restarted) // which leads to the main menu, and on
	}
	s.args.Number = l.Number
	s.say("link.kept", s.args)
	if s.c.Account == 0 && s.place().flow == &start {
		return s.interrupt(s.place().flow.OnStart, "")
	}
	s.repeat("")
	return nil
}

// useLink pre-fills the binding.
func useLink(s *Scene) {
	dropBinding(s)
	s.c.Bind = BindDraft{Number: s.c.Link.Number, Flat: s.c.Link.Flat, Linked: true}
	s.args.Number, s.args.Flat = s.c.Link.Number, s.c.Link.Flat
	s.c.Link = Link{}
}

const (
	linkReady     Event = "link_ready"      // the kind was chosen, the rest came by the link
	linkFlatAsked Event = "link_flat_asked" // but the flat
)

// chooseLinked decides where a kind leads when the number came by a link.
func chooseLinked(e Event, k Kind) Decision {
	return Decision{Into: []Event{e, linkReady, linkFlatAsked}, By: func(s *Scene) Event {
		b := s.c.Bind
		if !b.Linked {
			return e
		}
		s.c.Bind = BindDraft{Kind: k, Number: b.Number, Linked: true}
		if k == KindFlat || k == KindApartments {
			s.c.Bind.Flat = b.Flat
		}
		if k == KindFlat && b.Flat == "" {
			return linkFlatAsked
		}
		return linkReady
	}}
}
