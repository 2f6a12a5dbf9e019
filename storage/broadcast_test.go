package storage_test

import (
	"fmt"
	"strings"
	"testing"

	"mvkbot/flows"
	"mvkbot/storage"
)

var everybody = flows.Audience{Kind: flows.Everybody}

// residents opens n accounts in chats of the same numbers.
func (w *world) residents(n int) {
	w.t.Helper()
	w.turn(func(tx *storage.Turn) {
		for chat := range int64(n) {
			tx.OpenAccount(flows.Account{Chat: chat + 1})
		}
	})
}

// bulk is a broadcast as it is stored.
func (w *world) bulk(number uint64) flows.Broadcast {
	w.t.Helper()
	b, _, err := w.Broadcast(w.t.Context(), number)
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

// Ensure that broadcasts are numbered, and that the active one is known until it
// is not any more.
func TestBroadcasts(t *testing.T) {
	w := newWorld(t)
	if b, closed, err := w.Broadcast(t.Context(), 0); b != (flows.Broadcast{}) || closed || err != nil {
		t.Errorf("%+v, %v, %v", b, closed, err)
	}
	w.turn(func(tx *storage.Turn) {
		for want := uint64(1); want <= 2; want++ {
			if n := tx.OpenBroadcast(flows.Broadcast{Text: "Новость", State: flows.BroadcastWaiting}); n != want {
				t.Errorf("number %d, want %d", n, want)
			}
		}
		tx.SetOperation(flows.Operation{Closed: 7})
		tx.DropBroadcast(1)
	})
	w.reopen()
	for state, active := range map[flows.BroadcastState]uint64{
		flows.BroadcastRunning: 2, flows.BroadcastPaused: 2, flows.BroadcastDone: 0, flows.BroadcastCancelled: 0,
	} {
		w.turn(func(tx *storage.Turn) {
			b := tx.Broadcast(2)
			b.State = state
			tx.SaveBroadcast(b)
			if n := tx.ActiveBroadcast(); n != active {
				t.Errorf("state %d: active %d", state, n)
			}
		})
		if b, closed, err := w.Broadcast(t.Context(), 0); b.Number != active || !closed || err != nil {
			t.Errorf("state %d: %+v, %v, %v", state, b, closed, err)
		}
	}
	w.turn(func(tx *storage.Turn) {
		if b := tx.Broadcast(1); b != (flows.Broadcast{}) {
			t.Errorf("dropped: %+v", b)
		}
		if n := tx.OpenBroadcast(flows.Broadcast{}); n != 3 {
			t.Errorf("number %d came again", n)
		}
	})
}

// Ensure that the end of a message is counted in the transaction that removes it,
// once, whichever way it ends.
func TestBroadcast_Endings(t *testing.T) {
	w := newWorld(t)
	records := make([]storage.Record, 6)
	w.turn(func(tx *storage.Turn) {
		n := tx.OpenBroadcast(flows.Broadcast{State: flows.BroadcastRunning, Queued: len(records) - 1})
		for i := range records {
			records[i] = storage.Record{Chat: int64(i + 1), Channel: storage.Telegram, Broadcast: n}
			if i == 0 {
				records[i].Broadcast = 0
			}
			_ = tx.Append(&records[i])
		}
	})
	endings := []storage.Ending{{Sequence: records[0].Sequence}}
	for i, o := range []flows.Outcome{flows.Delivered, flows.Unsent, flows.Unknown, flows.Refused} {
		endings = append(endings, storage.Ending{Sequence: records[i+1].Sequence, Broadcast: 1, Outcome: o})
	}
	for range 2 {
		if err := w.FinishAll(t.Context(), endings); err != nil {
			t.Fatal(err)
		}
	}
	if b := w.bulk(1); b.Delivered != 1 || b.Gone != 1 || b.Unknown != 1 || b.Refused != 1 || b.UnderWay() != 1 {
		t.Errorf("%+v", b)
	}
	if r, err := w.Check(t.Context()); err != nil || r.FaultCount != 0 {
		t.Errorf("%+v, %v", r, err)
	}
	w.turn(func(tx *storage.Turn) { _ = tx.Bury(records[5], "payload does not decode") })
	if b := w.bulk(1); b.Refused != 2 || b.UnderWay() != 0 || len(w.outbox()) != 0 {
		t.Errorf("%+v, %d records", b, len(w.outbox()))
	}
	w.turn(func(tx *storage.Turn) {
		if r, ok, err := tx.TakeDead(records[5].Sequence); err != nil || !ok || r.Broadcast != 0 {
			t.Errorf("sent again it would be counted again: %+v, %v", r, err)
		}
	})
}

// Ensure that the accounts of an audience are found in order, each once, whatever
// the size of the pages, without those that are not to be written to.
func TestRecipients(t *testing.T) {
	const accounts = 1300
	w := newWorld(t)
	w.residents(accounts)
	w.turn(func(tx *storage.Turn) {
		tx.SaveAccount(flows.Account{Number: 5, Chat: 5, NoNews: true})
		tx.DropAccount(6)
		c := tx.Chat(7)
		c.Blocked = 1
		tx.SaveChat(c)
		tx.SetBindings(9, []flows.Binding{{Number: "100"}})
		tx.SetBindings(1200, []flows.Binding{{Number: "100"}})
	})
	var want []uint64
	for n := uint64(1); n <= accounts; n++ {
		if n < 5 || n > 7 {
			want = append(want, n)
		}
	}
	for _, limit := range []int{1, 30, 499, 500, 501, 5000} {
		var got []uint64
		page, looks := storage.Recipients{}, 0
		for ; !page.End; looks++ {
			var err error
			if page, err = w.Recipients(t.Context(), everybody, page.Last, limit); err != nil || len(page.Accounts) > limit {
				t.Fatal(len(page.Accounts), err)
			}
			got = append(got, page.Accounts...)
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("limit %d: %d accounts, want %d", limit, len(got), len(want))
		}
	}
	var holders []uint64
	for page := (storage.Recipients{}); !page.End; {
		var err error
		if page, err = w.Recipients(t.Context(), flows.Audience{Kind: flows.WithContract}, page.Last, 30); err != nil {
			t.Fatal(err)
		}
		holders = append(holders, page.Accounts...)
	}
	if fmt.Sprint(holders) != "[9 1200]" {
		t.Errorf("holders %v", holders)
	}
}

// Ensure that Check finds broadcasts that disagree with what lies beside them.
func TestCheck_Broadcasts(t *testing.T) {
	key := storage.Key64('w', 1)
	running := flows.Broadcast{Number: 1, State: flows.BroadcastRunning, Queued: 1}
	for name, tt := range map[string]struct {
		spoil func(w *world) error
		want  string // the end of the only fault
	}{
		"rubbish": {func(w *world) error {
			return w.db.Update(t.Context(), func(tx storage.Tx) error { return tx.Put(key, make([]byte, 40)) })
		}, "record does not open: altered, or sealed with another key"},
		"another number":  {func(w *world) error { b := running; b.Number = 2; return w.Plant(t.Context(), key, b) }, "holds another number"},
		"not active":      {func(w *world) error { b := running; b.State = flows.BroadcastDone; return w.Plant(t.Context(), key, b) }, "it and the note of the active one disagree"},
		"one message too": {func(w *world) error { b := running; b.Queued = 2; return w.Plant(t.Context(), key, b) }, "2 of its messages are under way, 1 in the outbox"},
		"counter behind": {func(w *world) error {
			return w.Plant(t.Context(), storage.Key64('w', 2), flows.Broadcast{Number: 2, State: flows.BroadcastWaiting})
		}, "the counter of broadcasts is behind it"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.turn(func(tx *storage.Turn) {
				tx.OpenBroadcast(running)
				_ = tx.Append(&storage.Record{Chat: 1, Channel: storage.Telegram, Broadcast: 1})
				_ = tx.Append(&storage.Record{Chat: 1, Channel: storage.Inner})
			})
			if r, err := w.Check(t.Context()); err != nil || r.FaultCount != 0 {
				t.Fatalf("%+v, %v", r, err)
			}
			if err := tt.spoil(w); err != nil {
				t.Fatal(err)
			}
			r, err := w.Check(t.Context())
			if err != nil || len(r.Faults) != 1 || !strings.HasPrefix(r.Faults[0], "broadcast 00") || !strings.HasSuffix(r.Faults[0], ": "+tt.want) {
				t.Errorf("%q, %v", r.Faults, err)
			}
		})
	}
}
