//go:build integration

package main

import "testing"

// Ensure that a broadcast by a bot that is killed three times in the middle, in
// storms of 429 and with blocked chats, reaches everyone once and keeps order and
// rate: to 10,000 accounts at ten times Telegram's rate, and at Telegram's own to
// as many as a minute holds.
func TestBroadcastKilled(t *testing.T) {
	for name, run := range map[string]struct{ members, rate int }{"10,000 at 300": {10_000, 300}, "1,000 at 30": {1_000, 30}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newBulkRun(t, run.members, run.rate)
			w.run()
			w.verify()
		})
	}
}
