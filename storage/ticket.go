package storage

import (
	"context"
	"fmt"
	"slices"
	"time"

	"mvkbot/flows"
)

// Ticket implements flows.Tickets.
func (t *Turn) Ticket(number uint64) (ticket flows.Ticket) {
	t.load("read ticket", key64(kindTicket, number), &ticket)
	return ticket
}

// TicketsOf implements flows.Tickets.
func (t *Turn) TicketsOf(account uint64) (numbers []uint64) {
	if account != 0 {
		t.load("read tickets", key64(kindTickets, account), &numbers)
	}
	return numbers
}

// OpenTicket implements flows.Tickets.
func (t *Turn) OpenTicket(ticket flows.Ticket) uint64 {
	if ticket.Number = t.next("count ticket", metaTicket); ticket.Number == 0 {
		return 0
	}
	t.save("note ticket", key64(kindTickets, ticket.Account), append(slices.Clone(t.TicketsOf(ticket.Account)), ticket.Number))
	t.SaveTicket(ticket)
	return ticket.Number
}

// SaveTicket implements flows.Tickets.
func (t *Turn) SaveTicket(ticket flows.Ticket) {
	was, is := t.Ticket(ticket.Number), queueKey(ticket)
	t.save("save ticket", key64(kindTicket, ticket.Number), ticket)
	if was.Number != 0 && string(queueKey(was)) != string(is) {
		t.remove("leave queue", queueKey(was))
	}
	t.put("enter queue", is, []byte{1})
}

// DropTicket implements flows.Tickets.
func (t *Turn) DropTicket(number uint64) {
	ticket := t.Ticket(number)
	if ticket.Number == 0 {
		return
	}
	for i := range ticket.Messages {
		for _, p := range t.Message(number, i).Places() {
			t.remove("drop relay", relayKey(p))
		}
		t.remove("drop message", messageKey(number, i))
	}
	t.remove("leave queue", queueKey(ticket))
	t.remove("drop ticket", key64(kindTicket, number))
	rest := slices.DeleteFunc(slices.Clone(t.TicketsOf(ticket.Account)), func(n uint64) bool { return n == number })
	if len(rest) == 0 {
		t.remove("drop tickets", key64(kindTickets, ticket.Account))
		return
	}
	t.save("drop ticket", key64(kindTickets, ticket.Account), rest)
}

// Message implements flows.Tickets.
func (t *Turn) Message(number uint64, index uint32) (m flows.TicketMessage) {
	t.load("read message", messageKey(number, index), &m)
	return m
}

// SaveMessage implements flows.Tickets.
func (t *Turn) SaveMessage(number uint64, index uint32, m flows.TicketMessage) {
	was, is := t.Message(number, index).Places(), m.Places()
	t.save("save message", messageKey(number, index), m)
	for _, p := range was {
		if !slices.Contains(is, p) {
			t.remove("drop relay", relayKey(p))
		}
	}
	for _, p := range is {
		if !slices.Contains(was, p) {
			t.save("save relay", relayKey(p), flows.Relay{Ticket: number, Index: index})
		}
	}
}

// Relay implements flows.Tickets.
func (t *Turn) Relay(p flows.Place) (r flows.Relay, ok bool) {
	ok = t.load("read relay", relayKey(p), &r)
	return r, ok
}

// Queue is how many tickets wait: for the staff, and for their residents.
type Queue struct {
	Open     int
	Answered int
	Oldest   time.Time // since when the first of the open ones waits, zero for none
}

// Queue counts the tickets that are not closed.
func (s *Store) Queue(ctx context.Context) (Queue, error) {
	_, _, q, err := s.Tickets(ctx, 0, 0, nil)
	return q, err
}

// Tickets lists a part of the tickets that are not closed and wanted, nil wants all,
// and counts those: first those whose residents wait, the longest wait first, then
// those that are answered. The queue counts what is not wanted, too.
func (s *Store) Tickets(ctx context.Context, skip, limit int, wanted func(flows.Ticket) bool) (list []flows.Ticket, all int, q Queue, err error) {
	err = s.backend.View(ctx, func(snap Snapshot) error {
		list, all, q = nil, 0, Queue{}
		return snap.Scan([]byte{kindQueue}, nil, func(k, _ []byte) (bool, error) {
			if len(k) != queueKeySize {
				return true, nil // damaged, which Check tells
			}
			state, since, number := queuedOf(k)
			switch state {
			case flows.TicketOpen:
				if q.Open == 0 {
					q.Oldest = since
				}
				q.Open++
			case flows.TicketAnswered:
				q.Answered++
			default:
				return false, nil
			}
			shown := all >= skip && len(list) < limit
			if wanted == nil && !shown {
				all++
				return true, nil
			}
			var t flows.Ticket
			key := key64(kindTicket, number)
			v, err := snap.Get(key)
			if err == nil {
				err = s.decode(key, v, &t)
			}
			if err != nil || wanted != nil && !wanted(t) {
				return true, err
			}
			all++
			if shown {
				list = append(list, t)
			}
			return true, nil
		})
	})
	if err != nil {
		return nil, 0, Queue{}, fmt.Errorf("read queue: %w", err)
	}
	return list, all, q, nil
}
