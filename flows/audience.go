package flows

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Audience is whose accounts a broadcast is for.
type Audience struct {
	Kind     AudienceKind `cbor:"1,keyasint,omitempty"`
	District string       `cbor:"2,keyasint,omitempty"` // of InDistrict: how their addresses begin
}

// AudienceKind is how an audience is chosen.
type AudienceKind uint8

// The audiences.
const (
	Everybody AudienceKind = iota + 1
	WithContract
	WithoutContract
	InDistrict // who has a contract whose address begins with District
)

// Includes reports whether an account with these contracts is of the audience;
// whoever wants no news is of none.
func (a Audience) Includes(account Account, bound []Binding, contract func(Number) (Contract, bool)) bool {
	if account.NoNews {
		return false
	}
	switch a.Kind {
	case Everybody:
		return true
	case WithContract:
		return len(bound) > 0
	case WithoutContract:
		return len(bound) == 0
	case InDistrict:
		begin := normalAddress(a.District)
		for _, b := range bound {
			if c, ok := contract(b.Number); ok && addressBegins(normalAddress(c.Address), begin) {
				return true
			}
		}
	}
	return false
}

// maxDistrict is the longest beginning of an address, in characters.
const maxDistrict = 120

// ParseDistrict reads the beginning of an address; false when nothing would be
// left of it to compare.
func ParseDistrict(text string) (string, bool) {
	s := strings.Join(strings.Fields(withoutFormat(text)), " ")
	return s, normalAddress(s) != "" && utf8.RuneCountInString(s) <= maxDistrict
}

// ofMoscow are the words in front of an address that all of them could have.
var ofMoscow = map[string]bool{"россия": true, "рф": true, "г": true, "город": true, "москва": true}

// normalAddress is an address as beginnings are compared: words in lower case
// without ё and punctuation, and without the city.
func normalAddress(s string) string {
	words := strings.FieldsFunc(strings.ReplaceAll(strings.ToLower(s), "ё", "е"), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	for len(words) > 0 && ofMoscow[words[0]] {
		words = words[1:]
	}
	return strings.Join(words, " ")
}

// addressBegins reports whether an address begins so. A word may be unfinished, a
// number not: «д. 5» is no beginning of «д. 55».
func addressBegins(address, begin string) bool {
	rest, ok := strings.CutPrefix(address, begin)
	if !ok || begin == "" {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(begin)
	next, _ := utf8.DecodeRuneInString(rest)
	return !unicode.IsDigit(last) || !unicode.IsDigit(next)
}
