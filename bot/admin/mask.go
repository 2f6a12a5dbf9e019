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
