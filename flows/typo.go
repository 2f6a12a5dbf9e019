package flows

import (
	"slices"
	"strings"

	"golang.org/x/net/idna"
)

// knownDomains are the mail domains residents use most; a domain one slip away
// from one of them is probably a typo.
var knownDomains = []string{
	"mail.ru", "yandex.ru", "ya.ru", "gmail.com", "bk.ru", "inbox.ru", "list.ru",
	"rambler.ru", "icloud.com", "outlook.com", "hotmail.com", "yahoo.com", "mos.ru",
}

// realNeighbours are real domains that are one slip away from a known one.
var realNeighbours = map[string]bool{
	"mail.com": true, "email.ru": true, "bk.com": true, "yandex.com": true, "ymail.com": true, "ro.ru": true,
	"ya.com": true, "yandex.by": true, "yandex.kz": true, "yandex.ua": true, "mail.de": true, "mail.ee": true,
	"mail.bg": true, "mail.by": true, "mail.kz": true, "mail.ua": true, "inbox.lv": true, "list.by": true, "br.ru": true,
	"mos.com": true, "ml.ru": true, "gmail.ru": true, "ok.ru": true, "vk.ru": true, "1c.ru": true, "rb.ru": true, "bk.ua": true,
}

// Suggest returns the address with a likely typo of a well-known domain mended
// (gmial.com, mail.tu), and whether there is one.
func (e Email) Suggest() (Email, bool) {
	local, domain, _ := strings.Cut(string(e), "@")
	if realNeighbours[domain] || slices.Contains(knownDomains, domain) {
		return "", false
	}
	if latin := inLatin(domain); slices.Contains(knownDomains, latin) {
		return Email(local + "@" + latin), true
	}
	best := ""
	for _, known := range knownDomains {
		short := len(known) < 6 // two-letter names have too many true neighbours
		if best == "" && oneSlip(domain, known) && (!short || len(domain) == len(known) && domain[:2] == known[:2]) {
			best = known
		}
	}
	return Email(local + "@" + best), best != ""
}

// inLatin is a domain with the Cyrillic letters that look Latin turned into
// Latin ones: «mаil.ru» was typed on the wrong keyboard.
func inLatin(domain string) string {
	if !strings.Contains(domain, "xn--") {
		return domain
	}
	letters, err := idna.Lookup.ToUnicode(domain)
	if err != nil {
		return domain
	}
	return strings.Map(latinLike, letters)
}

// oneSlip reports whether a becomes b by one insertion, deletion, substitution
// or swap of two neighbours.
func oneSlip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch len(b) - len(a) {
	case 0:
		return i < len(a) && (a[i+1:] == b[i+1:] ||
			i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:])
	case 1:
		return a[i:] == b[i+1:]
	}
	return false
}
