package storage

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"mvkbot/flows"
)

// How long is kept what nobody takes away.
const (
	seenKept    = 72 * time.Hour      // an update: Telegram repeats for 24 hours
	usageKept   = 31 * 24 * time.Hour // a counter: the longest counts moves of an account over 30 days
	ticketsKept = 90 * 24 * time.Hour // a ticket, after its end
	tallyKept   = 400                 // days: a year, and the month that it is compared with
)

// Prune forgets what nobody asks for any more: updates seen longer than 72 hours
// ago, counters of limits a month after their last use, tickets 90 days after
// their end, and what was counted on a day more than 400 days ago. It works in
// small transactions, so that no turn waits for it.
func (s *Store) Prune(ctx context.Context) error {
	return errors.Join(s.pruneSeen(ctx), s.pruneUsage(ctx), s.pruneTickets(ctx), s.pruneTallies(ctx))
}

// firstSeenDay is the first day whose updates still count as seen.
func firstSeenDay(at time.Time) uint32 { return seenDay(at.Add(-seenKept)) }

// stale reports whether a record of a seen update says nothing any more.
func stale(value []byte, first uint32) bool {
	return len(value) != 4 || binary.BigEndian.Uint32(value) < first
}

func (s *Store) pruneSeen(ctx context.Context) error {
	const look, group = 10_000, 500
	first := firstSeenDay(s.now())
	var last, from []byte
	for {
		var old [][]byte
		seen := 0
		err := s.backend.View(ctx, func(snap Snapshot) error {
			old, seen = nil, 0
			return snap.Scan([]byte{kindSeen}, from, func(k, v []byte) (bool, error) {
				seen++
				last = append(last[:0], k...)
				if stale(v, first) {
					old = append(old, bytes.Clone(k))
				}
				return seen < look && len(old) < group, nil
			})
		})
		if err == nil && len(old) > 0 {
			err = s.backend.Update(ctx, func(tx Tx) error {
				for _, k := range old {
					v, err := tx.Get(k)
					if err == nil && v != nil && stale(v, first) { // else its id came again meanwhile
						err = tx.Delete(k)
					}
					if err != nil {
						return err
					}
				}
				return nil
			})
		}
		if err != nil {
			return fmt.Errorf("forget seen updates: %w", err)
		}
		if seen == 0 {
			return nil
		}
		from = append(bytes.Clone(last), 0) // the key behind
	}
}

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
					next = bytes.Clone(k)
					return false, nil
				}
				var u flows.Usage
				if s.decode(k, v, &u) == nil && spent(u, s.now()) {
					old = append(old, bytes.Clone(k))
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

// pruneTickets forgets tickets that were closed long ago, each in a transaction
// of its own, in which it is looked at again: the resident may have opened it.
func (s *Store) pruneTickets(ctx context.Context) error {
	const group = 100
	var from []byte
	for {
		before := s.now().Add(-ticketsKept).Unix()
		var old []uint64
		err := s.backend.View(ctx, func(snap Snapshot) error {
			old = nil
			return snap.Scan([]byte{kindQueue, byte(flows.TicketClosed)}, from, func(k, _ []byte) (bool, error) {
				if len(k) != queueKeySize {
					return true, nil
				}
				_, since, number := queuedOf(k)
				if since.Unix() >= before || len(old) == group {
					return false, nil
				}
				old = append(old, number)
				from = append(bytes.Clone(k), 0) // the key behind
				return true, nil
			})
		})
		for _, n := range old {
			if err != nil {
				break
			}
			err = s.Turn(ctx, func(t *Turn) error {
				if ticket := t.Ticket(n); ticket.State == flows.TicketClosed && ticket.Since < before {
					t.DropTicket(n)
				}
				return nil
			})
		}
		if err != nil {
			return fmt.Errorf("forget tickets: %w", err)
		}
		if len(old) < group {
			return nil
		}
	}
}

// pruneTallies removes the days that are too old. No turn counts on them any
// more, so they need not be read again.
func (s *Store) pruneTallies(ctx context.Context) error {
	first := flows.DayOf(s.now().UTC()) - tallyKept
	var old []flows.Day
	err := s.backend.View(ctx, func(snap Snapshot) error {
		old = old[:0]
		return snap.Scan([]byte{kindTally}, nil, func(k, _ []byte) (bool, error) {
			if dayOf(k) >= first {
				return false, nil
			}
			old = append(old, dayOf(k))
			return true, nil
		})
	})
	if err == nil && len(old) > 0 {
		err = s.backend.Update(ctx, func(tx Tx) error {
			for _, d := range old {
				if err := tx.Delete(tallyKey(d)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err != nil {
		return fmt.Errorf("forget tallies: %w", err)
	}
	return nil
}
