package storage

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

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
	Subjects      int // people in the audit log whose details can still be read
	AuditLines    int

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
		return snap.Scan(nil, nil, func(k, v []byte) (bool, error) {
			c.key = k
			err := c.record(v)
			return true, err
		})
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
}

var kindNames = map[byte]string{
	kindMeta: "meta", kindConversation: "conversation", kindDeadline: "deadline", kindOutbox: "outbox",
	kindDead: "dead letter", kindSeen: "seen update", kindOwner: "owner", kindAccount: "account",
	kindBindings: "bindings", kindHolders: "holders", kindUsage: "usage",
	kindAudit: "audit line", kindSubject: "subject",
}

// keyLengths are the lengths of the keys, by kind.
var keyLengths = map[byte]int{
	kindMeta: 2, kindConversation: 9, kindDeadline: 17, kindOutbox: 9, kindDead: 9, kindSeen: 9,
	kindOwner: 1 + hashSize, kindAccount: 9, kindBindings: 9, kindHolders: 1 + hashSize, kindUsage: 1 + hashSize,
	kindAudit: 9, kindSubject: 9,
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
	case kindAudit:
		c.report.AuditLines++ // CheckAudit looks at them
		return nil
	case kindSubject:
		c.report.Subjects++
		c.opens(value, &subject{})
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
	v, err := c.snap.Get(key)
	if err != nil || v == nil {
		return false, err
	}
	return c.store.decode(key, v, record) == nil, nil
}

func (c *checker) meta(value []byte) error {
	switch string(c.key) {
	case string(metaSeal):
		c.opens(value, &foundation{})
	case string(metaAccount):
		if len(value) != 8 {
			c.fault("counter of %d bytes", len(value))
		}
	case string(metaAudit):
		c.opens(value, &auditHead{})
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

func (c *checker) conversation(value []byte) error {
	c.report.Conversations++
	var v flows.Conversation
	if !c.opens(value, &v) {
		return nil
	}
	chat := chatOf(c.key[1:])
	if v.Chat != chat {
		c.fault("holds another chat")
	}
	if at := v.Deadline(); !at.IsZero() {
		if mark, err := c.snap.Get(deadlineKey(at, chat)); err != nil {
			return err
		} else if mark == nil {
			c.fault("its deadline is not in the index")
		}
	}
	if v.Account != 0 {
		var a flows.Account
		if ok, err := c.find(key64(kindAccount, v.Account), &a); err != nil {
			return err
		} else if !ok { // one that moved away is told so by the outbox
			c.fault("account %016x is not there", v.Account)
		}
	}
	if v.Registration.Submitted == 0 {
		return nil
	}
	c.report.Registrations++
	// Until it is proven a contact may be claimed by another.
	r, proven := v.Registration, flows.Owner{Chat: chat, Proven: true}
	if r.PhoneAt != 0 {
		if err := c.contact(proven, flows.Contact{Channel: flows.ByPhone, Value: string(r.Phone)}); err != nil {
			return err
		}
	}
	if r.EmailAt == 0 {
		return nil
	}
	return c.contact(proven, flows.Contact{Channel: flows.ByEmail, Value: string(r.Email)})
}

// contacts checks that an owner has its contacts.
func (c *checker) contacts(want flows.Owner, phone flows.Phone, email flows.Email) error {
	for _, contact := range both(phone, email) {
		if err := c.contact(want, contact); err != nil {
			return err
		}
	}
	return nil
}

// contact looks whether a contact has the owner that it must have.
func (c *checker) contact(want flows.Owner, contact flows.Contact) error {
	var o flows.Owner
	if _, err := c.find(c.store.ownerKey(contact), &o); err != nil {
		return err
	}
	if o != want {
		c.fault("its %s is not owned by it", channelNames[contact.Channel])
	}
	return nil
}

var channelNames = map[flows.Channel]string{flows.ByPhone: "phone", flows.ByEmail: "e-mail"}

func both(phone flows.Phone, email flows.Email) []flows.Contact {
	return []flows.Contact{{Channel: flows.ByPhone, Value: string(phone)}, {Channel: flows.ByEmail, Value: string(email)}}
}

func (c *checker) deadline() error {
	c.report.Deadlines++
	chat := chatOf(c.key[9:])
	var v flows.Conversation
	ok, err := c.find(chatKey(chat), &v)
	if err != nil {
		return err
	}
	if at := v.Deadline(); !ok || at.IsZero() || string(deadlineKey(at, chat)) != string(c.key) {
		c.fault("its conversation has another deadline or none")
	}
	return nil
}

// owner checks that whom a contact points to has that contact.
func (c *checker) owner(value []byte) error {
	c.report.Contacts++
	var o flows.Owner
	if !c.opens(value, &o) {
		return nil
	}
	var a flows.Account
	var v flows.Conversation
	has := both("", "")
	switch {
	case o.Account != 0 && o.Chat != 0, o == flows.Owner{}:
		c.fault("names not exactly one owner")
		return nil
	case o.Account != 0:
		if _, err := c.find(key64(kindAccount, o.Account), &a); err != nil {
			return err
		}
		has = both(a.Phone, a.Email)
	default:
		if _, err := c.find(chatKey(o.Chat), &v); err != nil {
			return err
		}
		if v.Registration.Submitted != 0 {
			has = both(v.Registration.Phone, v.Registration.Email)
		}
	}
	if !slices.ContainsFunc(has, func(h flows.Contact) bool { return string(c.store.ownerKey(h)) == string(c.key) }) {
		c.fault("its owner does not have the contact")
	}
	return nil
}
