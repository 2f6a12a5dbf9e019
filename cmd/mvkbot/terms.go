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
	r := c.Rules
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
