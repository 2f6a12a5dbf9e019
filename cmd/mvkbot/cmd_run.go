package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"golang.org/x/sync/errgroup"

	"mvkbot/bot"
	"mvkbot/bot/admin"
	"mvkbot/bot/telegram"
	"mvkbot/flows"
	"mvkbot/flows/text"
	"mvkbot/notify/mail"
	"mvkbot/notify/sms"
	"mvkbot/storage"
)

type runCmd struct{}

// Run serves residents until a signal comes.
func (runCmd) Run(a *app) (err error) {
	ctx := a.ctx
	s, err := a.openStores(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if s.contracts.Info().Rows == 0 {
		a.log.Warn(`the contract directory is empty, nobody can bind a contract: import one with "mvkbot contracts import FILE"`, "contracts", a.cfg.Contracts)
	}
	b, err := a.newBot(s)
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	if a.cfg.Listen != "" {
		l, err := net.Listen("tcp", a.cfg.Listen)
		if err != nil {
			return fmt.Errorf("listen for health: %w", err)
		}
		handler := newHealth(map[string]func() error{"telegram": b.Ready}, botMetrics(b, s))
		a.log.Info("health pages", "address", l.Addr().String())
		g.Go(func() error { return serveHealth(ctx, l, handler, a.log) })
	}
	socket, err := listenSocket(a.cfg.Store)
	if err != nil {
		return err
	}
	g.Go(func() error { serveSocket(ctx, socket, s.db, a.log); return nil })
	g.Go(func() error { s.contracts.Watch(ctx, time.Second); return nil })
	g.Go(func() error {
		a.log.Info("running", "database", a.cfg.Store, "contracts", s.contracts.Info().Rows)
		if err := b.Run(ctx); err != nil {
			return err
		}
		return context.Canceled // ends the others
	})
	if err := g.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	a.log.Info("stopped")
	return nil
}

// newBot puts the bot together.
func (a *app) newBot(s *stores) (*bot.Bot, error) {
	engine, texts, err := a.newEngine()
	if err != nil {
		return nil, err
	}
	if err := flows.Check(flows.All(), texts.Has); err != nil {
		return nil, err
	}
	client, err := telegram.New(telegram.Options{API: a.cfg.API, Token: string(a.cfg.Token), Log: a.log})
	if err != nil {
		return nil, err
	}
	gateway, err := sms.New(sms.Options{URL: string(a.cfg.SMS)})
	if err != nil {
		return nil, fmt.Errorf("MVKBOT_SMS: %w", err)
	}
	relay, err := mail.New(mail.Options{URL: string(a.cfg.SMTP), From: a.cfg.MailFrom.String()})
	if err != nil {
		return nil, fmt.Errorf("MVKBOT_SMTP: %w", err)
	}
	return bot.New(bot.Options{
		Store: s.store, Contracts: s.contracts, Importer: importer{a.cfg.Contracts, s.contracts, s.store, texts},
		Engine: engine, Texts: texts, Desk: admin.New(admin.Options{Engine: engine, Store: s.store, Caption: texts.Caption}),
		Telegram: client, Pacer: telegram.NewPacer(a.cfg.Rate),
		SMS: smsGateway{gateway}, Mail: mailServer{relay}, Host: host{s, a.cfg.Store},
		Log: a.log, Now: a.now,
	}), nil
}

// newEngine puts the dialogs together.
func (a *app) newEngine() (*flows.Engine, *text.Texts, error) {
	rules := a.cfg.rules()
	texts, err := text.New(rules.Location)
	if err != nil {
		return nil, nil, err
	}
	key, err := storage.DeriveKey([]byte(a.cfg.Key), "codes")
	if err != nil {
		return nil, nil, err
	}
	return flows.New(rules, key, texts.Caption), texts, nil
}

// smsGateway and mailServer join the channels to the bot.
type smsGateway struct{ *sms.Sender }

func (g smsGateway) SendSMS(ctx context.Context, id string, to flows.Phone, text string) error {
	return g.Send(ctx, sms.Message{ID: id, Phone: string(to), Text: text})
}

type mailServer struct{ *mail.Sender }

func (m mailServer) SendMail(ctx context.Context, id string, to flows.Email, l bot.Letter, date time.Time) error {
	return m.Send(ctx, mail.Letter{ID: id, To: string(to), Subject: l.Subject, Text: l.Text, HTML: l.HTML, Date: date})
}
