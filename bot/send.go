package bot

import (
	"errors"
	"log/slog"
	"time"

	"github.com/fxamacker/cbor/v2"

	"mvkbot/bot/telegram"
	"mvkbot/flows"
)

// sendMessage brings a message to a chat to its end; 0 when the bot stopped
// first. A message whose acceptance is hidden by a crash or a lost answer is
// repeated once.
func (d *dispatcher) sendMessage(a *attempt) flows.Outcome {
	if a.Started {
		return d.given(a)
	}
	if stale, err := d.stale(a.Record); err != nil {
		return d.left(a, err)
	} else if stale {
		return flows.Unsent
	}
	var m message
	if err := cbor.Unmarshal(a.Payload, &m); err != nil {
		d.bury(a.Record, "payload does not decode")
		return 0
	}
	call, err := d.bot.call(a.ctx, a.Chat, m)
	if err != nil {
		d.bot.Log.Error("draw message", "record", a.Sequence, "err", err)
		d.bury(a.Record, "cannot be drawn")
		return 0
	}
	for {
		if d.pace(a) != nil {
			return 0
		}
		if astray, err := d.astray(a.Record); err != nil {
			return d.left(a, err)
		} else if astray {
			return flows.Unsent
		}
		if a.risky && !d.begin(a) {
			return 0
		}
		res, err := d.bot.Telegram.Do(a.ctx, call)
		if err == nil && res.EditGone {
			m.Replace = 0
			if call, err = d.bot.call(a.ctx, a.Chat, m); err == nil {
				continue
			}
		}
		if err == nil {
			a.message = res.MessageID
			return flows.Delivered
		}
		outcome, again := d.failed(a, err)
		if !again {
			return outcome
		}
	}
}

// failed decides what a failed call means.
func (d *dispatcher) failed(a *attempt, err error) (o flows.Outcome, again bool) {
	var e *telegram.Error
	if !errors.As(err, &e) {
		e = &telegram.Error{Kind: telegram.Unknown, Err: err}
	}
	if e.Kind == telegram.Temporary || e.Kind == telegram.Unauthorized {
		d.refute(a)
	}
	if a.ctx.Err() != nil {
		return 0, false
	}
	level := slog.LevelWarn
	if e.Kind == telegram.Gone { // somebody stopped the bot: no fault of anything
		level = slog.LevelInfo
	}
	d.bot.Log.Log(a.ctx, level, "message not sent", "chat", a.Chat, "record", a.Sequence, "try", a.tries+1, "err", err)
	old := d.bot.Now().Sub(time.Unix(a.At, 0)) > maxAge
	switch {
	case e.Kind == telegram.Gone:
		if crew, err := d.bot.crew(a.ctx); err == nil && d.bot.Engine.Rules().Role(crew, a.Chat) == flows.Administrator {
			d.bot.Log.Error("alert not delivered", "admin", a.Chat, "record", a.Sequence)
		}
		return flows.Unsent, false
	case a.Broadcast != 0 && (e.Kind == telegram.Refused || old):
		return flows.Refused, false // counted: thousands of dead letters would say no more
	case e.Kind == telegram.Refused, e.Kind == telegram.Conflict, old:
		d.bury(a.Record, e.Error())
		return 0, false
	case e.Kind == telegram.Unknown:
		if a.risky {
			return d.given(a), false
		}
		a.risky = true
		return 0, a.again()
	case e.Kind == telegram.Unauthorized:
		return 0, a.pause(time.Minute)
	case e.RetryAfter > 0:
		if a.Broadcast != 0 && !a.flooded { // one message to each chat: it is all of them that are too many
			a.flooded = true
			d.bot.Pacer.HoldBulk(e.RetryAfter)
		} else {
			d.bot.Pacer.Hold(a.Chat, e.RetryAfter)
		}
		return 0, true
	}
	return 0, a.again()
}

// begin notes, before a call that repeats another, that there must be no third,
// and tries until that is durable; false when the message is not to be sent: the
// bot stops, or the record is gone.
func (d *dispatcher) begin(a *attempt) bool {
	for {
		ok, err := d.mark(a.Record, true)
		if err == nil {
			a.Started = ok
			return ok
		}
		if !passing(err) {
			d.bury(a.Record, "record cannot be marked")
			return false
		}
		d.bot.Log.Error("mark record", "record", a.Sequence, "err", err)
		if !a.again() {
			return false
		}
	}
}

// refute takes the note of begin back after a call that was surely not accepted.
// Where that fails, the note stands until the next call or, after a crash, costs
// the message.
func (d *dispatcher) refute(a *attempt) {
	if !a.Started {
		return
	}
	if _, err := d.mark(a.Record, false); err != nil {
		d.bot.Log.Error("unmark record", "record", a.Sequence, "err", err)
		return
	}
	a.Started = false
}

// given is the end of a message that must not be sent once more.
func (d *dispatcher) given(a *attempt) flows.Outcome {
	d.bot.Log.Warn("message not repeated a second time", "chat", a.Chat, "record", a.Sequence, "channel", a.Channel.String())
	return flows.Unknown
}

// left ends a record whose conversation cannot be read: it waits for the next
// process where the storage was at fault, and is buried where its conversation is.
func (d *dispatcher) left(a *attempt, err error) flows.Outcome {
	if !passing(err) {
		d.bury(a.Record, "its conversation cannot be read")
		return 0
	}
	d.bot.Log.Error("record stays in the outbox", "record", a.Sequence, "err", err)
	return 0
}
