package bot

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime/debug"

	"mvkbot/flows"
	"mvkbot/storage"
)

// fault is what a step ends with that should never happen.
type fault struct{ err error }

func (f *fault) Error() string { return f.err.Error() }
func (f *fault) Unwrap() error { return f.err }

// passing reports whether an error is the storage's own and no turn's: the
// update waits then. Any other error would come again with every try, such as a
// damaged record, and must not stop the updates behind it.
func passing(err error) bool {
	return errors.Is(err, storage.ErrNoSpace) || errors.Is(err, storage.ErrClosed) || errors.Is(err, storage.ErrUnknownOutcome) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
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
