package bot

import (
	"bytes"
	"log/slog"
	"slices"
	"strings"
	"testing"
)

// Ensure that no call aside begins once the bot has ended, and that what follows
// one follows all the same.
func TestAsidesEnd(t *testing.T) {
	a := asides{free: 1}
	called, followed := 0, 0
	c := aside{call: func() { called++ }, then: func() { followed++ }}
	a.run(c)
	a.close()
	a.run(c)
	a.close()
	if called != 1 || followed != 2 {
		t.Errorf("%d calls, %d followed", called, followed)
	}
}

// Ensure that what waits while Telegram hangs is bounded: the oldest answers to
// buttons give way, what does not lose its worth stays, and the log does not
// grow with them.
func TestAsidesBound(t *testing.T) {
	var log bytes.Buffer
	a := asides{free: 1, log: slog.New(slog.NewTextHandler(&log, nil))}
	began, answered := make(chan struct{}), make(chan struct{})
	a.run(aside{call: func() { close(began); <-answered }, then: func() {}})
	<-began
	var called, leftOut []int
	var want []int
	run := func(n int, brief bool) {
		made := false
		a.run(aside{brief: brief, call: func() { made, called = true, append(called, n) }, then: func() {
			if !made {
				leftOut = append(leftOut, n)
			}
		}})
	}
	for n := range maxAsides {
		run(n, n > 0 && n <= 3) // three answers wait
		if n == 0 || n > 3 {
			want = append(want, n)
		}
	}
	for n := maxAsides; n < maxAsides+2; n++ { // of which two give way
		run(n, false)
		want = append(want, n)
	}
	run(maxAsides+2, true)  // as does the third
	run(maxAsides+3, false) // and the one that took its place
	want = append(want, maxAsides+3)
	run(maxAsides+4, true) // now none waits
	run(maxAsides+5, false)
	if n := len(a.waiting); n != maxAsides {
		t.Errorf("%d wait", n)
	}
	if got := []int{1, 2, 3, maxAsides + 2, maxAsides + 4, maxAsides + 5}; !slices.Equal(leftOut, got) {
		t.Errorf("left out: %v, want %v", leftOut, got)
	}
	close(answered)
	a.close()
	if !slices.Equal(called, want) {
		t.Errorf("called: %v", called)
	}
	if n := strings.Count(log.String(), "\n"); n != 2 || !strings.Contains(log.String(), "calls=6") {
		t.Errorf("log:\n%s", log.String())
	}
}
