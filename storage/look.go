package storage

import (
	"context"
	"errors"
	"fmt"

	"mvkbot/flows"
)

// Look runs fn on one snapshot: fn sees what is durable, waits for no transaction
// and must not write.
func (s *Store) Look(ctx context.Context, fn func(flows.Ledger)) error {
	err := s.backend.View(ctx, func(snap Snapshot) error {
		t := s.reading(snap)
		fn(t)
		return t.err
	})
	if err != nil {
		return fmt.Errorf("look: %w", err)
	}
	return nil
}

// reading is a Turn that only reads, over a snapshot.
func (s *Store) reading(snap Snapshot) *Turn {
	return &Turn{store: s, tx: readOnly{snap}, read: map[int64]indexed{}}
}

// errReadOnly is what a write to a snapshot gives.
var errReadOnly = errors.New("a snapshot cannot be written to")

type readOnly struct{ Reader }

func (readOnly) Put(_, _ []byte) error { return errReadOnly }
func (readOnly) Delete([]byte) error   { return errReadOnly }
