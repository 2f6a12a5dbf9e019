package main

import (
	"os"
	"strings"
	"testing"
)

// missing is what run says when nothing is given.
const missing = `
MVKBOT_TELEGRAM_TOKEN: missing; @BotFather gives it
MVKBOT_SECRET: missing; make one with "openssl rand -hex 32" and keep it: the database cannot be read without it
MVKBOT_SMS: missing; the URL of the SMS gateway
MVKBOT_SMTP: missing; the URL of the mail server
MVKBOT_MAIL_FROM: missing; the sender of the letters`

// Every fault, line for line. DIR is a folder with the files below.
func TestFaults(t *testing.T) {
	dir := t.TempDir()
	for name, file := range map[string]struct {
		text string
		mode os.FileMode
	}{
		"token":       {testToken + "\n", 0o600},
		"token-open":  {testToken, 0o644},
		"token-group": {testToken, 0o640},
		"token-bad":   {testToken + "\nmore", 0o600},
		"key-short":   {"canary", 0o600},
		"big":         {strings.Repeat("x", maxFile+1), 0o600},
		"terms-line":  {"1\n  \n", 0o644},
		"terms-blank": {"\ntext", 0o644},
		"terms-1251":  {"1\n\xc4\xee\xe3\xee\xe2\xee\xf0", 0o644},
		"bad.yaml":    {"store: [canary\nsecret: x", 0o600},
		"text.yaml":   {"canary", 0o600},
		"two.yaml":    {"store: bolt://a\n---\nstore: bolt://b", 0o600},
		"empty.yaml":  {"# nothing\n", 0o600},
		"open.yaml":   {"telegram-token: " + testToken + "\nsmtp: " + testSMTP + "\nsecret:\n", 0o640},
		"mvkbot.yaml": {"smpt: canary\nsmtp: {canary: canary}\npurge-at: 3:00\nadmins:\n- canary\n- 1\nadmins: 1\nform-life: [[1]]\n" +
			"config: canary\n\"" + testToken + "\": x\n", 0o600},
	} {
		if err := os.WriteFile(dir+"/"+name, []byte(file.text), file.mode); err != nil {
			t.Fatal(err)
		}
	}

	for _, tt := range []struct {
		name string
		args string // run when empty
		env  string // one variable a line, MVKBOT_ left out
		want string
	}{
		{name: "nothing given", args: "run", want: missing},
		{name: "nothing given to check", args: "check", want: `
MVKBOT_SECRET: missing; make one with "openssl rand -hex 32" and keep it: the database cannot be read without it`},
		{name: "nothing is enough for backup", args: "backup f"},
		{name: "nothing is enough for restore", args: "restore f"},
		{name: "nothing is enough for import", args: "contracts import f"},
		{name: "nothing is enough for show", args: "contracts show 1"},
		{name: "nothing is enough for flows", args: "flows"},
		{name: "nothing is enough for demo", args: "demo"},

		{name: "every value wrong", args: "flows", env: `
TELEGRAM_TOKEN=canary
TELEGRAM_API=ftp://canary
TELEGRAM_RATE=-1
STORE=canary.db
SECRET=canary
SMS=canary://canary
SMTP=canary:canary
MAIL_FROM=canary
LISTEN=canary
LOG_FORMAT=canary
LOG_LEVEL=canary
TEST_CAPTCHA=canary
TEST_CLOCK=canary
AGREEMENT=/nonexistent/canary
CONSENT=/
ADMINS=1,-2
TIMEZONE=canary
PURGE_AT=24:00
VERIFY_WITHIN=59m
REMIND_BEFORE=canary
FORM_LIFE=canary
CAPTCHA_LIFE=9s
SMS_CODE_LIFE=0
MAIL_CODE_LIFE=-1h
RESEND_PAUSES=1m,canary
CAPTCHA_TRIES=0
CODE_TRIES=0
REFUSALS_PER_DAY=0
CONTACT_PER_HOUR=0
CONTACT_PER_DAY=0
USER_SMS_PER_DAY=0
USER_NUMBERS_PER_DAY=0
SMS_PER_MINUTE=-1
SMS_PER_DAY=canary
SMS_PER_BLOCK=1.5
BINDING_FAILURES_PER_HOUR=0
BINDING_FAILURES_PER_DAY=3000000000`, want: `
MVKBOT_TELEGRAM_TOKEN: not a bot's token; it looks like 123456789:AAF… and has no spaces
MVKBOT_TELEGRAM_API: must be a URL such as https://api.telegram.org or http://127.0.0.1:8081, without user, query and fragment
MVKBOT_TELEGRAM_RATE: must be a whole number of messages a second, 0 or more, such as 30
MVKBOT_STORE: must be bolt:// and the path of a file, such as bolt:///var/lib/mvkbot/mvkbot.db
MVKBOT_SECRET: must be 32 bytes or more in hex or base64; "openssl rand -hex 32" makes one
MVKBOT_SMS: must begin with kannel://, http+get://, http+post://, https+get:// or https+post://
MVKBOT_SMTP: must begin with smtp:// or smtps://, such as smtp://user:pass@host:587
MVKBOT_MAIL_FROM: must be an e-mail address, such as noreply@example.ru
MVKBOT_LISTEN: must be host:port or :port, such as 127.0.0.1:9090
MVKBOT_LOG_FORMAT: must be text or json
MVKBOT_LOG_LEVEL: must be debug, info, warn or error
MVKBOT_TEST_CAPTCHA: for test runs only: refused unless MVKBOT_TELEGRAM_API is a loopback address
MVKBOT_TEST_CLOCK: for test runs only: refused unless MVKBOT_TELEGRAM_API is a loopback address
MVKBOT_TEST_CAPTCHA: must be 5 digits
MVKBOT_TEST_CLOCK: must be a span of time such as 90s, 10m, 24h, 7d or 1d12h
MVKBOT_AGREEMENT: the file cannot be read: no such file or directory
MVKBOT_CONSENT: the file cannot be read: is a directory
MVKBOT_ADMINS: must be Telegram IDs with commas between, such as 123456789,987654321
MVKBOT_TIMEZONE: not a time zone; it looks like Europe/Moscow
MVKBOT_PURGE_AT: must be a time of day such as 03:00
MVKBOT_VERIFY_WITHIN: must be 1h0m0s or more
MVKBOT_REMIND_BEFORE: must be a span of time such as 90s, 10m, 24h, 7d or 1d12h
MVKBOT_FORM_LIFE: must be a span of time such as 90s, 10m, 24h, 7d or 1d12h
MVKBOT_CAPTCHA_LIFE: must be 10s or more
MVKBOT_SMS_CODE_LIFE: must be 10s or more
MVKBOT_MAIL_CODE_LIFE: must be 10s or more
MVKBOT_RESEND_PAUSES: must be spans of 1s or more with commas between, such as 60s,2m,5m,15m
MVKBOT_CAPTCHA_TRIES: must be a whole number, 1 or more
MVKBOT_CODE_TRIES: must be a whole number, 1 or more
MVKBOT_REFUSALS_PER_DAY: must be a whole number, 1 or more
MVKBOT_CONTACT_PER_HOUR: must be a whole number, 1 or more
MVKBOT_CONTACT_PER_DAY: must be a whole number, 1 or more
MVKBOT_USER_SMS_PER_DAY: must be a whole number, 1 or more
MVKBOT_USER_NUMBERS_PER_DAY: must be a whole number, 1 or more
MVKBOT_SMS_PER_MINUTE: must be a whole number, 0 or more
MVKBOT_SMS_PER_DAY: must be a whole number, 0 or more
MVKBOT_SMS_PER_BLOCK: must be a whole number, 0 or more
MVKBOT_BINDING_FAILURES_PER_HOUR: must be a whole number, 1 or more
MVKBOT_BINDING_FAILURES_PER_DAY: must be a whole number, 1 or more`},

		{name: "wrong and missing together", env: "SMTP=canary\nPURGE_AT=noon", want: `
MVKBOT_SMTP: must begin with smtp:// or smtps://, such as smtp://user:pass@host:587
MVKBOT_PURGE_AT: must be a time of day such as 03:00
MVKBOT_TELEGRAM_TOKEN: missing; @BotFather gives it
MVKBOT_SECRET: missing; make one with "openssl rand -hex 32" and keep it: the database cannot be read without it
MVKBOT_SMS: missing; the URL of the SMS gateway
MVKBOT_MAIL_FROM: missing; the sender of the letters`},
		{name: "a fault names the flag it came by", args: "flows --purge-at=noon", env: "PURGE_AT=03:00", want: `
--purge-at: must be a time of day such as 03:00`},

		{name: "unknown variables", args: "flows", env: "TELEGRAM_TOKN=canary\nSECRETS_FILE=canary\nPROXY=canary\nsmpt=x\n=x\nA\x1b[31m=x", want: `
MVKBOT_: unknown variable
MVKBOT_A\x1b[31m: unknown variable
MVKBOT_PROXY: unknown variable
MVKBOT_SECRETS_FILE: unknown variable; did you mean MVKBOT_SECRET_FILE?
MVKBOT_TELEGRAM_TOKN: unknown variable; did you mean MVKBOT_TELEGRAM_TOKEN?
MVKBOT_smpt: unknown variable`},

		{name: "webhook", args: "flows", env: "WEBHOOK_URL=https://canary\nWEBHOOK_LISTEN=:1\nWEBHOOK_SECRET=canary\nWEBHOOK_SECRET_FILE=canary", want: `
MVKBOT_WEBHOOK_URL: this build has no webhook mode; without this setting it polls
MVKBOT_WEBHOOK_LISTEN: this build has no webhook mode; without this setting it polls
MVKBOT_WEBHOOK_SECRET: this build has no webhook mode; without this setting it polls
MVKBOT_WEBHOOK_SECRET_FILE: this build has no webhook mode; without this setting it polls`},
		{name: "etcd", args: "flows", env: "STORE=etcd://127.0.0.1:2379/mvkbot", want: `
MVKBOT_STORE: this build has no etcd; use bolt:///path/file.db`},
		{name: "SMPP", args: "flows", env: "SMS=smpp://canary:canary@h:2775", want: `
MVKBOT_SMS: this build has no SMPP; put Kannel between: kannel://user:pass@host:13013/?from=MVK`},

		{name: "demo has its own", args: "demo --telegram-api=http://127.0.0.1:1", env: "TELEGRAM_TOKEN=" + testToken + "\nSMTP_FILE=DIR/token\nTEST_CAPTCHA=12345", want: `
MVKBOT_TELEGRAM_TOKEN: demo has its own; run it without this setting
--telegram-api: demo has its own; run it without this setting
MVKBOT_SMTP_FILE: demo has its own; run it without this setting
MVKBOT_SMTP_FILE: must begin with smtp:// or smtps://, such as smtp://user:pass@host:587`},

		{name: "test settings and demo", args: "demo --test-captcha=12345 --test-clock=+36h"},
		{name: "test settings and Telegram", args: "flows --test-captcha=12345 --test-clock=+36h", want: `
--test-captcha: for test runs only: refused unless MVKBOT_TELEGRAM_API is a loopback address
--test-clock: for test runs only: refused unless MVKBOT_TELEGRAM_API is a loopback address`},
		{name: "test settings and a host that looks local", args: "flows --test-captcha=12345", env: "TELEGRAM_API=http://127.0.0.1.example.ru", want: `
--test-captcha: for test runs only: refused unless MVKBOT_TELEGRAM_API is a loopback address`},
		{name: "test settings and loopback", args: "flows --test-captcha=12345 --test-clock=-2d", env: "TELEGRAM_API=http://[::1]:8081/"},

		{name: "contradictory spans", args: "flows", env: "VERIFY_WITHIN=2h\nREMIND_BEFORE=2h", want: `
MVKBOT_REMIND_BEFORE: must be less than MVKBOT_VERIFY_WITHIN`},
		{name: "one file for two things", args: "flows", env: "STORE=bolt://a/b.db\nCONTRACTS=a/../a/b.db", want: `
MVKBOT_CONTRACTS: is the file of the database too; the directory needs its own`},
		{name: "agreements", args: "flows --agreement=DIR/terms-line --consent=DIR/terms-blank", want: `
--agreement: the file must have a version in its first line and the text below, in UTF-8
--consent: the file must have a version in its first line and the text below, in UTF-8`},
		{name: "an agreement in windows-1251, a huge consent", args: "flows --agreement=DIR/terms-1251 --consent=DIR/big", want: `
--agreement: the file must have a version in its first line and the text below, in UTF-8
--consent: the file cannot be read: more than 1048576 bytes`},

		{name: "secret twice", args: "flows --telegram-token-file=DIR/token", env: "TELEGRAM_TOKEN=" + testToken, want: `
--telegram-token-file: contradicts MVKBOT_TELEGRAM_TOKEN: give one of the two`},
		{name: "secret files", args: "flows", env: "TELEGRAM_TOKEN_FILE=DIR/token-open\nSECRET_FILE=DIR/key-short\nSMS_FILE=" + testToken, want: `
MVKBOT_TELEGRAM_TOKEN_FILE: the file is open to group or others; run chmod 600 on it
MVKBOT_SECRET_FILE: must be 32 bytes or more in hex or base64; "openssl rand -hex 32" makes one
MVKBOT_SMS_FILE: the file cannot be read: no such file or directory`},
		{name: "a secret file that the group reads", args: "flows", env: "TELEGRAM_TOKEN_FILE=DIR/token-group", want: `
MVKBOT_TELEGRAM_TOKEN_FILE: the file is open to group or others; run chmod 600 on it`},
		{name: "a secret file with more than the secret", args: "flows", env: "TELEGRAM_TOKEN_FILE=DIR/token-bad", want: `
MVKBOT_TELEGRAM_TOKEN_FILE: not a bot's token; it looks like 123456789:AAF… and has no spaces`},

		{name: "no YAML file", args: "run --config=DIR/none", want: `
--config: the file cannot be read: no such file or directory`},
		{name: "broken YAML", env: "CONFIG=DIR/bad.yaml", want: `
DIR/bad.yaml:2: not valid YAML: ',' or ']' must be specified`},
		{name: "YAML that is no mapping", args: "run --config=DIR/text.yaml", want: `
DIR/text.yaml:1: not a list of "setting: value" lines`},
		{name: "YAML with two documents", args: "run --config=DIR/two.yaml", want: `
DIR/two.yaml:3: a second document; put all settings into one`},
		{name: "YAML with nothing", args: "run --config=DIR/empty.yaml", want: missing},
		{name: "YAML with secrets that others read", args: "flows --config=DIR/open.yaml", want: `
DIR/open.yaml:1: telegram-token: the file is open to group or others; run chmod 600 on it
DIR/open.yaml:2: smtp: the file is open to group or others; run chmod 600 on it`},
		{name: "YAML with faults", args: "flows --config=DIR/mvkbot.yaml", want: `
DIR/mvkbot.yaml:1: smpt: unknown setting; did you mean smtp?
DIR/mvkbot.yaml:2: smtp: must be a plain value, or a list of them
DIR/mvkbot.yaml:7: admins: given twice
DIR/mvkbot.yaml:8: form-life: must be a plain value, or a list of them
DIR/mvkbot.yaml:9: config: unknown setting
DIR/mvkbot.yaml:10: [token]: unknown setting
DIR/mvkbot.yaml:4: admins: must be Telegram IDs with commas between, such as 123456789,987654321
DIR/mvkbot.yaml:3: purge-at: must be a time of day such as 03:00`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			args := strings.Fields(strings.ReplaceAll(tt.args, "DIR", dir))
			if tt.args == "" {
				args = []string{"run"}
			}
			var env []string
			for line := range strings.Lines(strings.ReplaceAll(tt.env, "DIR", dir)) {
				if line != "\n" {
					env = append(env, prefix+strings.TrimSuffix(line, "\n"))
				}
			}
			_, faults := configured(t, env, args...)
			var got strings.Builder
			for _, f := range faults {
				got.WriteString("\n" + strings.ReplaceAll(f.Error(), dir, "DIR"))
			}
			if got.String() != tt.want {
				t.Errorf("got%s\n\nwant%s", got.String(), tt.want)
			}
			for _, canary := range canaries {
				if strings.Contains(got.String(), canary) {
					t.Errorf("%s shows", canary)
				}
			}
		})
	}
}

// The program says all faults, one a line, and does not start.
func TestRunRefusesWrongConfiguration(t *testing.T) {
	status, stdout, stderr := outcome(t, []string{"MVKBOT_SECRT=" + testKey, "MVKBOT_STORE=etcd://" + testSMTP}, "check")
	want := "mvkbot: MVKBOT_SECRT: unknown variable; did you mean MVKBOT_SECRET?\n" +
		"mvkbot: MVKBOT_STORE: this build has no etcd; use bolt:///path/file.db\n" +
		`mvkbot: MVKBOT_SECRET: missing; make one with "openssl rand -hex 32" and keep it: the database cannot be read without it` + "\n"
	if status != exitUsage || stdout != "" || stderr != want {
		t.Errorf("status %d, stdout %q, stderr\n%swant\n%s", status, stdout, stderr, want)
	}
}
