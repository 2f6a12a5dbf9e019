package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"mvkbot/bot"
	"mvkbot/bot/telegram"
	"mvkbot/notify"
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
	{"administrators", tryAdministrators},
	{"SMS gateway", trySMS},
	{"mail server", tryMail},
	{"contracts", tryContracts},
	{"database", tryDatabase},
	{"disk", tryDisk},
}

// diagnosisTime bounds one diagnosis.
const diagnosisTime = 20 * time.Second

// errNotSet is the finding about what the configuration lacks.
var errNotSet = errors.New("not tried: its setting is missing or wrong")

// remark is a finding that keeps nobody from running the bot.
type remark string

func (r remark) Error() string { return string(r) }

// Run tries everything that run needs and says in plain words what is wrong. It
// sends nothing to anybody.
func (doctorCmd) Run(a *app) error {
	if len(a.faults) == 0 {
		fmt.Fprintln(a.stdout, "ok    configuration")
	}
	for _, f := range a.faults {
		fmt.Fprintf(a.stdout, "FAIL  configuration: %s\n", redact(f.Error()))
	}
	failed := 0
	for _, d := range diagnoses {
		ctx, cancel := context.WithTimeout(a.ctx, diagnosisTime)
		found, err := d.try(ctx, a)
		cancel()
		var r remark
		switch {
		case errors.As(err, &r):
			fmt.Fprintf(a.stdout, "WARN  %s: %s\n", d.what, r)
		case err != nil:
			failed++
			fmt.Fprintf(a.stdout, "FAIL  %s: %s\n", d.what, redact(err.Error()))
		default:
			fmt.Fprintf(a.stdout, "ok    %s: %s\n", d.what, found)
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d checks failed", failed, len(diagnoses))
	}
	return nil
}

func tryTelegram(ctx context.Context, a *app) (string, error) {
	if a.cfg.Token == "" || a.cfg.API == "" {
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
	case !errors.As(err, &e):
		return "", err
	case e.Kind == telegram.Unauthorized:
		return "", fmt.Errorf("%s does not know this token: @BotFather gives a new one", a.cfg.API)
	case e.Code != 0:
		return "", fmt.Errorf("%s answers, but not as a Bot API server should (%w)", a.cfg.API, err)
	}
	return "", fmt.Errorf("%s: %s", a.cfg.API, plain(err))
}

func trySMS(ctx context.Context, a *app) (string, error) {
	if a.cfg.SMS == "" {
		return "", errNotSet
	}
	s, err := sms.New(sms.Options{URL: string(a.cfg.SMS)})
	if err != nil {
		return "", err
	}
	if err := s.Check(ctx); err != nil {
		return "", errors.New(plain(err))
	}
	return "it can be reached (no SMS was sent, so user and password are untried)", nil
}

func tryMail(ctx context.Context, a *app) (string, error) {
	if a.cfg.SMTP == "" || a.cfg.MailFrom.Address == "" {
		return "", errNotSet
	}
	s, err := mail.New(mail.Options{URL: string(a.cfg.SMTP), From: a.cfg.MailFrom.String()})
	if err != nil {
		return "", err
	}
	var e *notify.Error
	err = s.Check(ctx)
	switch {
	case err == nil:
		return "it lets us in (no letter was sent)", nil
	case errors.As(err, &e) && e.Reason == "AUTH":
		return "", fmt.Errorf("it refuses user or password (%w)", err)
	}
	return "", errors.New(plain(err))
}

// plain says what a failed connection means, with the technical text behind it.
func plain(err error) string {
	var (
		dns         *net.DNSError
		certificate *tls.CertificateVerificationError
		timeout     net.Error
		meaning     string
	)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		meaning = "nobody listens there: it is down, or host or port are wrong"
	case errors.As(err, &dns):
		meaning = "the name of the host cannot be looked up: it is wrong, or this machine has no DNS"
	case errors.As(err, &certificate):
		meaning = "its certificate does not prove that it is this host"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		meaning = "this machine has no way to it"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		meaning = "no answer in time: it hangs, or a firewall is in between"
	default:
		return err.Error()
	}
	return meaning + " (" + err.Error() + ")"
}

func tryContracts(_ context.Context, a *app) (string, error) {
	if a.cfg.Contracts == "" {
		return "", errNotSet
	}
	d, err := directory.Open(a.cfg.Contracts, slog.New(slog.DiscardHandler))
	if err != nil {
		return "", err
	}
	info := d.Info()
	switch err := d.Close(); {
	case err != nil:
		return "", err
	case info.Rows == 0:
		return "", fmt.Errorf(`%s is empty: import one with "mvkbot contracts import FILE"`, a.cfg.Contracts)
	}
	return fmt.Sprintf("%d, imported %s", info.Rows, info.Imported.Format(time.DateOnly)), nil
}

func tryDatabase(ctx context.Context, a *app) (string, error) {
	if a.cfg.Key == "" || a.cfg.Store == "" {
		return "", errNotSet
	}
	unlock, err := a.lockDatabase()
	switch {
	case errors.Is(err, errNoDatabase):
		return "none yet; run makes it", nil
	case err != nil:
		if conn, dialErr := a.dialSocket(); dialErr == nil {
			return "a bot is running on it, so it was not opened", conn.Close()
		}
		return "", err
	}
	if err := unlock(); err != nil {
		return "", err
	}
	db, _, err := a.openStore(ctx, nil)
	if err != nil {
		return "", err
	}
	size := db.Size()
	return fmt.Sprintf("%d bytes, opens with the given secret", size), db.Close()
}

func tryDisk(_ context.Context, a *app) (string, error) {
	if a.cfg.Store == "" {
		return "", errNotSet
	}
	folder := filepath.Dir(a.cfg.Store)
	free, err := freeSpace(folder)
	if err != nil {
		return "", err
	}
	probe, err := os.CreateTemp(folder, ".mvkbot-doctor-*")
	if err != nil {
		return "", fmt.Errorf("nothing can be written beside the database: %w", err)
	}
	if err := errors.Join(probe.Close(), os.Remove(probe.Name())); err != nil {
		return "", err
	}
	return roomLeft(free)
}

func roomLeft(free int64) (string, error) {
	if free < bot.LowDisk {
		return "", fmt.Errorf("%d MiB are left, want %d or more: the bot stops serving on a full disk", free>>20, bot.LowDisk>>20)
	}
	return fmt.Sprintf("%d GiB are left", free>>30), nil
}
