package storage

import (
	"bytes"
	"context"
	"fmt"

	"mvkbot/flows"
)

// pageLook is how many records one View of a page looks at: a held snapshot
// makes the database file grow.
const pageLook = 1000

// page reads up to limit records of the kind of after, those behind it in the
// order of their keys, in Views that are short. read says what a record means
// and whether it is wanted.
func page[T any](ctx context.Context, s *Store, after []byte, limit int, read func(snap Snapshot, k, v []byte) (T, bool, error)) ([]T, error) {
	var list []T
	from := append(bytes.Clone(after), 0) // the key behind
	for from != nil && len(list) < limit {
		var found []T
		var next []byte
		err := s.backend.View(ctx, func(snap Snapshot) error {
			found, next = nil, nil
			looked := 0
			return snap.Scan(after[:1], from, func(k, v []byte) (bool, error) {
				record, wanted, err := read(snap, k, v)
				if err == nil && wanted {
					found = append(found, record)
				}
				if looked++; looked == pageLook {
					next = append(bytes.Clone(k), 0)
				}
				return next == nil && len(list)+len(found) < limit, err
			})
		})
		if err != nil {
			return nil, err
		}
		list, from = append(list, found...), next
	}
	return list, nil
}

// Accounts reads up to limit accounts behind a number, in the order of numbers.
func (s *Store) Accounts(ctx context.Context, after uint64, limit int) ([]flows.Account, error) {
	list, err := page(ctx, s, key64(kindAccount, after), limit, func(_ Snapshot, k, v []byte) (a flows.Account, _ bool, err error) {
		return a, true, s.decode(k, v, &a)
	})
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	return list, nil
}

// Registrations reads up to limit conversations that wait for their contacts to
// be verified, behind a chat, in the order of chats.
func (s *Store) Registrations(ctx context.Context, after int64, limit int) ([]flows.Conversation, error) {
	list, err := page(ctx, s, chatKey(after), limit, func(_ Snapshot, k, v []byte) (c flows.Conversation, _ bool, err error) {
		err = s.decode(k, v, &c)
		return c, c.Registration.Submitted != 0, err
	})
	if err != nil {
		return nil, fmt.Errorf("read registrations: %w", err)
	}
	return list, nil
}

// Holding is an account with the contracts that are tied to it.
type Holding struct {
	Account  flows.Account
	Bindings []flows.Binding
}

// Holdings reads up to limit accounts that have contracts, behind a number, in
// the order of numbers.
func (s *Store) Holdings(ctx context.Context, after uint64, limit int) ([]Holding, error) {
	list, err := page(ctx, s, key64(kindBindings, after), limit, s.holding)
	if err != nil {
		return nil, fmt.Errorf("read bindings: %w", err)
	}
	return list, nil
}

func (s *Store) holding(snap Snapshot, k, v []byte) (h Holding, _ bool, err error) {
	if err := s.decode(k, v, &h.Bindings); err != nil {
		return h, false, err
	}
	key := key64(kindAccount, idOf(k))
	account, err := snap.Get(key)
	if err != nil {
		return h, false, err
	}
	return h, true, s.decode(key, account, &h.Account)
}
