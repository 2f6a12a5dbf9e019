package directory

import (
	"bytes"
	"context"
	"io"

	"go.etcd.io/bbolt"
)

// reopenAfter is after how many rows the old file is closed and opened again,
// by which the pages read so far leave the process' memory.
const reopenAfter = 100_000

// oldRows streams the directory that an import replaces or extends.
type oldRows struct {
	path    string
	reopen  int
	lenient bool // a broken file ends where it breaks
	broken  bool // and this tells that it did
	file    *file
	tx      *bbolt.Tx
	cursor  *bbolt.Cursor
	read    int
	last    []byte
}

func (o *oldRows) next(ctx context.Context) (record, error) {
	if err := ctx.Err(); err != nil {
		return record{}, err
	}
	var r record
	err := guard(func() (err error) {
		r.key, r.value, err = o.step()
		return err
	})
	switch {
	case err != nil && o.lenient:
		o.broken = true
		return record{}, io.EOF
	case err != nil:
		return record{}, err
	case r.key == nil:
		return record{}, io.EOF
	}
	return r, nil
}

func (o *oldRows) step() (key, value []byte, err error) {
	switch {
	case o.file != nil && o.read%o.reopen != 0:
		key, value = o.cursor.Next()
	default:
		if err := o.close(); err != nil {
			return nil, nil, err
		}
		if o.file, err = openFile(o.path); err != nil {
			return nil, nil, err
		}
		if o.tx, err = o.file.db.Begin(false); err != nil {
			return nil, nil, err
		}
		o.cursor = o.tx.Bucket(contractsBucket).Cursor()
		key, value = o.cursor.Seek(o.last)
		if o.read > 0 && bytes.Equal(key, o.last) {
			key, value = o.cursor.Next()
		}
	}
	o.read++
	if o.read%o.reopen == 0 {
		o.last = bytes.Clone(key)
	}
	return key, value, nil
}

func (o *oldRows) close() error {
	if o.file == nil {
		return nil
	}
	if o.tx != nil {
		if err := o.tx.Rollback(); err != nil {
			return err
		}
	}
	err := o.file.close()
	o.file, o.tx, o.cursor = nil, nil, nil
	return err
}
