package storage

import (
	"encoding/binary"
	"slices"

	"mvkbot/flows"
)

// ticket checks that a ticket stands in the queue, in its account's list and in
// front of its messages.
func (c *checker) ticket(value []byte) error {
	c.report.Tickets++
	var t flows.Ticket
	if !c.opens(value, &t) {
		return nil
	}
	if t.Number != idOf(c.key) {
		c.fault("holds another number")
		return nil
	}
	last, err := c.snap.Get(metaTicket)
	if err != nil {
		return err
	}
	if len(last) != 8 || binary.BigEndian.Uint64(last) < t.Number {
		c.fault("the counter of tickets is behind it")
	}
	if row, err := c.snap.Get(queueKey(t)); err != nil {
		return err
	} else if row == nil {
		c.fault("it is not in the queue")
	}
	var numbers []uint64
	if _, err := c.find(key64(kindTickets, t.Account), &numbers); err != nil {
		return err
	}
	if !slices.Contains(numbers, t.Number) {
		c.fault("account %016x does not know it", t.Account)
	}
	for i := range t.Messages {
		if v, err := c.snap.Get(messageKey(t.Number, i)); err != nil {
			return err
		} else if v == nil {
			c.fault("message %d is not there", i+1)
		}
	}
	return nil
}

// tickets checks that the tickets of an account are there, and are its own.
func (c *checker) tickets(value []byte) error {
	var numbers []uint64
	if !c.opens(value, &numbers) {
		return nil
	}
	account := idOf(c.key)
	if len(numbers) == 0 {
		c.fault("empty list")
	}
	if ok, err := c.find(key64(kindAccount, account), &flows.Account{}); err != nil {
		return err
	} else if !ok {
		c.fault("of no account")
	}
	for i, n := range numbers {
		var t flows.Ticket
		if _, err := c.find(key64(kindTicket, n), &t); err != nil {
			return err
		}
		if t.Account != account {
			c.fault("ticket %d of the list is not the account's", i+1)
		}
		if slices.Contains(numbers[:i], n) {
			c.fault("ticket %d of the list is there twice", i+1)
		}
	}
	return nil
}

// ticketMessage checks that a message belongs to a ticket and is found at the
// places where it stands.
func (c *checker) ticketMessage(value []byte) error {
	c.report.TicketMessages++
	var m flows.TicketMessage
	if !c.opens(value, &m) {
		return nil
	}
	at := flows.Relay{Ticket: idOf(c.key), Index: binary.BigEndian.Uint32(c.key[9:])}
	var t flows.Ticket
	if _, err := c.find(key64(kindTicket, at.Ticket), &t); err != nil {
		return err
	}
	if at.Index >= t.Messages {
		c.fault("its ticket does not count it")
	}
	for i, p := range m.Places() {
		var r flows.Relay
		if ok, err := c.find(relayKey(p), &r); err != nil {
			return err
		} else if !ok || r != at {
			c.fault("it is not found at place %d", i+1)
		}
	}
	return nil
}

// relay checks that the message of a place stands there.
func (c *checker) relay(value []byte) error {
	c.report.Relays++
	var r flows.Relay
	if !c.opens(value, &r) {
		return nil
	}
	var m flows.TicketMessage
	if _, err := c.find(messageKey(r.Ticket, r.Index), &m); err != nil {
		return err
	}
	if !slices.ContainsFunc(m.Places(), func(p flows.Place) bool { return string(relayKey(p)) == string(c.key) }) {
		c.fault("its message does not stand there")
	}
	return nil
}

// queue checks that a row of the queue is that of its ticket.
func (c *checker) queue([]byte) error {
	var t flows.Ticket
	_, _, number := queuedOf(c.key)
	ok, err := c.find(key64(kindTicket, number), &t)
	if err == nil && (!ok || string(queueKey(t)) != string(c.key)) {
		c.fault("its ticket stands elsewhere or is gone")
	}
	return err
}
