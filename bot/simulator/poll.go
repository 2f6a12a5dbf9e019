package simulator

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// Timing of getUpdates.
const (
	maxPollTimeout = 50 // seconds
	// Whoever asks again for the same offset within this time is slowed down: a short
	// poll is stretched to as long, as Telegram does against bots that spin.
	spinWindow = 3 * time.Second
	// Within this time such a bot gets a single update.
	tightSpin = 500 * time.Millisecond
)

// gone is the failure of a call whose caller went away.
var gone = &failure{}

// poller is a getUpdates call that waits.
type poller struct {
	wake   chan struct{} // one token while there may be something new
	failed chan *failure // receives at most one
}

func (p *poller) notify() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// abort ends the waiting call with a failure, if there is one. q.mu is held.
func (q *queue) abort(f *failure) {
	if q.poller != nil {
		q.poller.failed <- f
		q.poller = nil
	}
}

func otherPoller() *failure {
	return conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
}

// getUpdates confirms, then answers at once or waits. Of two calls that wait, the
// older one fails.
func (s *Server) getUpdates(p *params) (any, *failure) {
	q := &s.queue
	offset, _ := strconv.ParseInt(strings.TrimSpace(p.get("offset")), 10, 64)
	limit := p.number("limit", 100, 1, 100)
	timeout := time.Duration(p.number("timeout", 0, 0, maxPollTimeout)) * time.Second

	q.mu.Lock()
	if s.hook.active() {
		q.mu.Unlock()
		return nil, conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	}
	s.allow(p)
	limit, timeout = q.pace(offset, limit, timeout)
	batch := q.take(offset, limit)
	if len(batch) > 0 || timeout == 0 {
		q.mu.Unlock()
		return encodeBatch(batch), nil
	}
	q.abort(otherPoller())
	me := &poller{wake: make(chan struct{}, 1), failed: make(chan *failure, 1)}
	q.poller = me
	q.mu.Unlock()
	return s.longPoll(p, me, offset, limit, timeout)
}

// pace slows down whoever asks for the same offset again and again. q.mu is held.
func (q *queue) pace(offset int64, limit int, timeout time.Duration) (int, time.Duration) {
	since := time.Since(q.lastAsked)
	if offset == q.lastOffset && since < spinWindow {
		timeout = max(timeout, spinWindow)
		if since < tightSpin {
			limit = 1
		}
	}
	q.lastOffset, q.lastAsked = offset, time.Now()
	return limit, timeout
}

func (s *Server) longPoll(p *params, me *poller, offset int64, limit int, timeout time.Duration) (any, *failure) {
	q := &s.queue
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	for {
		var f *failure
		over := false
		select {
		case <-me.wake:
		case <-timer.C:
			over = true
		case f = <-me.failed:
		case <-p.context.Done():
			f = gone
		case <-s.done:
			f = gone
		}
		q.mu.Lock()
		if q.poller != me && f == nil {
			f = <-me.failed // aborted between the two locks
		}
		var batch []*update
		if f == nil {
			batch = q.take(offset, limit)
		}
		ended := f != nil || over || len(batch) > 0
		if ended && q.poller == me {
			q.poller = nil
		}
		q.mu.Unlock()
		if f != nil {
			return nil, f
		}
		if ended {
			return encodeBatch(batch), nil
		}
	}
}

// encodeBatch writes a JSON array.
func encodeBatch(batch []*update) json.RawMessage {
	size := 2
	for _, u := range batch {
		size += len(u.raw) + 1
	}
	raw := append(make([]byte, 0, size), '[')
	for i, u := range batch {
		if i > 0 {
			raw = append(raw, ',')
		}
		raw = append(raw, u.raw...)
	}
	return append(raw, ']')
}

// allow takes over allowed_updates: a list that is missing or unreadable leaves the
// setting, an empty one is the default. q.mu is held.
func (s *Server) allow(p *params) {
	raw := p.get("allowed_updates")
	if raw == "" || raw == "null" {
		return
	}
	var kinds []string
	if json.Unmarshal([]byte(raw), &kinds) != nil {
		s.violate(p, "allowed_updates is not a list of strings")
		return
	}
	if len(kinds) == 0 {
		s.queue.allowed = nil
		return
	}
	allowed := map[string]bool{}
	for _, kind := range kinds {
		if _, known := updateKinds[kind]; !known {
			s.violate(p, "the Bot API knows no update "+kind)
		}
		allowed[kind] = true
	}
	s.queue.allowed = allowed
}
