package admin

import (
	"strconv"
	"strings"

	"mvkbot/flows"
)

// looked are commands that change nothing: a card tells what happened, who looked
// or only asked is found by /audit.
var looked = map[flows.Action]bool{
	flows.StaffAction + "user": true, flows.StaffAction + "ticket": true, flows.StaffAction + "audit": true,
}

// cardEvents are the last lines of the log that tell what happened, as far as it
// is not what the card is of that they name.
func (k *call) cardEvents(card flows.Card) (lines []flows.AuditLine) {
	if card.Subject == 0 {
		return nil
	}
	for _, l := range k.l.LastLines(card.Subject, cardScanned) {
		mistyped := strings.HasPrefix(l.Result, flows.Refusal) && strings.HasSuffix(l.Result, "_usage")
		if len(lines) == cardLines || looked[l.Action] || l.Result == asked || mistyped {
			continue
		}
		l.Note = withoutWord(l.Note, flows.AccountNote(card.Account))
		switch {
		case l.Actor == 0:
		case k.role < audit.role: // the reasons of staff are for who may read the log
			l.Detail = ""
		default:
			l.Detail = withoutWord(l.Detail, strconv.FormatInt(card.Chat, 10))
		}
		l.Detail = cut(maskDetail(l.Detail), cardDetail)
		lines = append(lines, l)
	}
	return lines
}

// withoutWord leaves out the word that a text begins with, if that is it.
func withoutWord(text, word string) string {
	if first, rest := firstWord(text); first == word {
		return rest
	}
	return text
}
