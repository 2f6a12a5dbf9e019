package telegram

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// bulkRun sends one bulk message to each of n chats, each accepted some time after
// it was let pass, and returns when, in order, counted from now.
func bulkRun(t *testing.T, p *Pacer, n int, slowest time.Duration) []time.Duration {
	t.Helper()
	began, random := time.Now(), rand.New(rand.NewPCG(1, 2))
	var mu sync.Mutex
	var accepted []time.Duration
	var wg sync.WaitGroup
	for _, chat := range manyChats(n) {
		took := time.Duration(random.Int64N(int64(slowest)))
		wg.Go(func() {
			leave, err := p.EnterBulk(t.Context())
			if err != nil {
				t.Error(err)
				return
			}
			defer leave()
			if err := p.WaitBulk(t.Context(), chat); err != nil {
				t.Error(err)
			}
			time.Sleep(took)
			mu.Lock()
			defer mu.Unlock()
			accepted = append(accepted, time.Since(began))
		})
	}
	wg.Wait()
	slices.Sort(accepted)
	return accepted
}

// Ensure that over any second no more bulk messages are accepted than the rate,
// however long each was under way, and that there is room beside them.
func TestPacer_Bulk(t *testing.T) {
	for _, rate := range []int{3, 5, 10, 30, 300} {
		for _, slowest := range []time.Duration{time.Millisecond, 100 * time.Millisecond, 3 * time.Second} {
			synctest.Test(t, func(t *testing.T) {
				p := NewPacer(rate)
				accepted := bulkRun(t, p, 10*rate, slowest)
				if n := most(accepted); n > rate {
					t.Errorf("%d in a second at rate %d, up to %v under way", n, rate, slowest)
				}
				if last := accepted[len(accepted)-1]; slowest == time.Millisecond && (last < 12*time.Second || last > 32*time.Second) {
					t.Errorf("rate %d: the last passed after %v", rate, last)
				}
			})
		}
	}
}

// Ensure that there are as many places as said, with and without limits, and that
// a place is taken until it is left.
func TestPacer_BulkPlaces(t *testing.T) {
	for rate, want := range map[int]int{0: unlimitedPlaces, 1: 1, 3: 1, 30: 6, 300: 60} {
		synctest.Test(t, func(t *testing.T) {
			p := NewPacer(rate)
			if n := p.BulkPlaces(); n != want {
				t.Errorf("rate %d: %d places, want %d", rate, n, want)
			}
			var leave func()
			for range want {
				var err error
				if leave, err = p.EnterBulk(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			if _, err := p.EnterBulk(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("rate %d: one more place, %v", rate, err)
			}
			leave()
			if _, err := p.EnterBulk(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// Ensure that a pause holds all bulk messages and no other, that a shorter one
// does not end it, and that a bot that stops does not wait for it.
func TestPacer_HoldBulk(t *testing.T) {
	for _, rate := range []int{0, 30} {
		synctest.Test(t, func(t *testing.T) {
			p, began := NewPacer(rate), time.Now()
			p.HoldBulk(time.Minute)
			p.HoldBulk(time.Second)
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			if err := p.WaitBulk(ctx, 1); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("rate %d: %v", rate, err)
			}
			if err := p.Wait(t.Context(), 2); err != nil || time.Since(began) > 31*time.Second {
				t.Errorf("rate %d: another message passed after %v, %v", rate, time.Since(began), err)
			}
			if err := p.WaitBulk(t.Context(), 3); err != nil || time.Since(began) < time.Minute {
				t.Errorf("rate %d: passed after %v, %v", rate, time.Since(began), err)
			}
		})
	}
}
