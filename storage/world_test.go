package storage_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"mvkbot/flows"
	"mvkbot/storage"
	"mvkbot/storage/bolt"
)

// world is a store over a real database file and a clock that stands.
type world struct {
	*storage.Store
	t    testing.TB
	path string
	db   *bolt.DB
	at   time.Time
}

var testSecret = []byte("0123456789abcdef0123456789abcdef")

func newWorld(t testing.TB) *world {
	t.Helper()
	w := emptyWorld(t)
	w.open()
	return w
}

// emptyWorld is a world whose file nobody has opened.
func emptyWorld(t testing.TB) *world {
	w := &world{t: t, path: filepath.Join(t.TempDir(), "mvkbot.db"), at: time.Unix(1_800_000_000, 0)}
	t.Cleanup(w.close)
	return w
}

func (w *world) options(secret []byte) storage.Options {
	return storage.Options{Secret: secret, Now: func() time.Time { return w.at }}
}

func (w *world) openFile() {
	w.t.Helper()
	var err error
	if w.db, err = bolt.Open(w.t.Context(), w.path, bolt.Options{}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) open() {
	w.t.Helper()
	w.openFile()
	var err error
	if w.Store, err = storage.Open(w.t.Context(), w.db, w.options(testSecret)); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) close() {
	if w.db == nil {
		return
	}
	if err := w.db.Close(); err != nil {
		w.t.Error(err)
	}
	w.db = nil
}

func (w *world) reopen() {
	w.t.Helper()
	w.close()
	w.open()
}

// turn runs one transaction that must succeed.
func (w *world) turn(fn func(t *storage.Turn)) {
	w.t.Helper()
	if err := w.Turn(w.t.Context(), func(t *storage.Turn) error { fn(t); return nil }); err != nil {
		w.t.Fatal(err)
	}
}

// raw changes the database under the store.
func (w *world) raw(fn func(tx storage.Tx) error) {
	w.t.Helper()
	if err := w.db.Update(w.t.Context(), fn); err != nil {
		w.t.Fatal(err)
	}
}

// records are all keys and values as they lie in the database.
func (w *world) records() map[string][]byte {
	w.t.Helper()
	all := map[string][]byte{}
	err := w.db.View(w.t.Context(), func(s storage.Snapshot) error {
		return s.Scan(nil, nil, func(k, v []byte) (bool, error) {
			all[string(k)] = append([]byte(nil), v...)
			return true, nil
		})
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

// keys are the keys of one kind, in order.
func (w *world) keys(kind byte) (keys []string) {
	w.t.Helper()
	err := w.db.View(w.t.Context(), func(s storage.Snapshot) error {
		return s.Scan([]byte{kind}, nil, func(k, _ []byte) (bool, error) {
			keys = append(keys, string(k))
			return true, nil
		})
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return keys
}

// talk saves a conversation.
func (w *world) talk(c flows.Conversation) {
	w.t.Helper()
	err := w.Turn(w.t.Context(), func(t *storage.Turn) error {
		if _, err := t.Conversation(c.Chat); err != nil {
			return err
		}
		return t.SaveConversation(c)
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// failing is a database that refuses what the test says.
type failing struct {
	storage.Backend
	get, put, remove func(key []byte) error
}

func (f *failing) Update(ctx context.Context, fn func(storage.Tx) error) error {
	return f.Backend.Update(ctx, func(tx storage.Tx) error { return fn(&failingTx{tx, f}) })
}

func (f *failing) View(ctx context.Context, fn func(storage.Snapshot) error) error {
	return f.Backend.View(ctx, func(s storage.Snapshot) error { return fn(&failingSnapshot{s, f}) })
}

var errBroken = errors.New("broken disk")

// broken is a store over the database whose disk does not give out records of a
// kind.
func (w *world) broken(kind byte) *storage.Store {
	w.t.Helper()
	f := &failing{Backend: w.db}
	s, err := storage.Open(w.t.Context(), f, w.options(testSecret))
	if err != nil {
		w.t.Fatal(err)
	}
	f.get = func(key []byte) error {
		if key[0] == kind {
			return errBroken
		}
		return nil
	}
	return s
}

type failingTx struct {
	storage.Tx
	f *failing
}

func (t *failingTx) Get(key []byte) ([]byte, error) {
	if t.f.get != nil {
		if err := t.f.get(key); err != nil {
			return nil, err
		}
	}
	return t.Tx.Get(key)
}

func (t *failingTx) Put(key, value []byte) error {
	if t.f.put != nil {
		if err := t.f.put(key); err != nil {
			return err
		}
	}
	return t.Tx.Put(key, value)
}

func (t *failingTx) Delete(key []byte) error {
	if t.f.remove != nil {
		if err := t.f.remove(key); err != nil {
			return err
		}
	}
	return t.Tx.Delete(key)
}

type failingSnapshot struct {
	storage.Snapshot
	f *failing
}

func (s *failingSnapshot) Get(key []byte) ([]byte, error) {
	if s.f.get != nil {
		if err := s.f.get(key); err != nil {
			return nil, err
		}
	}
	return s.Snapshot.Get(key)
}
