package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"syscall"

	"mvkbot/storage/bolt"
)

type backupCmd struct {
	File string `arg:"" help:"The copy; it must not exist yet."`
}

// Run writes a copy of the database, also of one that a bot has open.
func (c backupCmd) Run(a *app) error {
	if err := c.backup(a); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return nil
}

func (c backupCmd) backup(a *app) error {
	if _, err := os.Lstat(c.File); err == nil {
		return fmt.Errorf("%s: %w: a copy never overwrites", c.File, fs.ErrExist)
	}
	size, err := writeCopy(a.ctx, c.File, a.copyDatabase)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "%s: %d bytes, verified. It opens with the secret of the database only, which is not in it.\n", c.File, size)
	return nil
}

// writeCopy makes a copy of a database as source writes it, verifies it, and
// only then names it: a file of that name is a good copy.
func writeCopy(ctx context.Context, path string, source func(*os.File) error) (size int64, err error) {
	copied, err := writeBeside(path, source)
	if err != nil {
		return 0, err
	}
	defer copied.remove()
	if err := bolt.Check(ctx, copied.path); err != nil {
		return 0, err
	}
	return copied.size, copied.nameNew(path)
}

// backupOf writes the copy of a database that this process has open.
func backupOf(ctx context.Context, db *bolt.DB) func(*os.File) error {
	return func(f *os.File) error {
		_, err := db.Backup(ctx, f)
		return err
	}
}

// copyDatabase asks the running bot for a copy, or makes it itself when none
// runs.
func (a *app) copyDatabase(f *os.File) error {
	if _, err := os.Stat(a.cfg.Store); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w at %s", errNoDatabase, a.cfg.Store)
	}
	conn, err := a.dialSocket()
	switch {
	case err == nil:
		defer conn.Close()
		defer context.AfterFunc(a.ctx, func() { conn.Close() })()
		return fetchBackup(conn, f)
	case !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ECONNREFUSED):
		return err
	}
	db, err := bolt.Open(a.ctx, a.cfg.Store, bolt.Options{Log: a.log})
	if err != nil {
		return a.aboutDatabase(err)
	}
	return errors.Join(backupOf(a.ctx, db)(f), db.Close())
}

// dialSocket reaches the bot that has the database open.
func (a *app) dialSocket() (net.Conn, error) {
	return (&net.Dialer{Timeout: socketPatience}).DialContext(a.ctx, "unix", socketPath(a.cfg.Store))
}
