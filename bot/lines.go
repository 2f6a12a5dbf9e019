package bot

import (
	"sync"
	"time"
)

// lines does the work of one chat in order and of different chats side by side:
// a queue and a goroutine for every chat that has work, and nothing for the
// others.
type lines[T any] struct {
	do func(chat int64, item T)

	mu    sync.Mutex
	idle  sync.Cond
	chats map[int64]*line[T]
}

type line[T any] struct {
	items []T
	peak  int // how many waited at most since the line came to be
}

func newLines[T any](do func(int64, T)) *lines[T] {
	l := &lines[T]{do: do, chats: map[int64]*line[T]{}}
	l.idle.L = &l.mu
	return l
}

// add puts an item behind the chat's others; make builds it, knowing how many
// wait already, and how many did at most since the chat last was idle.
func (l *lines[T]) add(chat int64, make func(waiting, peak int) T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	q := l.chats[chat]
	if q == nil {
		q = &line[T]{}
		l.chats[chat] = q
		go l.serve(chat, q)
	}
	q.items = append(q.items, make(len(q.items), q.peak))
	q.peak = max(q.peak, len(q.items))
}

func (l *lines[T]) serve(chat int64, q *line[T]) {
	for {
		l.mu.Lock()
		if len(q.items) == 0 {
			delete(l.chats, chat)
			if len(l.chats) == 0 {
				l.idle.Broadcast()
			}
			l.mu.Unlock()
			return
		}
		item := q.items[0]
		var zero T
		q.items[0] = zero
		q.items = q.items[1:]
		l.mu.Unlock()
		l.do(chat, item)
	}
}

// drain waits until all chats are idle, at most for a while.
func (l *lines[T]) drain(atMost time.Duration) {
	late := false
	timer := time.AfterFunc(atMost, func() {
		l.mu.Lock()
		late = true
		l.mu.Unlock()
		l.idle.Broadcast()
	})
	defer timer.Stop()
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.chats) > 0 && !late {
		l.idle.Wait()
	}
}

// waiting counts the items of all chats.
func (l *lines[T]) waiting() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for _, q := range l.chats {
		n += len(q.items)
	}
	return n
}
