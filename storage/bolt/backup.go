package bolt

import (
	"context"
	"fmt"
	"io"

	"go.etcd.io/bbolt"
)

// Backup writes a consistent copy of the running database to w and returns its
// length in bytes. Updates go on meanwhile, but the file grows with each of
// them as during a View: the growth stays small for a copy of about a second,
// is linear in the updates for a longer one, and a slow w therefore belongs
// behind a local file. The copy is as readable as w makes it. It is good when
// it has been synced and Check accepts it. Backup ends with ctx.
func (d *DB) Backup(ctx context.Context, w io.Writer) (int64, error) {
	var n int64
	err := d.read(ctx, func(tx *bbolt.Tx) (err error) {
		n, err = tx.WriteTo(contextWriter{ctx, w})
		return err
	})
	if err != nil {
		return n, fmt.Errorf("back up database: %w", err)
	}
	return n, nil
}

// contextWriter fails as soon as its context ends.
type contextWriter struct {
	ctx context.Context
	w   io.Writer
}

func (c contextWriter) Write(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.w.Write(p)
}
