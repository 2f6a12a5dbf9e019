package bot

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"time"

	"mvkbot/flows"
	"mvkbot/storage"
)

// triesPerTurn is how often a turn that faults is played before it is given up.
const triesPerTurn = 3

// played is what a turn came to.
type played struct {
	skipped  bool // seen before, or its outbox record is gone
	from, to flows.State
	event    flows.Event
	notice   flows.Text
	records  []storage.Record
}

// play runs a job as one transaction and hands what it left in the outbox to
// the dispatcher. A turn that cannot be played is given up with an apology: it
// must not block those behind it.
func (b *Bot) play(ctx context.Context, chat int64, j job) error {
	started := time.Now()
	var p played
	var err error
	for range triesPerTurn {
		p, err = b.try(ctx, chat, j)
		if f := (*fault)(nil); !errors.As(err, &f) {
			break
		}
	}
	if f := (*fault)(nil); errors.As(err, &f) {
		p, err = b.giveUp(ctx, chat, j, f)
	}
	if err != nil {
		return err
	}
	b.out.add(p.records)
	if j.callback != "" {
		b.answer(j.callback, p.notice)
	}
	b.stats.turn(p, time.Since(started))
	if p.skipped || j.dropped {
		return nil
	}
	b.Log.LogAttrs(ctx, slog.LevelInfo, "turn", slog.Int64("chat", chat), slog.String("kind", kindNames[j.turn.Kind]),
		slog.String("from", string(p.from)), slog.String("event", string(p.event)), slog.String("to", string(p.to)),
		slog.Duration("took", time.Since(started)))
	return nil
}

var kindNames = map[flows.TurnKind]string{
	flows.Said: "said", flows.Pressed: "pressed", flows.Shared: "shared", flows.Sent: "sent",
	flows.Woke: "woke", flows.Reported: "reported", flows.Overflown: "overflown", flows.Told: "told", flows.Edited: "edited",
}

func (b *Bot) try(ctx context.Context, chat int64, j job) (p played, err error) {
	t := j.turn
	t.At, t.Update = b.Now(), j.update
	if _, err := rand.Read(t.Entropy[:]); err != nil {
		return p, err
	}
	step, err := b.before(ctx, chat, t)
	if err != nil && passing(err) {
		return p, err
	}
	if err != nil {
		return p, &fault{err}
	}
	err = b.Store.Turn(ctx, func(tx *storage.Turn) error {
		p = played{}
		if fresh, err := b.fresh(tx, j, t.At); !fresh || err != nil {
			p.skipped = true
			return err
		}
		if j.dropped {
			return nil
		}
		c, err := tx.Conversation(chat)
		if err != nil {
			return err
		}
		next, effects, err := shielded(step, c, t, tx)
		if err != nil {
			return err
		}
		p.from, p.to, p.event = c.State, next.State, next.Event
		if p.records, p.notice, err = b.render(tx, chat, effects, t.At); err != nil {
			return &fault{err}
		}
		again, err := redelivered(tx, effects, t.At)
		if err != nil {
			return err
		}
		p.records = append(p.records, again...)
		if err := tx.AppendAll(p.records); err != nil {
			return err
		}
		if err := tx.SaveConversation(next); err != nil || j.turn.Kind != flows.Woke {
			return err
		}
		return settle(tx, j.deadline, next.Deadline(), t.At)
	})
	if err != nil && !passing(err) {
		err = &fault{err}
	}
	return p, err
}

// fresh reports whether the job is played for the first time.
func (b *Bot) fresh(tx *storage.Turn, j job, at time.Time) (bool, error) {
	if j.record != 0 {
		return tx.Finish(j.record)
	}
	if j.update == 0 {
		return true, nil
	}
	return tx.FirstSight(j.update, at), nil
}
