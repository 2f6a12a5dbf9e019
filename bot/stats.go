package bot

import (
	"sync/atomic"
	"time"

	"mvkbot/flows"
	"mvkbot/storage"
)

// Stats count what the bot did since its start.
type Stats struct {
	Updates     atomic.Uint64 // taken from Telegram
	Undecodable atomic.Uint64
	Turns       atomic.Uint64
	Repeated    atomic.Uint64 // updates seen before
	Faults      atomic.Uint64 // turns given up
	TurnTime    atomic.Int64  // nanoseconds, over all turns

	// Sent counts messages by channel and how they ended.
	Sent [storage.Inner + 1][flows.Refused + 1]atomic.Uint64
}

func (s *Stats) turn(p played, took time.Duration) {
	if p.skipped {
		s.Repeated.Add(1)
		return
	}
	s.Turns.Add(1)
	s.TurnTime.Add(int64(took))
}

// Waiting counts turns, and messages by channel, that wait in memory or are
// under way.
func (b *Bot) Waiting() (turns int, messages map[storage.Channel]int) {
	messages = map[storage.Channel]int{}
	for ch, l := range b.out.lines {
		messages[ch] = l.waiting()
	}
	messages[storage.Telegram] += b.out.bulk.waiting()
	return b.in.waiting(), messages
}
