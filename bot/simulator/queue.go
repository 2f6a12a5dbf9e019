package simulator

import (
	"encoding/json"
	"slices"
	"strconv"
	"sync"
	"time"
)

// firstUpdateID is any number: ids start where Telegram likes.
const firstUpdateID = 700_000_001

// Bounds of Telegram's queue.
const (
	maxPending   = 100_000
	farAhead     = 10 // an offset further ahead of the newest id is not believed
	keptForAgain = 100
)

// updateKinds are the fields of an Update (Bot API 10.1); true marks those that a bot
// gets without asking.
var updateKinds = map[string]bool{
	"message": true, "edited_message": true, "channel_post": true, "edited_channel_post": true,
	"business_connection": true, "business_message": true, "edited_business_message": true,
	"deleted_business_messages": true, "guest_message": true, "message_reaction": false,
	"message_reaction_count": false, "inline_query": true, "chosen_inline_result": true,
	"callback_query": true, "shipping_query": true, "pre_checkout_query": true,
	"purchased_paid_media": true, "poll": true, "poll_answer": true, "my_chat_member": true,
	"chat_member": false, "chat_join_request": true, "chat_boost": true, "removed_chat_boost": true,
	"managed_bot": true,
}

// update waits for the bot.
type update struct {
	id   int64
	chat int64
	raw  []byte
	// forced updates are delivered once whatever the offset says.
	forced bool
	// sending marks what a webhook delivery is on its way with.
	sending bool
}

// queue are the updates that the bot has not confirmed.
type queue struct {
	mu        sync.Mutex
	pending   []*update
	confirmed []*update // the last ones
	next      int64
	allowed   map[string]bool // nil means the default
	poller    *poller
	// What the last getUpdates asked for, and when.
	lastOffset int64
	lastAsked  time.Time
	woken      chan struct{} // tells the webhook; nil without one
}

// push queues {"<kind>": object} under the next id. It may be called under a chat's
// lock, so that updates keep the order of the messages.
func (s *Server) push(chat int64, kind string, object any) {
	raw, err := json.Marshal(object)
	if err != nil {
		panic(err) // our own types encode
	}
	q := &s.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.wants(kind) || len(q.pending) >= maxPending {
		return
	}
	body := make([]byte, 0, len(raw)+len(kind)+40)
	body = append(body, `{"update_id":`...)
	body = strconv.AppendInt(body, q.next, 10)
	body = append(body, `,"`...)
	body = append(body, kind...)
	body = append(body, `":`...)
	body = append(body, raw...)
	q.enqueue(&update{id: q.next, chat: chat, raw: append(body, '}')})
	q.next++
}

// wants tells whether the bot asked for this kind. Unknown kinds, which only a
// forger makes, are always delivered.
func (q *queue) wants(kind string) bool {
	byDefault, known := updateKinds[kind]
	switch {
	case !known:
		return true
	case q.allowed == nil:
		return byDefault
	}
	return q.allowed[kind]
}

func (q *queue) enqueue(u *update) {
	q.pending = append(q.pending, u)
	q.wake()
}

func (q *queue) wake() {
	if q.poller != nil {
		q.poller.notify()
	}
	if q.woken != nil {
		select {
		case q.woken <- struct{}{}:
		default:
		}
	}
}

// take confirms what lies below the offset and returns the next updates. q.mu is held.
func (q *queue) take(offset int64, limit int) []*update {
	switch {
	case offset < 0:
		if drop := len(q.pending) + int(max(offset, -maxPending)); drop > 0 {
			q.confirm(func(i int, _ *update) bool { return i < drop })
		}
	case offset > q.next+farAhead || offset < q.next-maxPending:
		// not believed: everything is delivered
	default:
		q.confirm(func(_ int, u *update) bool { return u.id < offset && !u.forced })
	}
	batch := q.pending[:min(limit, len(q.pending))]
	for _, u := range batch {
		u.forced = false
	}
	return slices.Clone(batch)
}

// confirm removes updates and remembers the last of them for Redeliver.
func (q *queue) confirm(done func(i int, u *update) bool) {
	kept := q.pending[:0]
	for i, u := range q.pending {
		if done(i, u) {
			q.confirmed = append(q.confirmed, u)
		} else {
			kept = append(kept, u)
		}
	}
	clear(q.pending[len(kept):])
	q.pending = kept
	if extra := len(q.confirmed) - keptForAgain; extra > 0 {
		q.confirmed = slices.Delete(q.confirmed, 0, extra)
	}
}

// Pending returns how many updates wait for the bot.
func (s *Server) Pending() int {
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	return len(s.queue.pending)
}

// Redeliver puts the last confirmed updates (at most n ≤ 100) before the queue once
// more, as Telegram does when it loses a confirmation, and returns how many.
func (s *Server) Redeliver(n int) int {
	q := &s.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	n = min(max(n, 0), len(q.confirmed))
	again := slices.Clone(q.confirmed[len(q.confirmed)-n:])
	q.confirmed = q.confirmed[:len(q.confirmed)-n]
	for _, u := range again {
		u.forced = true
	}
	q.pending = append(again, q.pending...)
	q.wake()
	return n
}

// Renumber sets the id of the next update: Telegram restarts ids at random after a
// week without updates.
func (s *Server) Renumber(next int64) {
	s.queue.mu.Lock()
	defer s.queue.mu.Unlock()
	s.queue.next = next
}
