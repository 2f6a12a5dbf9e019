package telegram

import (
	"sync"
	"time"
)

// State is how polling stands.
type State int

const (
	// Idle: Poll is not running.
	Idle State = iota
	// Starting: no poll was answered yet.
	Starting
	// Polling: all is well.
	Polling
	// Failing: Telegram does not answer, or with errors.
	Failing
	// Conflicted: another program polls with this token, or a webhook is set.
	Conflicted
	// Rejected: the token is not valid, or not any more.
	Rejected
	// Stuck: updates come, the handler refuses them.
	Stuck
)

var stateNames = [...]string{"idle", "starting", "polling", "failing", "conflict", "token rejected", "stuck"}

// String names the state in lower case.
func (s State) String() string {
	if s < 0 || int(s) >= len(stateNames) {
		return "unknown"
	}
	return stateNames[s]
}

// Health is a snapshot of polling.
type Health struct {
	State State
	// Since when State holds; zero before the first Poll.
	Since time.Time
	// Failures in a row, counted from the last time that all was well.
	Failures int
	// Err is the last of these failures; nil when there is none.
	Err error
}

// Health returns how polling stands now.
func (c *Client) Health() Health {
	c.health.mu.Lock()
	defer c.health.mu.Unlock()
	return c.health.now
}

type health struct {
	mu  sync.Mutex
	now Health
}

// enter notes a state.
func (h *health) enter(s State) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.set(s)
}

// set needs mu.
func (h *health) set(s State) {
	if h.now.State != s {
		h.now.State, h.now.Since = s, time.Now()
	}
}

// well notes that all is well; settled ends the row of failures.
func (h *health) well(settled bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.set(Polling)
	if settled {
		h.now.Failures, h.now.Err = 0, nil
	}
}

// failed notes a failure and returns how many there are in a row.
func (h *health) failed(s State, err error) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.set(s)
	h.now.Failures++
	h.now.Err = err
	return h.now.Failures
}
