package bot

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"mvkbot/flows"
	"mvkbot/notify"
	"mvkbot/storage"
)

// How many messages are under way at once.
const (
	telegramSlots = 512
	smsSlots      = 4
	mailSlots     = 4
	innerSlots    = 8
)

// maxAge is how long a message to a chat is tried.
const maxAge = 24 * time.Hour

// delivery is one outbox record on its way.
type delivery struct {
	storage.Record
	recovered bool // an earlier process may have sent it
}

// dispatcher sends what stands in the outbox: right after the commit, and after
// a restart whatever is left. Every channel has its own lines, so that none
// waits for another; within a channel a chat's records keep their order. What a
// broadcast sends has lines of its own, so that no answer waits behind it.
type dispatcher struct {
	bot   *Bot
	ctx   context.Context
	lines map[storage.Channel]*lines[delivery]
	bulk  *lines[delivery]
	slots map[storage.Channel]chan struct{}

	mu       sync.Mutex
	finished []ended // records that no conversation wants to hear of
	wake     chan struct{}
	done     chan struct{}
	gateways []gatewayState
	telling  sync.Mutex // held while administrators are told of a gateway
}

func newDispatcher(b *Bot) *dispatcher {
	d := &dispatcher{
		bot: b, wake: make(chan struct{}, 1), done: make(chan struct{}),
		gateways: []gatewayState{
			{channel: storage.SMS, alarm: flows.AlarmSMS, refused: map[int64]struct{}{}},
			{channel: storage.Mail, alarm: flows.AlarmMail, refused: map[int64]struct{}{}},
		},
		lines: map[storage.Channel]*lines[delivery]{}, slots: map[storage.Channel]chan struct{}{},
	}
	d.bulk = newLines(d.deliver)
	for ch, n := range map[storage.Channel]int{storage.Telegram: telegramSlots, storage.SMS: smsSlots, storage.Mail: mailSlots, storage.Inner: innerSlots} {
		d.lines[ch] = newLines(d.deliver)
		d.slots[ch] = make(chan struct{}, n)
	}
	return d
}

func (d *dispatcher) start(ctx context.Context) {
	d.ctx = ctx
	go d.sweep()
}

// add sends new records.
func (d *dispatcher) add(records []storage.Record) {
	for _, r := range records {
		d.line(r).add(r.Chat, func(int) delivery { return delivery{Record: r} })
	}
}

// recover sends what an earlier process left behind.
func (d *dispatcher) recover(records []storage.Record) {
	for _, r := range records {
		if r.Channel == 0 {
			d.bot.Log.Error("outbox record is damaged and left where it is", "record", r.Sequence)
		}
		if l := d.line(r); l != nil {
			l.add(r.Chat, func(int) delivery { return delivery{Record: r, recovered: true} })
		}
	}
}

// line is where a record waits; nil for one of no known channel.
func (d *dispatcher) line(r storage.Record) *lines[delivery] {
	if r.Broadcast != 0 {
		return d.bulk
	}
	return d.lines[r.Channel]
}

// drain waits for what is under way.
func (d *dispatcher) drain(atMost time.Duration) {
	until := time.Now().Add(atMost)
	for _, l := range d.lines {
		l.drain(time.Until(until))
	}
	d.bulk.drain(time.Until(until))
}

// wait ends the dispatcher with the note of what was delivered.
func (d *dispatcher) wait() {
	<-d.done
	_ = d.removeFinished() // logged
}

// deliver brings one record to its end. When the bot stops in the middle the
// record stays in the outbox for the next process.
func (d *dispatcher) deliver(_ int64, r delivery) {
	if d.ctx.Err() != nil {
		return
	}
	leave := func() {}
	if r.Broadcast != 0 {
		var err error
		if leave, err = d.bot.Pacer.EnterBulk(d.ctx); err != nil {
			return // the bot stops
		}
	}
	slots := d.slots[r.Channel]
	slots <- struct{}{}
	defer func() { <-slots }()
	a := &attempt{delivery: r, bot: d.bot, ctx: d.ctx, slots: slots, risky: r.recovered}
	var outcome flows.Outcome
	switch r.Channel {
	case storage.Telegram:
		outcome = d.sendMessage(a)
	case storage.SMS:
		outcome = d.sendSMS(a)
	case storage.Mail:
		outcome = d.sendMail(a)
	case storage.Inner:
		outcome = d.carry(a)
	}
	if outcome == 0 {
		leave()
		return
	}
	d.bot.stats.Sent[r.Channel][outcome].Add(1)
	d.finish(a, outcome, leave)
}

// attempt is a delivery with what its tries need.
type attempt struct {
	delivery
	bot     *Bot
	ctx     context.Context
	slots   chan struct{}
	tries   int
	risky   bool // an earlier call may have been accepted: one more is allowed
	charged bool // the minute's budget has paid for it
	flooded bool // all of its broadcast waited for it: if that was not enough, it is the chat
	message int  // that was delivered, where the channel tells
}

// pause gives the slot away until the next try; false when the bot stops.
func (a *attempt) pause(wait time.Duration) bool {
	<-a.slots
	ok := a.bot.sleep(a.ctx, wait)
	a.slots <- struct{}{}
	return ok
}

// ownSlot gives the slot away for one that nobody else waits for; the function
// that it returns takes a common one again.
func (a *attempt) ownSlot() (back func()) {
	common := a.slots
	<-common
	a.slots = make(chan struct{}, 1)
	a.slots <- struct{}{}
	return func() { common <- struct{}{} }
}

// again waits before a message that was surely not accepted is tried again.
func (a *attempt) again() bool {
	a.tries++
	return a.pause(notify.Backoff(a.tries, rand.Float64()))
}

// stale reports whether a record has lost its meaning: it is too old, or its
// captcha or code was replaced.
func (d *dispatcher) stale(r storage.Record) (bool, error) {
	if r.NotAfter != 0 && d.bot.Now().Unix() >= r.NotAfter {
		return true, nil
	}
	if r.Ref == (flows.Ref{}) {
		return false, nil
	}
	if r.Ref.Ticket != 0 {
		return false, nil // see astray
	}
	c, err := d.bot.Store.Conversation(d.ctx, r.Chat)
	return err == nil && !c.Live(r.Ref), err
}

// astray reports whether a message of a ticket is no longer for its chat, or the
// broadcast of a message is no longer for anybody. It is asked before every single
// call: an account may move while a message waits.
func (d *dispatcher) astray(r storage.Record) (astray bool, err error) {
	switch {
	case r.Broadcast != 0:
		b, _, err := d.bot.Store.Broadcast(d.ctx, r.Broadcast)
		return b.State == flows.BroadcastCancelled, err
	case r.Ref.Ticket == 0:
		return false, nil
	}
	err = d.bot.Store.Look(d.ctx, func(l flows.Ledger) { astray = !d.bot.Engine.Relays(r.Chat, r.Ref, l) })
	return err == nil && astray, err
}

// turn commits what a delivery notes. A stop does not cut it off, and a commit
// of unknown outcome ends the bot.
func (d *dispatcher) turn(fn func(*storage.Turn) error) error {
	err := d.bot.Store.Turn(context.WithoutCancel(d.ctx), fn)
	if errors.Is(err, storage.ErrUnknownOutcome) {
		d.bot.fatal(err)
	}
	return err
}

// mark notes in the store whether a send is under way that must not be repeated
// blindly; false when the record is gone.
func (d *dispatcher) mark(r storage.Record, started bool) (ok bool, err error) {
	err = d.turn(func(tx *storage.Turn) error {
		ok, err = tx.Mark(r.Sequence, started)
		return err
	})
	return ok, err
}
