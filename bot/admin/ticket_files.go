package admin

import (
	"strings"

	"mvkbot/flows"
)

// filesWanted reads what is behind the number of a ticket where its files are asked
// for: a word, or the number of the last message of the page that a button was under.
func filesWanted(rest string) (until int, ok bool) {
	word, _ := firstWord(rest)
	if until, err := picked(word); err == nil {
		return until, true
	}
	switch strings.ToLower(word) {
	case "files", "файлы":
		return 0, true
	}
	return 0, false
}

// shownMessage is the header of a message that is shown once more.
type shownMessage struct {
	threadLine
	Note bool
}

// showFiles sends what a page of a ticket shows in part, whole and in its order: the
// page that ends with a message, or the last one. Nothing is noted as standing there:
// a reply to it reaches nobody.
func (k *call) showFiles(n uint64, until int) {
	t := k.l.Ticket(n)
	a := k.l.Account(t.Account)
	if a.Number == 0 {
		k.refuse("desk.no_ticket", flows.Args{N: int(n)})
		return
	}
	k.note += " files"
	k.c.Desk.Looked = a.Chat
	end := int(t.Messages)
	if until != 0 {
		end = min(until, end)
	}
	_, partly := k.thread(t, a, end)
	for _, i := range partly {
		m := k.l.Message(n, i)
		k.out = append(k.out, flows.Say{
			Text:   "desk.message",
			Args:   flows.Args{N: int(n), Account: t.Account, Value: m.Text, Desk: shownMessage{k.lineOf(m, threadText), m.Kind == flows.StaffNote}},
			Attach: flows.Attachment{Kind: m.File.Kind, FileID: m.File.ID},
			Report: flows.Ref{Kind: flows.RefShown, Ticket: n, Serial: i, Edition: m.Edition},
		})
	}
	if len(partly) == 0 {
		k.pressed = false // the page stays
		k.say("desk.no_files", flows.Args{N: int(n)})
	}
}
