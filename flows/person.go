package flows

import (
	"log/slog"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// Phone is a Russian mobile number as E.164: «+79161234567».
type Phone string

// LogValue masks all but the code of the operator and two digits.
func (p Phone) LogValue() slog.Value { return slog.StringValue(p.Masked()) }

// Masked shows a phone so that only its owner recognises it.
func (p Phone) Masked() string {
	if p == "" {
		return ""
	}
	if len(p) != 12 {
		return "***"
	}
	return string(p[:2]) + " " + string(p[2:5]) + " ***-**-" + string(p[10:])
}

// Pretty groups the digits as Russians write them: «+7 916 123-45-67».
func (p Phone) Pretty() string {
	if len(p) != 12 {
		return string(p)
	}
	return string(p[:2] + " " + p[2:5] + " " + p[5:8] + "-" + p[8:10] + "-" + p[10:])
}

// Block is the block of ten thousand numbers a phone belongs to: «+7916123»
// (SPEC §2.3, budgets).
func (p Phone) Block() string { return string(p[:min(len(p), 8)]) }

// Email is an address in normal form: ASCII, lower case, the domain as punycode.
type Email string

// LogValue masks the local part.
func (e Email) LogValue() slog.Value { return slog.StringValue(e.Masked()) }

// Masked shows the first letter and the domain.
func (e Email) Masked() string {
	if e == "" {
		return ""
	}
	local, domain, ok := strings.Cut(string(e), "@")
	if !ok || local == "" {
		return "***"
	}
	return local[:1] + "***@" + domain
}

// Pretty shows an internationalised domain in its own letters.
func (e Email) Pretty() string {
	local, domain, _ := strings.Cut(string(e), "@")
	if u, err := idna.Lookup.ToUnicode(domain); err == nil {
		domain = u
	}
	return local + "@" + domain
}

// MaskName shows the first letter of every part of a name: who has the person on
// the telephone can check it, who reads over a shoulder cannot.
func MaskName(parts ...string) string {
	var masked []string
	for _, p := range parts {
		if p != "" {
			_, n := utf8.DecodeRuneInString(p)
			masked = append(masked, p[:n]+"***")
		}
	}
	return strings.Join(masked, " ")
}

// Limits of a person's fields (SPEC §2.2).
const (
	MaxName  = 64  // characters of a surname, name or patronymic
	MaxEmail = 254 // bytes of an address, RFC 5321
)

// hyphens turns the hyphens that are not on a keyboard into the one that is.
var hyphens = strings.NewReplacer("‐", "-", "‑", "-")

// hidden reports whether a character is invisible: zero width, a change of
// direction, a control. Two names that look alike must be alike.
func hidden(r rune) bool { return unicode.In(r, unicode.Cf, unicode.Cc) && !unicode.IsSpace(r) }

// ParseName brings a surname, name or patronymic to normal form: NFC, trimmed,
// one space between words, one kind of hyphen. A fault is the text that tells the resident what is
// wrong, empty when all is well.
func ParseName(s string) (name string, fault Text) {
	name = strings.Join(strings.Fields(hyphens.Replace(norm.NFC.String(s))), " ")
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		return name, "fault.name_empty"
	case n > MaxName:
		return name, "fault.name_long"
	}
	letters := false
	for _, r := range name {
		switch {
		case hidden(r):
			return name, "fault.name_hidden"
		case unicode.In(r, unicode.Cyrillic, unicode.Latin) && unicode.IsLetter(r):
			letters = true
		case r == '-', r == '\'', r == '’', r == 'ʼ', r == ' ':
		default:
			return name, "fault.name_letters"
		}
	}
	if !letters {
		return name, "fault.name_letters"
	}
	return name, ""
}

// ParsePhone brings a phone in any usual Russian spelling to E.164. What is no
// Russian mobile number by libphonenumber's data is a fault.
func ParsePhone(s string) (phone Phone, fault Text) {
	var plain []byte // digits, and a plus in front of the first
	for _, r := range norm.NFKC.String(s) {
		switch {
		case r >= '0' && r <= '9', r == '+' && len(plain) == 0:
			plain = append(plain, byte(r))
		case unicode.IsSpace(r), unicode.Is(unicode.Dash, r), strings.ContainsRune("().", r):
		default:
			return "", "fault.phone_letters"
		}
	}
	abroad := len(plain) > 0 && plain[0] == '+'
	switch digits := len(strings.TrimPrefix(string(plain), "+")); {
	case digits < 10:
		return "", "fault.phone_short"
	case digits > 15, digits > 11 && !abroad:
		return "", "fault.phone_long"
	}
	n, err := phonenumbers.Parse(string(plain), "RU")
	if err != nil {
		return "", "fault.phone_unknown"
	}
	national := len(phonenumbers.GetNationalSignificantNumber(n))
	switch region := phonenumbers.GetRegionCodeForNumber(n); {
	case n.GetCountryCode() != 7, region != "RU" && region != "":
		return "", "fault.phone_foreign"
	case national < 10:
		return "", "fault.phone_short"
	case national > 10:
		return "", "fault.phone_long"
	case !phonenumbers.IsValidNumber(n):
		return "", "fault.phone_unknown"
	case phonenumbers.GetNumberType(n) != phonenumbers.MOBILE:
		return "", "fault.phone_landline"
	}
	return Phone(phonenumbers.Format(n, phonenumbers.E164)), ""
}

// ParseEmail brings an address to normal form, or says what is wrong with it.
func ParseEmail(s string) (email Email, fault Text) {
	s = strings.TrimSpace(norm.NFC.String(s))
	at := strings.LastIndexByte(s, '@')
	switch {
	case strings.ContainsFunc(s, hidden):
		return "", "fault.email_hidden"
	case len(s) > MaxEmail:
		return "", "fault.email_long"
	case at < 0:
		return "", "fault.email_at"
	case strings.ContainsFunc(s, unicode.IsSpace), strings.ContainsAny(s, `<>"(),;:\`):
		return "", "fault.email_plain"
	}
	local, domain := s[:at], s[at+1:]
	for i := range len(local) {
		if local[i] >= utf8.RuneSelf {
			return "", "fault.email_local"
		}
	}
	ascii, err := idna.Lookup.ToASCII(domain)
	if again, unsound := idna.Lookup.ToASCII(ascii); err != nil || unsound != nil || again != ascii || !namesHost(ascii) {
		return "", "fault.email_domain"
	}
	normal := strings.ToLower(local + "@" + ascii)
	a, err := mail.ParseAddress(normal)
	if err != nil || a.Name != "" || a.Address != normal || len(local) > 64 || len(normal) > MaxEmail {
		return "", "fault.email_form"
	}
	return Email(normal), ""
}

// namesHost reports whether a domain has a dot inside and ends in a word: the
// digits of an address do not.
func namesHost(domain string) bool {
	dot := strings.LastIndexByte(domain, '.')
	return dot > 0 && strings.ContainsFunc(domain[dot+1:], unicode.IsLetter)
}
