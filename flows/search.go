package flows

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Lookup is what a resident is looked up by.
type Lookup uint8

// The lookups.
const (
	LookupAccount  Lookup = iota + 1 // Number: of the account
	LookupChat                       // Number: the messenger's id of the chat
	LookupPhone                      // Value: Phone
	LookupEmail                      // Value: Email
	LookupUsername                   // Value: without «@»
	LookupContract                   // Value: Number of the contract
	LookupSurname                    // Value: normal words, surname first
)

// Query is one way to read what staff look for.
type Query struct {
	By     Lookup
	Value  string
	Number uint64
}

// Hit is a resident who was found: an account, an open registration, or a chat
// that has neither.
type Hit struct {
	By           Lookup // what it was found by
	Account      uint64 // 0 = none
	Chat         int64
	Registration bool // open, of Chat

	Surname, Name, Patronymic string
	Phone                     Phone
	Email                     Email
}

// Cursor is where the next page of hits begins; the zero Cursor is the
// beginning, and the end.
type Cursor struct {
	Tag byte   `cbor:"1,keyasint,omitempty"` // kind of the last one looked at
	ID  uint64 `cbor:"2,keyasint,omitempty"`
}

// maxWords is the longest name that is looked for, in words.
const maxWords = 8

// ParseQuery reads what staff look for in every way that it can be meant: a bare
// number may be an account, a chat, a phone and a contract. Words are a surname,
// or its beginning, and what the other names begin with. It returns nothing for
// what cannot be looked for.
func ParseQuery(text string) []Query {
	text = strings.TrimSpace(text)
	if name, marked := cutUsernameMark(text); marked || strings.Contains(name, "_") {
		if !isUsername(name) {
			return nil
		}
		return []Query{{By: LookupUsername, Value: name}}
	}
	if strings.Contains(text, "@") {
		if email, fault := ParseEmail(text); fault == "" {
			return []Query{{By: LookupEmail, Value: string(email)}}
		}
		return nil
	}
	if words := nameWords(text); words != nil {
		return []Query{{By: LookupSurname, Value: strings.Join(words, " ")}}
	}
	return numbers(text)
}

// numbers reads what holds a digit.
func numbers(text string) (ways []Query) {
	digits, marked := cutAccountMark(text)
	if n, err := strconv.ParseUint(digits, 10, 63); err == nil && n != 0 {
		ways = append(ways, Query{By: LookupAccount, Number: n})
		if !marked {
			ways = append(ways, Query{By: LookupChat, Number: n})
		}
	}
	if phone, ok := phoneIn(text); ok {
		ways = append(ways, Query{By: LookupPhone, Value: string(phone)})
	}
	if n, ok := ParseNumber(text); ok {
		ways = append(ways, Query{By: LookupContract, Value: string(n)})
	}
	return ways
}

// Respelled are other readings of words that nobody was found by: typed with the
// keyboard in Latin, and with the surname behind the other names.
func Respelled(text string) (readings []string) {
	if strings.ContainsAny(text, "@_/") { // no name
		return nil
	}
	words := strings.Fields(text)
	if russian, ok := inRussianLayout(text); ok {
		words = strings.Fields(russian)
		readings = append(readings, russian)
	}
	if n := len(words) - 1; n > 0 && nameWords(strings.Join(words, " ")) != nil {
		readings = append(readings, strings.Join(append([]string{words[n]}, words[:n]...), " "))
	}
	return readings
}

// The keys that hold Russian letters, in both layouts.
const (
	latinKeys   = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
	russianKeys = "йцукенгшщзхъфывапролджэячсмитьбюё"
)

// inRussianLayout is what the same keys write in Russian; false when the text holds
// anything else.
func inRussianLayout(text string) (russian string, ok bool) {
	keys, russians := []rune(latinKeys), []rune(russianKeys)
	ok = true
	russian = strings.Map(func(r rune) rune {
		i := slices.Index(keys, r)
		if i >= 0 {
			return russians[i]
		}
		ok = ok && (r == ' ' || r == '-')
		return r
	}, strings.ToLower(strings.TrimSpace(text)))
	return russian, ok && russian != ""
}

// cutUsernameMark takes off what stands before a username.
func cutUsernameMark(text string) (name string, marked bool) {
	rest := strings.TrimPrefix(strings.TrimPrefix(text, "https://"), "http://")
	for _, mark := range []string{"@", "t.me/"} {
		if name, ok := strings.CutPrefix(rest, mark); ok {
			return name, true
		}
	}
	return text, false
}

// cutAccountMark takes the letter off that stands before the number of an account.
func cutAccountMark(text string) (digits string, marked bool) {
	for _, mark := range []string{"ЛК", "лк", "Л", "л", "L", "l"} {
		if rest, ok := strings.CutPrefix(text, mark); ok {
			return strings.TrimSpace(rest), true
		}
	}
	return text, false
}

// phoneIn reads a phone in any spelling, those that residents are not allowed
// included: «+8…», «007…».
func phoneIn(text string) (Phone, bool) {
	if phone, fault := ParsePhone(text); fault == "" {
		return phone, true
	}
	var digits []byte
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits = append(digits, byte(r))
		case unicode.IsLetter(r), r == '/':
			return "", false
		}
	}
	last := max(len(digits)-10, 0)
	if last > 5 || strings.Trim(string(digits[:last]), "078") != "" {
		return "", false
	}
	phone, fault := ParsePhone("+7" + string(digits[last:]))
	return phone, fault == ""
}

// isUsername reports whether a name can be one of the messenger's.
func isUsername(s string) bool {
	return s != "" && len(s) <= 32 && !strings.ContainsFunc(s, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}

// nameWords are the words of a name in normal form; nil for what is no name.
// Dots stand behind initials.
func nameWords(text string) (words []string) {
	if strings.ContainsFunc(text, unicode.IsDigit) {
		return nil
	}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == '.' || r == ',' }) {
		normal := NormalSurname(word)
		if strings.ContainsFunc(normal, func(r rune) bool { return !unicode.In(r, unicode.Cyrillic, unicode.Latin) }) {
			return nil
		}
		if normal != "" {
			words = append(words, normal)
		}
	}
	if len(words) > maxWords {
		return nil
	}
	return words
}

// Prefix is what the index of surnames is asked for a query by surname.
func (q Query) Prefix() string {
	first, _, _ := strings.Cut(q.Value, " ")
	prefixes := SurnamePrefixes(first)
	return prefixes[len(prefixes)-1]
}

// Fits reports whether a hit is what the query asks for; the index of surnames
// knows only how a surname begins.
func (q Query) Fits(h Hit) bool {
	if q.By != LookupSurname {
		return true
	}
	words, surname := strings.Split(q.Value, " "), NormalSurname(h.Surname)
	others := []string{NormalSurname(h.Name), NormalSurname(h.Patronymic)}
	for n := range words {
		if strings.HasPrefix(surname, strings.Join(words[:n+1], "")) && abbreviate(words[n+1:], others) {
			return true
		}
	}
	return false
}
