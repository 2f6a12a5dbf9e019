package main

import (
	"io"
	"net/mail"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"mvkbot/flows"
)

// Secrets of the tests: none of them may stand in any output.
const (
	testToken = "123456789:AAFcanaryCANARYcanaryCANARYcanary00"
	testKey   = "cafe0000000000000000000000000000000000000000000000000000cafecafe"
	testSMS   = "kannel://canary:canary@127.0.0.1:13013/?from=MVK"
	testSMTP  = "smtp://canary:canary@127.0.0.1:587"
)

var canaries = []string{"canary", "CANARY", "cafe0000"}

// enough is an environment that run accepts.
func enough(more ...string) []string {
	return append([]string{
		"MVKBOT_TELEGRAM_TOKEN=" + testToken, "MVKBOT_SECRET=" + testKey, "MVKBOT_SMS=" + testSMS,
		"MVKBOT_SMTP=" + testSMTP, "MVKBOT_MAIL_FROM=noreply@example.ru",
	}, more...)
}

// configured reads a command line and an environment.
func configured(t *testing.T, env []string, args ...string) (Config, []fault) {
	t.Helper()
	call, err := parse(args, env, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	return configure(call.command, call.sources)
}

// accepted is configured without faults.
func accepted(t *testing.T, env []string, args ...string) Config {
	t.Helper()
	c, faults := configured(t, env, args...)
	if len(faults) > 0 {
		t.Fatalf("faults: %v", faults)
	}
	return c
}

// write makes a file in a new folder and returns its path.
func write(t *testing.T, name, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDefaults(t *testing.T) {
	c := accepted(t, enough(), "run")
	moscow, err := time.LoadLocation("Europe/Moscow")
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		Token: testToken, API: "https://api.telegram.org", Rate: 30,
		Store: "mvkbot.db", Key: c.Key, Contracts: "mvkbot-contracts.db",
		SMS: testSMS, SMTP: testSMTP, MailFrom: mail.Address{Address: "noreply@example.ru"},
		LogFormat: "text",
		Rules: flows.Rules{
			Location: moscow, PurgeAt: 3 * time.Hour, VerifyWithin: 24 * time.Hour, RemindBefore: 4 * time.Hour, FormLife: 7 * 24 * time.Hour, StrangerLife: 90 * 24 * time.Hour,
			CaptchaLife: 5 * time.Minute, CaptchaTries: 5, CaptchaFresh: 10, CaptchaPause: 15 * time.Minute, RefusalsDaily: 5,
			SMSLife: 10 * time.Minute, MailLife: 30 * time.Minute, CodeTries: 5,
			ResendPause:   []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute},
			ContactHourly: 3, ContactDaily: 5, UserSMSDaily: 10, UserPhones: 3, BlockHourly: 10, SMSPerMinute: 60, SMSPerDay: 5000,
			BindHourly: 5, BindDaily: 20,
		},
	}
	if c.Rules.Location.String() != "Europe/Moscow" {
		t.Errorf("zone %s", c.Rules.Location)
	}
	c.Rules.Location = moscow
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got  %+v\nwant %+v", c, want)
	}
	if key := string(c.Key); len(key) != 32 || key[0] != 0xca {
		t.Error("the key is not the decoded bytes")
	}
}

// others is a value for every setting that changes the configuration.
func others(t *testing.T) map[string]string {
	terms := write(t, "terms", "2\ntext", 0o644)
	return map[string]string{
		"telegram-token": "1:" + strings.Repeat("x", 35), "telegram-api": "http://127.0.0.1:8081", "telegram-rate": "5",
		"telegram-token-file": write(t, "token", testToken+"\r\n", 0o600),
		"store":               "bolt:///a/b", "secret": strings.Repeat("ab", 32), "contracts": "c.db",
		"secret-file": write(t, "secret", testKey+"\n", 0o400),
		"sms":         "http+get://h/?to={phone}&text={text}", "sms-file": write(t, "sms", testSMS, 0o600),
		"smtp": "smtps://h", "smtp-file": write(t, "smtp", testSMTP, 0o600), "mail-from": "МВК <a@example.ru>",
		"agreement": terms, "consent": terms, "admins": "7, 8,7",
		"timezone": "Asia/Omsk", "purge-at": "04:30", "verify-within": "2d", "remind-before": "90m", "form-life": "1d12h",
		"captcha-life": "1m", "sms-code-life": "2m", "mail-code-life": "3m", "resend-pauses": "1s, 1d",
		"captcha-tries": "11", "code-tries": "12", "refusals-per-day": "13", "contact-per-hour": "14", "contact-per-day": "15",
		"user-sms-per-day": "16", "user-numbers-per-day": "17", "sms-per-minute": "0", "sms-per-day": "0", "sms-per-block": "0",
		"binding-failures-per-hour": "18", "binding-failures-per-day": "19",
		"listen": "127.0.0.1:0", "log-format": "json", "log-level": "debug",
		"test-captcha": "01234", "test-clock": "+36h",
	}
}

