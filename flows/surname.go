package flows

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// MaxPrefix is how many characters of a surname the index of surnames tells
// apart.
const MaxPrefix = 8

// NormalSurname is the form in which names are looked up: composed, lower case,
// ё as е, and nothing but letters, so that «Соловьёва‑Седая» is found whatever
// stands between its halves.
func NormalSurname(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == 'ё':
			return 'е'
		case !unicode.IsLetter(r):
			return -1
		}
		return r
	}, strings.ToLower(norm.NFC.String(s)))
}

// SurnamePrefixes lists what a surname is found by: the beginnings of its normal
// form, of one to MaxPrefix characters, the shortest first.
func SurnamePrefixes(surname string) []string {
	normal := NormalSurname(surname)
	prefixes := make([]string, 0, MaxPrefix)
	for i := range normal {
		if i > 0 {
			prefixes = append(prefixes, normal[:i])
		}
		if len(prefixes) == MaxPrefix {
			return prefixes
		}
	}
	if normal != "" {
		prefixes = append(prefixes, normal)
	}
	return prefixes
}

// abbreviate reports whether words begin names in their order. Several words may be
// of one name, as in «Анна Мария», and a name may be left out.
func abbreviate(words, names []string) bool {
	if len(words) == 0 {
		return true
	}
	if len(names) == 0 {
		return false
	}
	for n := range len(words) + 1 {
		if !strings.HasPrefix(names[0], strings.Join(words[:n], "")) {
			return false
		}
		if abbreviate(words[n:], names[1:]) {
			return true
		}
	}
	return false
}
