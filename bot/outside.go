package bot

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/fxamacker/cbor/v2"

	"mvkbot/flows"
	"mvkbot/notify"
	"mvkbot/storage"
)

// remoteID is the stable name of a record for the remote: it is the same over
// all attempts.
func remoteID(r storage.Record) string { return strconv.FormatUint(r.Sequence, 36) }

// sendSMS brings a SMS to its end. It is marked before the call and never
// repeated once the gateway may have accepted it: the resident asks for a new
// code, and money is never spent twice.
func (d *dispatcher) sendSMS(a *attempt) flows.Outcome {
	if a.Started {
		return d.given(a) // an earlier process was in the middle of it
	}
	for {
		wait, outcome, err := d.startSMS(a)
		if errors.Is(err, errGone) {
			return 0
		}
		if err != nil && !passing(err) {
			return d.left(a, err)
		}
		if err != nil {
			d.bot.Log.Error("start sms", "record", a.Sequence, "err", err)
			if !a.again() {
				return 0
			}
			continue
		}
		if outcome != 0 {
			return outcome
		}
		if wait > 0 {
			if !a.pause(wait) {
				return 0
			}
			continue
		}
		err = d.bot.SMS.SendSMS(context.WithoutCancel(a.ctx), remoteID(a.Record), flows.Phone(a.To), string(a.Payload))
		outcome = d.outcome(a, err)
		if outcome != 0 {
			return outcome
		}
		d.refute(a)
		if !a.again() {
			return 0
		}
	}
}

// errGone is returned by startSMS for a record that was finished elsewhere.
var errGone = errors.New("record is gone")

// startSMS marks a SMS as being sent, if it still means something and the
// minute's budget allows; else it tells how long to wait.
func (d *dispatcher) startSMS(a *attempt) (wait time.Duration, o flows.Outcome, err error) {
	at := d.bot.Now()
	err = d.turn(func(tx *storage.Turn) error {
		wait, o = 0, 0
		if a.NotAfter != 0 && at.Unix() >= a.NotAfter {
			o = flows.Unsent
			return nil
		}
		c, err := tx.Conversation(a.Chat)
		if err != nil {
			return err
		}
		if !c.Live(a.Ref) {
			o = flows.Unsent
			return nil
		}
		if !a.charged {
			if until := d.bot.Engine.TakeMinute(at, tx); !until.IsZero() {
				wait = max(until.Sub(at), time.Second)
				return nil
			}
		}
		ok, err := tx.Mark(a.Sequence, true)
		if err == nil && !ok {
			return errGone
		}
		return err
	})
	if err == nil && wait == 0 && o == 0 {
		a.charged, a.Started = true, true
	}
	return wait, o, err
}

// outcome reads what a gateway's answer means for the record; 0 is to be tried
// again.
func (d *dispatcher) outcome(a *attempt, err error) flows.Outcome {
	o := notify.OutcomeOf(err)
	d.health(a.Channel, a.Chat, err)
	if err != nil {
		d.bot.Log.Warn("not handed over", "channel", a.Channel.String(), "chat", a.Chat, "record", a.Sequence, "try", a.tries+1, "err", err)
	}
	switch o {
	case notify.Done:
		return flows.Delivered
	case notify.Refused:
		return flows.Refused
	case notify.Unknown:
		return flows.Unknown
	}
	return 0
}

// sendMail brings a letter to its end. A lost answer is followed by one more
// attempt, which carries the same Message-ID.
func (d *dispatcher) sendMail(a *attempt) flows.Outcome {
	var l Letter
	if err := cbor.Unmarshal(a.Payload, &l); err != nil {
		d.bury(a.Record, "payload does not decode")
		return 0
	}
	if a.Started {
		return d.given(a)
	}
	for {
		if stale, err := d.stale(a.Record); err != nil {
			return d.left(a, err)
		} else if stale {
			return flows.Unsent
		}
		if a.risky && !d.begin(a) {
			return 0
		}
		err := d.bot.Mail.SendMail(a.ctx, remoteID(a.Record), flows.Email(a.To), l, time.Unix(a.At, 0))
		if notify.OutcomeOf(err) == notify.Temporary {
			d.refute(a)
		}
		if a.ctx.Err() != nil && err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return 0
		}
		o := d.outcome(a, err)
		if o == flows.Unknown && !a.risky {
			a.risky, o = true, 0
		}
		if o != 0 {
			return o
		}
		if !a.again() {
			return 0
		}
	}
}
