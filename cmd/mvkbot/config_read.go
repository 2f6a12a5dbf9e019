package main

import (
	"errors"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"mvkbot/flows"
)

// reader turns what was given into values, and collects the faults.
type reader struct {
	given  map[string]given
	faults []fault
}

// configure reads and judges the whole configuration for a command. With faults
// the configuration is for nothing but doctor: what is at fault is zero in it.
func configure(command string, s *sources) (Config, []fault) {
	r := &reader{given: s.given, faults: slices.Clone(s.faults)}
	var c Config
	r.refuseAbsent(command)
	r.service(&c, command)
	r.people(&c)
	r.rules(&c.Rules)
	for _, n := range needs[command] {
		if !s.broken && r.value(n.setting) == "" && r.value(n.setting+"-file") == "" {
			r.fault(n.setting, "missing; "+n.hint)
		}
	}
	return c, r.faults
}

// refuseAbsent refuses settings that would be ignored.
func (r *reader) refuseAbsent(command string) {
	for _, name := range []string{"webhook-url", "webhook-listen", "webhook-secret", "webhook-secret-file"} {
		if r.value(name) != "" {
			r.fault(name, "this build has no webhook mode; without this setting it polls")
		}
	}
	for _, name := range demoOwn {
		if command == "demo" && r.given[name].value != "" {
			r.fault(name, "demo has its own; run it without this setting")
		}
	}
}

// service reads what connects the bot with other programs.
func (r *reader) service(c *Config, command string) {
	c.Token = secretOf(r, "telegram-token", parseToken)
	c.API = read(r, "telegram-api", parseAPI)
	c.Rate = read(r, "telegram-rate", parseRate)

	c.Store = read(r, "store", parseStore)
	c.Key = secretOf(r, "secret", parseKey)
	c.Contracts = r.value("contracts")
	if c.Contracts == "" && c.Store != "" {
		c.Contracts = strings.TrimSuffix(c.Store, ".db") + "-contracts.db"
	} else if c.Contracts != "" && filepath.Clean(c.Contracts) == filepath.Clean(c.Store) {
		r.fault("contracts", "is the file of the database too; the directory needs its own")
	}

	c.SMS = secretOf(r, "sms", parseSMS)
	c.SMTP = secretOf(r, "smtp", parseSMTP)
	c.MailFrom = read(r, "mail-from", parseAddress)

	c.Listen = read(r, "listen", parseListen)
	c.LogFormat = read(r, "log-format", parseFormat)
	c.LogLevel = read(r, "log-level", parseLevel)

	for _, name := range []string{"test-captcha", "test-clock"} {
		if r.value(name) != "" && command != "demo" && !loopback(c.API) {
			r.fault(name, "for test runs only: refused unless "+variable("telegram-api")+" is a loopback address")
		}
	}
	c.TestCaptcha = read(r, "test-captcha", parseDigits)
	c.TestClock = read(r, "test-clock", parseSpan)
}

// people reads texts and administrators.
func (r *reader) people(c *Config) {
	c.Agreement = read(r, "agreement", readTerms)
	c.Consent = read(r, "consent", readTerms)
	c.Admins = read(r, "admins", parseAdmins)
}

// rules reads the numbers of SPEC §2.
func (r *reader) rules(u *flows.Rules) {
	*u = flows.DefaultRules(nil) // of what no setting changes
	u.Location = read(r, "timezone", parseZone)
	u.PurgeAt = read(r, "purge-at", parsePurge)
	u.VerifyWithin = read(r, "verify-within", atLeast(time.Hour))
	r.reminder(u)
	u.FormLife = read(r, "form-life", atLeast(time.Minute))

	u.CaptchaLife = read(r, "captcha-life", atLeast(10*time.Second))
	u.SMSLife = read(r, "sms-code-life", atLeast(10*time.Second))
	u.MailLife = read(r, "mail-code-life", atLeast(10*time.Second))
	u.ResendPause = read(r, "resend-pauses", parsePauses)

	for _, n := range []struct {
		name  string
		least int
		into  *int
	}{
		{"captcha-tries", 1, &u.CaptchaTries},
		{"code-tries", 1, &u.CodeTries},
		{"refusals-per-day", 1, &u.RefusalsDaily},
		{"contact-per-hour", 1, &u.ContactHourly},
		{"contact-per-day", 1, &u.ContactDaily},
		{"user-sms-per-day", 1, &u.UserSMSDaily},
		{"user-numbers-per-day", 1, &u.UserPhones},
		{"sms-per-minute", 0, &u.SMSPerMinute},
		{"sms-per-day", 0, &u.SMSPerDay},
		{"sms-per-block", 0, &u.BlockHourly},
		{"binding-failures-per-hour", 1, &u.BindHourly},
		{"binding-failures-per-day", 1, &u.BindDaily},
	} {
		*n.into = read(r, n.name, count(n.least))
	}
}

// reminder reads RemindBefore, whose default has to fit a shorter VerifyWithin.
func (r *reader) reminder(u *flows.Rules) {
	const usual = 4 * time.Hour
	switch {
	case r.value("remind-before") != "":
		u.RemindBefore = read(r, "remind-before", atLeast(time.Minute))
		if u.VerifyWithin > 0 && u.RemindBefore >= u.VerifyWithin {
			r.fault("remind-before", "must be less than "+variable("verify-within"))
		}
	case u.VerifyWithin > usual:
		u.RemindBefore = usual
	default:
		u.RemindBefore = u.VerifyWithin / 6
	}
}

// value is what was given to a setting, or its default.
func (r *reader) value(name string) string {
	if v := r.given[name].value; v != "" {
		return v
	}
	return defaults[name]
}

// fault notes what is wrong with a setting.
func (r *reader) fault(name, what string) {
	where := r.given[name].where
	if where == "" {
		where = variable(name)
	}
	r.faults = append(r.faults, fault{where, what})
}

// read parses the value of a setting; one without a value is zero.
func read[T any](r *reader, name string, parse func(string) (T, error)) T {
	var zero T
	text := r.value(name)
	if text == "" {
		return zero
	}
	v, err := parse(text)
	if err != nil {
		r.fault(name, err.Error())
		return zero
	}
	return v
}

// secretOf parses a secret that is given as such or in the file that
// <name>-file names.
func secretOf(r *reader, name string, parse func(string) (Secret, error)) Secret {
	fileName := name + "-file"
	path := r.value(fileName)
	switch {
	case path == "":
		return read(r, name, parse)
	case r.value(name) != "":
		r.fault(fileName, "contradicts "+r.given[name].where+": give one of the two")
		return ""
	}
	return read(r, fileName, func(path string) (Secret, error) {
		text, mode, err := readFile(path)
		switch {
		case err != nil:
			return "", errors.New("the file cannot be read: " + reason(err))
		case exposed(mode):
			return "", errExposed
		}
		return parse(strings.TrimRight(string(text), "\r\n"))
	})
}

// loopback reports whether a URL leads to this machine.
func loopback(api string) bool {
	u, err := url.Parse(api)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}
