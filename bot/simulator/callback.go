package simulator

import (
	"context"
	"strconv"
	"sync"
	"time"
)

// Life of a press.
const (
	answerableFor   = time.Minute // then the query is too old
	keptCallbacks   = 100_000
	maxCallbackText = 200
	firstCallbackID = 4_500_000_000_000_000_001
)

// callback is a press of an inline button.
type callback struct {
	id       int64
	chat     *chat
	at       time.Time
	answered bool
	text     string
	alert    bool
}

type callbacks struct {
	mu     sync.Mutex
	byID   map[int64]*callback
	oldest int64
	next   int64
}

// add notes a press.
func (cs *callbacks) add(c *chat, at time.Time) *callback {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	cb := &callback{id: firstCallbackID + cs.next, chat: c, at: at}
	cs.next++
	cs.byID[cb.id] = cb
	if cs.next-cs.oldest > keptCallbacks {
		delete(cs.byID, firstCallbackID+cs.oldest)
		cs.oldest++
	}
	return cb
}

func (cs *callbacks) get(id string) *callback {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return nil
	}
	cs.mu.Lock()
	defer cs.mu.Unlock()
	return cs.byID[n]
}

// answerCallbackQuery takes one answer to each press.
func (s *Server) answerCallbackQuery(p *params) (any, *failure) {
	text := clean(p.get("text"))
	if units(text) > maxCallbackText {
		return nil, bad("MESSAGE_TOO_LONG")
	}
	if p.get("url") != "" {
		return nil, bad("URL_INVALID")
	}
	cb := s.callbacks.get(p.get("callback_query_id"))
	if cb == nil {
		return nil, queryTooOld()
	}
	cb.chat.mu.Lock()
	defer cb.chat.mu.Unlock()
	if cb.answered || s.opts.Now().Sub(cb.at) >= answerableFor {
		return nil, queryTooOld()
	}
	cb.answered, cb.text, cb.alert = true, text, p.flag("show_alert")
	s.touch(cb.chat)
	return true, nil
}

// CallbackAnswer returns what the bot answered to a press: the notice, which is often
// empty, and whether it is an alert that has to be closed.
func (s *Server) CallbackAnswer(callbackID string) (text string, alert, answered bool) {
	cb := s.callbacks.get(callbackID)
	if cb == nil {
		return "", false, false
	}
	cb.chat.mu.Lock()
	defer cb.chat.mu.Unlock()
	return cb.text, cb.alert, cb.answered
}

// WaitAnswer blocks until the bot answered the press. The errors are ErrNoCallback,
// ErrClosed and the context's.
func (s *Server) WaitAnswer(ctx context.Context, callbackID string) (text string, alert bool, err error) {
	cb := s.callbacks.get(callbackID)
	if cb == nil {
		return "", false, ErrNoCallback
	}
	for {
		cb.chat.mu.Lock()
		if cb.answered {
			defer cb.chat.mu.Unlock()
			return cb.text, cb.alert, nil
		}
		changed := cb.chat.change()
		cb.chat.mu.Unlock()
		if err := s.wait(ctx, changed); err != nil {
			return "", false, err
		}
	}
}
