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
		var waiting, peaks []int
		for n := range 3 {
			l.add(1, func(w, p int) int {
				waiting, peaks = append(waiting, w), append(peaks, p)
				return n
			})
			l.add(2, func(_, _ int) int { return n })
		}
		synctest.Wait()
		if !slices.Equal(second, []int{0, 1, 2}) {
			t.Errorf("chat 2 did %v", second)
		}
		if w := l.waiting(); w != 2 {
			t.Errorf("%d items wait behind the first of chat 1, want 2", w)
		}
		if !slices.IsSorted(waiting) || !slices.IsSorted(peaks) || waiting[0] != 0 || peaks[0] != 0 || peaks[2] == 0 {
			t.Errorf("waiting %v, peaks %v", waiting, peaks)
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
