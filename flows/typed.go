package flows

import (
	"strings"
	"unicode"
	"unicode/utf16"
)

// quote is what a resident typed, fit to be shown and kept: one line of at most
// MaxName characters.
func quote(text string) string { return shorten(OneLine(text), MaxName) }

// shorten is the beginning of a text, of so many characters.
func shorten(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return text
}

// OneLine is what somebody typed as one line without control, format and bidi
// characters: it cannot pass for what stands around it.
func OneLine(text string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.Fields(clean), " ")
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

// Units is the length of a text as the messenger counts it, in UTF-16 units.
func Units(text string) int { return len(utf16.Encode([]rune(text))) }
