package bot

import (
	"errors"
	"time"

	"mvkbot/flows"
	"mvkbot/storage"
)

// finish notes the end of a record. Where the conversation wants to hear of it,
// the note and the turn are one transaction. A record of a broadcast is counted
// there, and noted is called once that is durable.
func (d *dispatcher) finish(a *attempt, o flows.Outcome, noted func()) {
	r := a.Record
	if r.Ref != (flows.Ref{}) {
		d.report(r, r.Sequence, a.message, o)
		noted()
		return
	}
	d.mu.Lock()
	d.finished = append(d.finished, ended{storage.Ending{Sequence: r.Sequence, Broadcast: r.Broadcast, Outcome: o}, noted})
	d.mu.Unlock()
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// report tells a conversation how a message ended, and under which number it
// arrived; record is what ends with that, 0 for none. It goes on until the
// conversation has heard.
func (d *dispatcher) report(r storage.Record, record uint64, message int, o flows.Outcome) {
	done := func(err error) {
		if err == nil {
			return
		}
		d.bot.Log.Error("report delivery", "chat", r.Chat, "channel", r.Channel.String(), "err", err)
		if errors.Is(err, storage.ErrClosed) || errors.Is(err, storage.ErrUnknownOutcome) {
			return
		}
		go func() { // the chat's line must not wait
			if d.bot.sleep(d.ctx, time.Second) {
				d.report(r, record, message, o)
			}
		}()
	}
	d.bot.in.add(r.Chat, func(int) job {
		return job{record: record, turn: flows.Turn{Kind: flows.Reported, Ref: r.Ref, Outcome: o, Text: r.To, Message: message}, done: done}
	})
}

// bury moves a record to the dead letters, and tells the conversation that wants
// to hear of it, and the administrators, of the first since they last looked.
func (d *dispatcher) bury(r storage.Record, reason string) {
	b := d.bot
	b.Log.Error("dead letter", "chat", r.Chat, "channel", r.Channel.String(), "record", r.Sequence, "reason", reason)
	var alerts []storage.Record
	err := d.turn(func(tx *storage.Turn) error {
		alerts = nil
		if n := r.Ref.Ticket; n != 0 && tx.Ticket(n).Number == 0 { // its account was deleted meanwhile
			_, err := tx.Finish(r.Sequence)
			return err
		}
		if b.Engine.Rules().Role(tx, r.Chat) != flows.Administrator { // an alert about an alert would never end
			var err error
			if alerts, err = b.alarm(tx, flows.AlarmDeadLetters, true, flows.Args{Label: r.Channel.String(), Value: reason}); err != nil {
				return err
			}
		}
		return tx.Bury(r, reason)
	})
	if err != nil {
		b.Log.Error("bury record", "record", r.Sequence, "err", err)
		return
	}
	d.add(alerts)
	if r.Ref != (flows.Ref{}) {
		d.report(r, 0, 0, flows.Unsent)
	}
}
