package bolt

import (
	"context"
	"errors"
	"fmt"
	"os"

	"go.etcd.io/bbolt"
)

// maxFaults bounds how many faults one check names: a torn file has thousands.
const maxFaults = 10

// Check checks the pages of a database file that no process has open for
// writing, without changing it. It returns ErrDamaged naming the faults,
// storage.ErrLocked as Open does, or what the system says.
func Check(ctx context.Context, path string) error {
	if err := inspect(ctx, path, true); err != nil {
		return fmt.Errorf("check database: %w", err)
	}
	return nil
}

// Check checks the pages of the running database and its list of free pages.
// Updates wait meanwhile: about a second per GiB. A check of a backup disturbs
// nobody.
func (d *DB) Check(ctx context.Context) error {
	if err := d.check(ctx); err != nil {
		return fmt.Errorf("check database: %w", err)
	}
	return nil
}

func (d *DB) check(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := d.refusal(); err != nil {
		return err
	}
	tx, err := d.begin(true) // keeps the committer out, changes nothing
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if err := walkFile(ctx, d.path, int64(d.bolt.Info().PageSize)); err != nil {
		return err
	}
	return faults(tx)
}

// inspect checks the file at path under a shared lock. The walk must come first:
// bolt itself scans a file in goroutines whose panics nobody can recover.
func inspect(ctx context.Context, path string, deep bool) (err error) {
	if info, err := os.Stat(path); err != nil {
		return err
	} else if info.Size() == 0 {
		return fmt.Errorf("%s: %w: it is empty", path, ErrDamaged)
	}
	b, err := openBolt(path, &bbolt.Options{Timeout: lockWait, ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	if err := walkFile(ctx, path, int64(b.Info().PageSize)); err != nil || !deep {
		return err
	}
	if err := b.View(faults); err != nil {
		return err
	}
	_, err = ours(b)
	return err
}

// faults runs bolt's own check.
func faults(tx *bbolt.Tx) error {
	var found []error
	for err := range tx.Check() { // must be drained: it runs beside us
		if len(found) < maxFaults {
			found = append(found, err)
		}
	}
	if len(found) == 0 {
		return nil
	}
	return fmt.Errorf("%s: %w: %w", tx.DB().Path(), ErrDamaged, errors.Join(found...))
}
