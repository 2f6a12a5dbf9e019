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
	busy  bool // an item is being done
}

func newLines[T any](do func(int64, T)) *lines[T] {
	l := &lines[T]{do: do, chats: map[int64]*line[T]{}}
	l.idle.L = &l.mu
	return l
}

// add puts an item behind the chat's others; make builds it, knowing how many
// wait already.
func (l *lines[T]) add(chat int64, make func(waiting int) T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	q := l.chats[chat]
	if q == nil {
		q = &line[T]{}
		l.chats[chat] = q
		go l.serve(chat, q)
	}
	q.items = append(q.items, make(len(q.items)))
}

func (l *lines[T]) serve(chat int64, q *line[T]) {
	for {
		l.mu.Lock()
		q.busy = len(q.items) > 0
		if !q.busy {
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

// waiting counts the items of all chats, with those that are being done.
func (l *lines[T]) waiting() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for _, q := range l.chats {
		n += q.waiting()
	}
	return n
}

// waitingOf counts the items of one chat, with the one that is being done.
func (l *lines[T]) waitingOf(chat int64) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if q := l.chats[chat]; q != nil {
		return q.waiting()
	}
	return 0
}

func (q *line[T]) waiting() int {
	if q.busy {
		return len(q.items) + 1
	}
	return len(q.items)
}
