package admin

import (
	"strings"

	"mvkbot/flows"
)

// maskName shows the first letter of every part of a name: who has the person on
// the telephone can check it, who reads over a shoulder cannot.
func maskName(parts ...string) string {
	var masked []string
	for _, p := range parts {
		if p != "" {
			masked = append(masked, flows.MaskName(p))
		}
	}
	return strings.Join(masked, " ")
}

// maskDetail masks the contacts in the detail of a line of the log.
func maskDetail(detail string) string {
	words := strings.Fields(detail)
	for i, w := range words {
		switch {
		case strings.Contains(w, "@"):
			words[i] = flows.Email(w).Masked()
		case strings.HasPrefix(w, "+7"):
			words[i] = flows.Phone(w).Masked()
		}
	}
	return strings.Join(words, " ")
}
