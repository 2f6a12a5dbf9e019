package storage

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"mvkbot/flows"
)

// metaTicket is the last number given to a ticket.
var metaTicket = []byte{kindMeta, 't'}

func ticketKey(number uint64) []byte { return key64(kindTicket, number) }

func messageKey(number uint64, index uint32) []byte {
	return binary.BigEndian.AppendUint32(key64(kindMessage, number), index)
}

func relayKey(p flows.Place) []byte {
	return binary.BigEndian.AppendUint64(append([]byte{kindRelay}, chatKey(p.Chat)[1:]...), uint64(p.Message))
}

// queueKeySize is the length of a row of the queue.
const queueKeySize = 1 + 1 + 8 + 8

// queueKey is the row of a ticket in the queue: by state, in the order in which
// the tickets came into it.
func queueKey(t flows.Ticket) []byte {
	k := binary.BigEndian.AppendUint64([]byte{kindQueue, byte(t.State)}, uint64(t.Since))
	return binary.BigEndian.AppendUint64(k, t.Number)
}

// Ticket implements flows.Tickets.
func (t *Turn) Ticket(number uint64) (ticket flows.Ticket) {
	t.load("read ticket", ticketKey(number), &ticket)
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
	if t.err != nil {
		return 0
	}
	v, err := t.tx.Get(metaTicket)
	t.fail("read ticket counter", err)
	if len(v) == 8 {
		ticket.Number = binary.BigEndian.Uint64(v)
	}
	ticket.Number++
	if t.err == nil {
		t.fail("count ticket", t.tx.Put(metaTicket, binary.BigEndian.AppendUint64(nil, ticket.Number)))
	}
	t.save("note ticket", key64(kindTickets, ticket.Account), append(slices.Clone(t.TicketsOf(ticket.Account)), ticket.Number))
	t.SaveTicket(ticket)
	return ticket.Number
}

// SaveTicket implements flows.Tickets.
func (t *Turn) SaveTicket(ticket flows.Ticket) {
	was, is := t.Ticket(ticket.Number), queueKey(ticket)
	t.save("save ticket", ticketKey(ticket.Number), ticket)
	if was.Number != 0 && string(queueKey(was)) != string(is) {
		t.remove("leave queue", queueKey(was))
	}
	if t.err == nil {
		t.fail("enter queue", t.tx.Put(is, []byte{1}))
	}
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
	t.remove("drop ticket", ticketKey(number))
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
	_, q, err := s.Tickets(ctx, 0, 0)
	return q, err
}

// Tickets lists a part of the tickets that are not closed: first those whose
// residents wait, the longest wait first, then those that are answered.
func (s *Store) Tickets(ctx context.Context, skip, limit int) (list []flows.Ticket, q Queue, err error) {
	err = s.backend.View(ctx, func(snap Snapshot) error {
		list, q = nil, Queue{}
		return snap.Scan([]byte{kindQueue}, nil, func(k, _ []byte) (bool, error) {
			if len(k) != queueKeySize {
				return true, nil // damaged, which Check tells
			}
			switch flows.TicketState(k[1]) {
			case flows.TicketOpen:
				if q.Open == 0 {
					q.Oldest = time.Unix(sinceOf(k), 0)
				}
				q.Open++
			case flows.TicketAnswered:
				q.Answered++
			default:
				return false, nil
			}
			if n := q.Open + q.Answered; n <= skip || len(list) >= limit {
				return true, nil
			}
			var t flows.Ticket
			key := ticketKey(numberOf(k))
			v, err := snap.Get(key)
			if err == nil {
				err = s.decode(key, v, &t)
			}
			list = append(list, t)
			return true, err
		})
	})
	if err != nil {
		return nil, Queue{}, fmt.Errorf("read queue: %w", err)
	}
	return list, q, nil
}

// sinceOf and numberOf read a row of the queue.
func sinceOf(k []byte) int64   { return int64(binary.BigEndian.Uint64(k[2:])) }
func numberOf(k []byte) uint64 { return binary.BigEndian.Uint64(k[10:]) }

// ticketsKept is how long a ticket is kept after its end.
const ticketsKept = 90 * 24 * time.Hour

// pruneTickets forgets tickets that were closed long ago, each in a transaction
// of its own, in which it is looked at again: the resident may have opened it.
func (s *Store) pruneTickets(ctx context.Context) error {
	const group = 100
	for {
		before := s.now().Add(-ticketsKept).Unix()
		var old []uint64
		err := s.backend.View(ctx, func(snap Snapshot) error {
			old = nil
			return snap.Scan([]byte{kindQueue, byte(flows.TicketClosed)}, nil, func(k, _ []byte) (bool, error) {
				if len(k) != queueKeySize {
					return true, nil
				}
				if sinceOf(k) >= before || len(old) == group {
					return false, nil
				}
				old = append(old, numberOf(k))
				return true, nil
			})
		})
		for _, n := range old {
			if err != nil {
				break
			}
			err = s.Turn(ctx, func(t *Turn) error {
				if ticket := t.Ticket(n); ticket.State == flows.TicketClosed && ticket.Since < before {
					t.DropTicket(n)
				}
				return nil
			})
		}
		if err != nil {
			return fmt.Errorf("forget tickets: %w", err)
		}
		if len(old) < group {
			return nil
		}
	}
}
