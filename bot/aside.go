package bot

import (
	"sync"

	"mvkbot/bot/telegram"
	"mvkbot/flows"
)

// aside makes a call that nothing depends on and nobody waits for; it ends with
// the sends of a stopping bot.
func (b *Bot) aside(call telegram.Call) { b.asideThen(call, func() {}) }

// asideThen is aside with what follows the call, however it ended.
func (b *Bot) asideThen(call telegram.Call, then func()) {
	ctx := b.out.ctx
	b.asides.run(func() {
		defer then()
		if _, err := b.Telegram.Do(ctx, call); err != nil {
			b.Log.Debug("call aside", "method", call.Method, "err", err)
		}
	})
}

// asides are the calls aside: so many at once as there are slots, none once the
// bot has ended.
type asides struct {
	slots   chan struct{}
	running sync.WaitGroup
	mu      sync.Mutex
	closed  bool
}

func (a *asides) run(call func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return
	}
	a.running.Go(func() {
		a.slots <- struct{}{}
		defer func() { <-a.slots }()
		call()
	})
}

// close waits for the running calls.
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
