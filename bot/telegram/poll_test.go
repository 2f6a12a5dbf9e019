package telegram

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// start runs Poll inside the bubble; the returned function ends it.
func start(t *testing.T, c *Client, handle func([]Update) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- c.Poll(ctx, func(_ context.Context, batch []Update) error { return handle(batch) })
	}()
	return func() {
		t.Helper()
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("Poll returned %v", err)
		}
		if s := c.Health().State; s != Idle {
			t.Errorf("state %v after the end", s)
		}
	}
}

// updates is an answer with a text message for each id.
func updates(ids ...int64) string {
	items := make([]string, len(ids))
	for i, id := range ids {
		items[i] = fmt.Sprintf(`{"update_id":%d,"message":{"message_id":1,"date":1,"text":"t","chat":{"id":5,"type":"private"},"from":{"id":5}}}`, id)
	}
	return `{"ok":true,"result":[` + strings.Join(items, ",") + `]}`
}

func offsets(calls []asked) []string {
	out := make([]string, len(calls))
	for i, c := range calls {
		out[i] = c.offset()
	}
	return out
}

// Ensure which offset is asked for after which outcome.
func TestPoll_Offset(t *testing.T) {
	broken := errors.New("disk full")
	tests := []struct {
		name    string
		answers []string
		fail    map[int]error // of the n-th call of the handler
		offsets []string
		handled []int64
	}{
		{"moves behind the batch", []string{updates(7, 8), updates(9), idle}, nil,
			[]string{"", "9", "10"}, []int64{7, 8, 9}},
		{"stays when the handler fails", []string{updates(7), updates(7, 8), idle}, map[int]error{0: broken},
			[]string{"", "", "9"}, []int64{7, 7, 8}},
		{"stays on bad answers", []string{updates(7), "<html>", updates()[:12], `{"ok":true,"result":{}}`, failure(500, "", ""), idle}, nil,
			[]string{"", "8", "8", "8", "8", "8"}, []int64{7}},
		{"takes ids that restarted lower", []string{updates(1000), updates(5, 6), updates(7), idle}, nil,
			[]string{"", "1001", "7", "8"}, []int64{1000, 5, 6, 7}},
		{"takes ids below and above together", []string{updates(1000), updates(5, 1001), idle}, nil,
			[]string{"", "1001", "1002"}, []int64{1000, 5, 1001}},
		{"takes a repetition", []string{updates(7), updates(7), updates(8), idle}, nil,
			[]string{"", "8", "8", "9"}, []int64{7, 7, 8}},
		{"passes what cannot be read", []string{`{"ok":true,"result":[{"update_id":7,"message":5},null,` + updates(8)[21:], idle}, nil,
			[]string{"", "9"}, []int64{7, 0, 8}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, s := scripted(t, nil, tt.answers...)
				var handled []int64
				batches := 0
				stop := start(t, c, func(batch []Update) error {
					for _, u := range batch {
						handled = append(handled, u.ID)
					}
					batches++
					return tt.fail[batches-1]
				})
				time.Sleep(10 * time.Minute)
				synctest.Wait()
				stop()
				if got := offsets(s.asked()); !slices.Equal(got[:min(len(got), len(tt.offsets))], tt.offsets) {
					t.Errorf("offsets %q, want %q", got, tt.offsets)
				}
				if !slices.Equal(handled, tt.handled) {
					t.Errorf("handled %v, want %v", handled, tt.handled)
				}
			})
		})
	}
}

// Ensure nothing is confirmed when the bot ends while a batch is handled, whatever the
// handler then returns, nor by a last call.
func TestPoll_EndConfirmsNothing(t *testing.T) {
	for _, result := range []error{nil, errors.New("interrupted")} {
		synctest.Test(t, func(t *testing.T) {
			c, s := scripted(t, nil, updates(7))
			ctx, cancel := context.WithCancel(t.Context())
			err := c.Poll(ctx, func(context.Context, []Update) error {
				cancel()
				return result
			})
			if !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			if got := offsets(s.asked()); !slices.Equal(got, []string{""}) {
				t.Errorf("offsets %q", got)
			}
		})
	}
}

// Ensure the end of a poll under way is no failure.
func TestPoll_EndIsQuiet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log lockedBuffer
		c, _ := scripted(t, slog.New(slog.NewTextHandler(&log, nil)), mute)
		stop := start(t, c, func([]Update) error { t.Error("a batch came"); return nil })
		synctest.Wait()
		stop()
		if log.String() != "" || c.Health().Failures != 0 {
			t.Errorf("%s %+v", log.String(), c.Health())
		}
	})
}

// Ensure the parameters of every poll: the first is answered at once, so that Health
// knows; those after it are long.
func TestPoll_Params(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := scripted(t, nil, updates(), updates(7), updates(8), idle)
		stop := start(t, c, func([]Update) error { return nil })
		synctest.Wait()
		stop()
		var timeouts []string
		for _, call := range s.asked() {
			timeouts = append(timeouts, call.params.Get("timeout"))
			if call.params.Get("limit") != "100" {
				t.Errorf("limit %q", call.params.Get("limit"))
			}
			if want := `["message","edited_message","callback_query","my_chat_member"]`; call.params.Get("allowed_updates") != want {
				t.Errorf("allowed_updates %q", call.params.Get("allowed_updates"))
			}
		}
		if !slices.Equal(timeouts, []string{"0", "45", "45", "45"}) {
			t.Errorf("timeouts %q", timeouts)
		}
	})
}

