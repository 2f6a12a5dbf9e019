package storage

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/fxamacker/cbor/v2"

	"mvkbot/flows"
)

// ErrWrongKey is returned by Open when the database was sealed with another
// secret than the one given.
var ErrWrongKey = errors.New("database was sealed with another secret")

// Schema is the version of the records that this program writes: 2 has the
// indexes of surnames and usernames, and the time when a stranger is forgotten.
const Schema = 2

// Contracts is the directory as a turn sees it.
type Contracts interface {
	Contract(flows.Number) (flows.Contract, bool, error)
}

// Options are what a Store needs besides its backend.
type Options struct {
	Secret    []byte // at least MinSecret bytes
	Contracts Contracts
	Now       func() time.Time
	// BeforeMigration is called once before the records of an older program are
	// changed, when they can still be copied; its error ends Open. Nil: nothing.
	BeforeMigration func() error
}

// Store keeps typed records over a backend. Personal fields are sealed, index
// keys are keyed hashes: the database alone shows no phone, mail or name.
type Store struct {
	backend   Backend
	seal      *sealer
	contracts Contracts
	now       func() time.Time
	sequence  atomic.Uint64 // last one given to an outbox record
}

// Open reads or founds the database that backend holds.
func Open(ctx context.Context, backend Backend, o Options) (*Store, error) {
	s := &Store{backend: backend, contracts: o.Contracts, now: o.Now}
	var err error
	if s.seal, err = newSealer(o.Secret, o.Now); err == nil {
		err = s.found(ctx, o.BeforeMigration)
	}
	if err == nil {
		err = s.countOn(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	return s, nil
}

// countOn goes on with the sequences of the outbox. They must never repeat, also
// when it is empty: the number of a dead letter is taken, too.
func (s *Store) countOn(ctx context.Context) error {
	last := uint64(s.now().UnixMicro())
	err := s.backend.View(ctx, func(snap Snapshot) error {
		for _, kind := range []byte{kindOutbox, kindDead} {
			err := snap.Scan([]byte{kind}, nil, func(k, _ []byte) (bool, error) {
				last = max(last, idOf(k))
				return true, nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	s.sequence.Store(last)
	return err
}

type foundation struct {
	Schema int `cbor:"1,keyasint"`
}

// found proves the secret against the database, or marks a new one with it. It
// brings the records of an older program up to date.
func (s *Store) found(ctx context.Context, beforeMigration func() error) error {
	var mark []byte
	empty := true
	err := s.backend.View(ctx, func(snap Snapshot) error {
		v, err := snap.Get(metaSeal)
		mark = append(mark, v...)
		if err != nil || v != nil {
			return err
		}
		return snap.Scan(nil, nil, func(_, _ []byte) (bool, error) { empty = false; return false, nil })
	})
	switch {
	case err != nil:
		return err
	case mark != nil:
		var f foundation
		if len(mark) >= sealHeader && [4]byte(mark[1:5]) != s.seal.id {
			return fmt.Errorf("%w (key id %x, given %x)", ErrWrongKey, mark[1:5], s.seal.id)
		}
		if err := s.decode(metaSeal, mark, &f); err != nil {
			return fmt.Errorf("%w: %w", ErrWrongKey, err)
		}
		if f.Schema > Schema {
			return fmt.Errorf("database has schema %d, this program knows %d: it was written by a newer one", f.Schema, Schema)
		}
		if f.Schema < Schema {
			return s.migrate(ctx, beforeMigration)
		}
		return nil
	case !empty:
		return fmt.Errorf("database has records but no mark of its key: it is damaged or not mvkbot's")
	}
	return s.mark(ctx)
}

// mark notes that the database has the records of this program.
func (s *Store) mark(ctx context.Context) error {
	return s.backend.Update(ctx, func(tx Tx) error {
		v, err := s.encode(metaSeal, foundation{Schema})
		if err != nil {
			return err
		}
		return tx.Put(metaSeal, v)
	})
}

// encode seals a record for its key, decode opens it.
func (s *Store) encode(key []byte, record any) ([]byte, error) {
	plain, err := cbor.Marshal(record)
	if err != nil {
		return nil, err
	}
	return s.seal.seal(key, plain)
}

func (s *Store) decode(key, value []byte, record any) error {
	plain, err := s.seal.open(key, value)
	if err != nil {
		return err
	}
	return cbor.Unmarshal(plain, record)
}

// get decodes a record; false when it is absent, and when it does not open: Check
// names it, and it must not keep the others from being read.
func (s *Store) get(r Reader, key []byte, record any) (bool, error) {
	v, err := r.Get(key)
	if err != nil || v == nil {
		return false, err
	}
	return s.decode(key, v, record) == nil, nil
}

// read decodes a record outside of any transaction, and leaves record as it is
// when there is none.
func (s *Store) read(ctx context.Context, op string, key []byte, record any) error {
	err := s.backend.View(ctx, func(snap Snapshot) error {
		v, err := snap.Get(key)
		if err != nil || v == nil {
			return err
		}
		return s.decode(key, v, record)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	return nil
}

// Conversation reads a chat's conversation; a chat that never wrote has the
// zero Conversation but for its number.
func (s *Store) Conversation(ctx context.Context, chat int64) (flows.Conversation, error) {
	c := flows.Conversation{Chat: chat}
	err := s.read(ctx, "read conversation", chatKey(chat), &c)
	return c, err
}

// Deadline is one row of the index of deadlines.
type Deadline struct {
	At   time.Time // a whole second
	Chat int64
}

// Deadlines lists up to limit deadlines that have come, the oldest first.
func (s *Store) Deadlines(ctx context.Context, at time.Time, limit int) ([]Deadline, error) {
	var rows []Deadline
	end := deadlineKey(at.Add(time.Second), 0)[:9]
	err := s.backend.View(ctx, func(snap Snapshot) error {
		rows = rows[:0]
		return snap.Scan([]byte{kindDeadline}, nil, func(k, _ []byte) (bool, error) {
			if string(k[:9]) >= string(end) {
				return false, nil
			}
			rows = append(rows, Deadline{At: time.Unix(int64(idOf(k)), 0), Chat: chatOf(k[9:])})
			return len(rows) < limit, nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read deadlines: %w", err)
	}
	return rows, nil
}