// Every setting is read, from each of its sources, into the same value.
func TestEverySettingCounts(t *testing.T) {
	values := others(t)
	for _, name := range settingNames {
		if strings.HasPrefix(name, "webhook-") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			value, ok := values[name]
			if !ok {
				t.Fatal("no value to try")
			}
			var env []string
			if strings.HasPrefix(name, "test-") {
				env = []string{"MVKBOT_TELEGRAM_API=http://localhost:1"}
			}
			base := accepted(t, env, "flows")
			yaml := write(t, "mvkbot.yaml", name+": "+value+"\n", 0o600)
			byFlag := accepted(t, env, "flows", "--"+name+"="+value)
			byVariable := accepted(t, append(env, variable(name)+"="+value), "flows")
			byFile := accepted(t, env, "flows", "--config", yaml)
			if reflect.DeepEqual(byFlag, base) {
				t.Error("changes nothing")
			}
			if !reflect.DeepEqual(byFlag, byVariable) || !reflect.DeepEqual(byFlag, byFile) {
				t.Error("the sources give different values")
			}
		})
	}
}

func TestValuesAsRead(t *testing.T) {
	var env []string
	for name, value := range others(t) {
		if !strings.HasSuffix(name, "-file") {
			env = append(env, variable(name)+"="+value)
		}
	}
	c := accepted(t, env, "run")
	omsk, err := time.LoadLocation("Asia/Omsk")
	if err != nil {
		t.Fatal(err)
	}
	want := Config{
		Token: Secret("1:" + strings.Repeat("x", 35)), API: "http://127.0.0.1:8081", Rate: 5,
		Store: "/a/b", Key: Secret(strings.Repeat("\xab", 32)), Contracts: "c.db",
		SMS: "http+get://h/?to={phone}&text={text}", SMTP: "smtps://h", MailFrom: mail.Address{Name: "МВК", Address: "a@example.ru"},
		Agreement: "2\ntext", Consent: "2\ntext", Admins: []int64{7, 8},
		Listen: "127.0.0.1:0", LogFormat: "json", LogLevel: -4, TestCaptcha: "01234", TestClock: 36 * time.Hour,
		Rules: flows.Rules{
			Location: omsk, PurgeAt: 4*time.Hour + 30*time.Minute, VerifyWithin: 48 * time.Hour, RemindBefore: 90 * time.Minute, FormLife: 36 * time.Hour, StrangerLife: 90 * 24 * time.Hour,
			CaptchaLife: time.Minute, SMSLife: 2 * time.Minute, MailLife: 3 * time.Minute, ResendPause: []time.Duration{time.Second, 24 * time.Hour},
			CaptchaTries: 11, CaptchaFresh: 10, CaptchaPause: 15 * time.Minute, CodeTries: 12, RefusalsDaily: 13, ContactHourly: 14, ContactDaily: 15,
			UserSMSDaily: 16, UserPhones: 17, BindHourly: 18, BindDaily: 19,
		},
	}
	want.Rules.Location, c.Rules.Location = nil, sameZone(t, c.Rules.Location, omsk)
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got  %+v\nwant %+v", c, want)
	}
}

// sameZone is nil, for comparisons, when the zones are the same.
func sameZone(t *testing.T, got, want *time.Location) *time.Location {
	t.Helper()
	if got.String() != want.String() {
		t.Errorf("zone %s, want %s", got, want)
	}
	return nil
}

func TestReminderFitsItsSpan(t *testing.T) {
	for within, want := range map[string]time.Duration{
		"48h": 4 * time.Hour, "5h": 4 * time.Hour, "4h": 40 * time.Minute, "1h": 10 * time.Minute,
	} {
		if c := accepted(t, nil, "flows", "--verify-within", within); c.Rules.RemindBefore != want {
			t.Errorf("verify-within %s: reminder %s before, want %s", within, c.Rules.RemindBefore, want)
		}
	}
}

