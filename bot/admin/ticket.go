package admin

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"mvkbot/flows"
)

// threadPage is how many messages /ticket shows at once, and threadText how much
// of each: a page must fit into one message.
const (
	threadPage = 6
	threadText = 400

	threadContracts, threadAddress = 3, 100
)

var ticket = command{
	name: "ticket", role: flows.Operator, help: "desk.help.ticket", presses: map[flows.Event]string{"desk_ticket": "/ticket %d"},
	run: func(k *call) {
		n, _, ok := k.numbered()
		if !ok {
			return
		}
		k.beside()
		k.show(n)
	},
}

// threadView is one page of a ticket, of a resident who is masked.
type threadView struct {
	Number, Account uint64
	State           flows.Text
	Mark            string
	Opened          time.Time
	Person          string
	Phone, Email    string
	Contracts       []flows.BoundContract
	Holder          string
	Until           time.Time
	Page, Pages     int
	Lines           []threadLine
}

type threadLine struct {
	Mark    string
	At      time.Time
	Author  string // of the staff
	Text    string
	File    flows.Text
	Name    string // of the file
	Edited  bool
	Closing bool
}

// show answers with a ticket: the page that was asked for, or the last one.
func (k *call) show(n uint64) {
	t := k.l.Ticket(n)
	a := k.l.Account(t.Account)
	if a.Number == 0 {
		k.refuse("desk.no_ticket", flows.Args{N: int(n)})
		return
	}
	pages := max(1, (int(t.Messages)+threadPage-1)/threadPage)
	page := pages - 1
	if k.paged {
		page = min(max(k.page, 0), pages-1)
	}
	seen := t.View(k.Engine.Rules().Location)
	view := threadView{
		Number: n, Account: a.Number, State: seen.State, Mark: mark(t, k.t.At), Opened: seen.Opened,
		Person: maskName(a.Surname, a.Name), Phone: a.Phone.Masked(), Email: a.Email.Masked(), Page: page + 1, Pages: pages,
	}
	view.Holder, view.Until = k.holder(t)
	bound := k.card(k.chat(a.Chat)).Contracts
	for _, b := range bound[:min(len(bound), threadContracts)] {
		b.Address = cut(b.Address, threadAddress)
		view.Contracts = append(view.Contracts, b)
	}
	end := int(t.Messages) - (pages-1-page)*threadPage // the last page is full
	for i := max(0, end-threadPage); i < end; i++ {
		view.Lines = append(view.Lines, k.lineOf(k.l.Message(n, uint32(i))))
	}
	k.line = fmt.Sprintf("/ticket %d", n)
	k.sayList("desk.ticket", flows.Args{Desk: view}, append(pageButtons(page, pages), k.deeds(t, a.Chat)...)...)
}

var (
	lineMarks = map[flows.MessageKind]string{flows.FromResident: "👤", flows.FromStaff: "💬", flows.StaffNote: "📝", flows.ClosingWord: "✅"}
	fileNames = map[flows.AttachmentKind]flows.Text{flows.PhotoFile: "ticket.photo", flows.DocumentFile: "ticket.document"}
)

// lineOf shows a message in one paragraph: nobody can write what looks like
// another's message.
func (k *call) lineOf(m flows.TicketMessage) threadLine {
	line := threadLine{
		Mark: lineMarks[m.Kind], At: time.Unix(m.At, 0), Text: cut(flows.OneLine(m.Text), threadText), File: fileNames[m.File.Kind], Name: cut(flows.OneLine(m.File.Name), 60),
		Edited: m.Edition > 0, Closing: m.Kind == flows.ClosingWord,
	}
	switch m.Author {
	case 0:
	case k.c.Chat:
		line.Author = ownName
	default:
		line.Author = strconv.FormatInt(m.Author, 10)
	}
	return line
}

// deeds are the buttons of a ticket: what this person can do with it now.
func (k *call) deeds(t flows.Ticket, resident int64) [][]flows.Button {
	button := func(caption flows.Text, event flows.Event) flows.Button {
		return flows.Button{Caption: caption, Event: event, Arg: int(t.Number)}
	}
	card := flows.Button{Caption: "button.desk_card", Event: "desk_card", Arg: int(resident)}
	note := button("button.desk_note", "desk_note")
	holder := k.Engine.Holder(t, k.t.At, k.l)
	switch {
	case t.State == flows.TicketClosed, holder != 0 && holder != k.c.Chat:
		return [][]flows.Button{{note, card}}
	case holder == 0:
		return [][]flows.Button{
			{button("button.desk_take", "desk_take"), button("button.desk_reply", "desk_reply")},
			{note, button("button.desk_close", "desk_close")}, {card},
		}
	}
	return [][]flows.Button{{button("button.desk_reply", "desk_reply"), note}, {button("button.desk_close", "desk_close"), card}}
}

// numbered reads the number of a ticket and what follows it; without one it says
// how the command is written. A reply to a message of a ticket names it.
func (k *call) numbered() (n uint64, rest string, ok bool) {
	if k.quoted.Ticket != 0 {
		k.about(k.quoted.Ticket)
		return k.quoted.Ticket, k.t.Text, true
	}
	first, rest := k.args, ""
	if i := strings.IndexAny(k.args, " \n\t"); i >= 0 {
		first, rest = k.args[:i], strings.TrimSpace(k.args[i:])
	}
	n, err := strconv.ParseUint(strings.TrimLeft(first, "№#"), 10, 53) // as a button can carry
	if err != nil || n == 0 {
		k.refuse("desk.ticket_usage", flows.Args{Value: "/" + k.name})
		return 0, "", false
	}
	k.about(n)
	return n, rest, true
}

// about names a ticket and its resident in the audit log.
func (k *call) about(n uint64) {
	k.note = strconv.FormatUint(n, 10)
	k.subject = k.l.Account(k.l.Ticket(n).Account).Subject
}

// beside lets the answer to a press stand beside the message that was pressed,
// where that is the resident's: it must stay to be read and replied to.
func (k *call) beside() {
	if _, relayed := k.l.Relay(flows.Place{Chat: k.c.Chat, Message: k.t.Message}); relayed {
		k.pressed = false
	}
}

// serve does a deed on a ticket. After a press on the ticket's own message that
// is shown anew.
func (k *call) serve(kind flows.DeedKind, n uint64, text string) {
	k.beside()
	t := k.t
	t.Text = text
	d := flows.Deed{Kind: kind, Ticket: n, By: k.c.Chat}
	if k.quoted.Ticket != 0 {
		d.Answers = k.quoted.Index + 1
	}
	effects, answer, done := k.Engine.Serve(d, t, k.l)
	switch {
	case !done:
		k.refuse(answer.Text, answer.Args)
	case k.pressed:
		k.show(n)
	default:
		k.say(answer.Text, answer.Args)
	}
	k.out = append(k.out, effects...)
}

// cut keeps the beginning of a text, as many UTF-16 units as a message may give it.
func cut(text string, n int) string {
	if units(text) <= n {
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
