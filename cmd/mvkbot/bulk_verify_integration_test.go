//go:build integration

package main

import (
	"time"

	"mvkbot/bot/simulator"
	"mvkbot/bot/telegram"
	"mvkbot/flows"
	"mvkbot/storage"
)

// fastest is the largest number of messages accepted within any second.
func fastest(sends []simulator.Sent) (most int) {
	first := 0
	for i, s := range sends {
		for s.At.Sub(sends[first].At) >= time.Second {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

// overtaken is by how many places a message came too late at most, counting the
// first message to each chat.
func overtaken(sends []simulator.Sent) (most int64) {
	seen, furthest := map[int64]bool{}, int64(0)
	for _, s := range sends {
		if !seen[s.Chat] {
			seen[s.Chat] = true
			furthest = max(furthest, s.Chat)
			most = max(most, furthest-s.Chat)
		}
	}
	return most
}

// verify holds what is promised of a broadcast. What a kill leaves in doubt is
// what was under way, at most the pacer's places for each kill; such a message may
// come a second time, never a third.
func (w *bulkRun) verify() {
	t := w.t
	t.Helper()
	sends := w.accepted()
	times := map[int64]int{}
	for _, s := range sends {
		times[s.Chat]++
	}
	twice := 0
	for i := range w.members {
		chat := firstMember + int64(i)
		n, blocked := times[chat], i%blockedOf == blockedOf/2
		switch {
		case blocked && n != 0, !blocked && (n < 1 || n > 2):
			t.Errorf("account %d (blocked: %v) got %d messages", i+1, blocked, n)
		case n == 2:
			twice++
		}
	}
	inDoubt := kills * telegram.NewPacer(w.rate).BulkPlaces()
	if twice > inDoubt {
		t.Errorf("%d chats got it twice, at most %d were under way at the kills", twice, inDoubt)
	}
	most, late := fastest(w.telegram.Sends()), overtaken(sends)
	if most > w.rate {
		t.Errorf("%d messages within a second, want at most %d", most, w.rate)
	}
	if late > 2*30 {
		t.Errorf("a message was overtaken by %d places", late)
	}
	w.inStore(func(s *storage.Store) {
		b, _, err := s.Broadcast(t.Context(), 1)
		if err != nil || b.State != flows.BroadcastDone || b.Queued != w.members || b.Gone != w.blocked || b.Delivered != w.members-w.blocked {
			t.Errorf("broadcast %+v, %v", b, err)
		}
		r, err := s.Check(t.Context())
		if err != nil || r.FaultCount != 0 || r.DeadLetters != 0 || r.Outbox != 0 {
			t.Errorf("check %+v, %v", r, err)
		}
	})
	took := sends[len(sends)-1].At.Sub(sends[0].At)
	t.Logf("%d accounts, %d/s: %d messages in %v, %d chats had blocked the bot, %d kills, %d storms; %d chats got it twice (bound %d), at most %d messages in any second, overtaken by at most %d places",
		w.members, w.rate, len(sends), took.Round(time.Millisecond), w.blocked, kills, w.storms, twice, inDoubt, most, late)
}
