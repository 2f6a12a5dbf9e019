package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"

	"mvkbot/storage"
	"mvkbot/storage/bolt"
	"mvkbot/storage/directory"
)

// stores are the database and the contract directory of one process.
type stores struct {
	db        *bolt.DB
	contracts *directory.Directory
	store     *storage.Store
}

// openStores opens both; what is open when something fails is closed again. A
// database that is absent is founded.
func (a *app) openStores(ctx context.Context) (*stores, error) {
	contracts, err := directory.Open(a.cfg.Contracts, a.log)
	if err != nil {
		return nil, err
	}
	db, store, err := a.openStore(ctx, contracts)
	if err != nil {
		return nil, errors.Join(err, contracts.Close())
	}
	return &stores{db, contracts, store}, nil
}

// openStore opens the database alone. Without contracts no turn may be played.
func (a *app) openStore(ctx context.Context, contracts storage.Contracts) (*bolt.DB, *storage.Store, error) {
	db, err := bolt.Open(ctx, a.cfg.Store, bolt.Options{Log: a.log})
	if err != nil {
		return nil, nil, a.aboutDatabase(err)
	}
	store, err := storage.Open(ctx, db, storage.Options{
		Secret: []byte(a.cfg.Key), Contracts: contracts, Now: a.now,
		BeforeMigration: func() error { return a.copyBeforeMigration(ctx, db) },
	})
	if err != nil {
		return nil, nil, errors.Join(a.aboutDatabase(err), db.Close())
	}
	return db, store, nil
}

// copyBeforeMigration keeps the database of an older program beside the one that
// is to be changed.
func (a *app) copyBeforeMigration(ctx context.Context, db *bolt.DB) error {
	aside := asideName(a.cfg.Store)
	size, err := writeCopy(ctx, aside, backupOf(ctx, db))
	if err != nil {
		return err
	}
	a.log.Info("database is brought up to date, its copy is kept", "copy", aside, "bytes", size)
	return nil
}

// asideName is where a database is kept that another takes the place of.
func asideName(path string) string {
	return path + "." + time.Now().UTC().Format("20060102T150405.000") + ".old"
}

func (s *stores) close() error { return errors.Join(s.db.Close(), s.contracts.Close()) }

// now is the bot's clock.
func (a *app) now() time.Time { return time.Now().Add(a.cfg.TestClock) }

// errNoDatabase is the answer of the commands that work on a database that
// must be there.
var errNoDatabase = errors.New("there is no database")

// aboutDatabase names the database in an error about it, and says what to do.
func (a *app) aboutDatabase(err error) error {
	switch {
	case errors.Is(err, storage.ErrLocked):
		return fmt.Errorf("%s: %w: a bot that runs must be stopped first", a.cfg.Store, storage.ErrLocked)
	case errors.Is(err, storage.ErrWrongKey):
		return fmt.Errorf("%s: %w: MVKBOT_SECRET must be the one that it was made with", a.cfg.Store, storage.ErrWrongKey)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, fs.ErrNotExist), errors.Is(err, bolt.ErrDamaged):
		return err // has the path in it
	}
	return fmt.Errorf("%s: %w", a.cfg.Store, err)
}

// lockDatabase takes the lock that a process with the database open holds, or
// returns storage.ErrLocked at once. It also locks a file that is damaged.
func (a *app) lockDatabase() (unlock func() error, err error) {
	f, err := os.Open(a.cfg.Store)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w at %s", errNoDatabase, a.cfg.Store)
	case err != nil:
		return nil, err
	}
	switch err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); {
	case errors.Is(err, syscall.EWOULDBLOCK):
		return nil, errors.Join(a.aboutDatabase(storage.ErrLocked), f.Close())
	case err != nil:
		return nil, errors.Join(fmt.Errorf("lock %s: %w", a.cfg.Store, err), f.Close())
	}
	return f.Close, nil
}
