package storage

import (
	"context"
	"fmt"

	"mvkbot/flows"
)

func deadLetter(r Record) flows.DeadLetter {
	d := flows.DeadLetter{Number: r.Sequence, Chat: r.Chat, To: r.To, Reason: r.Reason, At: r.At, Until: r.NotAfter, Ref: r.Ref}
	if r.Channel != 0 {
		d.Channel = r.Channel.String()
	}
	return d
}

// DeadLetter implements flows.DeadLetters.
func (t *Turn) DeadLetter(number uint64) (flows.DeadLetter, bool) {
	r, ok := t.dead(number)
	return deadLetter(r), ok
}

func (t *Turn) dead(number uint64) (Record, bool) {
	if t.err != nil {
		return Record{}, false
	}
	key := key64(kindDead, number)
	v, err := t.tx.Get(key)
	t.fail("read dead letter", err)
	if v == nil || t.err != nil {
		return Record{}, false
	}
	return t.store.openRecord(key, v), true
}

// DeadLetter reads one dead letter; false when there is none of that number.
func (s *Store) DeadLetter(ctx context.Context, number uint64) (d flows.DeadLetter, ok bool, err error) {
	key := key64(kindDead, number)
	err = s.backend.View(ctx, func(snap Snapshot) error {
		v, err := snap.Get(key)
		if ok = v != nil; ok {
			d = deadLetter(s.openRecord(key, v))
		}
		return err
	})
	if err != nil {
		return flows.DeadLetter{}, false, fmt.Errorf("read dead letter: %w", err)
	}
	return d, ok, nil
}

// DropDeadLetter implements flows.DeadLetters.
func (t *Turn) DropDeadLetter(number uint64) { t.remove("drop dead letter", key64(kindDead, number)) }

// TakeDead takes a dead letter off the pile, as a new record that is to be
// appended to the outbox; false when it is gone or does not open.
func (t *Turn) TakeDead(number uint64) (Record, bool, error) {
	r, ok := t.dead(number)
	if !ok || r.Channel == 0 {
		return Record{}, false, t.err
	}
	t.DropDeadLetter(number)
	r.Sequence, r.Started, r.Reason = 0, false, ""
	return r, t.err == nil, t.err
}

// DeadLetterPage lists so many dead letters, the oldest first, behind so many
// others, and counts all of them.
func (s *Store) DeadLetterPage(ctx context.Context, skip, size int) (page []flows.DeadLetter, all int, err error) {
	err = s.backend.View(ctx, func(snap Snapshot) error {
		page, all = nil, 0
		return snap.Scan([]byte{kindDead}, nil, func(k, v []byte) (bool, error) {
			if all++; all > skip && len(page) < size {
				page = append(page, deadLetter(s.openRecord(k, v)))
			}
			return true, nil
		})
	})
	if err != nil {
		return nil, 0, fmt.Errorf("read dead letters: %w", err)
	}
	return page, all, nil
}

// OldestWaiting is when the oldest record of the outbox was made; zero when the
// outbox is empty.
func (s *Store) OldestWaiting(ctx context.Context) (at int64, err error) {
	err = s.backend.View(ctx, func(snap Snapshot) error {
		at = 0
		return snap.Scan([]byte{kindOutbox}, nil, func(k, v []byte) (bool, error) {
			r := s.openRecord(k, v)
			at = r.At
			return r.Channel == 0, nil // one that does not open waits for ever, and is no measure
		})
	})
	if err != nil {
		return 0, fmt.Errorf("read outbox: %w", err)
	}
	return at, nil
}