func TestContractsStandBesideTheDatabase(t *testing.T) {
	for store, want := range map[string]string{
		"bolt:///var/lib/mvkbot/bot.db": "/var/lib/mvkbot/bot-contracts.db",
		"bolt://data/bot":               "data/bot-contracts.db",
	} {
		if c := accepted(t, nil, "flows", "--store", store); c.Contracts != want {
			t.Errorf("store %s: contracts %s, want %s", store, c.Contracts, want)
		}
	}
}

// The names of SPEC §5, which other programs rely on.
func TestVariablesOfTheSpecAreKnown(t *testing.T) {
	for _, name := range strings.Fields(`
		MVKBOT_TELEGRAM_TOKEN MVKBOT_TELEGRAM_API MVKBOT_TELEGRAM_RATE
		MVKBOT_WEBHOOK_URL MVKBOT_WEBHOOK_LISTEN MVKBOT_WEBHOOK_SECRET
		MVKBOT_STORE MVKBOT_SECRET MVKBOT_CONTRACTS MVKBOT_SMS MVKBOT_SMTP MVKBOT_MAIL_FROM
		MVKBOT_SMS_PER_MINUTE MVKBOT_SMS_PER_DAY MVKBOT_SMS_PER_BLOCK
		MVKBOT_AGREEMENT MVKBOT_CONSENT MVKBOT_ADMINS
		MVKBOT_TIMEZONE MVKBOT_PURGE_AT MVKBOT_VERIFY_WITHIN MVKBOT_LISTEN
		MVKBOT_TEST_CAPTCHA MVKBOT_TEST_CLOCK
		MVKBOT_TELEGRAM_TOKEN_FILE MVKBOT_WEBHOOK_SECRET_FILE MVKBOT_SECRET_FILE MVKBOT_SMS_FILE MVKBOT_SMTP_FILE`) {
		if faults := newSources([]string{name + "=x"}).faults; len(faults) > 0 {
			t.Error(faults)
		}
	}
}

func TestPrecedence(t *testing.T) {
	yaml := write(t, "mvkbot.yaml", "timezone: Asia/Omsk\npurge-at: 01:00\nlisten: :1\nadmins: [1, 2]\n", 0o644)
	env := []string{"MVKBOT_CONFIG=" + yaml, "MVKBOT_PURGE_AT=02:00", "MVKBOT_LISTEN=", "PATH=/bin"}
	c := accepted(t, env, "flows", "--purge-at", "05:00")
	switch {
	case c.Rules.PurgeAt != 5*time.Hour:
		t.Errorf("the flag does not come first: %s", c.Rules.PurgeAt)
	case c.Rules.Location.String() != "Asia/Omsk" || !slices.Equal(c.Admins, []int64{1, 2}):
		t.Errorf("the file does not come before the default: %s, %d", c.Rules.Location, c.Admins)
	case c.Listen != "":
		t.Errorf("an empty variable does not override the file: %s", c.Listen)
	}
	if c = accepted(t, env, "flows"); c.Rules.PurgeAt != 2*time.Hour {
		t.Errorf("the variable does not come before the file: %s", c.Rules.PurgeAt)
	}
	if c = accepted(t, env, "flows", "--purge-at="); c.Rules.PurgeAt != 3*time.Hour {
		t.Errorf("an empty flag is not the default: %s", c.Rules.PurgeAt)
	}
	other := write(t, "other.yaml", "purge-at: 06:00", 0o644)
	if c = accepted(t, env[:1], "flows", "--config", other); c.Rules.PurgeAt != 6*time.Hour {
		t.Errorf("--config does not come before its variable: %s", c.Rules.PurgeAt)
	}
}

func TestChildEnv(t *testing.T) {
	yaml := write(t, "mvkbot.yaml", "timezone: Asia/Omsk\n", 0o644)
	env := []string{"PATH=/bin", "MVKBOT_CONFIG=" + yaml, "MVKBOT_PURGE_AT=02:00", "HOME=/"}
	call, err := parse([]string{"demo", "--purge-at=05:00"}, env, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"PATH=/bin", "HOME=/", "MVKBOT_PURGE_AT=05:00", "MVKBOT_TIMEZONE=Asia/Omsk"}
	if got := call.sources.childEnv(env); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
