package storage

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"mvkbot/flows"
)

// maxFaults bounds how many faults a Report names.
const maxFaults = 100

// Report is what Check found.
type Report struct {
	Conversations int
	Registrations int // conversations that wait for their contacts to be verified
	Deadlines     int
	Accounts      int
	Contacts      int // with an owner
	Bindings      int // contracts, counted once for every account that holds them
	Holders       int // contracts that somebody holds
	Budgets       int
	Seen          int // update ids that are remembered
	Outbox        int
	DeadLetters   int
	Surnames      int // rows of their index: one for every beginning of every one
	Usernames     int
	Subjects      int // people in the audit log whose details can still be read
	AuditLines    int
	TalliedDays   int // days on which something was counted

	Tickets        int
	TicketMessages int
	Relays         int // places where a message of a ticket stands

	// FaultCount is how many faults there are; Faults names the first 100, one
	// line each: the kind of the record, its key in hex and what is wrong. No
	// line holds anything about a person.
	FaultCount int
	Faults     []string
}

// Check verifies that every record opens and that records and indexes agree, on
// one snapshot and in bounded memory. Faults of the records are in the report;
// the error is for what kept it from looking. A running bot is better checked
// by a check of its backup: the database file grows while a snapshot is held.
func (s *Store) Check(ctx context.Context) (Report, error) {
	var r Report
	err := s.backend.View(ctx, func(snap Snapshot) error {
		r = Report{}
		c := &checker{store: s, snap: snap, report: &r}
		err := snap.Scan(nil, nil, func(k, v []byte) (bool, error) {
			c.key = k
			err := c.record(v)
			return true, err
		})
		if err != nil {
			return err
		}
		return c.strays()
	})
	if err != nil {
		return r, fmt.Errorf("check database: %w", err)
	}
	if _, err := s.CheckAudit(ctx); errors.Is(err, ErrBrokenChain) {
		r.FaultCount++
		r.Faults = append(r.Faults, err.Error())
	} else if err != nil {
		return r, fmt.Errorf("check audit log: %w", err)
	}
	return r, nil
}

// checker looks at one record after the other.
type checker struct {
	store  *Store
	snap   Snapshot
	report *Report
	key    []byte // of the record that is looked at
	wanted int    // rows of surnames that there must be
}

var kindNames = map[byte]string{
	kindMeta: "meta", kindConversation: "conversation", kindDeadline: "deadline", kindOutbox: "outbox",
	kindDead: "dead letter", kindSeen: "seen update", kindOwner: "owner", kindAccount: "account",
	kindBindings: "bindings", kindHolders: "holders", kindUsage: "usage",
	kindAudit: "audit line", kindSubject: "subject", kindActor: "actor", kindSurname: "surname", kindUsername: "username",
	kindTally:  "tallies",
	kindTicket: "ticket", kindTickets: "tickets", kindMessage: "message", kindRelay: "relay", kindQueue: "queue",
}

// keyLengths are the lengths of the keys, by kind.
var keyLengths = map[byte]int{
	kindMeta: 2, kindConversation: 9, kindDeadline: 17, kindOutbox: 9, kindDead: 9, kindSeen: 9,
	kindOwner: 1 + hashSize, kindAccount: 9, kindBindings: 9, kindHolders: 1 + hashSize, kindUsage: 1 + hashSize,
	kindAudit: 9, kindSubject: 9, kindActor: 17, kindSurname: surnameKeySize, kindUsername: 1 + hashSize, kindTally: 5,
	kindTicket: 9, kindTickets: 9, kindMessage: 13, kindRelay: 17, kindQueue: 18,
}

func (c *checker) fault(format string, args ...any) {
	c.report.FaultCount++
	if len(c.report.Faults) < maxFaults {
		name := kindNames[c.key[0]] + " " + hex.EncodeToString(c.key[1:])
		c.report.Faults = append(c.report.Faults, name+": "+fmt.Sprintf(format, args...))
	}
}

// record looks at the current record.
func (c *checker) record(value []byte) error {
	kind := c.key[0]
	if _, known := kindNames[kind]; !known {
		c.report.FaultCount++
		if len(c.report.Faults) < maxFaults {
			c.report.Faults = append(c.report.Faults, "key "+hex.EncodeToString(c.key)+": of no known kind")
		}
		return nil
	}
	if len(c.key) != keyLengths[kind] {
		c.fault("key of %d bytes, want %d", len(c.key), keyLengths[kind])
		return nil
	}
	switch kind {
	case kindMeta:
		return c.meta(value)
	case kindConversation:
		return c.conversation(value)
	case kindDeadline:
		return c.deadline()
	case kindOutbox, kindDead:
		return c.outbox(value)
	case kindSeen:
		c.report.Seen++
		if len(value) != 4 {
			c.fault("day of %d bytes", len(value))
		}
		return nil
	case kindOwner:
		return c.owner(value)
	case kindAccount:
		return c.account(value)
	case kindBindings:
		return c.bindings(value)
	case kindHolders:
		return c.holders(value)
	case kindTicket:
		return c.ticket(value)
	case kindTickets:
		return c.tickets(value)
	case kindMessage:
		return c.ticketMessage(value)
	case kindRelay:
		return c.relay(value)
	case kindQueue:
		return c.queue()
	case kindSurname:
		c.report.Surnames++ // strays looks at them
		return nil
	case kindUsername:
		return c.username(value)
	case kindAudit:
		return c.auditLine(value)
	case kindActor:
		return c.actor()
	case kindSubject:
		c.report.Subjects++
		c.opens(value, &subject{})
		return nil
	case kindTally:
		c.report.TalliedDays++
		c.opens(value, &map[flows.Counter]uint64{})
		return nil
	}
	c.report.Budgets++
	c.opens(value, &flows.Usage{})
	return nil
}

// opens decodes the current record; false and a fault when it does not open.
func (c *checker) opens(value []byte, record any) bool {
	if err := c.store.decode(c.key, value, record); err != nil {
		c.fault("%v", err)
		return false
	}
	return true
}

// find decodes another record; false when it is absent or does not open, which
// is that record's own fault.
func (c *checker) find(key []byte, record any) (bool, error) {
	return c.store.get(c.snap, key, record)
}

func (c *checker) meta(value []byte) error {
	switch string(c.key) {
	case string(metaSeal):
		c.opens(value, &foundation{})
	case string(metaAccount), string(metaTicket):
		if len(value) != 8 {
			c.fault("counter of %d bytes", len(value))
		}
	case string(metaAudit):
		c.opens(value, &auditHead{})
	case string(metaReview):
		c.opens(value, &Review{})
	case string(metaStaff):
		c.opens(value, &[]flows.Member{})
	case string(metaOperation):
		c.opens(value, &flows.Operation{})
	case string(metaAlarms):
		c.opens(value, &[]flows.Alarm{})
	case string(metaRequests):
		c.opens(value, &[]flows.Request{})
	default:
		c.fault("of no known kind")
	}
	return nil
}

func (c *checker) outbox(value []byte) error {
	n := &c.report.Outbox
	if c.key[0] == kindDead {
		n = &c.report.DeadLetters
	}
	*n++
	var r Record
	if c.opens(value, &r) && (r.Channel < Telegram || r.Channel > Inner) {
		c.fault("%v is not known", r.Channel)
	}
	return nil
}