// Ensure the pause after each failure: from the first one to the longest, and the
// state that Health shows.
func TestPoll_Pauses(t *testing.T) {
	broken := errors.New("no space")
	tests := []struct {
		name   string
		answer string
		handle error
		state  State
		low    []time.Duration // of the first pauses
		most   time.Duration
		from   time.Duration // all later ones are at least this long
	}{
		{"conflict", failure(409, "Conflict: terminated by other getUpdates request", ""), nil, Conflicted,
			[]time.Duration{5e9, 10e9, 20e9, 40e9}, time.Minute, 48e9},
		{"revoked", failure(401, "Unauthorized", ""), nil, Rejected, []time.Duration{60e9}, time.Minute, 60e9},
		{"not found", failure(404, "Not Found", ""), nil, Rejected, []time.Duration{60e9}, time.Minute, 60e9},
		{"server", failure(502, "Bad Gateway", ""), nil, Failing, []time.Duration{1e9, 2e9, 4e9, 8e9, 16e9}, 30e9, 24e9},
		{"page", "<html>", nil, Failing, []time.Duration{1e9, 2e9, 4e9, 8e9, 16e9}, 30e9, 24e9},
		{"refused", failure(400, "Bad Request", ""), nil, Failing, []time.Duration{1e9, 2e9, 4e9, 8e9, 16e9}, 30e9, 24e9},
		{"flood", failure(429, "", `,"parameters":{"retry_after":100}`), nil, Failing, []time.Duration{100e9}, 100e9, 100e9},
		{"handler", updates(7), broken, Stuck, []time.Duration{1e9, 2e9, 4e9, 8e9, 16e9}, 30e9, 24e9},
		{"no id", `{"ok":true,"result":[{"update_id":"x"}]}`, nil, Failing, []time.Duration{0, 1e9, 2e9, 4e9, 8e9, 16e9}, 30e9, 24e9},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, s := scripted(t, nil, tt.answer)
				stop := start(t, c, func([]Update) error { return tt.handle })
				time.Sleep(time.Hour)
				synctest.Wait()
				h := c.Health()
				if h.State != tt.state || h.Err == nil || h.Failures < len(s.asked())-1 {
					t.Errorf("health %+v", h)
				}
				stop()
				calls := s.asked()
				for i := 1; i < len(calls); i++ {
					low := tt.from
					if i-1 < len(tt.low) {
						low = tt.low[i-1]
					}
					if d := calls[i].at - calls[i-1].at; d < low || d > tt.most || i-1 < len(tt.low) && d > low*5/4 {
						t.Errorf("pause %d is %v, want %v to %v", i, d, low, tt.most)
					}
				}
				if len(calls) < 30 {
					t.Errorf("only %d calls in an hour", len(calls))
				}
			})
		})
	}
}

// Ensure a server that answers "nothing" at once, or the same again, is not hammered.
func TestPoll_NeverSpins(t *testing.T) {
	for name, answer := range map[string]string{"empty": updates(), "same again": updates(7)} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, s := scripted(t, nil, answer)
				stop := start(t, c, func([]Update) error { return nil })
				time.Sleep(time.Minute)
				stop()
				if n := len(s.asked()); n > 62 {
					t.Errorf("%d calls in a minute", n)
				}
			})
		})
	}
}

// Ensure polling goes on after every failure, and that Health follows.
func TestPoll_Recovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		conflict := failure(409, "Conflict", "")
		c, s := scripted(t, nil, conflict, conflict, updates(7), failure(401, "", ""), updates(), updates(8), idle)
		if h := c.Health(); h.State != Idle {
			t.Errorf("before: %+v", h)
		}
		var states []State
		stop := start(t, c, func([]Update) error {
			states = append(states, c.Health().State)
			return nil
		})
		time.Sleep(time.Hour)
		synctest.Wait()
		h := c.Health()
		if h.State != Polling || h.Failures != 0 || h.Err != nil || h.Since.IsZero() {
			t.Errorf("after: %+v", h)
		}
		stop()
		if !slices.Equal(states, []State{Conflicted, Polling}) {
			t.Errorf("states %v", states)
		}
		// In a conflict the poll stays long: a short one would succeed beside the rival.
		if got := s.asked()[2].params.Get("timeout"); got != "45" {
			t.Errorf("timeout %s in a conflict", got)
		}
	})
}

// Ensure a poll that is never answered ends after its timeout and 15 s more.
func TestPoll_Deadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := scripted(t, nil, updates(), mute)
		stop := start(t, c, func([]Update) error { return nil })
		time.Sleep(59 * time.Second)
		if h := c.Health(); h.State != Polling {
			t.Errorf("%+v", h)
		}
		time.Sleep(2 * time.Second)
		h := c.Health()
		if h.State != Failing || !errors.Is(h.Err, context.DeadlineExceeded) {
			t.Errorf("%+v", h)
		}
		stop()
		if n := len(s.asked()); n != 2 {
			t.Errorf("%d calls", n)
		}
	})
}

func TestNames(t *testing.T) {
	if Kind(9).String() != "kind 9" || Gone.String() != "chat gone" {
		t.Error(Kind(9), Gone)
	}
	if State(99).String() != "unknown" || Stuck.String() != "stuck" {
		t.Error(State(99), Stuck)
	}
	if UpdateKind(99).String() != "unknown" || KindOther.String() != "other" {
		t.Error(UpdateKind(99), KindOther)
	}
}
