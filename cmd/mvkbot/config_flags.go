package main

import "github.com/alecthomas/kong"

// groups order the settings in the help.
var groups = []kong.Group{
	{Key: "General", Title: "Settings:"},
	{Key: "Telegram", Title: "Telegram:"},
	{Key: "Storage", Title: "Storage:"},
	{Key: "Messages", Title: "SMS and letters:"},
	{Key: "Texts", Title: "Texts and people:"},
	{Key: "Registrations", Title: "Registrations:"},
	{Key: "Budgets", Title: "Budgets and limits:"},
	{Key: "Service", Title: "Service:"},
	{Key: "Tests", Title: "Test runs (refused unless the Bot API server is on this machine):"},
}

// settings declares every setting: the name of a field gives the flag and the
// YAML key (SMSPerMinute, --sms-per-minute) and the variable
// (MVKBOT_SMS_PER_MINUTE). The fields themselves are not read: values are
// judged by configure, which knows where each came from.
type settings struct {
	TelegramToken     string `group:"Telegram" placeholder:"TOKEN" help:"The bot's token. As a flag it shows in the list of processes."`
	TelegramTokenFile string `group:"Telegram" placeholder:"FILE" help:"File with the bot's token."`
	TelegramAPI       string `group:"Telegram" name:"telegram-api" default:"https://api.telegram.org" placeholder:"URL" help:"Base URL of the Bot API server (${default})."`
	TelegramRate      string `group:"Telegram" default:"30" placeholder:"N" help:"Messages a second over all chats (${default}); 0 = no limit, per chat neither."`
	WebhookURL        string `group:"Telegram" name:"webhook-url" placeholder:"URL" help:"Webhook mode: not in this build."`
	WebhookListen     string `group:"Telegram" placeholder:"HOST:PORT" help:"Webhook mode: not in this build."`
	WebhookSecret     string `group:"Telegram" placeholder:"TEXT" help:"Webhook mode: not in this build."`
	WebhookSecretFile string `group:"Telegram" placeholder:"FILE" help:"Webhook mode: not in this build."`

	Store      string `group:"Storage" default:"bolt://mvkbot.db" placeholder:"URL" help:"The database, such as bolt:///var/lib/mvkbot/mvkbot.db (${default}: in the working directory)."`
	Secret     string `group:"Storage" placeholder:"KEY" help:"Key material, 32 bytes or more in hex or base64 (openssl rand -hex 32). As a flag it shows in the list of processes."`
	SecretFile string `group:"Storage" placeholder:"FILE" help:"File with the key material."`
	Contracts  string `group:"Storage" placeholder:"FILE" help:"The contract directory (beside the database: mvkbot-contracts.db)."`

	SMS      string `group:"Messages" name:"sms" placeholder:"URL" help:"The SMS gateway: kannel://user:pass@host:13013/?from=MVK, or a template: https+get://host/path?to={phone}&text={text}."`
	SMSFile  string `group:"Messages" name:"sms-file" placeholder:"FILE" help:"File with the URL of the SMS gateway."`
	SMTP     string `group:"Messages" name:"smtp" placeholder:"URL" help:"The mail server: smtp://user:pass@host:587?tls=mandatory (opportunistic, none), or smtps://."`
	SMTPFile string `group:"Messages" name:"smtp-file" placeholder:"FILE" help:"File with the URL of the mail server."`
	MailFrom string `group:"Messages" placeholder:"ADDRESS" help:"Sender of the letters."`

	Agreement string `group:"Texts" placeholder:"FILE" help:"The user agreement, its version in the first line (a sample is built in)."`
	Consent   string `group:"Texts" placeholder:"FILE" help:"The consent to the processing of personal data, its version in the first line (a sample is built in)."`
	Admins    string `group:"Texts" placeholder:"ID,…" help:"Telegram IDs of the first administrators."`

	Timezone     string `group:"Registrations" default:"Europe/Moscow" placeholder:"ZONE" help:"Time zone of days, nights and texts (${default})."`
	PurgeAt      string `group:"Registrations" default:"03:00" placeholder:"HH:MM" help:"When unverified registrations are deleted (${default})."`
	VerifyWithin string `group:"Registrations" default:"24h" placeholder:"SPAN" help:"Time to verify phone and e-mail, 1h or more (${default})."`
	RemindBefore string `group:"Registrations" placeholder:"SPAN" help:"The reminder, before that time ends (4h; a sixth of verify-within where that is 4h or less)."`
	FormLife     string `group:"Registrations" default:"7d" placeholder:"SPAN" help:"Life of a form that is not submitted (${default})."`
	CaptchaLife  string `group:"Registrations" default:"5m" placeholder:"SPAN" help:"Life of a captcha picture (${default})."`
	SMSCodeLife  string `group:"Registrations" name:"sms-code-life" default:"10m" placeholder:"SPAN" help:"Life of a code sent by SMS (${default})."`
	MailCodeLife string `group:"Registrations" default:"30m" placeholder:"SPAN" help:"Life of a code sent by mail (${default})."`
	ResendPauses string `group:"Registrations" default:"60s,2m,5m,15m" placeholder:"SPAN,…" help:"Pauses after the first code, the second, and so on (${default})."`

	CaptchaTries           string `group:"Budgets" default:"5" placeholder:"N" help:"Wrong captcha answers an hour (${default})."`
	CodeTries              string `group:"Budgets" default:"5" placeholder:"N" help:"Tries of one code (${default})."`
	RefusalsPerDay         string `group:"Budgets" default:"5" placeholder:"N" help:"Contacts found taken, a day for one Telegram user (${default})."`
	ContactPerHour         string `group:"Budgets" default:"3" placeholder:"N" help:"Messages an hour to one contact (${default})."`
	ContactPerDay          string `group:"Budgets" default:"5" placeholder:"N" help:"Messages a day to one contact (${default})."`
	UserSMSPerDay          string `group:"Budgets" name:"user-sms-per-day" default:"10" placeholder:"N" help:"SMS a day for one Telegram user (${default})."`
	UserNumbersPerDay      string `group:"Budgets" default:"3" placeholder:"N" help:"Phone numbers a day for one Telegram user (${default})."`
	SMSPerMinute           string `group:"Budgets" name:"sms-per-minute" default:"60" placeholder:"N" help:"SMS a minute over the whole bot (${default}); 0 = no limit."`
	SMSPerDay              string `group:"Budgets" name:"sms-per-day" default:"5000" placeholder:"N" help:"SMS a day over the whole bot (${default}); 0 = no limit."`
	SMSPerBlock            string `group:"Budgets" name:"sms-per-block" default:"10" placeholder:"N" help:"SMS an hour to one block of numbers (${default}); 0 = no limit."`
	BindingFailuresPerHour string `group:"Budgets" default:"5" placeholder:"N" help:"Failed bindings an hour for one account (${default})."`
	BindingFailuresPerDay  string `group:"Budgets" default:"20" placeholder:"N" help:"Failed bindings a day for one account (${default})."`

	Listen    string `group:"Service" placeholder:"HOST:PORT" help:"Where /healthz, /readyz and /metrics are; off when empty."`
	LogFormat string `group:"Service" default:"text" placeholder:"FORMAT" help:"Format of the log: text or json (${default})."`
	LogLevel  string `group:"Service" default:"info" placeholder:"LEVEL" help:"Least level of the log: debug, info, warn or error (${default})."`

	TestCaptcha string `group:"Tests" placeholder:"DIGITS" help:"Answer of every captcha, 5 digits."`
	TestClock   string `group:"Tests" placeholder:"SPAN" help:"Offset of the bot's clock, such as +36h."`
}
