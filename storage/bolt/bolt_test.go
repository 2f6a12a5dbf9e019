package bolt_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"mvkbot/storage"
	"mvkbot/storage/bolt"
	"mvkbot/storage/storagetest"
)

// Ensure that the backend is one.
func TestBackend(t *testing.T) {
	storagetest.Run(t, func(t *testing.T, dir string) storage.Backend {
		return mustOpen(t, filepath.Join(dir, "store.db"), bolt.Options{})
	})
}

// mustOpen opens a database; after the test it is closed and must pass Check.
func mustOpen(t *testing.T, path string, o bolt.Options) *bolt.DB {
	t.Helper()
	d, err := bolt.Open(t.Context(), path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		if err := bolt.Check(context.Background(), path); err != nil {
			t.Error(err)
		}
	})
	return d
}

func newPath(t testing.TB) string { return filepath.Join(t.TempDir(), "store.db") }

func put(key, value string) func(storage.Tx) error {
	return func(tx storage.Tx) error { return tx.Put([]byte(key), []byte(value)) }
}

// has returns a function that fails unless key has the value want, "" meaning
// absent.
func has(key, want string) func(storage.Tx) error {
	return func(tx storage.Tx) error { return check(tx, key, want) }
}

func check(r storage.Reader, key, want string) error {
	got, err := r.Get([]byte(key))
	if err == nil && string(got) != want {
		err = fmt.Errorf("%q is %q, want %q", key, got, want)
	}
	return err
}

func mustUpdate(t testing.TB, d *bolt.DB, fns ...func(storage.Tx) error) {
	t.Helper()
	if err := d.Update(t.Context(), func(tx storage.Tx) error {
		var errs []error
		for _, fn := range fns {
			errs = append(errs, fn(tx))
		}
		return errors.Join(errs...)
	}); err != nil {
		t.Fatal(err)
	}
}
