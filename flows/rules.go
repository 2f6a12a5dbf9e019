package flows

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
)

// Rules are the numbers of SPEC §2 that configuration can change. They are
// read, never written, once an Engine has them.
type Rules struct {
	Location     *time.Location // of nights, days and texts
	FormLife     time.Duration  // of a form that is not submitted
	VerifyWithin time.Duration  // from submission to both contacts verified
	RemindBefore time.Duration  // the end of VerifyWithin
	StrangerLife time.Duration  // of the conversation with somebody who registers nothing
	PurgeAt      time.Duration  // after midnight

	CaptchaLife   time.Duration // from delivery
	CaptchaTries  int           // wrong answers an hour
	CaptchaFresh  int           // refreshes an hour
	CaptchaPause  time.Duration
	RefusalsDaily int // contacts found taken, a day and Telegram user

	SMSLife     time.Duration   // of a code, from the hand-over to the gateway
	MailLife    time.Duration   // of a code, from the hand-over to the mail server
	CodeTries   int             // a code
	ResendPause []time.Duration // after the first message, the second, …; the last stands for all later

	ContactHourly int // messages a contact gets, over all users
	ContactDaily  int
	UserSMSDaily  int // SMS a Telegram user causes
	UserPhones    int // distinct numbers of a Telegram user a day
	BlockHourly   int // SMS to a block of numbers; 0 = no limit
	SMSPerMinute  int // over the whole bot; 0 = no limit
	SMSPerDay     int // over the whole bot; 0 = no limit

	BindHourly int // failures of an account
	BindDaily  int

	Consent   Terms
	Agreement Terms

	Admins []int64 // Telegram ids of the first administrators

	// TestCaptcha, when set, is the answer of every captcha: for test runs.
	TestCaptcha string
}

// DefaultRules are the defaults of SPEC §2, in Moscow time, with no texts of
// consent and agreement.
func DefaultRules(moscow *time.Location) Rules {
	return Rules{
		Location: moscow, FormLife: 7 * 24 * time.Hour, VerifyWithin: 24 * time.Hour, StrangerLife: 90 * day,
		RemindBefore: 4 * time.Hour, PurgeAt: 3 * time.Hour,
		CaptchaLife: 5 * time.Minute, CaptchaTries: 5, CaptchaFresh: 10, CaptchaPause: 15 * time.Minute, RefusalsDaily: 5,
		SMSLife: 10 * time.Minute, MailLife: 30 * time.Minute, CodeTries: 5,
		ResendPause:   []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute},
		ContactHourly: 3, ContactDaily: 5, UserSMSDaily: 10, UserPhones: 3, BlockHourly: 10, SMSPerMinute: 60, SMSPerDay: 5000,
		BindHourly: 5, BindDaily: 20,
	}
}

// Terms is a legal text of the utility: its version is the first line of its
// file, its hash is over the whole file.
type Terms struct {
	Version string
	SHA256  string // hex
	Text    string
}

// ParseTerms reads a file of terms.
func ParseTerms(file string) Terms {
	version, text, _ := strings.Cut(strings.TrimPrefix(file, "\ufeff"), "\n")
	sum := sha256.Sum256([]byte(file))
	return Terms{Version: strings.TrimSpace(version), SHA256: hex.EncodeToString(sum[:]), Text: strings.TrimSpace(text)}
}

// purgeTime is the night of SPEC §2.4: PurgeAt of the day after the one on
// which the registration's time ends.
func (r *Rules) purgeTime(end time.Time) time.Time {
	y, m, d := end.In(r.Location).Date()
	return time.Date(y, m, d+1, 0, 0, 0, 0, r.Location).Add(r.PurgeAt)
}
