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
// batch was removed.
func (d *dispatcher) sweep() {
	defer close(d.done)
	for {
		select {
		case <-d.wake:
		case <-d.ctx.Done():
			return
		}
		for !d.removeFinished() {
			if !d.bot.sleep(d.ctx, time.Second) {
				return
			}
		}
	}
}

// removeFinished reports whether nothing is left to be removed.
func (d *dispatcher) removeFinished() bool {
	d.mu.Lock()
	batch := d.finished
	d.finished = nil
	d.mu.Unlock()
	if len(batch) == 0 {
		return true
	}
	endings := make([]storage.Ending, len(batch))
	for i, e := range batch {
		endings[i] = e.Ending
	}
	err := d.bot.Store.FinishAll(context.WithoutCancel(d.ctx), endings)
	if err == nil {
		d.bot.noted(batch)
		return true
	}
	d.bot.Log.Error("note deliveries", "records", len(batch), "err", err)
	if errors.Is(err, storage.ErrUnknownOutcome) {
		d.bot.fatal(err)
	}
	d.mu.Lock()
	d.finished = append(d.finished, batch...)
	d.mu.Unlock()
	return false
}
