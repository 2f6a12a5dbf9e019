package admin

import (
	"slices"
	"strconv"
	"strings"

	"mvkbot/flows"
)

// queuePart is which tickets of the queue are listed.
type queuePart struct {
	words   []string // the first is the command's own
	shown   flows.Event
	caption flows.Text
}

// queueParts are the whole queue, the residents whom nobody sees to yet, and what
// who asks has now.
var queueParts = []queuePart{
	{[]string{"all", "все"}, allShown, "button.desk_all"},
	{[]string{"free", "свободные"}, freeShown, "button.desk_free"},
	{[]string{"mine", "мои"}, mineShown, "button.desk_mine"},
}

// queueOf reads a part of the queue and a page of it, from 0: one that there is not
// means the last.
func queueOf(a commandLine) (part queuePart, page int) {
	word, rest := firstWord(a.args)
	part = queueParts[0]
	for _, p := range queueParts {
		if slices.Contains(p.words, strings.ToLower(word)) {
			part, word = p, rest
			break
		}
	}
	if a.paged {
		return part, max(a.page, 0)
	}
	page, err := strconv.Atoi(word)
	if err != nil {
		page = 1
	}
	return part, max(page, 1) - 1
}

// wanted tells the tickets of a part; nil for all.
func (p queuePart) wanted(d *Desk, a commandLine, crew flows.Crew) func(flows.Ticket) bool {
	switch p.shown {
	case freeShown:
		return func(t flows.Ticket) bool { return t.State == flows.TicketOpen && d.Engine.Holder(t, a.at, crew) == 0 }
	case mineShown:
		return func(t flows.Ticket) bool { return d.Engine.Holder(t, a.at, crew) == a.by }
	}
	return nil
}

// turns lead to the other parts of the queue, and to this page as it is by then.
func (p queuePage) turns() [][]flows.Button {
	var others []flows.Button
	for _, part := range queueParts {
		if part.shown != p.part.shown {
			others = append(others, button(part.caption, part.shown, 1))
		}
	}
	return [][]flows.Button{others, {button("button.desk_refresh", p.part.shown, p.page+1)}}
}
