package flowtest

import (
	"fmt"

	"mvkbot/flows"
)

// What a telephone can show: UTF-16 units of a SMS in Cyrillic letters, and
// characters of a button's caption that shares its row.
const (
	oneSegment = 70
	maxShared  = 22
)

// fits checks what a messenger would refuse and what a telephone would cut.
func fits(message string, say flows.Say) error {
	limit := flows.MaxMessage
	if say.Attach.Kind != flows.NoAttachment {
		limit = flows.MaxCaption
	}
	if n := flows.Units(message); n > limit {
		return fmt.Errorf("text %s: message of %d characters", say.Text, n)
	}
	return nil
}

// fitRow checks that captions that share a row can be read.
func fitRow(captions []string) error {
	for _, c := range captions {
		if n := len([]rune(c)); len(captions) > 2 || len(captions) == 2 && n > maxShared {
			return fmt.Errorf("button %q is too long for a row of %d", c, len(captions))
		}
	}
	return nil
}
