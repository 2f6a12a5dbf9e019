package storage

import (
	"context"
	"fmt"
	"slices"

	"mvkbot/flows"
)

// Channel is what an outbox record is sent by.
type Channel uint8

// The channels.
const (
	Telegram Channel = iota + 1
	SMS
	Mail
	Inner // to another conversation or to the store, never out of the bot
)

// String names a channel for logs.
func (c Channel) String() string {
	switch c {
	case Telegram:
		return "telegram"
	case SMS:
		return "sms"
	case Mail:
		return "mail"
	case Inner:
		return "inner"
	}
	return fmt.Sprintf("channel %d", uint8(c))
}

// Record is one effect that waits to be sent. Records of a chat are sent in the
// order of their sequences.
type Record struct {
	Sequence uint64    `cbor:"-"`
	Chat     int64     `cbor:"1,keyasint"`
	Channel  Channel   `cbor:"2,keyasint"`
	Payload  []byte    `cbor:"3,keyasint"`
	Ref      flows.Ref `cbor:"4,keyasint,omitzero"` // told to the conversation when it ends
	To       string    `cbor:"5,keyasint,omitempty"`
	NotAfter int64     `cbor:"6,keyasint,omitempty"` // Unix seconds
	At       int64     `cbor:"7,keyasint"`           // when it was made
	// Started is set before a send that must not be repeated blindly: of every
	// SMS, and of a record that an earlier process left behind.
	Started   bool   `cbor:"8,keyasint,omitempty"`
	Reason    string `cbor:"9,keyasint,omitempty"`  // of a dead letter
	Broadcast uint64 `cbor:"10,keyasint,omitempty"` // that the message is one of: it counts how it ends
}

// Append puts a record at the end of the outbox and sets its sequence.
func (t *Turn) Append(r *Record) error {
	r.Sequence = t.store.sequence.Add(1)
	t.save("append to outbox", key64(kindOutbox, r.Sequence), r)
	return t.err
}

// AppendAll puts records at the end of the outbox, in their order, and sets their
// sequences.
func (t *Turn) AppendAll(records []Record) error {
	for i := range records {
		if err := t.Append(&records[i]); err != nil {
			return err
		}
	}
	return t.err
}

// Mark notes whether a record's send is under way; false when the record is gone.
func (t *Turn) Mark(sequence uint64, started bool) (bool, error) {
	var r Record
	key := key64(kindOutbox, sequence)
	if !t.load("read outbox", key, &r) {
		return false, t.err
	}
	r.Started = started
	t.save("mark record", key, r)
	return t.err == nil, t.err
}

// Rewrite keeps a record with another payload; false when the record is gone.
func (t *Turn) Rewrite(r Record) (bool, error) {
	key := key64(kindOutbox, r.Sequence)
	if !t.load("read outbox", key, new(Record)) {
		return false, t.err
	}
	t.save("rewrite record", key, r)
	return t.err == nil, t.err
}

// Finish removes a record; false when it is gone already, so that what hangs on
// its end happens once.
func (t *Turn) Finish(sequence uint64) (bool, error) {
	key := key64(kindOutbox, sequence)
	v, err := t.tx.Get(key)
	t.fail("read outbox", err)
	if v == nil || t.err != nil {
		return false, t.err
	}
	t.remove("finish record", key)
	return t.err == nil, t.err
}

// Bury moves a record to the dead letters, which staff look through. Its
// broadcast has counted it then, and does so no more if it is sent again.
func (t *Turn) Bury(r Record, reason string) error {
	t.endOf(r.Broadcast, flows.Refused)
	r.Reason, r.Broadcast = reason, 0
	t.remove("bury record", key64(kindOutbox, r.Sequence))
	t.save("bury record", key64(kindDead, r.Sequence), r)
	return t.err
}

// Forget removes the dead letters of a chat and those of tickets, up to a
// record's sequence.
func (s *Store) Forget(ctx context.Context, chat int64, before uint64, tickets ...uint64) error {
	dead, err := s.DeadLetters(ctx)
	if err != nil {
		return err
	}
	return s.backend.Update(ctx, func(tx Tx) error {
		for _, r := range dead {
			of := r.Chat == chat || r.Ref.Ticket != 0 && slices.Contains(tickets, r.Ref.Ticket)
			if of && r.Sequence < before {
				if err := tx.Delete(key64(kindDead, r.Sequence)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// Outbox lists what waits to be sent, in order. A record that does not open has
// no channel: it must not keep the others from being sent.
func (s *Store) Outbox(ctx context.Context) ([]Record, error) { return s.records(ctx, kindOutbox) }

// DeadLetters lists what could not be sent and will not be tried again.
func (s *Store) DeadLetters(ctx context.Context) ([]Record, error) { return s.records(ctx, kindDead) }

// damaged is the reason of a record that does not open.
const damaged = "damaged"

// openRecord opens a record of the outbox or a dead letter; one that does not
// open has no channel.
func (s *Store) openRecord(key, value []byte) Record {
	r := Record{Sequence: idOf(key)}
	if s.decode(key, value, &r) != nil {
		return Record{Sequence: idOf(key), Reason: damaged}
	}
	return r
}

func (s *Store) records(ctx context.Context, kind byte) ([]Record, error) {
	var list []Record
	err := s.backend.View(ctx, func(snap Snapshot) error {
		list = list[:0]
		return snap.Scan([]byte{kind}, nil, func(k, v []byte) (bool, error) {
			list = append(list, s.openRecord(k, v))
			return true, nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read outbox: %w", err)
	}
	return list, nil
}

// Ending is the end of a record: what becomes of it, and of which broadcast it was.
type Ending struct {
	Sequence  uint64
	Broadcast uint64
	Outcome   flows.Outcome
}

// FinishAll removes records that no conversation wants to hear of. A broadcast
// counts each of its own once.
func (s *Store) FinishAll(ctx context.Context, endings []Ending) error {
	err := s.Turn(ctx, func(t *Turn) error {
		for _, e := range endings {
			if e.Broadcast == 0 {
				t.remove("finish record", key64(kindOutbox, e.Sequence))
				continue
			}
			if there, err := t.Finish(e.Sequence); err != nil {
				return err
			} else if there {
				t.endOf(e.Broadcast, e.Outcome)
			}
		}
		return t.err
	})
	if err != nil {
		return fmt.Errorf("finish records: %w", err)
	}
	return nil
}
