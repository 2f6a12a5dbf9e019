package telegram

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// burst sends one message to each of the chats at once and returns when each passed,
// in order, counted from now.
func burst(t *testing.T, p *Pacer, chats []int64) []time.Duration {
	t.Helper()
	began := time.Now()
	var mu sync.Mutex
	var passed []time.Duration
	var wg sync.WaitGroup
	for _, chat := range chats {
		wg.Go(func() {
			if err := p.Wait(t.Context(), chat); err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			passed = append(passed, time.Since(began))
		})
	}
	wg.Wait()
	slices.Sort(passed)
	return passed
}

// manyChats returns n different chats.
func manyChats(n int) []int64 {
	chats := make([]int64, n)
	for i := range chats {
		chats[i] = int64(i + 1)
	}
	return chats
}

// most returns the largest number of messages within any second.
func most(passed []time.Duration) int {
	n := 0
	for i, from := range passed {
		j, _ := slices.BinarySearch(passed, from+time.Second)
		n = max(n, j-i)
	}
	return n
}

// Ensure the rate over all chats, in any second and in the long run.
func TestPacer_Global(t *testing.T) {
	for _, rate := range []int{1, 30, 1000} {
		synctest.Test(t, func(t *testing.T) {
			passed := burst(t, NewPacer(rate), manyChats(10*rate))
			if n := most(passed); n > rate+rate/10+1 {
				t.Errorf("%d in a second at rate %d", n, rate)
			}
			if last := passed[len(passed)-1]; last > 10*time.Second {
				t.Errorf("the last of %d passed after %v", 10*rate, last)
			}
		})
	}
}

// Ensure a chat gets three at once, then one a second, and slows nobody else.
func TestPacer_Chat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(1000)
		passed := burst(t, p, []int64{5, 5, 5, 5, 5})
		for i, want := range []time.Duration{0, 0, 0, time.Second, 2 * time.Second} {
			if d := passed[i].Round(10 * time.Millisecond); d != want {
				t.Errorf("message %d passed after %v, want %v", i, passed[i], want)
			}
		}
		go func() { _ = p.Wait(t.Context(), 5) }()
		synctest.Wait()
		if d := burst(t, p, []int64{6})[0]; d > 10*time.Millisecond {
			t.Errorf("another chat waited %v", d)
		}
	})
}

// Ensure a pause of one chat holds that chat alone, also without limits.
func TestPacer_HoldChat(t *testing.T) {
	for _, rate := range []int{0, 30} {
		synctest.Test(t, func(t *testing.T) {
			p := NewPacer(rate)
			p.Hold(5, 7*time.Second)
			p.Hold(5, time.Second) // does not shorten it
			passed := burst(t, p, []int64{5, 6})
			if passed[0] > 50*time.Millisecond || passed[1] < 7*time.Second || passed[1] > 8*time.Second {
				t.Errorf("rate %d: passed after %v", rate, passed)
			}
		})
	}
}

// Ensure a pause of all holds even those who wait already, and that they do not rush
// out together when it ends.
func TestPacer_HoldAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(30)
		var passed []time.Duration
		done := make(chan struct{})
		go func() {
			defer close(done)
			passed = burst(t, p, manyChats(300))
		}()
		time.Sleep(2 * time.Second)
		p.Hold(0, 20*time.Second)
		<-done
		for _, d := range passed {
			if d > 2*time.Second && d < 22*time.Second {
				t.Fatalf("one passed after %v", d)
			}
		}
		if n := most(passed); n > 34 {
			t.Errorf("%d in a second", n)
		}
		if last := passed[len(passed)-1]; last < 30*time.Second-2*time.Second || last > 32*time.Second {
			t.Errorf("the last passed after %v", last)
		}
	})
}

// Ensure without limits nobody waits, and nothing is remembered.
func TestPacer_NoLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(0)
		passed := burst(t, p, slices.Repeat([]int64{5}, 1000))
		if passed[len(passed)-1] != 0 || len(p.chats) != 0 {
			t.Errorf("%v, %d chats", passed[len(passed)-1], len(p.chats))
		}
	})
}

// Ensure chats are forgotten when idle, but not while they wait or are held.
func TestPacer_Forgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(100_000)
		burst(t, p, manyChats(50_000))
		p.Hold(7, time.Hour)
		ctx, cancel := context.WithCancel(t.Context())
		waiter := make(chan error)
		go func() { waiter <- p.Wait(ctx, 7) }()
		time.Sleep(time.Minute)
		burst(t, p, []int64{8})
		if n := len(p.chats); n != 2 {
			t.Errorf("%d chats are remembered", n)
		}
		cancel()
		if err := <-waiter; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		time.Sleep(2 * time.Hour)
		burst(t, p, []int64{8})
		if n := len(p.chats); n != 1 {
			t.Errorf("%d chats are remembered", n)
		}
	})
}

// Ensure a chat with a long queue keeps its rate while idle chats are forgotten.
func TestPacer_BusyChatIsNotForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(1000)
		go func() {
			for range 50 {
				burst(t, p, []int64{6})
				time.Sleep(time.Second)
			}
		}()
		var last time.Duration
		for range 20 {
			passed := burst(t, p, []int64{5, 5})
			last += passed[1]
		}
		if last < 36*time.Second {
			t.Errorf("40 messages passed within %v", last)
		}
		time.Sleep(time.Minute)
	})
}

// Ensure who stops waiting gives the turn back.
func TestPacer_GivesTurnBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPacer(1000)
		burst(t, p, []int64{5, 5, 5})
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for range 10 {
			if err := p.Wait(ctx, 5); err == nil {
				t.Fatal("passed")
			}
		}
		if d := burst(t, p, []int64{5})[0]; d > 1100*time.Millisecond {
			t.Errorf("the next waited %v", d)
		}
	})
}

// Ensure Wait ends with its context, whichever turn it waits for.
func TestPacer_ContextEnds(t *testing.T) {
	setups := map[string]func(*testing.T, *Pacer){
		"chat":       func(t *testing.T, p *Pacer) { burst(t, p, []int64{5, 5, 5}) },
		"all":        func(t *testing.T, p *Pacer) { burst(t, p, manyChats(3)) },
		"chat held":  func(_ *testing.T, p *Pacer) { p.Hold(5, time.Hour) },
		"all held":   func(_ *testing.T, p *Pacer) { p.Hold(0, time.Hour) },
		"over ahead": func(*testing.T, *Pacer) {},
	}
	for name, setup := range setups {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := NewPacer(1)
				if name == "chat" {
					p = NewPacer(1000)
				}
				setup(t, p)
				ctx, cancel := context.WithCancel(t.Context())
				ended := make(chan error)
				if name == "over ahead" {
					cancel()
				}
				go func() { ended <- p.Wait(ctx, 5) }()
				time.Sleep(time.Millisecond)
				cancel()
				if err := <-ended; !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
			})
		})
	}
}

func BenchmarkPacer_Wait(b *testing.B) {
	for _, bm := range []struct {
		name string
		rate int
	}{{"limits", 1 << 30}, {"no limits", 0}} {
		b.Run(bm.name, func(b *testing.B) {
			p := NewPacer(bm.rate)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				_ = p.Wait(b.Context(), int64(i%100_000))
			}
		})
	}
}
