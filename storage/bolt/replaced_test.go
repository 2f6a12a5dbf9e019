package bolt

import (
	"os"
	"path/filepath"
	"testing"

	"mvkbot/storage"
)

// Ensure that a database that was put in place while Open waited for the old
// one's lock is the one that is opened.
func TestOpen_Replaced(t *testing.T) {
	dir := t.TempDir()
	path, next := filepath.Join(dir, "a.db"), filepath.Join(dir, "b.db")
	for name, value := range map[string]string{path: "old", next: "new"} {
		db, err := Open(t.Context(), name, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Update(t.Context(), func(tx storage.Tx) error { return tx.Put([]byte("k"), []byte(value)) }); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	replaced := false
	db, err := open(t.Context(), path, Options{}, func(name string, flag int, mode os.FileMode) (*os.File, error) {
		f, err := os.OpenFile(name, flag, mode)
		if !replaced && err == nil {
			replaced = true
			err = os.Rename(next, path)
		}
		return f, err
	})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.View(t.Context(), func(s storage.Snapshot) error {
		if v, err := s.Get([]byte("k")); err != nil || string(v) != "new" {
			t.Errorf("%q, %v: want the file that path names", v, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
