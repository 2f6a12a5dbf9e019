package storage_test

import (
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
