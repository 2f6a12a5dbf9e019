package telegram

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// Telegram asks for about one message a second in a chat and lets short bursts pass.
	chatRate  = 1
	chatBurst = 3
	// sweepEvery is how often idle chats are looked for. Within it a chat's limiter is
	// full again, so forgetting it changes nothing.
	sweepEvery = 10 * time.Second
)

// Pacer spaces messages as Telegram's limits ask, and keeps the pauses it demands.
// It remembers a chat while it is paused and for some seconds after a message. All
// methods are safe for concurrent use.
type Pacer struct {
	all  *rate.Limiter // nil: no limits
	bulk bulk

	mu    sync.Mutex
	held  time.Time // nothing is sent before
	chats map[int64]*lane
	swept time.Time
}

// lane is one chat.
type lane struct {
	limit *rate.Limiter
	held  time.Time // nothing is sent before
}

// NewPacer paces messages to perSecond over all chats, and to one a second with bursts of
// three in each. Over any second at most a tenth more than perSecond, plus one, may
// pass. 0 means no limits, per chat neither; pauses (Hold) are kept all the same.
func NewPacer(perSecond int) *Pacer {
	p := &Pacer{chats: make(map[int64]*lane), swept: time.Now(), bulk: newBulk(perSecond)}
	if perSecond > 0 {
		p.all = rate.NewLimiter(rate.Limit(perSecond), max(1, perSecond/10))
	}
	return p
}

// Wait returns nil when a message to the chat may be sent, which is then counted as
// sent; or an error when ctx ends, or would end, before that. Callers that wait for
// the same chat at the same time may pass in any order.
func (p *Pacer) Wait(ctx context.Context, chat int64) error {
	if err := p.wait(ctx, chat); err != nil {
		return fmt.Errorf("pace chat %d: %w", chat, err)
	}
	return nil
}

// wait takes the chat's turn first, so that a chat that must wait does not use up what
// others could send.
func (p *Pacer) wait(ctx context.Context, chat int64) error {
	if turn := p.reserve(chat); turn != nil {
		sleep(ctx, turn.Delay())
		if err := ctx.Err(); err != nil {
			turn.Cancel()
			return err
		}
	}
	// A pause is waited for before the common turn and looked at again after it:
	// those who waited it out together are spaced anew.
	for {
		if err := p.outlast(ctx, chat); err != nil {
			return err
		}
		if p.all == nil {
			return nil
		}
		if err := p.all.Wait(ctx); err != nil {
			return err
		}
		if p.pause(chat) <= 0 {
			return nil
		}
	}
}

// outlast returns when no pause is on.
func (p *Pacer) outlast(ctx context.Context, chat int64) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		d := p.pause(chat)
		if d <= 0 {
			return nil
		}
		sleep(ctx, d)
	}
}

// pause returns how long the pause that concerns the chat still lasts.
func (p *Pacer) pause(chat int64) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	until := p.held
	if l := p.chats[chat]; l != nil && l.held.After(until) {
		until = l.held
	}
	if until.IsZero() {
		return 0
	}
	return time.Until(until)
}

// Hold lets no message to the chat pass for d from now on, or, with chat 0, none at
// all: Telegram's retry_after. A longer pause that is on already stays.
func (p *Pacer) Hold(chat int64, d time.Duration) {
	until := time.Now().Add(d)
	p.mu.Lock()
	defer p.mu.Unlock()
	held := &p.held
	if chat != 0 {
		held = &p.lane(chat).held
	}
	if until.After(*held) {
		*held = until
	}
}

// reserve takes the chat's next turn; nil where there are no limits. It does so under
// mu, so that a chat is never forgotten between being found and being used.
func (p *Pacer) reserve(chat int64) *rate.Reservation {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sweep()
	if p.all == nil {
		return nil
	}
	return p.lane(chat).limit.Reserve()
}

// lane finds or makes the lane of a chat. It needs mu.
func (p *Pacer) lane(chat int64) *lane {
	l := p.chats[chat]
	if l == nil {
		l = &lane{limit: rate.NewLimiter(chatRate, chatBurst)}
		p.chats[chat] = l
	}
	return l
}

// sweep forgets the chats of which nothing need be known any more. It needs mu.
func (p *Pacer) sweep() {
	now := time.Now()
	if now.Sub(p.swept) < sweepEvery {
		return
	}
	p.swept = now
	for chat, l := range p.chats {
		if !l.held.After(now) && l.limit.TokensAt(now) >= chatBurst {
			delete(p.chats, chat)
		}
	}
}
