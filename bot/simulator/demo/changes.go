package demo

import "sync"

// changes wakes everyone who watches the page. A watcher that is busy is woken
// once for all it missed, and looks at everything then.
type changes struct {
	mu       sync.Mutex
	watchers map[chan struct{}]bool
}

// watch returns a channel that gets a value after every change, and the
// function that ends it.
func (c *changes) watch() (<-chan struct{}, func()) {
	ch := make(chan struct{}, 1)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.watchers == nil {
		c.watchers = make(map[chan struct{}]bool)
	}
	c.watchers[ch] = true
	return ch, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.watchers, ch)
	}
}

func (c *changes) tell() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for ch := range c.watchers {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}
