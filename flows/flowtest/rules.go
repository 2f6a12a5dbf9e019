package flowtest

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"mvkbot/flows"
)

// rule changes one of the numbers of SPEC §2, or the text of the agreement
// or the consent.
func (p *Player) rule(s string) error {
	r := &p.rules
	numbers := map[string]*int{
		"block_hourly": &r.BlockHourly, "contact_hourly": &r.ContactHourly, "contact_daily": &r.ContactDaily,
		"user_sms_daily": &r.UserSMSDaily, "user_phones": &r.UserPhones, "sms_per_day": &r.SMSPerDay, "sms_per_minute": &r.SMSPerMinute, "bind_hourly": &r.BindHourly,
	}
	spans := map[string]*time.Duration{
		"form_life": &r.FormLife, "mail_life": &r.MailLife, "verify_within": &r.VerifyWithin, "purge_at": &r.PurgeAt, "remind_before": &r.RemindBefore,
	}
	name, value, _ := strings.Cut(s, "=")
	var err error
	switch {
	case numbers[name] != nil:
		*numbers[name], err = strconv.Atoi(value)
	case spans[name] != nil:
		*spans[name], err = time.ParseDuration(value)
	case name == "agreement":
		r.Agreement = flows.ParseTerms(value + "\nТекст соглашения.")
	case name == "consent":
		r.Consent = flows.ParseTerms(value + "\nТекст согласия.")
	default:
		err = fmt.Errorf("unknown rule")
	}
	p.rebuild()
	return err
}
