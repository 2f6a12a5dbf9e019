package bolt_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.etcd.io/bbolt"

	"mvkbot/storage"
	"mvkbot/storage/bolt"
)

// Ensure that a second opener is told who is in the way, in time.
func TestOpen_Locked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := newPath(t)
		mustOpen(t, path, bolt.Options{})
		start := time.Now()
		_, err := bolt.Open(t.Context(), path, bolt.Options{})
		if !errors.Is(err, storage.ErrLocked) || !strings.Contains(err.Error(), path) {
			t.Errorf("open: %v", err)
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("open gave up after %v", took)
		}
		if err := bolt.Check(t.Context(), path); !errors.Is(err, storage.ErrLocked) {
			t.Errorf("check: %v", err)
		}
	})
}

// Ensure that only the owner can read the file, new or old, and that taking
// rights away is said.
func TestOpen_Mode(t *testing.T) {
	path := newPath(t)
	var log bytes.Buffer
	o := bolt.Options{Log: slog.New(slog.NewTextHandler(&log, nil))}
	for _, before := range []fs.FileMode{0, 0o644, 0o660, 0o600} {
		log.Reset()
		if before != 0 {
			if err := os.Chmod(path, before); err != nil {
				t.Fatal(err)
			}
		}
		d, err := bolt.Open(t.Context(), path, o)
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode was %v, is %v, %v", before, info.Mode(), err)
		}
		if said := strings.Contains(log.String(), "level=WARN"); said != (before&0o077 != 0) {
			t.Errorf("mode was %v, log: %q", before, &log)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// Ensure that a file which is no store is refused and left as it was.
func TestOpen_Refuses(t *testing.T) {
	good := goodFile(t)
	for _, tc := range []struct {
		name    string
		content []byte
		want    error
	}{
		{"one byte", []byte{0}, bolt.ErrDamaged},
		{"text", bytes.Repeat([]byte("no database\n"), 4096), bolt.ErrDamaged},
		{"zeros", make([]byte, 1<<20), bolt.ErrDamaged},
		{"cut off", good[:len(good)/4], bolt.ErrDamaged},
		{"one page", good[:4096], bolt.ErrDamaged},
		{"both meta pages", append(make([]byte, 8192), good[8192:]...), bolt.ErrDamaged},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path := newPath(t)
			if err := os.WriteFile(path, tc.content, 0o600); err != nil {
				t.Fatal(err)
			}
			for name, err := range map[string]error{
				"open":  openAndClose(t.Context(), path),
				"check": bolt.Check(t.Context(), path),
			} {
				if !errors.Is(err, tc.want) || !strings.Contains(err.Error(), "restore") {
					t.Errorf("%s: %v", name, err)
				}
			}
			if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, tc.content) {
				t.Errorf("the file was changed (%v)", err)
			}
		})
	}
}

func openAndClose(ctx context.Context, path string) error {
	d, err := bolt.Open(ctx, path, bolt.Options{})
	if err != nil {
		return err
	}
	return d.Close()
}

// Ensure that a bolt file which another program made is not taken for a store.
func TestOpen_Foreign(t *testing.T) {
	path := newPath(t)
	b, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(b.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucket([]byte("theirs"))
		return err
	}), b.Close()); err != nil {
		t.Fatal(err)
	}
	if err := openAndClose(t.Context(), path); err == nil || errors.Is(err, bolt.ErrDamaged) {
		t.Errorf("open: %v", err)
	}
}

// Ensure that what the system refuses is passed on.
func TestOpen_System(t *testing.T) {
	dir := t.TempDir()
	if err := openAndClose(t.Context(), filepath.Join(dir, "absent", "store.db")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("absent directory: %v", err)
	}
	if err := openAndClose(t.Context(), dir); err == nil || errors.Is(err, bolt.ErrDamaged) {
		t.Errorf("a directory: %v", err)
	}
	if err := bolt.Check(t.Context(), filepath.Join(dir, "store.db")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("check of an absent file: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := openAndClose(ctx, filepath.Join(dir, "store.db")); !errors.Is(err, context.Canceled) {
		t.Errorf("ended context: %v", err)
	}
}

// Ensure that an empty file, which a crash at creation leaves, becomes a store,
// and that Check does not take it for one.
func TestOpen_Empty(t *testing.T) {
	path := newPath(t)
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := bolt.Check(t.Context(), path); !errors.Is(err, bolt.ErrDamaged) {
		t.Errorf("check: %v", err)
	}
	mustUpdate(t, mustOpen(t, path, bolt.Options{}), put("k", "v"))
}
