package main

import (
	"context"
	"errors"
	"fmt"
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

// openStores opens both; what is open when something fails is closed again.
func (a *app) openStores(ctx context.Context) (*stores, error) {
	contracts, err := directory.Open(a.cfg.Contracts, a.log)
	if err != nil {
		return nil, fmt.Errorf("contract directory %s: %w", a.cfg.Contracts, err)
	}
	db, err := bolt.Open(ctx, a.cfg.Store, bolt.Options{Log: a.log})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("database %s: %w", a.cfg.Store, err), contracts.Close())
	}
	s := &stores{db: db, contracts: contracts}
	s.store, err = storage.Open(ctx, db, storage.Options{Secret: []byte(a.cfg.Key), Contracts: contracts, Now: a.now})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("database %s: %w", a.cfg.Store, err), s.close())
	}
	return s, nil
}

func (s *stores) close() error { return errors.Join(s.db.Close(), s.contracts.Close()) }

// now is the bot's clock.
func (a *app) now() time.Time { return time.Now().Add(a.cfg.TestClock) }
