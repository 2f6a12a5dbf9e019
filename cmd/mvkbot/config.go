package main

import (
	"log/slog"
	"net/mail"
	"time"

	"mvkbot/flows"
)

// Config is the configuration (SPEC §5), read and judged. A value that was not
// given is the default that config_flags.go states, or zero where there is none.
type Config struct {
	Token Secret // of the bot, well-formed
	API   string // base URL of the Bot API server, without a slash at its end
	Rate  int    // messages a second over all chats; 0 = no limit, per chat neither

	Store     string // path of the bolt database
	Key       Secret // key material: 32 bytes or more, not text
	Contracts string // path of the contract directory

	SMS      Secret // URL of the gateway; its scheme is known, the rest is for notify/sms
	SMTP     Secret // URL of the mail server; its scheme is known, the rest is for notify/mail
	MailFrom mail.Address

	Agreement string  // the whole file; empty = the built-in sample
	Consent   string  // the same
	Admins    []int64 // Telegram IDs, none twice

	Listen    string // host:port of /healthz, /readyz, /metrics; empty = off
	LogFormat string // text or json
	LogLevel  slog.Level

	TestCaptcha string        // answer of every captcha; empty = none
	TestClock   time.Duration // offset of the bot's clock

	// Rules are the numbers of the dialogs. Texts, administrators and the answer of
	// captchas stand above until rules joins them.
	Rules flows.Rules
}

// need is a setting that a command does not start without.
type need struct{ setting, hint string }

// needs names what each command wants to be given; the others want nothing.
// Doctor is told what run would miss.
var needs = map[string][]need{
	"run":    toRun,
	"doctor": toRun,
	"check":  {needSecret},
}

var (
	needSecret = need{"secret", `make one with "openssl rand -hex 32" and keep it: the database cannot be read without it`}
	toRun      = []need{
		{"telegram-token", "@BotFather gives it"},
		needSecret,
		{"sms", "the URL of the SMS gateway"},
		{"smtp", "the URL of the mail server"},
		{"mail-from", "the sender of the letters"},
	}
)

// demoOwn are the settings that demo makes itself: to ignore one that was given
// would let people believe that it works.
var demoOwn = []string{"telegram-token", "telegram-token-file", "telegram-api", "sms", "sms-file", "smtp", "smtp-file", "mail-from"}
