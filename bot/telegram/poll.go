package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math/rand/v2"
	"strconv"
	"time"
)

const (
	// pollLimit is how many updates a poll may bring, the most that Telegram allows.
	pollLimit = "100"
	// allowedUpdates is sent with every poll: left out, Telegram would keep whatever
	// was set last.
	allowedUpdates = `["message","edited_message","callback_query","my_chat_member"]`
	// rejectedPause is the pause while the token is not accepted.
	rejectedPause = time.Minute
	// emptyPause is the shortest time between two polls that bring nothing.
	emptyPause = time.Second
)

// Handler takes a batch of updates, in order, and owns the slice. It returns nil once
// every update of the batch is safe, for Telegram then deletes them. On an error the
// same updates come again, with later ones perhaps, after a pause.
type Handler func(ctx context.Context, batch []Update) error

// Poll takes updates and hands them to handle, batch by batch, until ctx ends, whose
// error it returns; nothing else ends it. A failure is logged, shown by Health, and
// followed by a pause.
//
// Delivery is at least once: the next offset is asked for after handle returned nil,
// and ending ctx sends no last confirmation, so the updates of an interrupted batch
// come again. Ids below the offset are taken like others; see Update.ID.
func (c *Client) Poll(ctx context.Context, handle Handler) error {
	c.health.enter(Starting)
	defer c.health.enter(Idle)
	p := poller{Client: c, handle: handle}
	for ctx.Err() == nil {
		sleep(ctx, p.round(ctx))
	}
	return ctx.Err()
}

// poller is the state of one Poll.
type poller struct {
	*Client
	handle Handler
	offset int64
	// repeats counts batches in a row that did not move the offset.
	repeats int
}

// round polls once, has the batch handled, and returns the pause before the next round.
func (p *poller) round(ctx context.Context) time.Duration {
	began := time.Now()
	timeout := p.timeout()
	batch, err := p.updates(ctx, timeout)
	if ctx.Err() != nil {
		return 0
	}
	if err != nil {
		return p.failed(err)
	}
	if len(batch) == 0 {
		p.repeats = 0
		p.health.well(timeout > 0)
		if timeout == 0 {
			return 0
		}
		return emptyPause - time.Since(began)
	}
	if err := p.handle(ctx, batch); err != nil {
		if ctx.Err() != nil {
			return 0
		}
		return p.stuck(err)
	}
	if !p.advance(batch) {
		// Telegram may lose a confirmation and deliver again; a server that goes on
		// doing so must not make a loop without a pause.
		if p.repeats++; p.repeats > 1 {
			return p.failed(&Error{Kind: Unknown, Method: "getUpdates", Err: errNoProgress})
		}
		return 0
	}
	p.repeats = 0
	p.health.well(true)
	return 0
}

var errNoProgress = errors.New("confirmed updates came again, or updates without an id")

// timeout is how long the next poll may be held open. While it is not known whether
// polling works the answer is wanted at once, so that Health need not wait for an
// update; not so in a conflict, where a short poll succeeds between two of the rival's.
func (p *poller) timeout() time.Duration {
	if s := p.Health().State; s == Polling || s == Conflicted {
		return p.pollTimeout
	}
	return 0
}

// advance moves the offset behind the batch. The largest id of this batch counts,
// not the largest ever: ids may have restarted lower. It returns false if the same
// offset would be asked for again.
func (p *poller) advance(batch []Update) bool {
	var last int64
	for _, u := range batch {
		last = max(last, u.ID)
	}
	if last == 0 || last+1 == p.offset {
		return false
	}
	if last < p.offset {
		p.log.Warn("update ids restarted", slog.Int64("offset", p.offset), slog.Int64("id", last))
	}
	p.offset = last + 1
	return true
}

// updates asks for the updates from the offset on.
func (p *poller) updates(ctx context.Context, timeout time.Duration) ([]Update, error) {
	call := Call{Method: "getUpdates", Params: map[string]string{
		"limit":           pollLimit,
		"timeout":         strconv.Itoa(int(timeout / time.Second)),
		"allowed_updates": allowedUpdates,
	}}
	if p.offset != 0 {
		call.Params["offset"] = strconv.FormatInt(p.offset, 10)
	}
	resp, err := p.request(ctx, call, timeout+pollSlack, maxUpdates)
	if err != nil {
		return nil, err
	}
	var raws []json.RawMessage
	if err := json.Unmarshal(resp.Result, &raws); err != nil {
		return nil, &Error{Kind: Unknown, Method: call.Method, Err: errNoAnswer}
	}
	batch := make([]Update, len(raws))
	for i, raw := range raws {
		batch[i] = decode(raw)
	}
	return batch, nil
}

// failed notes a failure of getUpdates and returns the pause after it.
func (p *poller) failed(err error) time.Duration {
	var e *Error
	if !errors.As(err, &e) {
		e = &Error{}
	}
	state := Failing
	switch e.Kind {
	case Conflict:
		state = Conflicted
	case Unauthorized:
		state = Rejected
	}
	n := p.health.failed(state, err)
	var pause time.Duration
	switch state {
	case Conflicted:
		pause = backoff(n, 5*time.Second, time.Minute)
	case Rejected:
		pause = rejectedPause
	default:
		pause = backoff(n, time.Second, 30*time.Second)
	}
	pause = max(pause, e.RetryAfter)
	p.log.Warn("poll", slog.Any("err", err), slog.Int("failures", n), slog.Duration("pause", pause))
	return pause
}

// stuck notes a failure of the handler and returns the pause after it.
func (p *poller) stuck(err error) time.Duration {
	n := p.health.failed(Stuck, err)
	pause := backoff(n, time.Second, 30*time.Second)
	p.log.Warn("handle updates", slog.Any("err", err), slog.Int("failures", n), slog.Duration("pause", pause))
	return pause
}

// backoff returns the pause after the n-th failure in a row: from low on doubling, plus
// up to a quarter by chance, at most high.
func backoff(n int, low, high time.Duration) time.Duration {
	pause := high * 4 / 5
	if shift := n - 1; shift < 16 {
		pause = min(low<<shift, pause)
	}
	return pause + rand.N(pause/4)
}

// sleep waits for d or until ctx ends.
func sleep(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
