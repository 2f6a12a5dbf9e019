package flowtest

import (
	"maps"
	"slices"

	"mvkbot/flows"
)

// Support are the tickets of a Ledger: messages by ticket and index, and where
// they stand.
type Support struct {
	Tickets  map[uint64]flows.Ticket
	Messages map[flows.Relay]flows.TicketMessage
	Relays   map[flows.Place]flows.Relay
	Last     uint64 // number given
}

func newSupport() Support {
	return Support{map[uint64]flows.Ticket{}, map[flows.Relay]flows.TicketMessage{}, map[flows.Place]flows.Relay{}, 0}
}

func (s Support) clone() Support {
	return Support{maps.Clone(s.Tickets), maps.Clone(s.Messages), maps.Clone(s.Relays), s.Last}
}

// Ticket implements flows.Tickets.
func (l *Ledger) Ticket(number uint64) flows.Ticket { return l.Support.Tickets[number] }

// TicketsOf implements flows.Tickets.
func (l *Ledger) TicketsOf(account uint64) (numbers []uint64) {
	for _, n := range slices.Sorted(maps.Keys(l.Support.Tickets)) {
		if l.Support.Tickets[n].Account == account {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// OpenTicket implements flows.Tickets.
func (l *Ledger) OpenTicket(t flows.Ticket) uint64 {
	l.Support.Last++
	t.Number = l.Support.Last
	l.SaveTicket(t)
	return t.Number
}

// SaveTicket implements flows.Tickets.
func (l *Ledger) SaveTicket(t flows.Ticket) { l.Support.Tickets[t.Number] = t }

// DropTicket implements flows.Tickets.
func (l *Ledger) DropTicket(number uint64) {
	for i := range l.Support.Tickets[number].Messages {
		at := flows.Relay{Ticket: number, Index: i}
		for _, p := range l.Support.Messages[at].Places() {
			delete(l.Support.Relays, p)
		}
		delete(l.Support.Messages, at)
	}
	delete(l.Support.Tickets, number)
}

// Message implements flows.Tickets.
func (l *Ledger) Message(number uint64, index uint32) flows.TicketMessage {
	return l.Support.Messages[flows.Relay{Ticket: number, Index: index}]
}

// SaveMessage implements flows.Tickets.
func (l *Ledger) SaveMessage(number uint64, index uint32, m flows.TicketMessage) {
	at := flows.Relay{Ticket: number, Index: index}
	l.Support.Messages[at] = m
	for _, p := range m.Places() {
		l.Support.Relays[p] = at
	}
}

// Relay implements flows.Tickets.
func (l *Ledger) Relay(p flows.Place) (flows.Relay, bool) {
	r, ok := l.Support.Relays[p]
	return r, ok
}
