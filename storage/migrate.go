package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"mvkbot/flows"
)

// migrateGroup is how many records one transaction of a migration looks at.
const migrateGroup = 5000

// migrate brings the records of an older program up to date, in transactions of
// bounded size. The mark of the schema is raised last: what was interrupted goes
// on at the next open, and until then the older program can still read it all.
func (s *Store) migrate(ctx context.Context, before func() error) error {
	begun, err := s.migrationBegun(ctx)
	if err != nil {
		return err
	}
	if !begun && before != nil {
		if err := before(); err != nil {
			return fmt.Errorf("before migration: %w", err)
		}
	}
	for _, kind := range []byte{kindAccount, kindConversation} {
		if err := s.migrateKind(ctx, kind); err != nil {
			return fmt.Errorf("migrate to schema %d: %w", Schema, err)
		}
	}
	return s.mark(ctx)
}

// migrationBegun reports whether there is anything that an older program does
// not write.
func (s *Store) migrationBegun(ctx context.Context) (begun bool, err error) {
	err = s.backend.View(ctx, func(snap Snapshot) error {
		begun = false
		return snap.Scan([]byte{kindSurname}, nil, func(_, _ []byte) (bool, error) {
			begun = true
			return false, nil
		})
	})
	return begun, err
}

// migrateKind brings all records of a kind up to date.
func (s *Store) migrateKind(ctx context.Context, kind byte) error {
	var from []byte
	for {
		var keys [][]byte
		err := s.backend.View(ctx, func(snap Snapshot) error {
			keys = keys[:0]
			return snap.Scan([]byte{kind}, from, func(k, _ []byte) (bool, error) {
				keys = append(keys, bytes.Clone(k))
				return len(keys) < migrateGroup, nil
			})
		})
		if err != nil || len(keys) == 0 {
			return err
		}
		err = s.Turn(ctx, func(t *Turn) error {
			for _, k := range keys {
				if err := errors.Join(t.migrateSurname(k), t.migrateStranger(k)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		from = append(keys[len(keys)-1], 0) // the key behind
	}
}

// migrateSurname writes the rows of one record, unless they are there.
func (t *Turn) migrateSurname(key []byte) error {
	who, surname, err := t.store.surnameOf(t.tx, key)
	prefixes := flows.SurnamePrefixes(surname)
	if err != nil || len(prefixes) == 0 {
		return err
	}
	last, err := t.tx.Get(t.store.surnameKey(prefixes[len(prefixes)-1], who))
	if err == nil && last == nil {
		t.indexSurname(who, "", surname)
	}
	return err
}

// migrateStranger has the conversation with a stranger forgotten in its time, as if
// its last turn were now: when it was the older program did not note.
func (t *Turn) migrateStranger(key []byte) error {
	if key[0] != kindConversation {
		return nil
	}
	var c flows.Conversation
	if ok, err := t.store.get(t.tx, key, &c); err != nil || !ok || !c.Stranger() || c.Forget != 0 {
		return err
	}
	t.read[c.Chat] = indexedOf(c)
	c.Forget = t.store.now().Add(flows.DefaultRules(nil).StrangerLife).Unix()
	return t.SaveConversation(c)
}

// surnameOf tells by what surname the account or the conversation of a key is
// found; "" when it is by none.
func (s *Store) surnameOf(r Reader, key []byte) (who flows.Cursor, surname string, err error) {
	if key[0] == kindAccount {
		var a flows.Account
		_, err = s.get(r, key, &a)
		return flows.Cursor{Tag: tagAccount, ID: idOf(key)}, a.Surname, err
	}
	var c flows.Conversation
	_, err = s.get(r, key, &c)
	return flows.Cursor{Tag: tagRegistration, ID: idOf(key)}, indexedOf(c).surname, err
}
