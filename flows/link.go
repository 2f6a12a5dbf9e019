package flows

import "strings"

// Deep links (SPEC §2.6.7): t.me/<bot>?start=ls_<number> or ls_<number>_<flat>.
// A link changes nothing but what the binding dialog is pre-filled with.

// maxPayload is the longest start parameter of Telegram.
const maxPayload = 64

const (
	linkOpened Event = "link_opened"
	linkBound  Event = "link_bound"  // the account has the contract
	linkPaused Event = "link_paused" // no contract can be bound now
)

// readLink reads the payload of /start; false for anything that is no link of ours.
func readLink(text string) (Link, bool) {
	words := strings.Fields(text)
	if command(text) != "/start" || len(words) != 2 || len(words[1]) > maxPayload {
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
		if flat, ok = ParseFlat(flat); !ok {
			return Link{}, false
		}
		l.Flat = strings.ToUpper(NormalFlat(flat)) // as it stands on the bill, in Cyrillic
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
	return strings.Map(latinLike, NormalFlat(flat))
}

// keepLink keeps a contract until the resident comes to the main menu, as long
// as a form lives; a newer link takes its place.
func (s *Scene) keepLink(l Link) {
	s.c.Link = l
	s.c.Link.Until = s.t.At.Add(s.rules.FormLife).Unix()
	s.say("link.kept", Args{Number: l.Number})
}

func dropLink(s *Scene) { s.c.Link = Link{} }

// linked takes a link: where nothing would be lost it opens the binding,
// elsewhere it is kept.
func (s *Scene) linked(l Link) error {
	switch flow := s.place().flow; {
	case flow == &menu, s.c.State == showData:
		s.c.Link = l
		return s.fire(restarted) // which leads to the main menu, and on
	case flow == &binding && s.c.Bind.Number == l.Number:
		s.repeat("start.go_on")
	case s.c.State == chooseKind && s.c.Bind.Kind == "": // nothing was chosen yet
		s.c.Link = l
		return s.fire(linkOpened)
	default:
		s.keepLink(l)
		s.repeat("")
	}
	return nil
}

// openLink decides what a link comes to in the main menu.
func openLink(s *Scene) Event {
	n := s.c.Link.Number
	if s.holds(n) {
		return linkBound
	}
	if until := s.bindUntil(); !until.IsZero() {
		s.args.Until = s.unix(until.Unix())
		return linkPaused
	}
	return linkOpened
}

// useLink pre-fills the binding.
func useLink(s *Scene) {
	l := s.c.Link
	dropBinding(s)
	dropLink(s)
	s.c.Bind = BindDraft{Number: l.Number, Flat: l.Flat, Linked: true}
	s.args.Number, s.args.Flat = l.Number, l.Flat
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
		s.c.Bind = BindDraft{Kind: k, Number: b.Number, Flat: b.Flat, Linked: true}
		switch {
		case k != KindFlat && k != KindApartments:
			s.c.Bind.Flat = ""
		case k == KindFlat && b.Flat == "":
			return linkFlatAsked
		}
		return linkReady
	}}
}
