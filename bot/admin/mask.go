package admin

import (
	"strings"
	"unicode/utf8"

	"mvkbot/flows"
)

// maskDetail masks the contacts in a detail of the audit log; what else stands
// there, such as a reason, is shown.
func maskDetail(detail string) string {
	words := strings.Split(detail, " ")
	for i, w := range words {
		switch {
		case w == "+7": // of a phone that is masked
		case strings.HasPrefix(w, "+"):
			words[i] = flows.Phone(w).Masked()
		case strings.Contains(w, "@") && w[0] >= utf8.RuneSelf: // no address
			words[i] = "***"
		case strings.Contains(w, "@"):
			words[i] = flows.Email(w).Masked()
		}
	}
	return strings.Join(words, " ")
}
