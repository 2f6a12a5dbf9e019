package storagetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"mvkbot/storage"
)

// Ensure that an ended context keeps a function from running, and that one
// which ends later does not hide the outcome.
func testContext(t *testing.T, open Open) {
	b := start(t, open)
	ctx, cancel := context.WithCancel(t.Context())
	if err := b.Update(ctx, func(tx storage.Tx) error {
		cancel()
		return tx.Put([]byte("k"), []byte("v"))
	}); err != nil {
		t.Errorf("context ended while the function ran: %v", err)
	}
	expect(t, b, map[string]string{"k": "v"})

	ran := false
	err := b.Update(ctx, func(tx storage.Tx) error {
		ran = true
		return tx.Delete([]byte("k"))
	})
	if ran || !errors.Is(err, context.Canceled) {
		t.Errorf("update with an ended context: ran %t, %v", ran, err)
	}
	err = b.View(ctx, func(storage.Snapshot) error {
		ran = true
		return nil
	})
	if ran || !errors.Is(err, context.Canceled) {
		t.Errorf("view with an ended context: ran %t, %v", ran, err)
	}
	expect(t, b, map[string]string{"k": "v"})
}

// Ensure that nothing runs after Close, and that Close may be called again.
func testClosed(t *testing.T, open Open) {
	b := start(t, open)
	for range 2 {
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		ran := false
		if err := b.Update(t.Context(), func(storage.Tx) error { ran = true; return nil }); !errors.Is(err, storage.ErrClosed) {
			t.Errorf("update: %v", err)
		}
		if err := b.View(t.Context(), func(storage.Snapshot) error { ran = true; return nil }); !errors.Is(err, storage.ErrClosed) {
			t.Errorf("view: %v", err)
		}
		if ran {
			t.Error("a function ran after Close")
		}
	}
}

// Ensure that Close waits for transactions that run.
func testCloseWaits(t *testing.T, open Open) {
	// A backend that does not wait closes within this time; one that does is
	// only slowed down by it.
	const patience = 50 * time.Millisecond
	for _, kind := range []string{"view", "update"} {
		t.Run(kind, func(t *testing.T) {
			b := start(t, open)
			put(t, b, map[string]string{"k": "v"})
			running, closed, finished := make(chan struct{}), make(chan error, 1), make(chan error, 1)
			early := false
			wait := func(r storage.Reader) error {
				close(running)
				select {
				case err := <-closed:
					early = true
					return err
				case <-time.After(patience):
					return has(r, "k", []byte("v"))
				}
			}
			go func() {
				if kind == "view" {
					finished <- b.View(t.Context(), func(s storage.Snapshot) error { return wait(s) })
				} else {
					finished <- b.Update(t.Context(), func(tx storage.Tx) error { return wait(tx) })
				}
			}()
			<-running
			closed <- b.Close()
			if err := <-finished; err != nil || early {
				t.Errorf("closed under a running %s: %t, %v", kind, early, err)
			}
		})
	}
}

// Ensure that what an update wrote is there after Close and another Open.
func testDurability(t *testing.T, open Open) {
	dir := t.TempDir()
	want := make(map[string]string)
	for round := range 3 {
		b := open(t, dir)
		expect(t, b, want)
		key := fmt.Sprintf("round/%d", round)
		put(t, b, map[string]string{key: "v", "latest": key})
		want[key], want["latest"] = "v", key
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
	}
	b := open(t, dir)
	expect(t, b, want)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
}

// Ensure that order and bounds hold over many pages, and that they can all be
// removed again.
func testTenThousandKeys(t *testing.T, open Open) {
	const keys, batch, workers = 10_000, 25, 8
	b := start(t, open)
	key := func(i int) []byte { return fmt.Appendf(nil, "key/%05d", i*7919%keys) } // a permutation
	each := func(write func(tx storage.Tx, key []byte) error) {
		together(t, workers, func(w int) error {
			for first := w * batch; first < keys; first += workers * batch {
				if err := b.Update(t.Context(), func(tx storage.Tx) error {
					for i := range batch {
						if err := write(tx, key(first+i)); err != nil {
							return err
						}
					}
					return nil
				}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	each(func(tx storage.Tx, key []byte) error { return tx.Put(key, key) })
	if err := b.View(t.Context(), func(s storage.Snapshot) error {
		all, err := scan(s, []byte("key/"), nil, keys+1)
		if len(all) != keys || !slices.IsSorted(all) {
			t.Errorf("%d keys, sorted: %t", len(all), slices.IsSorted(all))
		}
		some, err2 := scan(s, []byte("key/05"), []byte("key/05500"), 3)
		if want := []string{"key/05500", "key/05501", "key/05502"}; !slices.Equal(some, want) {
			t.Errorf("some keys: %q, want %q", some, want)
		}
		return errors.Join(err, err2)
	}); err != nil {
		t.Fatal(err)
	}
	each(func(tx storage.Tx, key []byte) error { return tx.Delete(key) })
	expect(t, b, nil)
}
