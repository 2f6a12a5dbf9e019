package flows

import (
	"strings"
	"unicode"
)

// quote is what a resident typed, fit to be shown and kept: one line of at most
// MaxName characters without control, format and bidi characters.
func quote(text string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, text)
	r := []rune(strings.Join(strings.Fields(clean), " "))
	if len(r) > MaxName {
		return string(r[:MaxName-1]) + "…"
	}
	return string(r)
}

// withoutFormat drops the invisible characters that telephones and address
// books put around what is copied.
func withoutFormat(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, text)
}
