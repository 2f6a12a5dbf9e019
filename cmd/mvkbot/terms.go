package main

import (
	_ "embed"

	"mvkbot/flows"
)

// The samples that stand in until the utility gives its own texts.
var (
	//go:embed terms/consent.txt
	sampleConsent string
	//go:embed terms/agreement.txt
	sampleAgreement string
)

// rules are the configured numbers and texts as the dialogs take them.
func (c *Config) rules() flows.Rules {
	r := flows.DefaultRules(c.Rules.Location)
	r.FormLife, r.VerifyWithin, r.RemindBefore, r.PurgeAt = c.Rules.FormLife, c.Rules.VerifyWithin, c.Rules.RemindBefore, c.Rules.PurgeAt
	r.CaptchaLife, r.CaptchaTries, r.RefusalsDaily = c.Rules.CaptchaLife, c.Rules.CaptchaTries, c.Rules.RefusalsDaily
	r.SMSLife, r.MailLife, r.CodeTries, r.ResendPause = c.Rules.SMSLife, c.Rules.MailLife, c.Rules.CodeTries, c.Rules.ResendPause
	r.ContactHourly, r.ContactDaily = c.Rules.ContactHourly, c.Rules.ContactDaily
	r.UserSMSDaily, r.UserPhones = c.Rules.UserSMSDaily, c.Rules.UserPhones
	r.BlockHourly, r.SMSPerMinute, r.SMSPerDay = c.Rules.BlockHourly, c.Rules.SMSPerMinute, c.Rules.SMSPerDay
	r.BindHourly, r.BindDaily = c.Rules.BindHourly, c.Rules.BindDaily
	r.Consent = flows.ParseTerms(orSample(c.Consent, sampleConsent))
	r.Agreement = flows.ParseTerms(orSample(c.Agreement, sampleAgreement))
	r.TestCaptcha = c.TestCaptcha
	r.Admins = c.Admins
	return r
}

func orSample(file, sample string) string {
	if file == "" {
		return sample
	}
	return file
}
