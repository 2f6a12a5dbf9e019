package flows

import (
	"strings"
	"time"
)

// Day is a calendar day, in days since 1 January 1970.
type Day uint32

// DayOf is the day on which a moment falls in its own location.
func DayOf(at time.Time) Day {
	y, m, d := at.Date()
	return Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / int64(day/time.Second))
}

// Date is the midnight with which the day begins in UTC.
func (d Day) Date() time.Time { return time.Unix(int64(d)*int64(day/time.Second), 0).UTC() }

// Counter names what is counted, and never whom: «failure.phone_landline».
type Counter string

// The counters of codes. A code is sent once it was handed over, and used once
// it was entered.
const (
	SMSSent  Counter = "code.sms_sent"
	SMSUsed  Counter = "code.sms_used"
	MailSent Counter = "code.mail_sent"
	MailUsed Counter = "code.mail_used"
)

// Failure begins the counters of what went wrong for residents; the reason
// stands behind it.
const Failure Counter = "failure."

// ActionCounter is the counter of an action of the audit log.
func ActionCounter(a Action) Counter { return "deed." + Counter(a) }

// failures are the events that count as a failure, wherever they happen. A
// wrong value counts by its fault (see judged), a spent budget where it stops
// the message (see within).
var failures = map[Event]Counter{
	consentRefused:      Failure + "consent_refused",
	contactForeign:      Failure + "contact_foreign",
	captchaWrong:        Failure + "captcha_wrong",
	captchaMalformed:    Failure + "captcha_malformed",
	captchaLate:         Failure + "captcha_late",
	captchaBlocked:      Failure + "captcha_paused",
	agreementRefused:    Failure + "agreement_refused",
	faultsLeft:          Failure + "faults_left",
	refusalsSpent:       Failure + "refusals_spent",
	formLeft:            Failure + "form_left",
	formExpired:         Failure + "form_expired",
	codeWrong:           Failure + "code_wrong",
	codeMalformed:       Failure + "code_malformed",
	codeDead:            Failure + "code_dead",
	resendEarly:         Failure + "resend_early",
	contactLost:         Failure + "contact_lost",
	emailGone:           Failure + "contact_lost",
	phoneTold:           Failure + "contact_lost",
	emailTold:           Failure + "contact_lost",
	registrationDeleted: Failure + "registration_given_up",
	purgeDue:            Failure + "registration_purged",
	numberWrong:         Failure + "number_wrong",
	flatWrong:           Failure + "flat_wrong",
	notFound:            Failure + "binding_not_found",
	apartmentAsked:      Failure + "binding_apartment_asked",
	companyRefused:      Failure + "binding_company",
	closedRefused:       Failure + "binding_closed",
	boundAlready:        Failure + "binding_already",
	linkBound:           Failure + "binding_already",
	bindingPaused:       Failure + "binding_paused",
	linkPaused:          Failure + "binding_paused",
	bindingLeft:         Failure + "binding_left",
	accountGone:         Failure + "access_gone",
	accessExpired:       Failure + "access_expired",
	changeExpired:       Failure + "change_expired",
	exportsSpent:        Failure + "exports_spent",
	renewalRefused:      Failure + "renewal_refused",
}

// judged are the events whose values were judged: each counts by its fault.
var judged = map[Event]bool{
	surnameWrong: true, nameWrong: true, patronymicWrong: true, phoneWrong: true, emailWrong: true,
	contactsTaken: true, contactTaken: true,
}

// failureOf is the counter of a fault: «fault.phone_landline» and
// «taken.account» count as «failure.phone_landline» and «failure.taken_account».
func failureOf(fault Text) Counter {
	kind, name, _ := strings.Cut(string(fault), ".")
	if kind == "taken" {
		name = "taken_" + name
	}
	return Failure + Counter(name)
}

// tally adds one to a counter of today.
func (s *Scene) tally(c Counter) { s.l.Tally(DayOf(s.t.At.In(s.rules.Location)), c) }

// count counts what an event comes to that answers the question of a state.
func (s *Scene) count(from State, e Event) {
	if g := stages[from][e]; g != 0 {
		s.reach(g)
	}
	if c := failures[e]; c != "" {
		s.tally(c)
	}
	if judged[e] {
		for _, f := range s.args.Fields {
			s.tally(failureOf(f.Fault))
		}
	}
}

// countReport counts a code that was handed over, or will never be. Of those
// that were replaced meanwhile, and of the way back to an account, none was
// meant to be sent whatever became of it: they are no failures.
func (s *Scene) countReport(h challenge, current bool) {
	sent, name := MailSent, Counter("mail")
	if ContactOf(s.t.Text).Channel == ByPhone {
		sent, name = SMSSent, "sms"
	}
	switch s.t.Outcome {
	case Unsent:
		if current && !h.ofAccess() {
			s.tally(Failure + name + "_unsent")
		}
	case Refused:
		s.tally(Failure + name + "_refused")
	default:
		s.tally(sent)
	}
}

// countUsed counts a code that was entered.
func (s *Scene) countUsed(ch Channel) {
	if ch == ByPhone {
		s.tally(SMSUsed)
		return
	}
	s.tally(MailUsed)
}
