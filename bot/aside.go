package bot

import (
	"log/slog"
	"slices"
	"sync"

	"mvkbot/bot/telegram"
	"mvkbot/flows"
)

// How many calls aside are under way at once, and how many more may wait.
const (
	asideSlots = 64
	maxAsides  = 1000
)

// aside is a call that nothing depends on and nobody waits for.
type aside struct {
	call  func()
	then  func() // follows the call, also one that is left out
	brief bool   // worthless after a while
}

// aside makes a call aside; it ends with the sends of a stopping bot.
func (b *Bot) aside(call telegram.Call) { b.asideThen(call, func() {}) }

// asideThen is aside with what follows the call, however it ended.
func (b *Bot) asideThen(call telegram.Call, then func()) {
	ctx := b.out.ctx
	b.asides.run(aside{then: then, brief: call.Method == "answerCallbackQuery", call: func() {
		if _, err := b.Telegram.Do(ctx, call); err != nil {
			b.Log.Debug("call aside", "method", call.Method, "err", err)
		}
	}})
}

// asides are the calls aside: so many at once as there are slots, so many that
// wait as are bearable while Telegram hangs, none once the bot has ended.
type asides struct {
	log     *slog.Logger
	running sync.WaitGroup

	mu      sync.Mutex
	free    int     // slots
	waiting []aside // for a slot, the oldest first
	leftOut int     // since nothing waited
	closed  bool
}

func (a *asides) run(c aside) {
	if left, ok := a.admit(c); ok {
		left.then()
	}
}

// admit begins a call or lets it wait, and returns the one that is left out for
// it: the oldest brief one, or itself when none waits.
func (a *asides) admit(c aside) (left aside, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case a.closed:
		return c, true
	case a.free > 0:
		a.free--
		a.running.Go(func() { a.work(c) })
		return left, false
	case len(a.waiting) < maxAsides:
		a.waiting = append(a.waiting, c)
		return left, false
	}
	if a.leftOut++; a.leftOut == 1 {
		a.log.Warn("calls aside are left out", "waiting", len(a.waiting))
	}
	i := slices.IndexFunc(a.waiting, func(w aside) bool { return w.brief })
	if i < 0 {
		return c, true
	}
	left = a.waiting[i]
	a.waiting = append(slices.Delete(a.waiting, i, i+1), c)
	return left, true
}

// work makes a call, and in the same slot those that wait.
func (a *asides) work(c aside) {
	for ok := true; ok; c, ok = a.next() {
		c.call()
		c.then()
	}
}

// next takes the oldest call that waits, or gives the slot back.
func (a *asides) next() (c aside, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.waiting) > 0 {
		c = a.waiting[0]
		a.waiting = slices.Delete(a.waiting, 0, 1)
		return c, true
	}
	if a.leftOut > 0 {
		a.log.Warn("calls aside were left out", "calls", a.leftOut)
		a.leftOut = 0
	}
	a.free++
	return c, false
}

// close waits for the calls that were taken.
func (a *asides) close() {
	a.mu.Lock()
	a.closed = true
	a.mu.Unlock()
	a.running.Wait()
}

// answer ends the waiting circle on a pressed button.
func (b *Bot) answer(callback string, notice flows.Text) {
	params := map[string]string{"callback_query_id": callback}
	if notice != "" {
		s, err := b.Texts.Plain(notice, flows.Args{})
		if err != nil { // the circle must end all the same
			b.Log.Error("word notice", "notice", string(notice), "err", err)
		}
		params["text"] = s
	}
	b.aside(telegram.Call{Method: "answerCallbackQuery", Params: params})
}
