package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"mvkbot/storage/bolt"
)

type restoreCmd struct {
	File string `arg:"" help:"The copy."`
}

// Run puts a verified copy in place of the database, all or nothing. The one
// that was there, good or damaged, is kept beside it.
func (c restoreCmd) Run(a *app) error {
	if err := c.restore(a); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	return nil
}

func (c restoreCmd) restore(a *app) error {
	unlock, err := a.lockDatabase()
	if err != nil && !errors.Is(err, errNoDatabase) {
		return err
	}
	there := err == nil
	if there {
		defer unlock()
	}
	if sameFile(c.File, a.cfg.Store) {
		return fmt.Errorf("%s is the database itself", c.File)
	}
	if err := bolt.Check(a.ctx, c.File); err != nil {
		return err
	}
	copied, err := writeBeside(a.cfg.Store, c.copyTo)
	if err != nil {
		return err
	}
	defer copied.remove()
	if err := verifyCopy(a, copied.path); err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	if !there {
		err = copied.nameNew(a.cfg.Store) // a database that came meanwhile is not touched
	} else {
		err = keepAside(a, copied)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "%s: restored from %s, %d bytes. Verify its records with: mvkbot check\n", a.cfg.Store, c.File, copied.size)
	return nil
}

// keepAside replaces the database and keeps the old one under a name of its own.
func keepAside(a *app, copied fileBeside) error {
	aside := asideName(a.cfg.Store)
	if err := os.Link(a.cfg.Store, aside); err != nil {
		return fmt.Errorf("keep the old database: %w", err)
	}
	if err := copied.replace(a.cfg.Store); err != nil {
		return errors.Join(err, os.Remove(aside))
	}
	fmt.Fprintf(a.stdout, "the old database is kept as %s\n", aside)
	return nil
}

func (c restoreCmd) copyTo(f *os.File) error {
	from, err := os.Open(c.File)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	return errors.Join(err, from.Close())
}

// verifyCopy proves that what was written is whole and a database of ours. Its
// records are not looked at: that needs the secret.
func verifyCopy(a *app, path string) error {
	if err := bolt.Check(a.ctx, path); err != nil {
		return err
	}
	db, err := bolt.Open(a.ctx, path, bolt.Options{Log: a.log})
	if err != nil {
		return err
	}
	return db.Close()
}

func sameFile(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}
