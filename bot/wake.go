package bot

import (
	"context"
	"errors"
	"time"

	"mvkbot/flows"
	"mvkbot/storage"
)

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
