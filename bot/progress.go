package bot

import (
	"context"
	"time"

	"mvkbot/bot/admin"
	"mvkbot/bot/telegram"
	"mvkbot/flows"
	"mvkbot/storage"
)

// progressEvery is how often the message of a broadcast is changed at most.
const progressEvery = 3 * time.Second

// progress shows how a broadcast gets on, in one message. Nothing depends on what
// it shows on the way; that the broadcast ended goes through the outbox.
type progress struct {
	bot  *Bot
	turn chan struct{} // holds one token while a change is under way: they must not overtake each other
	// What was shown last, and when.
	last   time.Time
	shown  flows.Broadcast
	closed bool
}

// hold waits for a change that is under way and lets no other begin before
// release; false when ctx ended first.
func (p *progress) hold(ctx context.Context) bool {
	select {
	case p.turn <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

func (p *progress) release() { <-p.turn }

// show changes the message, and reports whether that is still to be done: it is
// not the time, or the last change is under way.
func (p *progress) show(b flows.Broadcast, closed bool) (behind bool) {
	say, watched := admin.Progress(b, closed)
	at := p.bot.Now()
	switch {
	case !watched || b == p.shown && closed == p.closed:
		return false
	case b.State == p.shown.State && at.Sub(p.last) < progressEvery:
		return true
	}
	select {
	case p.turn <- struct{}{}:
	default:
		return true
	}
	p.last, p.shown, p.closed = at, b, closed
	call, err := p.bot.callNow(say)
	if err != nil {
		p.bot.Log.Error("draw progress", "err", err)
		p.release()
		return false
	}
	p.bot.asideThen(call, func() {
		p.release()
		p.bot.bulk.rouse() // what happened meanwhile may have been shown before the change
	})
	return false
}

// over is the number of a broadcast that the message still shows as it was before it
// was cancelled, 0 for none.
func (p *progress) over() uint64 {
	if p.shown.State == flows.BroadcastCancelled {
		return 0
	}
	return p.shown.Number
}

// callNow is the call of a message that does not wait in the outbox.
func (b *Bot) callNow(say flows.Say) (telegram.Call, error) {
	m, err := b.message(say)
	if err != nil {
		return telegram.Call{}, err
	}
	return b.call(b.out.ctx, say.To, m)
}

// renderEnd tells how a broadcast ended: where it was watched, which is no news to
// anybody's telephone, and whoever answers for it.
func (b *Bot) renderEnd(tx *storage.Turn, over flows.Broadcast) ([]storage.Record, error) {
	says := admin.Outcomes(over, b.Engine.Rules(), tx)
	if say, watched := admin.Progress(over, false); watched {
		says = append([]flows.Say{say}, says...)
	}
	return b.renderSays(says)
}

func (b *Bot) renderSays(says []flows.Say) (list []storage.Record, err error) {
	for _, say := range says {
		r, err := b.renderSay(say)
		if err != nil {
			return nil, err
		}
		r.At = b.Now().Unix()
		list = append(list, r)
	}
	return list, nil
}
