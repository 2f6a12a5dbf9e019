package admin

import (
	"fmt"
	"strconv"
	"unicode/utf16"

	"mvkbot/flows"
)

// ticket shows a ticket with what was said in it.
var ticket = command{
	name: "ticket", role: flows.Operator, help: "desk.help.ticket", presses: map[flows.Event]string{flows.TicketShown: "/ticket %d"},
	run: func(k *call) {
		n, rest, ok := k.numbered()
		if !ok {
			return
		}
		k.keepRelayed()
		if !k.mayLook(n) {
			return
		}
		if until, ok := filesWanted(rest); ok {
			k.showFiles(n, until)
			return
		}
		k.showTicket(n)
	},
}

// mayLook counts a look at a ticket, unless this person has it; it answers where there
// were too many.
func (k *call) mayLook(n uint64) bool {
	return k.Engine.Holder(k.l.Ticket(n), k.t.At, k.l) == k.c.Chat || k.takeLookup()
}

// showTicket answers with a ticket: the page that was asked for, or the last one.
func (k *call) showTicket(n uint64) {
	t := k.l.Ticket(n)
	a := k.l.Account(t.Account)
	if a.Number == 0 {
		k.refuse("desk.no_ticket", flows.Args{N: int(n)})
		return
	}
	pages := pagesOf(int(t.Messages), threadPage)
	page := pages - 1
	if k.paged {
		page = min(max(k.page, 0), pages-1)
	}
	end := int(t.Messages) - (pages-1-page)*threadPage // the last page is full
	view, partly := k.thread(t, a, end)
	buttons := pageButtons(page, pages)
	if len(partly) > 0 {
		buttons = append(buttons, []flows.Button{{Caption: "button.desk_files", Event: linePicked, Arg: end}})
	}
	k.c.Desk.Looked = a.Chat
	k.line = fmt.Sprintf("/ticket %d", n)
	k.sayList("desk.ticket", flows.Args{Desk: view}, append(buttons, k.deeds(t, a.Chat)...)...)
}

// deeds are the buttons of a ticket: what this person can do with it now.
func (k *call) deeds(t flows.Ticket, resident int64) [][]flows.Button {
	n := int(t.Number)
	onward := []flows.Button{cardButton(resident), {Caption: "button.desk_queue", Event: flows.QueueShown}}
	note := button("button.desk_note", noteBegun, n)
	holder := k.Engine.Holder(t, k.t.At, k.l)
	switch {
	case t.State == flows.TicketClosed, holder != 0 && holder != k.c.Chat:
		return [][]flows.Button{{note}, onward}
	case holder == 0:
		return [][]flows.Button{
			{button("button.desk_take", flows.TicketTaken, n), button("button.desk_reply", replyBegun, n)},
			{note, button("button.desk_close", ticketClosed, n)}, onward,
		}
	}
	return [][]flows.Button{{button("button.desk_reply", replyBegun, n)}, {note, button("button.desk_close", ticketClosed, n)}, onward}
}

// numbered reads the number of a ticket and what follows it; without one it says
// how the command is written. A reply to a message of a ticket names it.
func (k *call) numbered() (n uint64, rest string, ok bool) {
	if k.quoted.Ticket != 0 {
		k.aboutTicket(k.quoted.Ticket)
		return k.quoted.Ticket, k.t.Text, true
	}
	if n, rest, ok = flows.CutTicketNumber(k.args); !ok {
		k.refuse("desk.ticket_usage", flows.Args{Value: "/" + k.name})
		return 0, "", false
	}
	k.aboutTicket(n)
	return n, rest, true
}

// aboutTicket names a ticket and its resident in the audit log.
func (k *call) aboutTicket(n uint64) {
	t := k.l.Ticket(n)
	k.note, k.ticket = strconv.FormatUint(n, 10), t.Number
	k.subject = k.l.Account(t.Account).Subject
}

// keepRelayed lets the answer to a press take the place of nothing where a message
// of the resident was pressed: that must stay to be read and replied to.
func (k *call) keepRelayed() {
	if _, relayed := k.l.Relay(flows.Place{Chat: k.c.Chat, Message: k.t.Message}); relayed {
		k.pressed = false
	}
}

// serveTicket does a deed on a ticket. After a press on the ticket's own message that
// is shown anew.
func (k *call) serveTicket(kind flows.TicketDeedKind, n uint64, text string) {
	k.keepRelayed()
	if k.pressed && !k.mayLook(n) {
		return
	}
	t := k.t
	t.Text = text
	d := flows.TicketDeed{Kind: kind, Ticket: n, By: k.c.Chat}
	if k.quoted.Ticket != 0 {
		d.Answers = k.quoted.Index + 1
	}
	effects, answer := k.Engine.ServeTicket(d, t, k.l)
	if answer.Done && kind == flows.AnswerTicket {
		k.c.Desk.Album = k.c.Desk.Album.Took(t, n, d.Answers)
	}
	switch {
	case !answer.Done:
		k.refuseDeed(n, answer)
	case k.pressed:
		k.showTicket(n)
	default:
		k.say(answer.Text, answer.Args, flows.OnFromTicket(n)...)
	}
	k.out = append(k.out, effects...)
}

// refuseDeed answers that nothing was done with a ticket, and leads back to it where
// that tells more.
func (k *call) refuseDeed(n uint64, answer flows.Answer) {
	switch answer.Text {
	case "desk.held", "desk.closed_already":
		k.refuse(answer.Text, answer.Args, flows.OnFromTicket(n)...)
	default:
		k.refuse(answer.Text, answer.Args)
	}
}

// cut keeps the beginning of a text, as many UTF-16 units as a message may give it.
func cut(text string, n int) string {
	if flows.Units(text) <= n {
		return text
	}
	room := n - 1 // for the dots
	for i, r := range text {
		if room -= utf16.RuneLen(r); room < 0 {
			return text[:i] + "…"
		}
	}
	return text
}
