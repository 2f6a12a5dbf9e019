package bot

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"mvkbot/bot/telegram"
	"mvkbot/flows"
	"mvkbot/storage"
)

// fault is what a step ends with that should never happen.
type fault struct{ err error }

func (f *fault) Error() string { return f.err.Error() }
func (f *fault) Unwrap() error { return f.err }

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

// wakeAgain is when a conversation that could not be woken is tried again.
const wakeAgain = time.Hour

// settle takes the row that woke a conversation out of the index, unless it is
// the row of the deadline which the conversation has now. One that is still due
// would wake it without a pause.
func settle(tx *storage.Turn, row storage.Deadline, now, at time.Time) error {
	switch {
	case !now.IsZero() && !now.After(at):
		return tx.PutOff(row, at.Add(wakeAgain))
	case !now.Equal(row.At):
		return tx.PutOff(row, time.Time{})
	}
	return nil
}

// passing reports whether an error is the storage's own and no turn's: the
// update waits then. Any other error would come again with every try, such as a
// damaged record, and must not stop the updates behind it.
func passing(err error) bool {
	return errors.Is(err, storage.ErrNoSpace) || errors.Is(err, storage.ErrClosed) || errors.Is(err, storage.ErrUnknownOutcome) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
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

// before is what the desk looks up for a turn; a panic of it is a fault.
func (b *Bot) before(ctx context.Context, chat int64, t flows.Turn) (step flows.StepFunc, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return b.Desk.Before(ctx, chat, t)
}

// shielded plays a step; a panic of the dialogs is a fault.
func shielded(step flows.StepFunc, c flows.Conversation, t flows.Turn, l flows.Ledger) (next flows.Conversation, effects []flows.Effect, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &fault{fmt.Errorf("panic: %v\n%s", v, debug.Stack())}
		}
	}()
	next, effects, err = step(c, t, l)
	if err != nil {
		err = &fault{err}
	}
	return next, effects, err
}

// giveUp commits a turn as done that cannot be played: the resident gets an
// apology with a number that stands in the log, and in the alert about the first
// such turn. Whom only a deadline woke gets none: they asked for nothing, and it
// is tried again.
func (b *Bot) giveUp(ctx context.Context, chat int64, j job, f *fault) (p played, err error) {
	var id [4]byte
	if _, err := rand.Read(id[:]); err != nil {
		return p, err
	}
	incident := hex.EncodeToString(id[:])
	b.stats.Faults.Add(1)
	b.Log.Error("turn given up", "chat", chat, "kind", kindNames[j.turn.Kind], "incident", incident, "err", f)
	args := flows.Args{Value: incident}
	err = b.Store.Turn(ctx, func(tx *storage.Turn) error {
		p = played{}
		if fresh, err := b.fresh(tx, j, b.Now()); !fresh || err != nil {
			p.skipped = true
			return err
		}
		alerts, err := b.alarm(tx, flows.AlarmFaults, true, args)
		if err != nil {
			return err
		}
		var effects []flows.Effect
		if j.turn.Kind != flows.Woke {
			effects = append(effects, flows.Say{Text: "apology", Args: args})
		} else if err := tx.PutOff(j.deadline, b.Now().Add(wakeAgain)); err != nil {
			return err
		}
		if p.records, _, err = b.render(tx, chat, effects, b.Now()); err != nil {
			return err
		}
		if err := tx.AppendAll(p.records); err != nil {
			return err
		}
		p.records = append(p.records, alerts...)
		return nil
	})
	return p, err
}

// answer ends the waiting circle on a pressed button.
func (b *Bot) answer(callback string, notice flows.Text) {
	params := map[string]string{"callback_query_id": callback}
	if notice != "" {
		if s, err := b.Texts.Plain(notice, flows.Args{}); err == nil {
			params["text"] = s
		}
	}
	b.aside(telegram.Call{Method: "answerCallbackQuery", Params: params})
}

// wakeDue wakes the conversations whose deadline has come. Deadlines are data:
// what came due while the bot was down is found at the first look.
func (b *Bot) wakeDue(ctx context.Context) error {
	const group = 100
	for {
		due, err := b.Store.Deadlines(ctx, b.Now(), group)
		if err == nil {
			err = b.wakeAll(due)
		}
		if errors.Is(err, storage.ErrUnknownOutcome) {
			return err
		}
		if err != nil && ctx.Err() == nil {
			b.Log.Error("wake conversations", "err", err)
		}
		if len(due) == group && err == nil {
			continue
		}
		if !b.sleep(ctx, time.Second) {
			return nil
		}
	}
}

func (b *Bot) wakeAll(due []storage.Deadline) error {
	done := make(chan error, len(due))
	for _, d := range due {
		b.in.add(d.Chat, func(int) job {
			return job{turn: flows.Turn{Kind: flows.Woke}, deadline: d, done: func(err error) { done <- err }}
		})
	}
	var failed error
	for range due {
		failed = errors.Join(failed, <-done)
	}
	return failed
}
