package main

import (
	"strings"
	"testing"
)

// Ensure that the sample of the consent names what /privacy says is kept, and the news:
// what is not consented to must not be kept.
func TestSampleConsent(t *testing.T) {
	for _, words := range []string{"фамилия", "телефона", "почты", "номер чата", "имя пользователя", "договоров", "обращения в поддержку", "новостей", "90 дней"} {
		if !strings.Contains(sampleConsent, words) {
			t.Errorf("the consent does not name %q", words)
		}
	}
}

// Ensure that the utility's texts take the place of the samples.
func TestTerms(t *testing.T) {
	c := accepted(t, enough(), "run")
	r := c.rules()
	if r.Consent.Version == "" || r.Consent.Text == "" || r.Agreement.Version == "" || r.Agreement.Text == "" || r.Consent == r.Agreement {
		t.Errorf("samples %q and %q", r.Consent.Version, r.Agreement.Version)
	}
	consent, agreement := write(t, "c.txt", "C 2\nя согласен\n", 0o644), write(t, "a.txt", "A 3\nусловия\n", 0o644)
	c = accepted(t, enough("MVKBOT_CONSENT="+consent, "MVKBOT_AGREEMENT="+agreement), "run")
	r = c.rules()
	if r.Consent.Version != "C 2" || r.Consent.Text != "я согласен" || r.Agreement.Version != "A 3" || r.Agreement.Text != "условия" {
		t.Errorf("read %+v and %+v", r.Consent, r.Agreement)
	}
}
