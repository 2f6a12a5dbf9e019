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
	Subjects      int // people in the audit log whose details can still be read
	AuditLines    int
	Broadcasts    int
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
		c := &checker{store: s, snap: snap, report: &r, bulk: map[uint64]int{}}
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
	key    []byte         // of the record that is looked at
	name   string         // of its kind
	wanted int            // rows of surnames that there must be
	bulk   map[uint64]int // messages in the outbox, by their broadcast: its records come later
}

// kinds are all kinds of records: what they are called, how long their keys are,
// and what is looked at.
var kinds = map[byte]struct {
	name string
	key  int // bytes
	look func(c *checker, value []byte) error
}{
	kindMeta:         {"meta", 2, (*checker).meta},
	kindConversation: {"conversation", 9, (*checker).conversation},
	kindDeadline:     {"deadline", 17, (*checker).deadline},
	kindOutbox:       {"outbox", 9, (*checker).outbox},
	kindDead:         {"dead letter", 9, (*checker).outbox},
	kindSeen:         {"seen update", 9, (*checker).seen},
	kindOwner:        {"owner", 1 + hashSize, (*checker).owner},
	kindAccount:      {"account", 9, (*checker).account},
	kindBindings:     {"bindings", 9, (*checker).bindings},
	kindHolders:      {"holders", 1 + hashSize, (*checker).holders},
	kindUsage:        {"usage", 1 + hashSize, sealed[flows.Usage](func(r *Report) *int { return &r.Budgets })},
	kindAudit:        {"audit line", 9, (*checker).auditLine},
	kindActor:        {"actor", 17, (*checker).actor},
	kindSubject:      {"subject", 9, sealed[subject](func(r *Report) *int { return &r.Subjects })},
	kindSurname:      {"surname", surnameKeySize, (*checker).surnameRow},
	kindUsername:     {"username", 1 + hashSize, (*checker).username},
	kindTally:        {"tallies", 5, sealed[map[flows.Counter]uint64](func(r *Report) *int { return &r.TalliedDays })},
	kindTicket:       {"ticket", 9, (*checker).ticket},
	kindTickets:      {"tickets", 9, (*checker).tickets},
	kindMessage:      {"message", 13, (*checker).ticketMessage},
	kindRelay:        {"relay", 17, (*checker).relay},
	kindQueue:        {"queue", queueKeySize, (*checker).queue},
	kindBroadcast:    {"broadcast", 9, (*checker).broadcast},
}

// sealed is the look at a record that only has to open; it is counted.
func sealed[T any](count func(*Report) *int) func(*checker, []byte) error {
	return func(c *checker, value []byte) error {
		*count(c.report)++
		c.opens(value, new(T))
		return nil
	}
}

func (c *checker) fault(format string, args ...any) {
	c.report.FaultCount++
	if len(c.report.Faults) < maxFaults {
		name := c.name + " " + hex.EncodeToString(c.key[1:])
		c.report.Faults = append(c.report.Faults, name+": "+fmt.Sprintf(format, args...))
	}
}

// record looks at the current record.
func (c *checker) record(value []byte) error {
	kind, known := kinds[c.key[0]]
	switch {
	case !known:
		c.report.FaultCount++
		if len(c.report.Faults) < maxFaults {
			c.report.Faults = append(c.report.Faults, "key "+hex.EncodeToString(c.key)+": of no known kind")
		}
		return nil
	case len(c.key) != kind.key:
		c.name = kind.name
		c.fault("key of %d bytes, want %d", len(c.key), kind.key)
		return nil
	}
	c.name = kind.name
	return kind.look(c, value)
}

func (c *checker) seen(value []byte) error {
	c.report.Seen++
	if len(value) != 4 {
		c.fault("day of %d bytes", len(value))
	}
	return nil
}

// surnameRow only counts: strays looks at the rows.
func (c *checker) surnameRow([]byte) error {
	c.report.Surnames++
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
		c.opens(value, &flows.BindingReview{})
	case string(metaStaff):
		c.opens(value, &[]flows.Member{})
	case string(metaOperation):
		c.opens(value, &flows.Operation{})
	case string(metaAlarms):
		c.opens(value, &[]flows.Alarm{})
	case string(metaApprovals):
		c.opens(value, &[]flows.Approval{})
	case string(metaBroadcast):
		c.opens(value, &broadcasting{})
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
	if !c.opens(value, &r) {
		return nil
	}
	if r.Channel < Telegram || r.Channel > Inner {
		c.fault("%v is not known", r.Channel)
	}
	if r.Broadcast != 0 && c.key[0] == kindOutbox {
		c.bulk[r.Broadcast]++
	}
	return nil
}
