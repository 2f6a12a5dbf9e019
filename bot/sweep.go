package bot

import (
	"context"
	"errors"
	"time"

	"mvkbot/storage"
)

// ended is a record that came to its end; noted is called once that is durable.
type ended struct {
	storage.Ending
	noted func()
}

// sweep removes delivered records in batches: whatever gathered while the last
// batch was removed. It waits for no more of them: a kill would find several
// messages of one chat, and they would come again out of their order.
func (d *dispatcher) sweep() {
	defer close(d.done)
	for {
		select {
		case <-d.wake:
		case <-d.ctx.Done():
			return
		}
		for err := d.removeFinished(); err != nil; err = d.removeFinished() {
			if errors.Is(err, storage.ErrUnknownOutcome) || !d.bot.sleep(d.ctx, time.Second) {
				return
			}
		}
	}
}

// removeFinished removes what gathered. What fails is kept for another try, unless
// none can follow: the outcome is unknown, and the next process finds what is left.
func (d *dispatcher) removeFinished() error {
	d.mu.Lock()
	batch := d.finished
	d.finished = nil
	d.mu.Unlock()
	if len(batch) == 0 {
		return nil
	}
	endings := make([]storage.Ending, len(batch))
	for i, e := range batch {
		endings[i] = e.Ending
	}
	err := d.bot.Store.FinishAll(context.WithoutCancel(d.ctx), endings)
	if err == nil {
		d.bot.noted(batch)
		return nil
	}
	d.bot.Log.Error("note deliveries", "records", len(batch), "err", err)
	if errors.Is(err, storage.ErrUnknownOutcome) {
		d.bot.fatal(err)
		return err
	}
	d.mu.Lock()
	d.finished = append(d.finished, batch...)
	d.mu.Unlock()
	return err
}
