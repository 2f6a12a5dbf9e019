// Package bot runs the dialogs: it takes updates, plays each as one transaction
// of its chat, and sends what the transactions left in the outbox. What takes long
// (a broadcast, an import, an export, a copy of the database, a review of the
// bindings) it does outside of them, from a note in the store; and it watches
// itself and tells administrators of troubles.
//
// It promises that an update is taken into account once, that updates and
// messages of one chat keep their order, and that no chat, gateway, broken update
// or long work stops the others. It decides nothing about the dialogs (package
// flows) or the commands of staff (package admin) and keeps nothing in memory that
// a restart would miss.
package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"mvkbot/bot/admin"
	"mvkbot/bot/telegram"
	"mvkbot/flows"
	"mvkbot/flows/text"
	"mvkbot/storage"
)

// SMSGateway hands over one SMS; its errors are those of package notify.
type SMSGateway interface {
	SendSMS(ctx context.Context, id string, to flows.Phone, text string) error
}

// MailServer hands over one letter; id and date are the same over all attempts,
// its errors are those of package notify.
type MailServer interface {
	SendMail(ctx context.Context, id string, to flows.Email, l Letter, date time.Time) error
}

// Letter is what a letter says.
type Letter struct {
	Subject string `cbor:"1,keyasint"`
	Text    string `cbor:"2,keyasint"`
	HTML    string `cbor:"3,keyasint"`
}

// Options are what a Bot is made of. All but Contracts are required.
type Options struct {
	Store     *storage.Store
	Importer  Importer
	Contracts Contracts // the store's; without them bindings are compared with nothing
	Engine    *flows.Engine
	Desk      *admin.Desk
	Texts     *text.Texts
	Telegram  *telegram.Client
	Pacer     *telegram.Pacer
	SMS       SMSGateway
	Mail      MailServer
	Host      Host
	Log       *slog.Logger
	Now       func() time.Time
}

// Bot is one running bot.
type Bot struct {
	Options
	in      *lines[job]
	out     *dispatcher
	bulk    *bulk
	watch   watch
	stats   Stats
	started time.Time

	fatal     context.CancelCauseFunc
	sleep     func(context.Context, time.Duration) bool // false when the context ended first
	nextLook  func(context.Context) bool                // of the watch over troubles, like sleep
	steady    func() time.Duration                      // a clock that nobody can set
	finishing time.Duration
	noticed   map[int64]bool // flooders that were told so; of the polling goroutine
	asides    asides
}

// New returns a bot, which the desk then watches; it does nothing until Run.
func New(o Options) *Bot {
	b := &Bot{Options: o, noticed: map[int64]bool{}, asides: asides{log: o.Log, free: asideSlots}, fatal: func(error) {}, sleep: sleep, finishing: finishing}
	b.in = newLines(b.work)
	b.out = newDispatcher(b)
	b.bulk = newBulk(b)
	b.watch.bot, b.watch.polling = b, func() telegram.State { return o.Telegram.Health().State }
	b.nextLook = func(ctx context.Context) bool { return b.sleep(ctx, watchEvery) }
	start := time.Now()
	b.steady = func() time.Duration { return time.Since(start) }
	b.Desk.Monitor = b
	return b
}

// Stats are the counters of the bot.
func (b *Bot) Stats() *Stats { return &b.stats }

// Ready tells why the bot cannot serve right now, nil when it can.
func (b *Bot) Ready() error {
	if h := b.Telegram.Health(); h.State != telegram.Polling {
		return fmt.Errorf("telegram: %s since %s", h.State, h.Since.Format(time.TimeOnly))
	}
	return nil
}

// finishing is how long a stopping bot finishes turns, and then messages, that
// are under way.
const finishing = 5 * time.Second

// Run serves until ctx ends, and returns nil then; or until the outcome of a
// commit is unknown, which only a restart of the process can mend.
func (b *Bot) Run(ctx context.Context) error {
	ctx, fatal := context.WithCancelCause(ctx)
	b.fatal = fatal
	defer fatal(nil)
	left, err := b.begin(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	sending, stopSending := context.WithCancel(context.WithoutCancel(ctx))
	defer stopSending()
	b.out.start(sending)
	b.out.recover(left)
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error { return b.Telegram.Poll(gctx, b.handle) })
	g.Go(func() error { return b.wakeDue(gctx) })
	g.Go(func() error { return b.pruneDaily(gctx) })
	g.Go(func() error { return b.bulk.run(gctx) })
	g.Go(func() error { return b.watch.run(gctx) })
	g.Go(func() error { return b.reviewBindings(gctx) })
	g.Go(func() error { b.setMenus(gctx); return nil })
	err = g.Wait()
	b.in.drain(b.finishing)
	b.out.drain(b.finishing)
	b.in.drain(time.Second) // what the last deliveries told their conversations
	stopSending()
	b.out.drain(finishing) // a call that a stop must not cut off
	b.in.drain(time.Second)
	b.out.wait()
	b.asides.close()
	if cause := context.Cause(ctx); errors.Is(cause, storage.ErrUnknownOutcome) {
		return cause
	}
	if ctx.Err() != nil || errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// begin takes over what an earlier process left, and returns what it did not send.
func (b *Bot) begin(ctx context.Context) ([]storage.Record, error) {
	b.started = b.Now()
	if err := b.Host.RemoveFetched(); err != nil {
		b.Log.Error("remove what was fetched", "err", err)
	}
	told, err := b.Store.Alarms(ctx)
	if err != nil {
		return nil, err
	}
	b.out.know(told)
	if err := b.watch.begin(ctx, told); err != nil {
		return nil, err
	}
	return b.Store.Outbox(ctx)
}

func (b *Bot) pruneDaily(ctx context.Context) error {
	for {
		err := b.Store.Prune(ctx)
		if errors.Is(err, storage.ErrUnknownOutcome) {
			return err
		}
		if err != nil && ctx.Err() == nil {
			b.Log.Error("forget old updates", "err", err)
		}
		b.logAnchor(ctx)
		if !b.sleep(ctx, 24*time.Hour) {
			return nil
		}
	}
}

// logAnchor writes down where the audit log ends, outside of the database: whoever
// puts an old log back does not reach that.
func (b *Bot) logAnchor(ctx context.Context) {
	anchor, err := b.Store.AuditAnchor(ctx)
	switch {
	case err == nil:
		b.Log.Info("audit log ends at " + anchor.String())
	case ctx.Err() == nil:
		b.Log.Error("anchor the audit log", "err", err)
	}
}

// sleep waits and reports whether it was let to.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
