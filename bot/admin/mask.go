package admin

import (
	"strings"
	"unicode/utf8"
)

// maskName shows the first letter of every word of a name: who has the person on
// the telephone can check it, who reads over a shoulder cannot.
func maskName(names ...string) string {
	var masked []string
	for _, word := range strings.Fields(strings.Join(names, " ")) {
		first, _ := utf8.DecodeRuneInString(word)
		masked = append(masked, string(first)+"***")
	}
	return strings.Join(masked, " ")
}
