package telegram

import (
	"context"
	"time"

	"golang.org/x/time/rate"
)

// bulk paces messages that many get, so that residents' answers find room beside
// them. It counts what is under way, too: what was let pass a moment ago may be
// accepted in this second.
type bulk struct {
	limit  *rate.Limiter // nil: no limits
	places chan struct{}
	held   time.Time // nothing is sent before; guarded by Pacer.mu
}

// unlimitedPlaces is how many bulk messages are under way at once where there
// are no limits.
const unlimitedPlaces = 16

// newBulk splits perSecond into what is let pass in a second, the one that a
// second may hold beyond that, and what is under way.
func newBulk(perSecond int) bulk {
	if perSecond == 0 {
		return bulk{places: make(chan struct{}, unlimitedPlaces)}
	}
	pass := max(1, (perSecond-1)*4/5)
	return bulk{limit: rate.NewLimiter(rate.Limit(pass), 1), places: make(chan struct{}, max(1, perSecond-1-pass))}
}

// EnterBulk waits for one of the few places of bulk messages under way and takes
// it until leave is called, which must be once. Whoever keeps the place until the
// end of the message is noted knows how many may be in doubt after a crash:
// BulkPlaces.
func (p *Pacer) EnterBulk(ctx context.Context) (leave func(), err error) {
	select {
	case p.bulk.places <- struct{}{}:
		return func() { <-p.bulk.places }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// BulkPlaces is how many bulk messages are under way at most.
func (p *Pacer) BulkPlaces() int { return cap(p.bulk.places) }

// WaitBulk is Wait for a message that has a place. From 3 messages a second on,
// Telegram gets over any second at most the Pacer's perSecond of bulk messages
// that keep their places until they are accepted.
func (p *Pacer) WaitBulk(ctx context.Context, chat int64) error {
	for {
		if err := p.outlastBulk(ctx); err != nil {
			return err
		}
		if p.bulk.limit == nil {
			break
		}
		if err := p.bulk.limit.Wait(ctx); err != nil {
			return err
		}
		if p.bulkPause() <= 0 {
			break
		}
	}
	return p.Wait(ctx, chat)
}

// HoldBulk lets no bulk message pass for d from now on. A longer pause that is on
// already stays.
func (p *Pacer) HoldBulk(d time.Duration) {
	until := time.Now().Add(d)
	p.mu.Lock()
	defer p.mu.Unlock()
	if until.After(p.bulk.held) {
		p.bulk.held = until
	}
}

func (p *Pacer) bulkPause() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Until(p.bulk.held)
}

// outlastBulk returns when no pause of bulk messages is on.
func (p *Pacer) outlastBulk(ctx context.Context) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		d := p.bulkPause()
		if d <= 0 {
			return nil
		}
		sleep(ctx, d)
	}
}
