package storage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"mvkbot/flows"
)

// Prune forgets what nobody asks for any more: updates seen longer than 72 hours
// ago, counters of limits a month after their last use, tickets 90 days after
// their end, and what was counted on a day more than 400 days ago. It works in
// small transactions, so that no turn waits for it.
func (s *Store) Prune(ctx context.Context) error {
	return errors.Join(s.pruneSeen(ctx), s.pruneUsage(ctx), s.pruneTickets(ctx), s.pruneTallies(ctx))
}

// usageKept is how long a budget may still ask for a use: the longest counts moves
// of an account over 30 days.
const usageKept = 31 * 24 * time.Hour

// spent reports whether a counter says nothing any more.
func spent(u flows.Usage, at time.Time) bool {
	before := at.Add(-usageKept).Unix()
	if u.Window != 0 {
		return u.Window < before
	}
	if u.Count != 0 { // a sample of the last ones, whatever their age
		return false
	}
	for _, s := range u.Spends {
		if s.At >= before {
			return false
		}
	}
	return true
}

// pruneUsage removes counters that say nothing any more, in small transactions.
// Each is read again before it is removed: a turn may have used it meanwhile.
func (s *Store) pruneUsage(ctx context.Context) error {
	var from []byte
	for {
		var old [][]byte
		next := []byte(nil)
		err := s.backend.View(ctx, func(snap Snapshot) error {
			old, next = nil, nil
			looked := 0
			return snap.Scan([]byte{kindUsage}, from, func(k, v []byte) (bool, error) {
				if looked++; looked > 1000 {
					next = append([]byte(nil), k...)
					return false, nil
				}
				var u flows.Usage
				if s.decode(k, v, &u) == nil && spent(u, s.now()) {
					old = append(old, append([]byte(nil), k...))
				}
				return true, nil
			})
		})
		if err == nil && len(old) > 0 {
			err = s.Turn(ctx, func(t *Turn) error {
				for _, k := range old {
					var u flows.Usage
					if t.load("read usage", k, &u) && spent(u, s.now()) {
						t.remove("forget usage", k)
					}
				}
				return nil
			})
		}
		if err != nil {
			return fmt.Errorf("forget counters: %w", err)
		}
		if next == nil {
			return nil
		}
		from = next
	}
}
