package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"mvkbot/bot/telegram"
	"mvkbot/notify/mail"
	"mvkbot/notify/sms"
	"mvkbot/storage/directory"
)

type doctorCmd struct{}

// diagnosis is one thing that doctor tries; it answers what it found.
type diagnosis struct {
	what string
	try  func(context.Context, *app) (string, error)
}

var diagnoses = []diagnosis{
	{"Telegram", tryTelegram},
	{"SMS gateway", trySMS},
	{"mail server", tryMail},
	{"contracts", tryContracts},
	{"database", tryDatabase},
}

// Run tries everything that run needs and says in plain words what is wrong.
func (doctorCmd) Run(a *app) error {
	if len(a.faults) == 0 {
		fmt.Fprintln(a.stdout, "ok    configuration")
	}
	for _, f := range a.faults {
		fmt.Fprintf(a.stdout, "FAIL  configuration: %s\n", redact(f.Error()))
	}
	failed := 0
	for _, d := range diagnoses {
		ctx, cancel := context.WithTimeout(a.ctx, 20*time.Second)
		found, err := d.try(ctx, a)
		cancel()
		if err != nil {
			failed++
			fmt.Fprintf(a.stdout, "FAIL  %s: %s\n", d.what, redact(err.Error()))
			continue
		}
		fmt.Fprintf(a.stdout, "ok    %s: %s\n", d.what, found)
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d checks failed", failed, len(diagnoses))
	}
	return nil
}

// errNotSet is the finding about what the configuration lacks.
var errNotSet = errors.New("not tried: its setting is missing or wrong")

func tryTelegram(ctx context.Context, a *app) (string, error) {
	if a.cfg.Token == "" {
		return "", errNotSet
	}
	client, err := telegram.New(telegram.Options{API: a.cfg.API, Token: string(a.cfg.Token), Log: a.log})
	if err != nil {
		return "", err
	}
	me, err := client.Me(ctx)
	var e *telegram.Error
	switch {
	case err == nil:
		return "the bot is @" + me.UserName, nil
	case errors.As(err, &e) && e.Kind == telegram.Unauthorized:
		return "", errors.New("Telegram does not know this token: take a new one from @BotFather")
	}
	return "", fmt.Errorf("%s does not answer: %w", a.cfg.API, err)
}

func trySMS(ctx context.Context, a *app) (string, error) {
	if a.cfg.SMS == "" {
		return "", errNotSet
	}
	s, err := sms.New(sms.Options{URL: string(a.cfg.SMS)})
	if err != nil {
		return "", err
	}
	return "it can be reached (nothing was sent, so the password is untried)", s.Check(ctx)
}

func tryMail(ctx context.Context, a *app) (string, error) {
	if a.cfg.SMTP == "" || a.cfg.MailFrom.Address == "" {
		return "", errNotSet
	}
	s, err := mail.New(mail.Options{URL: string(a.cfg.SMTP), From: a.cfg.MailFrom.String()})
	if err != nil {
		return "", err
	}
	return "it takes letters from us", s.Check(ctx)
}

func tryContracts(_ context.Context, a *app) (string, error) {
	if a.cfg.Contracts == "" {
		return "", errNotSet
	}
	d, err := directory.Open(a.cfg.Contracts, a.log)
	if err != nil {
		return "", err
	}
	rows := d.Info().Rows
	if err := d.Close(); err != nil {
		return "", err
	}
	if rows == 0 {
		return "", errors.New(`the directory is empty: import one with "mvkbot contracts import FILE"`)
	}
	return fmt.Sprintf("%d contracts", rows), nil
}

// minFree is the space under which the database is in danger.
const minFree = 1 << 30

func tryDatabase(ctx context.Context, a *app) (string, error) {
	if a.cfg.Key == "" || a.cfg.Store == "" {
		return "", errNotSet
	}
	if err := a.nobodyRuns(); err != nil {
		return "a bot has it open, which is well", nil
	}
	if _, err := os.Stat(a.cfg.Store); errors.Is(err, os.ErrNotExist) {
		return "it does not exist yet; run makes it", nil
	}
	s, err := a.openStores(ctx)
	if err != nil {
		return "", err
	}
	size := s.db.Size()
	if err := s.close(); err != nil {
		return "", err
	}
	var fs syscall.Statfs_t
	if err := syscall.Statfs(a.cfg.Store, &fs); err != nil {
		return "", err
	}
	if free := fs.Bavail * uint64(fs.Bsize); free < minFree {
		return "", fmt.Errorf("its disk has %d MiB left, want at least 1 GiB", free>>20)
	}
	return fmt.Sprintf("%d bytes, opened with the given secret", size), nil
}
