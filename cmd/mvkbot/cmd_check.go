package main

import (
	"errors"
	"fmt"

	"mvkbot/storage/bolt"
)

type checkCmd struct{}

// Run verifies the database: its pages, then its records and indexes. Every
// fault is a line of the error. It refuses a database that is in use.
func (checkCmd) Run(a *app) error {
	unlock, err := a.lockDatabase()
	if err != nil {
		return err
	}
	if err := unlock(); err != nil {
		return err
	}
	if err := bolt.Check(a.ctx, a.cfg.Store); err != nil {
		return a.aboutDatabase(err)
	}
	s, err := a.openStores(a.ctx)
	if err != nil {
		return err
	}
	size := s.db.Size()
	if err := errors.Join(s.close()); err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "%s: %d bytes, no faults\n", a.cfg.Store, size)
	return nil
}
