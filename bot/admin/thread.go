package admin

import (
	"time"

	"mvkbot/flows"
)

// threadPage is how many messages /ticket shows at once, threadText how much of
// each, and of what it was before its changes. Where that does not fit into one
// message there is less of each; threadLeast of each always fits.
const (
	threadPage  = 6
	threadText  = 400
	threadLeast = 50
	threadWas   = 3 // former editions of a message

	threadContracts, threadAddress = 3, 100
)

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
	Mark        string
	At          time.Time
	Author      string // of the staff
	Text        string
	File        flows.Text
	Name        string // of the file
	Edited      bool
	Undelivered bool
	Closing     bool
	Was         []wasLine // before its changes, for supervisors
	MoreWas     int       // changes that are not shown
}

// wasLine is a former edition of a message.
type wasLine struct {
	Text string
	File flows.Text
}

// thread is the page of a ticket that ends before a message, and the messages that it
// shows in part.
func (k *call) thread(t flows.Ticket, a flows.Account, end int) (view threadView, partly []uint32) {
	pages := pagesOf(int(t.Messages), threadPage)
	seen := t.View(k.Engine.Rules().Location)
	view = threadView{
		Number: t.Number, Account: a.Number, State: seen.State, Mark: mark(t, k.t.At), Opened: seen.Opened,
		Person: flows.MaskName(a.Surname, a.Name), Phone: a.Phone.Masked(), Email: a.Email.Masked(),
		Page: pages - (int(t.Messages)-end)/threadPage, Pages: pages,
	}
	view.Holder, view.Until = k.holder(t)
	bound := k.card(k.chat(a.Chat)).Contracts
	for _, b := range bound[:min(len(bound), threadContracts)] {
		b.Address = cut(b.Address, threadAddress)
		view.Contracts = append(view.Contracts, b)
	}
	for room := threadText; ; room /= 2 {
		view.Lines, partly = nil, nil
		for i := max(0, end-threadPage); i < end; i++ {
			m := k.l.Message(t.Number, uint32(i))
			view.Lines = append(view.Lines, k.lineOf(m, room))
			if m.File.Kind != flows.NoAttachment || flows.Units(flows.OneLine(m.Text)) > room {
				partly = append(partly, uint32(i))
			}
		}
		if room <= threadLeast || k.fits("desk.ticket", flows.Args{Desk: view}) {
			return view, partly
		}
	}
}

var (
	lineMarks = map[flows.MessageKind]string{flows.FromResident: "👤", flows.FromStaff: "💬", flows.StaffNote: "📝", flows.ClosingWord: "✅"}
	fileNames = map[flows.AttachmentKind]flows.Text{flows.PhotoFile: "ticket.photo", flows.DocumentFile: "ticket.document"}
)

// lineOf shows a message in one paragraph: nobody can write what looks like
// another's message. It gives each text so much room.
func (k *call) lineOf(m flows.TicketMessage, room int) threadLine {
	line := threadLine{
		Mark: lineMarks[m.Kind], At: time.Unix(m.At, 0), Text: cut(flows.OneLine(m.Text), room), File: fileNames[m.File.Kind], Name: cut(flows.OneLine(m.File.Name), 60),
		Edited: m.Edition > 0, Undelivered: m.Undelivered, Closing: m.Kind == flows.ClosingWord,
	}
	switch m.Author {
	case 0:
	case k.c.Chat:
		line.Author = ownName
	default:
		line.Author = flows.Colleague(k.l, m.Author)
	}
	if k.role >= flows.Supervisor {
		for _, e := range lastingOf(m.Former) {
			line.Was = append(line.Was, wasLine{cut(flows.OneLine(e.Text), room), fileNames[e.File.Kind]})
		}
		line.MoreWas = len(m.Former) - len(line.Was)
	}
	return line
}

// lastingOf are the editions that are shown: what was said first, and the last ones.
func lastingOf(former []flows.Edition) []flows.Edition {
	if len(former) <= threadWas {
		return former
	}
	return append([]flows.Edition{former[0]}, former[len(former)-threadWas+1:]...)
}
