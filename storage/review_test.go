package storage_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"mvkbot/flows"
	"mvkbot/storage"
)

// Ensure that every holder is looked at once and in order, whatever the chunks,
// that a turn may change what was looked at, and that damage stops nobody.
func TestEachHolder(t *testing.T) {
	for _, holders := range []uint64{0, 1, 499, 500, 501, 1203} {
		w := newWorld(t)
		w.turn(func(tx *storage.Turn) {
			for n := uint64(1); n <= holders; n++ {
				tx.SetBindings(2*n, []flows.Binding{{Number: "100", At: int64(n)}})
			}
		})
		last := uint64(0)
		err := w.EachHolder(t.Context(), func(account uint64, list []flows.Binding) error {
			if last++; account != 2*last || len(list) != 1 || list[0].At != int64(last) {
				t.Errorf("account %d with %v, want %d", account, list, 2*last)
			}
			if account%100 == 2 {
				w.turn(func(tx *storage.Turn) { tx.SetBindings(account, nil) })
			}
			return nil
		})
		if err != nil || last != holders {
			t.Errorf("%d of %d holders, %v", last, holders, err)
		}
	}
}

func TestEachHolder_Damaged(t *testing.T) {
	w := newWorld(t)
	w.turn(func(tx *storage.Turn) {
		for n := uint64(1); n <= 3; n++ {
			tx.SetBindings(n, []flows.Binding{{Number: "100"}})
		}
	})
	w.raw(func(tx storage.Tx) error { return tx.Put(storage.Key64('b', 2), []byte("damaged")) })
	var seen []int
	err := w.EachHolder(t.Context(), func(_ uint64, list []flows.Binding) error {
		seen = append(seen, len(list))
		return nil
	})
	if want := []int{1, 0, 1}; err != nil || !slices.Equal(seen, want) {
		t.Errorf("seen %v, %v; want %v", seen, err, want)
	}
}

// Ensure that an error and a stop end the look at once.
func TestEachHolder_Ends(t *testing.T) {
	w := newWorld(t)
	w.turn(func(tx *storage.Turn) {
		for n := uint64(1); n <= 3; n++ {
			tx.SetBindings(n, []flows.Binding{{Number: "100"}})
		}
	})
	broken, calls := errors.New("broken"), 0
	if err := w.EachHolder(t.Context(), func(uint64, []flows.Binding) error { calls++; return broken }); !errors.Is(err, broken) || calls != 1 {
		t.Errorf("%d calls, %v", calls, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	calls = 0
	if err := w.EachHolder(ctx, func(uint64, []flows.Binding) error { calls++; cancel(); return nil }); !errors.Is(err, context.Canceled) || calls != 1 {
		t.Errorf("%d calls, %v", calls, err)
	}
}

// Ensure that the state of a review is kept, is sound for a check, and that a
// damaged one is found by it and refused.
func TestReview(t *testing.T) {
	w := newWorld(t)
	if r, err := w.BindingReview(t.Context()); err != nil || r != (flows.BindingReview{}) {
		t.Errorf("review of nothing %+v, %v", r, err)
	}
	want := flows.BindingReview{Edition: "2@7", Done: true, Bindings: 40, Lost: 3}
	w.turn(func(tx *storage.Turn) { tx.SaveBindingReview(want) })
	w.reopen()
	if r, err := w.BindingReview(t.Context()); err != nil || r != want {
		t.Errorf("review %+v, %v", r, err)
	}
	w.turn(func(tx *storage.Turn) {
		if r := tx.BindingReview(); r != want {
			t.Errorf("review in a turn %+v", r)
		}
	})
	if r, err := w.Check(t.Context()); err != nil || r.FaultCount != 0 {
		t.Errorf("check %v, %v", r.Faults, err)
	}
	w.raw(func(tx storage.Tx) error { return tx.Put([]byte("mv"), []byte("damaged")) })
	if r, err := w.Check(t.Context()); err != nil || r.FaultCount != 1 {
		t.Errorf("check of a damaged one %v, %v", r.Faults, err)
	}
	if _, err := w.BindingReview(t.Context()); err == nil {
		t.Error("a damaged one was read")
	}
}
