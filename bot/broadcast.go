package bot

import (
	"context"
	"errors"
	"sync"
	"time"

	"mvkbot/bot/admin"
	"mvkbot/flows"
	"mvkbot/storage"
)

const (
	// maxBulk is how many messages of a broadcast are in the outbox at once: so few
	// that no dialog ever waits behind one, and that a pause is felt at once.
	maxBulk = 30
	// bulkRefill is how much room there is before more are made: a commit for each
	// would be too many.
	bulkRefill = 10
)

// bulk sends the broadcast that is active. What it is about to do is nowhere but
// in the store: the messages of a page of accounts and how far that page reaches
// are one transaction, so that no account is written to twice or left out,
// wherever the process ends.
type bulk struct {
	bot      *Bot
	wake     chan struct{} // a broadcast began, went on, or some of its messages ended
	progress progress
}

func newBulk(b *Bot) *bulk {
	return &bulk{bot: b, wake: make(chan struct{}, 1), progress: progress{bot: b, turn: make(chan struct{}, 1)}}
}

func (k *bulk) rouse() {
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// noted gives back what ended records held, and goes on with the broadcast that
// they were of.
func (b *Bot) noted(records []ended) {
	for _, e := range records {
		e.noted()
		if e.Broadcast != 0 {
			b.bulk.rouse()
		}
	}
}

// run goes on with whatever is active until ctx ends, or until the outcome of a
// commit is unknown.
func (k *bulk) run(ctx context.Context) error {
	for ctx.Err() == nil {
		again, err := k.advance(ctx)
		switch {
		case errors.Is(err, storage.ErrUnknownOutcome):
			return err
		case err != nil && ctx.Err() == nil:
			k.bot.Log.Error("broadcast", "err", err)
			k.bot.sleep(ctx, time.Second)
		case again:
			k.rest(ctx)
		default:
			select {
			case <-k.wake:
			case <-ctx.Done():
			}
		}
	}
	return nil
}

// rest waits for a second, or until it is roused.
func (k *bulk) rest(ctx context.Context) {
	resting, rouse := context.WithCancel(ctx)
	var listening sync.WaitGroup
	listening.Go(func() {
		select {
		case <-k.wake:
			rouse()
		case <-resting.Done():
		}
	})
	k.bot.sleep(resting, time.Second)
	rouse()
	listening.Wait() // else it could hear what is meant for later
}

// advance makes the next messages of the active broadcast, if there is one and
// room for them. It reports whether to look again by and by: at what nobody
// announces, or to show what there was no time for.
func (k *bulk) advance(ctx context.Context) (again bool, err error) {
	for {
		b, closed, err := k.bot.Store.Broadcast(ctx, 0)
		if err == nil && b.Number == 0 {
			return k.showCancelled(ctx)
		}
		if err != nil {
			return false, err
		}
		behind := k.progress.show(b, closed)
		room := maxBulk - b.UnderWay()
		switch {
		case b.Stopped():
			return behind, k.tellStop(ctx, b.Number)
		case b.State != flows.BroadcastRunning:
			return behind, nil
		case b.Complete:
			if b.UnderWay() > 0 {
				return behind, nil
			}
			return false, k.end(ctx, b)
		case closed:
			return true, nil
		case room < bulkRefill:
			return behind, nil
		}
		page, err := k.bot.Store.Recipients(ctx, b.Audience, b.Cursor, room)
		if err == nil {
			err = k.queue(ctx, b, page)
		}
		if err != nil {
			return false, err
		}
	}
}

// showCancelled shows that the broadcast was cancelled which was shown last: a change
// under way may have come later than the answer to whoever cancelled it.
func (k *bulk) showCancelled(ctx context.Context) (again bool, err error) {
	n := k.progress.over()
	if n == 0 {
		return false, nil
	}
	b, closed, err := k.bot.Store.Broadcast(ctx, n)
	if err != nil || b.State != flows.BroadcastCancelled {
		return false, err
	}
	return k.progress.show(b, closed), nil
}

// queue puts the messages to a page of accounts into the outbox. Whoever left the
// audience since it was read gets none.
func (k *bulk) queue(ctx context.Context, b flows.Broadcast, page storage.Recipients) error {
	letter, err := k.bot.renderSay(b.Message())
	if err != nil {
		return err
	}
	letter.At, letter.Broadcast = k.bot.Now().Unix(), b.Number
	var records []storage.Record
	err = k.bot.Store.Turn(ctx, func(tx *storage.Turn) error {
		records = records[:0]
		now := tx.Broadcast(b.Number)
		if now.State != flows.BroadcastRunning || now.Cursor != b.Cursor {
			return nil // it is read anew
		}
		for _, account := range page.Accounts {
			r := letter
			var ok bool
			if r.Chat, ok = tx.Recipient(account, now.Audience); !ok {
				continue
			}
			if err := tx.Append(&r); err != nil {
				return err
			}
			records = append(records, r)
		}
		now.Queued += len(records)
		now.Cursor, now.Complete = page.Last, page.End
		tx.SaveBroadcast(now)
		return nil
	})
	if err != nil {
		return err
	}
	k.bot.out.add(records)
	return nil
}

// tellStop tells that a broadcast paused by itself, once.
func (k *bulk) tellStop(ctx context.Context, number uint64) error {
	var records []storage.Record
	err := k.bot.Store.Turn(ctx, func(tx *storage.Turn) (err error) {
		records = nil
		b := tx.Broadcast(number)
		if !b.Stopped() {
			return nil
		}
		b.StopTold = true
		tx.SaveBroadcast(b)
		if records, err = k.bot.renderSays(admin.Outcomes(b, k.bot.Engine.Rules(), tx)); err != nil {
			return err
		}
		return tx.AppendAll(records)
	})
	if err != nil {
		return err
	}
	k.bot.out.add(records)
	return nil
}

// end notes that all messages of a broadcast have ended, and tells who watches it.
func (k *bulk) end(ctx context.Context, b flows.Broadcast) error {
	if !k.progress.hold(ctx) {
		return ctx.Err()
	}
	defer k.progress.release()
	var records []storage.Record
	err := k.bot.Store.Turn(ctx, func(tx *storage.Turn) (err error) {
		now := tx.Broadcast(b.Number)
		if now.State != flows.BroadcastRunning || !now.Complete || now.UnderWay() > 0 {
			records = nil
			return nil // it is read anew
		}
		now.State, now.Over = flows.BroadcastDone, k.bot.Now().Unix()
		tx.SaveBroadcast(now)
		if records, err = k.bot.renderEnd(tx, now); err != nil {
			return err
		}
		return tx.AppendAll(records)
	})
	if err != nil {
		return err
	}
	k.bot.out.add(records)
	return nil
}

// countAudience counts for how many accounts a broadcast would be.
func (b *Bot) countAudience(ctx context.Context, a flows.Audience) (n int, err error) {
	page := storage.Recipients{}
	for !page.End {
		if page, err = b.Store.Recipients(ctx, a, page.Last, 1000); err != nil {
			return 0, err
		}
		n += len(page.Accounts)
	}
	return n, nil
}

// pace returns once Telegram's limits let a message pass, or an error when the bot
// stops before.
func (d *dispatcher) pace(a *attempt) error {
	if a.Broadcast != 0 {
		return d.bot.Pacer.WaitBulk(a.ctx, a.Chat)
	}
	return d.bot.Pacer.Wait(a.ctx, a.Chat)
}
