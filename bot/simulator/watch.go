package simulator

import (
	"context"
	"sync"
	"sync/atomic"
)

// Change tells that something in a chat is different: messages, keyboard, menu of
// commands, typing, callback answers.
type Change struct{ Chat int64 }

type watchers struct {
	active atomic.Int32 // spares changes the lock while nobody watches
	mu     sync.Mutex
	all    map[*watcher]struct{}
}

// watcher collects changes until its reader comes for them.
type watcher struct {
	mu      sync.Mutex
	waiting map[int64]struct{}
	wake    chan struct{} // holds one token while something waits
}

// tell never blocks: it may be called under a chat's lock.
func (ws *watchers) tell(chat int64) {
	if ws.active.Load() == 0 {
		return
	}
	ws.mu.Lock()
	defer ws.mu.Unlock()
	for w := range ws.all {
		w.mu.Lock()
		w.waiting[chat] = struct{}{}
		w.mu.Unlock()
		select {
		case w.wake <- struct{}{}:
		default:
		}
	}
}

// take empties the collection.
func (w *watcher) take() map[int64]struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	taken := w.waiting
	w.waiting = map[int64]struct{}{}
	return taken
}

// Watch reports changed chats until ctx ends or the server is closed, then closes
// the channel. Several changes of a chat may be reported as one; a slow reader never
// delays the server.
func (s *Server) Watch(ctx context.Context) <-chan Change {
	w := &watcher{waiting: map[int64]struct{}{}, wake: make(chan struct{}, 1)}
	ws := &s.watchers
	ws.mu.Lock()
	if ws.all == nil {
		ws.all = map[*watcher]struct{}{}
	}
	ws.all[w] = struct{}{}
	ws.mu.Unlock()
	ws.active.Add(1)
	out := make(chan Change)
	go func() {
		defer close(out)
		defer func() {
			ws.active.Add(-1)
			ws.mu.Lock()
			delete(ws.all, w)
			ws.mu.Unlock()
		}()
		s.forward(ctx, w, out)
	}()
	return out
}

func (s *Server) forward(ctx context.Context, w *watcher, out chan<- Change) {
	for {
		select {
		case <-w.wake:
		case <-ctx.Done():
			return
		case <-s.done:
			return
		}
		for chat := range w.take() {
			select {
			case out <- Change{chat}:
			case <-ctx.Done():
				return
			case <-s.done:
				return
			}
		}
	}
}
