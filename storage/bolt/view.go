package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"mvkbot/storage"
)

// View runs fn on a consistent snapshot, in the caller's goroutine. While it
// runs, no page that the snapshot shows is used again, so the file grows with
// every commit; Scan therefore also ends with ctx.
func (d *DB) View(ctx context.Context, fn func(storage.Snapshot) error) error {
	return d.read(ctx, func(tx *bbolt.Tx) error {
		return fn(snapshot{ctx, tx.Bucket(bucketName)})
	})
}

func (d *DB) read(ctx context.Context, fn func(*bbolt.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := d.refusal(); err != nil {
		return err
	}
	tx, err := d.bolt.Begin(false)
	if errors.Is(err, berrors.ErrDatabaseNotOpen) {
		return storage.ErrClosed
	}
	if err != nil {
		return fmt.Errorf("begin view: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // fails only on a closed transaction
	return fn(tx)
}

type snapshot struct {
	ctx    context.Context
	bucket *bbolt.Bucket
}

func (s snapshot) Get(key []byte) ([]byte, error) { return s.bucket.Get(key), nil }

func (s snapshot) Scan(prefix, from []byte, fn func(key, value []byte) (bool, error)) error {
	first := prefix
	if bytes.Compare(from, prefix) > 0 {
		first = from
	}
	c := s.bucket.Cursor()
	for k, v := c.Seek(first); k != nil && bytes.HasPrefix(k, prefix); k, v = c.Next() {
		if err := s.ctx.Err(); err != nil {
			return err
		}
		if more, err := fn(k, v); err != nil || !more {
			return err
		}
	}
	return nil
}
