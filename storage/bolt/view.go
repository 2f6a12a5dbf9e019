package bolt

import (
	"bytes"
	"context"
	"errors"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"mvkbot/storage"
)

// View runs fn on a consistent snapshot, in the caller's goroutine; its panics
// are the caller's. While it runs, no page that the snapshot shows is used
// again, so the file grows with every commit; Scan therefore also ends with ctx.
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
	tx, err := d.begin(false)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // fails only on a closed transaction
	return fn(tx)
}

// begin begins a transaction of bolt; Close may have come first.
func (d *DB) begin(writable bool) (*bbolt.Tx, error) {
	tx, err := d.bolt.Begin(writable)
	if errors.Is(err, berrors.ErrDatabaseNotOpen) {
		return nil, storage.ErrClosed
	}
	return tx, err
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
