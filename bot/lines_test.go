package bot

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// Ensure that a chat's items are done in order and one at a time, and that other
// chats do not wait for them.
func TestLines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var first, second []int
		l := newLines(func(chat int64, n int) {
			if chat == 1 {
				time.Sleep(time.Minute) // of the bubble
				first = append(first, n)
				return
			}
			second = append(second, n)
		})
		var waiting []int
		for n := range 3 {
			l.add(1, func(w int) int {
				waiting = append(waiting, w)
				return n
			})
			l.add(2, func(int) int { return n })
		}
		synctest.Wait()
		if !slices.Equal(second, []int{0, 1, 2}) {
			t.Errorf("chat 2 did %v", second)
		}
		if all, first, second := l.waiting(), l.waitingOf(1), l.waitingOf(2); all != 3 || first != 3 || second != 0 {
			t.Errorf("%d items wait or are done, %d of chat 1, %d of chat 2, want 3, 3, 0", all, first, second)
		}
		if !slices.IsSorted(waiting) || waiting[0] != 0 {
			t.Errorf("waiting %v", waiting)
		}
		began := time.Now()
		l.drain(90 * time.Second)
		if took := time.Since(began); took != 90*time.Second {
			t.Errorf("drain gave up after %v", took)
		}
		l.drain(time.Hour)
		if took := time.Since(began); took != 3*time.Minute || !slices.Equal(first, []int{0, 1, 2}) {
			t.Errorf("after %v chat 1 did %v", took, first)
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		if len(l.chats) != 0 {
			t.Error("idle chats are remembered")
		}
	})
}

func TestSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		if !sleep(t.Context(), time.Hour) || time.Since(began) != time.Hour {
			t.Error("woken early")
		}
	})
}
