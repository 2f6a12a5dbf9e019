package storage_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"mvkbot/flows"
	"mvkbot/storage"
)

// Ensure that counters are forgotten once no budget asks for them, and no
// earlier; and that a sample of the last codes stays.
func TestPruneUsage(t *testing.T) {
	w := newWorld(t)
	at := w.at.Unix()
	day := int64(24 * time.Hour / time.Second)
	usages := map[string]flows.Usage{
		"fresh":      {Spends: []flows.Spend{{At: at}}},
		"mixed":      {Spends: []flows.Spend{{At: at - 40*day}, {At: at - 30*day}}},
		"old":        {Spends: []flows.Spend{{At: at - 32*day}}},
		"window":     {Window: at, Count: 3},
		"old window": {Window: at - 32*day, Count: 3},
		"sample":     {Count: 50, Spends: []flows.Spend{{At: 1}, {At: 0}}},
	}
	w.turn(func(tx *storage.Turn) {
		for name, u := range usages {
			tx.SetUsage(flows.Budget{Name: name}, u)
		}
		for i := range 2500 {
			tx.SetUsage(flows.Budget{Name: "many", Subject: fmt.Sprint(i)}, usages["old"])
		}
	})
	if err := w.Prune(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.turn(func(tx *storage.Turn) {
		for name := range usages {
			u := tx.Usage(flows.Budget{Name: name})
			if kept := len(u.Spends) > 0 || u.Count > 0; kept == (name == "old" || name == "old window") {
				t.Errorf("%s is kept: %v", name, kept)
			}
		}
	})
	if n := len(w.keys('g')); n != 4 {
		t.Errorf("%d counters are left, want 4", n)
	}
}

// crowded is a database in which something happens right before the first update.
type crowded struct {
	storage.Backend
	first func()
}

func (c *crowded) Update(ctx context.Context, fn func(storage.Tx) error) error {
	if first := c.first; first != nil {
		c.first = nil
		first()
	}
	return c.Backend.Update(ctx, fn)
}

// Ensure that what a turn uses between the look at what is old and its removal is
// not forgotten.
func TestPruneLooksAgain(t *testing.T) {
	budget := flows.Budget{Name: "moves"}
	for what, tt := range map[string]struct {
		old, use func(*world, *storage.Turn)
		kind     byte
	}{
		"an update": {
			old:  func(w *world, tx *storage.Turn) { tx.FirstSight(7, w.at) },
			use:  func(w *world, tx *storage.Turn) { tx.FirstSight(7, w.at) },
			kind: 'u',
		},
		"a counter": {
			old: func(w *world, tx *storage.Turn) {
				tx.SetUsage(budget, flows.Usage{Spends: []flows.Spend{{At: w.at.Unix()}}})
			},
			use: func(w *world, tx *storage.Turn) {
				tx.SetUsage(budget, flows.Usage{Spends: []flows.Spend{{At: w.at.Unix()}}})
			},
			kind: 'g',
		},
		"a ticket": {
			old: func(w *world, tx *storage.Turn) {
				tx.OpenTicket(flows.Ticket{Account: 1, State: flows.TicketClosed, Since: w.at.Unix()})
			},
			use: func(w *world, tx *storage.Turn) {
				ticket := tx.Ticket(1)
				ticket.State, ticket.Since = flows.TicketOpen, w.at.Unix()
				tx.SaveTicket(ticket)
			},
			kind: 't',
		},
	} {
		t.Run(what, func(t *testing.T) {
			w := newWorld(t)
			w.turn(func(tx *storage.Turn) { tt.old(w, tx) })
			w.at = w.at.Add(100 * 24 * time.Hour)
			db := &crowded{Backend: w.db}
			s, err := storage.Open(t.Context(), db, w.options(testSecret))
			if err != nil {
				t.Fatal(err)
			}
			used := false
			db.first = func() { used = true; w.turn(func(tx *storage.Turn) { tt.use(w, tx) }) }
			if err := s.Prune(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n := len(w.keys(tt.kind)); !used || n != 1 {
				t.Errorf("%d left, want 1; used meanwhile: %v", n, used)
			}
		})
	}
}
