package storage_test

import (
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	"mvkbot/flows"
	"mvkbot/storage"
)

// Ensure that what turns counted is read by the day, over a restart too.
func TestTallies(t *testing.T) {
	w := newWorld(t)
	w.turn(func(tx *storage.Turn) { tx.Tally(100, "a"); tx.Tally(100, "a"); tx.Tally(100, "b"); tx.Tally(102, "a") })
	w.turn(func(tx *storage.Turn) { tx.Tally(100, "b") })
	w.reopen()
	w.turn(func(tx *storage.Turn) { tx.Tally(103, "c") })
	all := map[flows.Day]map[flows.Counter]uint64{100: {"a": 2, "b": 2}, 102: {"a": 1}, 103: {"c": 1}}
	for _, tt := range []struct {
		from, to flows.Day
		want     []flows.Day
	}{{0, 200, []flows.Day{100, 102, 103}}, {101, 102, []flows.Day{102}}, {100, 100, []flows.Day{100}}, {104, 200, nil}, {103, 100, nil}} {
		days, err := w.Tallies(t.Context(), tt.from, tt.to)
		if err != nil || len(days) != len(tt.want) {
			t.Fatalf("%d to %d: %v, %v", tt.from, tt.to, days, err)
		}
		for i, d := range days {
			if d.Day != tt.want[i] || !maps.Equal(d.Counts, all[d.Day]) {
				t.Errorf("%d to %d: %v, want day %d with %v", tt.from, tt.to, d, tt.want[i], all[tt.want[i]])
			}
		}
	}
	if v := w.records()[string(w.keys('v')[0])]; len(v) < 20 || len(w.keys('v')) != 3 {
		t.Errorf("%d records, the first of %d bytes", len(w.keys('v')), len(v))
	}
}

// Ensure that a turn reads and writes the record of its day once, however much
// it counts; and not at all when it counts nothing.
func TestTalliesCostOneWrite(t *testing.T) {
	w := newWorld(t)
	reads, writes := 0, 0
	count := func(n *int) func([]byte) error {
		return func(key []byte) error {
			if key[0] == 'v' {
				*n++
			}
			return nil
		}
	}
	s, err := storage.Open(t.Context(), &failing{Backend: w.db, get: count(&reads), put: count(&writes)}, w.options(testSecret))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 1, 50} {
		reads, writes = 0, 0
		err := s.Turn(t.Context(), func(tx *storage.Turn) error {
			for i := range n {
				tx.Tally(100, flows.Counter(fmt.Sprint(i%7)))
			}
			return nil
		})
		if want := min(n, 1); err != nil || reads != want || writes != want {
			t.Errorf("%d counted with %d reads and %d writes, %v", n, reads, writes, err)
		}
	}
}

// Ensure that a turn that fails counts nothing, and that one fails whose count
// cannot be kept.
func TestTalliesAreOfTheTurn(t *testing.T) {
	w := newWorld(t)
	broken := errors.New("broken")
	if err := w.Turn(t.Context(), func(tx *storage.Turn) error { tx.Tally(100, "a"); return broken }); !errors.Is(err, broken) {
		t.Fatal(err)
	}
	if n := len(w.keys('v')); n != 0 {
		t.Errorf("%d days were counted", n)
	}
	refuse := func(key []byte) error {
		if key[0] == 'v' {
			return broken
		}
		return nil
	}
	for name, f := range map[string]*failing{"read": {Backend: w.db, get: refuse}, "write": {Backend: w.db, put: refuse}} {
		s, err := storage.Open(t.Context(), f, w.options(testSecret))
		if err != nil {
			t.Fatal(err)
		}
		err = s.Turn(t.Context(), func(tx *storage.Turn) error {
			tx.FirstSight(7, w.at)
			tx.Tally(100, "a")
			return nil
		})
		if !errors.Is(err, broken) || len(w.keys('u')) != 0 {
			t.Errorf("%s: %v, %d updates are seen", name, err, len(w.keys('u')))
		}
	}
	if err := w.Plant(t.Context(), append([]byte("v"), 0, 0, 0, 9), "no map"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Tallies(t.Context(), 0, 10); err == nil {
		t.Error("a record that is none was read")
	}
}

// Ensure that a day's tallies are forgotten after 400 days, and no earlier.
func TestPruneTallies(t *testing.T) {
	w := newWorld(t)
	today := flows.DayOf(w.at.UTC())
	w.turn(func(tx *storage.Turn) {
		for d := today - 800; d <= today; d++ {
			tx.Tally(d, "a")
		}
	})
	for range 2 {
		if err := w.Prune(t.Context()); err != nil {
			t.Fatal(err)
		}
		days, err := w.Tallies(t.Context(), 0, today)
		if err != nil || len(days) != 401 || days[0].Day != today-400 || days[400].Day != today {
			t.Fatalf("%d days are left, %v", len(days), err)
		}
	}
	w.at = w.at.Add(24 * time.Hour)
	if err := w.Prune(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := len(w.keys('v')); n != 400 {
		t.Errorf("%d days are left a day later", n)
	}
}

// BenchmarkTally is a turn that counts beside what every turn writes, late on a
// day on which most counters that there are have been used.
func BenchmarkTally(b *testing.B) {
	for _, n := range []int{0, 1, 3} {
		b.Run(fmt.Sprintf("counted=%d", n), func(b *testing.B) {
			s := newWorld(b)
			err := s.Turn(b.Context(), func(tx *storage.Turn) error {
				for i := range 150 {
					tx.Tally(100, flows.Counter(fmt.Sprintf("failure.reason_%d", i)))
				}
				return nil
			})
			b.ReportAllocs()
			b.ResetTimer()
			for i := 0; b.Loop(); i++ {
				err = errors.Join(err, s.Turn(b.Context(), func(tx *storage.Turn) error {
					tx.FirstSight(int64(i), s.at)
					for j := range n {
						tx.Tally(100, flows.Counter(fmt.Sprintf("failure.reason_%d", (i+j)%150)))
					}
					return nil
				}))
			}
			if err != nil {
				b.Fatal(err)
			}
		})
	}
}
