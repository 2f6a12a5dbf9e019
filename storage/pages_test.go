package storage_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"testing"

	"mvkbot/flows"
	"mvkbot/storage"
)

// pagesOf reads a list page by page and returns the keys of each record.
func pagesOf[T any](t *testing.T, read func(after uint64) ([]T, error), key func(T) uint64) (keys []uint64) {
	t.Helper()
	after := uint64(0)
	for {
		list, err := read(after)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 {
			return keys
		}
		for _, record := range list {
			after = key(record)
			keys = append(keys, after)
		}
	}
}

func upTo(n uint64) (numbers []uint64) {
	for i := range n {
		numbers = append(numbers, i+1)
	}
	return numbers
}

// Ensure that the pages of every list hold all of its records, once and in order.
func TestPages(t *testing.T) {
	w := newWorld(t)
	const many = storage.PageLook + 50
	w.turn(func(tx *storage.Turn) {
		for i := range uint64(many) {
			c := flows.Conversation{Chat: int64(i + 1)}
			if i%500 == 7 {
				c.Registration = flows.Registration{Submitted: 1, Surname: "Соколова"}
			}
			_, _ = tx.Conversation(c.Chat)
			_ = tx.SaveConversation(c)
			n := tx.OpenAccount(flows.Account{Chat: c.Chat})
			if i%2 == 0 {
				tx.SetBindings(n, []flows.Binding{{Number: "100", At: int64(n)}})
			}
		}
	})
	for _, limit := range []int{1, 7, 500, many + 1} {
		got := pagesOf(t, func(after uint64) ([]flows.Account, error) { return w.Accounts(t.Context(), after, limit) },
			func(a flows.Account) uint64 { return a.Number })
		if !reflect.DeepEqual(got, upTo(many)) {
			t.Errorf("limit %d: %d accounts", limit, len(got))
		}
		got = pagesOf(t, func(after uint64) ([]storage.Holding, error) { return w.Holdings(t.Context(), after, limit) },
			func(h storage.Holding) uint64 {
				if len(h.Bindings) != 1 || h.Bindings[0].At != int64(h.Account.Number) {
					t.Fatalf("%+v", h)
				}
				return h.Account.Number
			})
		if len(got) != many/2 || got[0] != 1 || got[len(got)-1] != many-1 {
			t.Errorf("limit %d: %d holdings", limit, len(got))
		}
		got = pagesOf(t, func(after uint64) ([]flows.Conversation, error) {
			return w.Registrations(t.Context(), int64(after), limit)
		},
			func(c flows.Conversation) uint64 { return uint64(c.Chat) })
		if !reflect.DeepEqual(got, []uint64{8, 508, 1008}) {
			t.Errorf("limit %d: registrations of chats %v", limit, got)
		}
	}
	if list, err := w.Registrations(t.Context(), math.MinInt64, 1); err != nil || len(list) != 1 || list[0].Registration.Surname != "Соколова" {
		t.Errorf("%+v, %v", list, err)
	}
}

// Ensure that a record that does not open, and bindings of no account, fail the page.
func TestPagesFaults(t *testing.T) {
	w := newWorld(t)
	w.settle()
	rubbish := []byte("rubbish that is long enough to be a sealed record")
	w.put(storage.Key64('a', 1), nil)
	w.put(storage.ChatKey(2), rubbish)
	_, accounts := w.Accounts(t.Context(), 0, 9)
	_, registrations := w.Registrations(t.Context(), 0, 9)
	_, holdings := w.Holdings(t.Context(), 0, 9)
	w.put(storage.Key64('b', 1), rubbish)
	_, bindings := w.Holdings(t.Context(), 0, 9)
	for i, err := range []error{accounts, registrations, holdings, bindings} {
		if err == nil {
			t.Errorf("read %d succeeds", i)
		}
	}
	broken := errors.New("broken disk")
	s, err := storage.Open(t.Context(), &failing{Backend: w.db, get: func(key []byte) error {
		if key[0] == 'a' {
			return broken
		}
		return nil
	}}, w.options(testSecret))
	if err != nil {
		t.Fatal(err)
	}
	w.remove(storage.Key64('b', 1))
	w.turn(func(tx *storage.Turn) { tx.SetBindings(1, []flows.Binding{{Number: "300"}}) })
	if list, err := s.Holdings(t.Context(), 0, 9); !errors.Is(err, broken) {
		t.Error(fmt.Sprint(list), err)
	}
}

// watched is a database that notes how many records its longest View scanned.
type watched struct {
	storage.Backend
	longest int
}

func (b *watched) View(ctx context.Context, fn func(storage.Snapshot) error) error {
	return b.Backend.View(ctx, func(s storage.Snapshot) error {
		w := &watchedSnapshot{Snapshot: s}
		defer func() { b.longest = max(b.longest, w.scanned) }()
		return fn(w)
	})
}

type watchedSnapshot struct {
	storage.Snapshot
	scanned int
}

func (s *watchedSnapshot) Scan(prefix, from []byte, fn func(k, v []byte) (bool, error)) error {
	return s.Snapshot.Scan(prefix, from, func(k, v []byte) (bool, error) {
		s.scanned++
		return fn(k, v)
	})
}

// Ensure that no View is long, also where few of many records are wanted.
func TestPagesAreShort(t *testing.T) {
	w := newWorld(t)
	w.turn(func(tx *storage.Turn) {
		for i := range int64(2*storage.PageLook + 10) {
			_, _ = tx.Conversation(i + 1)
			_ = tx.SaveConversation(flows.Conversation{Chat: i + 1, State: "main_menu"})
		}
	})
	b := &watched{Backend: w.db}
	s, err := storage.Open(t.Context(), b, w.options(testSecret))
	if err != nil {
		t.Fatal(err)
	}
	if list, err := s.Registrations(t.Context(), 0, 10); err != nil || len(list) != 0 || b.longest != storage.PageLook {
		t.Errorf("%d registrations, %v, a View of %d records", len(list), err, b.longest)
	}
}
