package directory

import (
	"encoding/json"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"
)

// rowsPerCommit keeps the dirty pages of one transaction to a few megabytes.
const rowsPerCommit = 20_000

// builder writes a new directory, in key order.
type builder struct {
	db     *bbolt.DB
	tx     *bbolt.Tx
	bucket *bbolt.Bucket
	values []byte // bolt keeps a value's slice until the commit
	rows   int64
}

// newBuilder creates the file. Nothing is put on disk for sure before finish:
// until then the file is worthless anyway.
func newBuilder(path string) (*builder, error) {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout: lockTimeout, PageSize: 4096, NoSync: true, NoGrowSync: true,
		NoFreelistSync: true, FreelistType: bbolt.FreelistMapType,
	})
	if err != nil {
		return nil, fmt.Errorf("create new directory: %w", err)
	}
	return &builder{db: db}, nil
}

func (b *builder) put(key, value []byte) error {
	if b.tx == nil {
		if err := b.begin(); err != nil {
			return fmt.Errorf("write new directory: %w", err)
		}
	}
	start := len(b.values)
	b.values = append(b.values, value...)
	if err := b.bucket.Put(key, b.values[start:len(b.values):len(b.values)]); err != nil {
		return fmt.Errorf("write new directory: %w", err)
	}
	if b.rows++; b.rows%rowsPerCommit == 0 {
		return b.commit()
	}
	return nil
}

func (b *builder) begin() (err error) {
	if b.tx, err = b.db.Begin(true); err != nil {
		return err
	}
	if b.bucket, err = b.tx.CreateBucketIfNotExists(contractsBucket); err != nil {
		return err
	}
	b.bucket.FillPercent = 1 // keys come in order and none is added later
	b.values = b.values[:0]
	return nil
}

func (b *builder) commit() error {
	if b.tx == nil {
		return nil
	}
	tx := b.tx
	b.tx = nil
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("write new directory: %w", err)
	}
	return nil
}

// finish writes what is told about the file, puts everything on disk and closes
// it.
func (b *builder) finish(info Info) error {
	if err := b.commit(); err != nil {
		return err
	}
	about, err := json.Marshal(meta{
		Schema: schema, Rows: info.Rows, Imported: info.Imported, SHA256: info.SHA256, Version: info.Version,
	})
	if err != nil {
		return err
	}
	err = b.db.Update(func(tx *bbolt.Tx) error {
		bucket, err := tx.CreateBucket(metaBucket)
		if err != nil {
			return err
		}
		return bucket.Put(metaKey, about)
	})
	if err == nil {
		err = b.db.Sync()
	}
	if err := errors.Join(err, b.db.Close()); err != nil {
		return fmt.Errorf("finish new directory: %w", err)
	}
	return nil
}

// close gives up a file that is not finished.
func (b *builder) close() error {
	var err error
	if b.tx != nil {
		err = b.tx.Rollback()
		b.tx = nil
	}
	return errors.Join(err, b.db.Close())
}
