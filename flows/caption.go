package flows

import (
	"maps"
	"slices"
	"strings"
	"unicode"
)

// sendPhone is the caption of the button that shares a contact; the messenger
// adds it to PhoneKeyboard.
const sendPhone Text = "button.send_phone"

// fixedCaptions lists the captions that never have arguments.
func fixedCaptions(places map[State]*place) []Text {
	fixed := map[Text]bool{sendPhone: true, newsOffCaption: true}
	for _, p := range places {
		for _, row := range p.node.Buttons {
			for _, c := range row {
				before, seen := fixed[c.Caption]
				fixed[c.Caption] = c.Args == nil && (before || !seen)
			}
		}
	}
	maps.DeleteFunc(fixed, func(_ Text, ok bool) bool { return !ok })
	return slices.Collect(maps.Keys(fixed))
}

// wrote reports whether a caption was written that has no arguments.
func (s *Scene) wrote(caption Text) bool { return s.typed() != "" && s.typed() == s.typable[caption] }

// typed is what was written as a caption that may have been meant.
func (s *Scene) typed() string {
	if s.written == "" {
		s.written = plainCaption(s.t.Text)
	}
	return s.written
}

// captioned finds the button whose caption was typed.
func (s *Scene) captioned() (Button, bool) {
	typed := s.typed()
	if typed == "" {
		return Button{}, false
	}
	for _, row := range s.buttons() {
		for _, b := range row {
			caption, ok := s.typable[b.Caption]
			if !ok {
				caption = plainCaption(s.caption(b.Caption, b.Args))
			}
			if caption == typed {
				return b, true
			}
		}
	}
	return Button{}, false
}

// plainCaption is a caption without emoji, punctuation around it, case and ё.
func plainCaption(s string) string {
	if len(s) > longestCaption {
		return ""
	}
	s = strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.ReplaceAll(strings.ToLower(strings.Join(strings.Fields(s), " ")), "ё", "е")
}

// longestCaption is more bytes than any caption has: an e-mail and a few words.
const longestCaption = 512
