package admin

import (
	"context"
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

// tickets is the queue: whoever waits longest comes first.
var tickets = command{name: "tickets", role: flows.Operator, help: "desk.help.tickets", read: readTickets, run: runTickets}

// queuePage is what /tickets reads.
type queuePage struct {
	list        []flows.Ticket
	all         storage.Queue
	page, pages int
}

func readTickets(ctx context.Context, d *Desk, a commandLine) (any, error) {
	for page := max(a.page, 0); ; {
		list, all, err := d.Store.Tickets(ctx, page*ticketsPage, ticketsPage)
		pages := pagesOf(all.Open+all.Answered, ticketsPage)
		if err != nil || page < pages {
			return queuePage{list, all, page, pages}, err
		}
		page = pages - 1
	}
}

type queueView struct {
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
	Said            string
	File            flows.Text
}

func runTickets(k *call) {
	p := k.found.(queuePage)
	view := queueView{Open: p.all.Open, Answered: p.all.Answered, Page: p.page + 1, Pages: p.pages}
	var buttons []flows.Button
	for _, t := range p.list {
		row := queueRow{
			Mark: mark(t, k.t.At), Number: t.Number, Account: t.Account, Waits: t.State == flows.TicketOpen, Age: k.t.At.Sub(time.Unix(t.Since, 0)),
		}
		row.Holder, row.Until = k.holder(t)
		row.Said, row.File = k.said(t)
		view.Rows = append(view.Rows, row)
		buttons = append(buttons, flows.Button{
			Caption: "button.desk_number", Args: flows.Args{N: int(t.Number)}, Event: ticketShown, Arg: int(t.Number),
		})
	}
	k.sayList("desk.tickets", flows.Args{Desk: view}, append(inPairs(buttons), pageButtons(p.page, p.pages)...)...)
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

// saidText is how much the queue shows of what a resident said, and saidBehind
// behind how many messages of staff it looks for that.
const saidText, saidBehind = 60, 8

// said is what the resident said last, in one line; empty where that is long ago.
func (k *call) said(t flows.Ticket) (text string, file flows.Text) {
	for i := uint32(0); i < min(t.Messages, saidBehind); i++ {
		if m := k.l.Message(t.Number, t.Messages-1-i); m.Kind == flows.FromResident {
			return cut(flows.OneLine(m.Text), saidText), fileNames[m.File.Kind]
		}
	}
	return "", ""
}
