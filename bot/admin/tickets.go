package admin

import (
	"context"
	"strings"
	"time"

	"mvkbot/flows"
	"mvkbot/storage"
)

// ticketsPage is how many tickets /tickets shows at once.
const ticketsPage = 8

// waitsLong is how long a resident may wait before the queue warns.
const waitsLong = time.Hour

// WaitsLate is how long a resident may wait before the answer is late.
const WaitsLate = 4 * time.Hour

// How much of what a resident writes about a row of the queue shows, in UTF-16
// units, and among how many of the last messages it is looked for.
const (
	queueText    = 80
	queueScanned = 10
)

// Events of the queue: one of its parts with the page that they name, or its beginning.
const (
	allShown  flows.Event = "desk_tickets_all"
	freeShown flows.Event = "desk_tickets_free"
	mineShown flows.Event = "desk_tickets_mine"
)

// tickets is the queue: whoever waits longest comes first.
var tickets = command{
	name: "tickets", role: flows.Operator, help: "desk.help.tickets", read: readTickets, run: runTickets,
	presses: map[flows.Event]string{
		flows.QueueShown: "/tickets", allShown: "/tickets all %d", freeShown: "/tickets free %d", mineShown: "/tickets mine %d",
	},
}

// queuePage is what /tickets reads.
type queuePage struct {
	part        queuePart
	list        []flows.Ticket
	all         storage.Queue
	page, pages int
}

func readTickets(ctx context.Context, d *Desk, a commandLine) (any, error) {
	staff, err := d.Store.Staff(ctx)
	if err != nil {
		return nil, err
	}
	part, page := queueOf(a)
	wanted := part.wanted(d, a, Roster(staff))
	for {
		list, all, queue, err := d.Store.Tickets(ctx, page*ticketsPage, ticketsPage, wanted)
		pages := pagesOf(all, ticketsPage)
		if err != nil || page < pages {
			return queuePage{part, list, queue, page, pages}, err
		}
		page = pages - 1
	}
}

type queueView struct {
	Part           string // its word
	Open, Answered int
	Page, Pages    int
	Rows           []queueRow
}

type queueRow struct {
	Mark            string
	Number, Account uint64
	Waits           bool
	Age             time.Duration
	Holder          string
	Until           time.Time
	About           string
	File            flows.Text
	Lost            bool // the answer that was given did not arrive
}

func runTickets(k *call) {
	p := k.found.(queuePage)
	view := queueView{Part: p.part.words[0], Open: p.all.Open, Answered: p.all.Answered, Page: p.page + 1, Pages: p.pages}
	var buttons []flows.Button
	for _, t := range p.list {
		row := queueRow{
			Mark: mark(t, k.t.At), Number: t.Number, Account: t.Account, Waits: t.State == flows.TicketOpen, Age: k.t.At.Sub(time.Unix(t.Since, 0)),
		}
		row.Holder, row.Until = k.holder(t)
		row.About, row.File, row.Lost = k.about(t)
		row.Lost = row.Lost && row.Waits
		view.Rows = append(view.Rows, row)
		buttons = append(buttons, flows.Button{
			Caption: "button.desk_number", Args: flows.Args{N: int(t.Number)}, Event: flows.TicketShown, Arg: int(t.Number),
		})
	}
	rows := append(inPairs(buttons), pageButtons(p.page, p.pages)...)
	k.sayList("desk.tickets", flows.Args{Desk: view}, append(rows, p.turns()...)...)
}

// about is the beginning of what the resident wrote last, all that no answer came
// between, and a file among it; and whether an answer to it was lost.
func (k *call) about(t flows.Ticket) (text string, file flows.Text, lost bool) {
	for i := t.Messages; i > t.Messages-min(t.Messages, queueScanned); i-- {
		m := k.l.Message(t.Number, i-1)
		switch {
		case m.Kind == flows.FromResident:
			words := flows.OneLine(m.Text)
			if words == "" {
				words = flows.OneLine(m.File.Name)
			}
			text = strings.Trim(words+" / "+text, " /")
			if m.File.Kind != flows.NoAttachment {
				file = fileNames[m.File.Kind]
			}
		case m.Kind != flows.StaffNote && (text != "" || file != ""):
			return cut(text, queueText), file, lost
		case m.Kind == flows.FromStaff && m.Undelivered:
			lost = true
		}
	}
	return cut(text, queueText), file, lost
}

// mark colours a ticket by how long its resident waits.
func mark(t flows.Ticket, at time.Time) string {
	waits := at.Sub(time.Unix(t.Since, 0))
	switch {
	case t.State == flows.TicketClosed:
		return "✅"
	case t.State != flows.TicketOpen:
		return "💬"
	case waits < waitsLong:
		return "🟢"
	case waits < WaitsLate:
		return "🟡"
	}
	return "🔴"
}

// ownName stands for whoever reads it.
const ownName = "you"

// holder names who has a ticket now: "" for nobody, ownName for who asks.
func (k *call) holder(t flows.Ticket) (name string, until time.Time) {
	h := k.Engine.Holder(t, k.t.At, k.l)
	if h == 0 {
		return "", time.Time{}
	}
	if name = ownName; h != k.c.Chat {
		name = flows.Colleague(k.l, h)
	}
	return name, time.Unix(t.Until, 0)
}
