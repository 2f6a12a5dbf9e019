package storage

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"mvkbot/flows"
)

// DayTally is what was counted on one day.
type DayTally struct {
	Day    flows.Day
	Counts map[flows.Counter]uint64
}

// Tally implements flows.Tallies. The record of a day is written once, when the
// turn is over.
func (t *Turn) Tally(d flows.Day, c flows.Counter) {
	if t.counted == nil {
		t.counted = map[flows.Day]map[flows.Counter]uint64{}
	}
	if t.counted[d] == nil {
		t.counted[d] = map[flows.Counter]uint64{}
	}
	t.counted[d][c]++
}

// saveTallies adds what the turn counted to the records of its days.
func (t *Turn) saveTallies() {
	for _, d := range slices.Sorted(maps.Keys(t.counted)) {
		counts := map[flows.Counter]uint64{}
		t.load("read tallies", tallyKey(d), &counts)
		for c, n := range t.counted[d] {
			counts[c] += n
		}
		t.save("save tallies", tallyKey(d), counts)
	}
}

// Tallies reads what was counted from one day to another, both included, the
// oldest first. Days on which nothing was counted are left out.
func (s *Store) Tallies(ctx context.Context, from, to flows.Day) ([]DayTally, error) {
	var days []DayTally
	err := s.backend.View(ctx, func(snap Snapshot) error {
		days = days[:0]
		return snap.Scan([]byte{kindTally}, tallyKey(from), func(k, v []byte) (bool, error) {
			d := DayTally{Day: dayOf(k)}
			if d.Day > to {
				return false, nil
			}
			if err := s.decode(k, v, &d.Counts); err != nil {
				return false, err
			}
			days = append(days, d)
			return true, nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read tallies: %w", err)
	}
	return days, nil
}
