package flows

import (
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind is what a water contract is for (SPEC §2.6).
type Kind string

// The four kinds of premises.
const (
	KindFlat           Kind = "flat"
	KindApartments     Kind = "apartments"
	KindNonresidential Kind = "nonresidential"
	KindHouse          Kind = "house"
)

// Holder is who concluded a contract.
type Holder string

// A contract belongs to a person or to a company; only a person's can be bound.
const (
	HolderPerson  Holder = "person"
	HolderCompany Holder = "company"
)

// Status is whether a contract is in force.
type Status string

// A closed contract stays in the directory and cannot be bound.
const (
	StatusActive Status = "active"
	StatusClosed Status = "closed"
)

// Contract is one row of the contract directory (SPEC §4).
type Contract struct {
	Number  Number
	Kind    Kind
	Flat    string // as billing wrote it; compare with NormalFlat
	Address string
	Holder  Holder
	Status  Status
}

// Number is a contract number in normal form, see ParseNumber.
type Number string

// LogValue shows the last three characters only.
func (n Number) LogValue() slog.Value { return slog.StringValue(maskTail(string(n), 3)) }

// MaxNumber is the longest contract number taken, in characters.
const MaxNumber = 20

// ParseNumber brings a contract number to its normal form: upper case, without
// spaces, dashes and the «№» that our texts put before it (SPEC §2.6.5). It
// reports false for what cannot be a number: without a digit, longer than
// MaxNumber, or holding anything but Latin or Cyrillic letters, digits and «/».
func ParseNumber(s string) (Number, bool) {
	var b strings.Builder
	count, digits := 0, 0
	for _, r := range s {
		switch {
		case unicode.IsSpace(r), unicode.Is(unicode.Dash, r), r == '№' && count == 0:
			continue
		case r >= '0' && r <= '9':
			digits++
		case r == '/', unicode.IsLetter(r) && unicode.In(r, unicode.Latin, unicode.Cyrillic):
		default:
			return "", false
		}
		if count++; count > MaxNumber {
			return "", false
		}
		b.WriteRune(unicode.ToUpper(r))
	}
	if digits == 0 {
		return "", false
	}
	return Number(b.String()), true
}

// MaxFlat is the longest flat number taken, in characters.
const MaxFlat = 16

// NormalFlat brings a flat number to the form in which flats are compared
// (SPEC §2.6.5): lower case, no spaces and dots, no «кв», «квартира», «апарт.»
// in front, no leading zeros, Latin look-alikes turned into Cyrillic letters.
// Two flats are the same when their normal forms are equal. A normal form is
// its own normal form.
func NormalFlat(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		if unicode.IsSpace(r) || r == '.' || r == '№' || r == '#' {
			continue
		}
		if c, ok := lookAlikes[r]; ok {
			r = c
		}
		b.WriteRune(r)
	}
	flat := b.String()
	for {
		shorter := cutFront(flat)
		if shorter == flat {
			return flat
		}
		flat = shorter
	}
}

// cutFront takes one word or all zeros off the front of a flat number, unless
// nothing would be left.
func cutFront(flat string) string {
	for _, word := range flatWords {
		if rest, ok := strings.CutPrefix(flat, word); ok && rest != "" {
			return rest
		}
	}
	if trimmed := strings.TrimLeft(flat, "0"); trimmed != "" {
		return trimmed
	}
	if flat != "" {
		return "0"
	}
	return flat
}

// flatWords stand in front of flat numbers; a longer word goes before its own
// beginning.
var flatWords = []string{"квартира", "апартаменты", "апартамент", "помещение", "апарт", "апп", "кв", "ап"}

// lookAlikes maps lower-case Latin letters to the Cyrillic ones they are
// mistaken for on a keyboard or a bill.
var lookAlikes = map[rune]rune{
	'a': 'а', 'b': 'в', 'c': 'с', 'e': 'е', 'h': 'н', 'k': 'к', 'm': 'м',
	'o': 'о', 'p': 'р', 't': 'т', 'x': 'х', 'y': 'у',
}

// latinLike is the Latin letter that a Cyrillic one is mistaken for; any other
// character is itself.
func latinLike(r rune) rune {
	for latin, cyrillic := range lookAlikes {
		if r == cyrillic {
			return latin
		}
	}
	return r
}

func maskTail(s string, keep int) string {
	r := []rune(s)
	if len(r) <= keep {
		return strings.Repeat("*", len(r))
	}
	return strings.Repeat("*", len(r)-keep) + string(r[len(r)-keep:])
}

// ParseFlat checks a flat number as a resident types it: not empty, at most
// MaxFlat characters, with a letter or a digit, and nothing but letters, digits,
// spaces and «.-/№».
func ParseFlat(s string) (flat string, ok bool) {
	flat = strings.Join(strings.Fields(s), " ")
	if flat == "" || utf8.RuneCountInString(flat) > MaxFlat {
		return "", false
	}
	for _, r := range flat {
		switch {
		case r >= '0' && r <= '9', unicode.IsLetter(r) && unicode.In(r, unicode.Latin, unicode.Cyrillic):
			ok = true
		case strings.ContainsRune(" .-/№", r):
		default:
			return "", false
		}
	}
	if !ok {
		return "", false
	}
	return flat, true
}
