package bolt_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"

	"mvkbot/storage"
	"mvkbot/storage/bolt"
)

// Ensure that a copy of a database under load is whole and shows one state: two
// keys that always change together are equal in it.
func TestBackup(t *testing.T) {
	d := mustOpen(t, newPath(t), bolt.Options{})
	mustUpdate(t, d, put("first", "0"), put("last", "0"))
	stop := make(chan struct{})
	var load sync.WaitGroup
	for w := range 4 {
		load.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				now := fmt.Sprint(w, i)
				if err := d.Update(t.Context(), func(tx storage.Tx) error {
					return errors.Join(put("first", now)(tx), put("last", now)(tx), put("mid/"+now, string(make([]byte, 500)))(tx))
				}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for range 20 {
		path := newPath(t)
		var copied bytes.Buffer
		n, err := d.Backup(t.Context(), &copied)
		if err != nil || n != int64(copied.Len()) {
			t.Fatalf("%d of %d bytes, %v", n, copied.Len(), err)
		}
		if err := os.WriteFile(path, copied.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := bolt.Check(t.Context(), path); err != nil {
			t.Fatal(err)
		}
		same(t, mustOpen(t, path, bolt.Options{}))
	}
	close(stop)
	load.Wait()
}

func same(t *testing.T, d *bolt.DB) {
	t.Helper()
	if err := d.View(t.Context(), func(s storage.Snapshot) error {
		first, err := s.Get([]byte("first"))
		if err != nil {
			return err
		}
		return check(s, "last", string(first))
	}); err != nil {
		t.Fatal(err)
	}
}

type failingWriter struct{ err error }

func (f failingWriter) Write([]byte) (int, error) { return 0, f.err }

// Ensure that a copy which cannot be written or is called off says so.
func TestBackup_Fails(t *testing.T) {
	d := mustOpen(t, newPath(t), bolt.Options{})
	if _, err := d.Backup(t.Context(), failingWriter{errors.New("fault")}); err == nil {
		t.Error("a failing writer went unnoticed")
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err := d.Backup(ctx, writerFunc(func(p []byte) (int, error) { cancel(); return len(p), nil }))
	if ctx.Err() == nil || err == nil {
		t.Errorf("called off: %v", err)
	}
	if _, err := d.Backup(ctx, new(bytes.Buffer)); !errors.Is(err, context.Canceled) {
		t.Errorf("called off before: %v", err)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// Ensure that a scan ends with its context.
func TestView_Context(t *testing.T) {
	d := mustOpen(t, newPath(t), bolt.Options{})
	mustUpdate(t, d, put("a", "1"), put("b", "2"), put("c", "3"))
	ctx, cancel := context.WithCancel(t.Context())
	seen := 0
	err := d.View(ctx, func(s storage.Snapshot) error {
		return s.Scan(nil, nil, func(_, _ []byte) (bool, error) {
			seen++
			cancel()
			return true, nil
		})
	})
	if seen != 1 || !errors.Is(err, context.Canceled) {
		t.Errorf("%d keys, %v", seen, err)
	}
}
