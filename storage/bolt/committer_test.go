package bolt_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"testing"
	"testing/synctest"

	"mvkbot/storage"
	"mvkbot/storage/bolt"
)

// held is a database whose committer is kept busy, so that the updates queued
// meanwhile form the next group.
type held struct {
	*bolt.DB
	t       *testing.T
	release chan struct{}
	answers []chan error
}

// hold must run in a synctest bubble.
func hold(t *testing.T, o bolt.Options) *held {
	h := &held{DB: mustOpen(t, newPath(t), o), t: t, release: make(chan struct{})}
	h.queue(t.Context(), func(storage.Tx) error { <-h.release; return nil })
	return h
}

// queue starts an update and returns when it waits.
func (h *held) queue(ctx context.Context, fn func(storage.Tx) error) {
	answer := make(chan error, 1)
	h.answers = append(h.answers, answer)
	go func() { answer <- h.Update(ctx, fn) }()
	synctest.Wait()
}

// run lets the queued updates go and returns their answers in order.
func (h *held) run() (errs []error) {
	close(h.release)
	for i, answer := range h.answers {
		if err := <-answer; i > 0 {
			errs = append(errs, err)
		} else if err != nil {
			h.t.Fatal(err)
		}
	}
	return errs
}

func bubble(t *testing.T, name string, test func(t *testing.T)) {
	t.Run(name, func(t *testing.T) { synctest.Test(t, test) })
}

// Ensure that updates which gathered share a commit, up to the bound, each
// seeing the ones before it.
func TestUpdate_Group(t *testing.T) {
	for _, tc := range []struct {
		updates int
		commits uint64
	}{{1, 1}, {100, 1}, {bolt.MaxGroup, 1}, {bolt.MaxGroup + 1, 2}} {
		bubble(t, strconv.Itoa(tc.updates), func(t *testing.T) {
			h := hold(t, bolt.Options{})
			for range tc.updates {
				h.queue(t.Context(), func(tx storage.Tx) error {
					v, err := tx.Get([]byte("n"))
					n, _ := strconv.Atoi(string(v))
					return errors.Join(err, tx.Put([]byte("n"), []byte(strconv.Itoa(n+1))))
				})
			}
			if err := errors.Join(h.run()...); err != nil {
				t.Fatal(err)
			}
			mustUpdate(t, h.DB, has("n", strconv.Itoa(tc.updates)))
			s := h.Stats()
			if s.Commits != tc.commits || s.Updates != uint64(tc.updates) || s.CommitTime < 0 {
				t.Errorf("%+v, want %d updates in %d commits", s, tc.updates, tc.commits)
			}
		})
	}
}

// Ensure that an update which fails, panics or ends its goroutine takes back
// its own writes only, and the group goes on.
func TestUpdate_FailureInGroup(t *testing.T) {
	fault := errors.New("fault")
	for name, end := range map[string]func() error{
		"error":  func() error { return fault },
		"panic":  func() error { panic(fault) },
		"goexit": func() error { runtime.Goexit(); return nil },
	} {
		bubble(t, name, func(t *testing.T) {
			h := hold(t, bolt.Options{})
			h.queue(t.Context(), func(tx storage.Tx) error {
				return errors.Join(put("a", "1")(tx), put("b", "1")(tx), put("c", "1")(tx))
			})
			h.queue(t.Context(), func(tx storage.Tx) error {
				if err := errors.Join(check(tx, "a", "1"), put("a", "2")(tx), put("a", "3")(tx), tx.Delete([]byte("b")), put("d", "2")(tx)); err != nil {
					return err
				}
				return end()
			})
			after := errors.New("not run")
			h.queue(t.Context(), func(tx storage.Tx) error {
				after = errors.Join(check(tx, "a", "1"), check(tx, "b", "1"), check(tx, "c", "1"), check(tx, "d", ""))
				return put("e", "3")(tx)
			})
			errs := h.run()
			if errs[0] != nil || errs[1] == nil || errs[2] != nil || after != nil {
				t.Errorf("answers %v; the update behind saw: %v", errs, after)
			}
			if name == "error" && !errors.Is(errs[1], fault) {
				t.Errorf("answer %v, want the function's", errs[1])
			}
			mustUpdate(t, h.DB, has("a", "1"), has("b", "1"), has("c", "1"), has("d", ""), has("e", "3"))
			if s := h.Stats(); s.Commits != 1 {
				t.Errorf("%d commits", s.Commits)
			}
		})
	}
}

// Ensure that a group without writes does not touch the file.
func TestUpdate_ReadOnlyGroup(t *testing.T) {
	path := newPath(t)
	d := mustOpen(t, path, bolt.Options{})
	mustUpdate(t, d, put("k", "v"))
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	mustUpdate(t, d, has("k", "v"))
	if err := d.Update(t.Context(), func(tx storage.Tx) error {
		return errors.Join(put("k", "w")(tx), errors.New("fault"))
	}); err == nil {
		t.Error("a failing update succeeded")
	}
	after, err := os.ReadFile(path)
	if err != nil || string(before) != string(after) {
		t.Errorf("the file has changed (%v)", err)
	}
	if s := d.Stats(); s.Commits != 1 || s.Updates != 1 {
		t.Errorf("%+v", s)
	}
}

// Ensure that an update gives up while it waits, and is not run afterwards; and
// that one whose context ends in the group before its turn is not run either.
func TestUpdate_GivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := hold(t, bolt.Options{})
		waiting, giveUp := context.WithCancel(t.Context())
		h.queue(waiting, put("waiting", "v"))
		giveUp()
		synctest.Wait()
		if err := <-h.answers[1]; !errors.Is(err, context.Canceled) {
			t.Errorf("waiting update: %v", err)
		}
		h.answers = h.answers[:1]

		second, stop := context.WithCancel(t.Context())
		h.queue(t.Context(), func(tx storage.Tx) error { stop(); return put("first", "v")(tx) })
		h.queue(second, put("second", "v"))
		if errs := h.run(); errs[0] != nil || !errors.Is(errs[1], context.Canceled) {
			t.Errorf("answers %v", errs)
		}
		mustUpdate(t, h.DB, has("waiting", ""), has("first", "v"), has("second", ""))
	})
}

// Ensure that Close lets the running update finish and refuses the waiting.
func TestClose_Waiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := newPath(t)
		d, err := bolt.Open(t.Context(), path, bolt.Options{})
		if err != nil {
			t.Fatal(err)
		}
		h := &held{DB: d, t: t, release: make(chan struct{})}
		h.queue(t.Context(), func(tx storage.Tx) error { <-h.release; return put("running", "v")(tx) })
		h.queue(t.Context(), put("waiting", "v"))
		closed := make(chan error, 1)
		go func() { closed <- d.Close() }()
		synctest.Wait()
		if err := <-h.answers[1]; !errors.Is(err, storage.ErrClosed) {
			t.Errorf("waiting update: %v", err)
		}
		close(h.release)
		if err := errors.Join(<-h.answers[0], <-closed); err != nil {
			t.Error(err)
		}
		if d.Size() != 0 || d.Check(t.Context()) == nil {
			t.Error("a closed database has a size or passes its check")
		}
		mustUpdate(t, mustOpen(t, path, bolt.Options{}), has("running", "v"), has("waiting", ""))
	})
}

// Ensure that a transaction kept beyond its function is refused, not believed.
func TestTx_Ended(t *testing.T) {
	d := mustOpen(t, newPath(t), bolt.Options{})
	var kept storage.Tx
	mustUpdate(t, d, func(tx storage.Tx) error { kept = tx; return nil })
	_, err := kept.Get([]byte("k"))
	for name, err := range map[string]error{"get": err, "put": kept.Put([]byte("k"), nil), "delete": kept.Delete([]byte("k"))} {
		if err == nil {
			t.Errorf("%s succeeded", name)
		}
	}
}

// Ensure that the size counts what is stored.
func TestDB_Size(t *testing.T) {
	d := mustOpen(t, newPath(t), bolt.Options{})
	before := d.Size()
	for i := range 10 {
		mustUpdate(t, d, put(fmt.Sprint(i), string(make([]byte, 10_000))))
	}
	if grown := d.Size() - before; grown < 100_000 || grown > 1<<20 {
		t.Errorf("100,000 bytes take %d", grown)
	}
}
