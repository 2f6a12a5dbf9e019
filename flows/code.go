package flows

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// codeDigits is the length of a code (SPEC §2.3).
const codeDigits = 6

// challenge is one channel's code of the running registration.
type challenge struct {
	*Challenge
	ref     RefKind
	contact Contact
	life    time.Duration
}

// phoneChallenge and emailChallenge are the codes of the registration.
func phoneChallenge(s *Scene) challenge { return s.challenge(ByPhone) }
func emailChallenge(s *Scene) challenge { return s.challenge(ByEmail) }

func (s *Scene) challenge(ch Channel) challenge {
	r := &s.c.Registration
	if ch == ByPhone {
		return challenge{&r.PhoneCode, RefPhoneCode, Contact{ByPhone, string(r.Phone)}, s.rules.SMSLife}
	}
	return challenge{&r.EmailCode, RefEmailCode, Contact{ByEmail, string(r.Email)}, s.rules.MailLife}
}

// codeHash binds a code to its chat, contact and challenge under the secret key.
func (s *Scene) codeHash(h challenge, code string) [32]byte {
	mac := hmac.New(sha256.New, s.key)
	fmt.Fprintf(mac, "code\x00%d\x00%d\x00%s\x00%d\x00%s", h.ref, s.c.Chat, h.contact.Value, h.Serial, code)
	return [32]byte(mac.Sum(nil))
}

// sendCode sends a new code, which kills the old one, unless a budget is spent.
func (s *Scene) sendCode(h challenge) bool {
	if !s.affordable(h.contact) {
		return false
	}
	at := s.t.At
	s.spend(contactBudget(h.contact), 0)
	h.Serial = s.serial()
	h.Until, h.Tries, h.Ended, h.LastAt = 0, 0, 0, at.Unix()
	h.Sent++
	code := s.digits("code"+strconv.Itoa(int(h.ref)), codeDigits)
	h.Hash = s.codeHash(h, code)
	if h.ofAccess() { // from now on, or the hand-over would tell that there was one
		h.Until = at.Add(h.life).Unix()
	}
	ref := Ref{Kind: h.ref, Serial: h.Serial, At: at.Unix()}
	args := Args{Code: code, Wait: h.life}
	sms, mail := h.texts()
	notAfter := at.Add(h.life)
	if h.contact.Channel == ByEmail {
		s.spend(s.mailBudget(), tag(h.contact.Value))
		s.out = append(s.out, Mail{To: Email(h.contact.Value), Text: mail, Args: args, Report: ref, NotAfter: notAfter})
		return true
	}
	s.spendSMS(h)
	s.out = append(s.out, SMS{To: Phone(h.contact.Value), Text: sms, Args: args, Report: ref, NotAfter: notAfter})
	return true
}

// texts are the SMS and the letter that bring the code. The SMS of a new number
// says nothing that is not true of a registration, too.
func (h challenge) texts() (sms, mail Text) {
	switch {
	case h.ofAccess():
		return "sms.access", "mail.access"
	case h.ref == RefChangeCode:
		return "sms.code", "mail.change"
	}
	return "sms.code", "mail.code"
}

// affordable reports whether a message to a contact is within all budgets; when
// it is not, the scene's arguments say why and until when.
func (s *Scene) affordable(c Contact) bool {
	why, until := s.overBudget(c)
	return s.within(c, why, until)
}

// within reports whether a budget lets a message through, and notes what to say
// where it does not.
func (s *Scene) within(c Contact, why Text, until time.Time) bool {
	if until.IsZero() {
		return true
	}
	s.tally(failureOf(why))
	s.args.Until, s.args.Value = s.unix(until.Unix()), Field{Value: c.Value}.shown()
	s.args.Fields, s.args.Hint = []FieldView{{Fault: why}}, s.c.Registration.Submitted != 0
	if s.blocked == (Contact{}) {
		s.blocked, s.blockedUntil = c, until
	}
	return false
}

func contactBudget(c Contact) Budget { return Budget{"contact", c.Value} }
func blockBudget(p Phone) Budget     { return Budget{"block", p.Block()} }
func (s *Scene) userBudget() Budget  { return Budget{"user_sms", strconv.FormatInt(s.c.Chat, 10)} }

// mailBudget bounds the letters that a user causes as userBudget does the SMS:
// without it one chat could fill a stranger's mailbox, address by address.
func (s *Scene) mailBudget() Budget { return Budget{"user_mail", strconv.FormatInt(s.c.Chat, 10)} }

var (
	minuteBudget = Budget{"sms_minute", ""}
	dayBudget    = Budget{"sms_day", ""}
	sampleBudget = Budget{"sms_sample", ""}
)

// overBudget tells why and until when a contact gets no message (SPEC §2.3).
func (s *Scene) overBudget(c Contact) (Text, time.Time) {
	r := &s.rules
	if until := s.openAt(contactBudget(c), limit{r.ContactHourly, time.Hour}, limit{r.ContactDaily, day}); !until.IsZero() {
		return "verify.over_contact", until
	}
	if why, until := s.overUser(c); !until.IsZero() || c.Channel == ByEmail {
		return why, until
	}
	if until := s.windowOpenAt(blockBudget(Phone(c.Value)), r.BlockHourly, time.Hour); !until.IsZero() {
		return "verify.over_block", until
	}
	if until := s.windowOpenAt(dayBudget, r.SMSPerDay, day); !until.IsZero() {
		return "verify.over_day", until
	}
	return "", time.Time{}
}

// overUser tells why and until when this resident causes no message to a contact.
func (s *Scene) overUser(c Contact) (Text, time.Time) {
	b, messages, contacts := s.userBudget(), Text("verify.over_user"), Text("verify.over_numbers")
	if c.Channel == ByEmail {
		b, messages, contacts = s.mailBudget(), "verify.over_user_mail", "verify.over_addresses"
	}
	if until := s.openAt(b, limit{s.rules.UserSMSDaily, day}); !until.IsZero() {
		return messages, until
	}
	return contacts, s.overNumbers(b, tag(c.Value))
}

// overNumbers tells until when a user may write to no further number or address.
func (s *Scene) overNumbers(b Budget, next uint64) time.Time {
	latest := map[uint64]int64{}
	for _, sp := range s.l.Usage(b).since(s.t.At, day) {
		latest[sp.Tag] = sp.At
	}
	if _, known := latest[next]; known || len(latest) < s.rules.UserPhones {
		return time.Time{}
	}
	first := int64(0)
	for _, at := range latest {
		if first == 0 || at < first {
			first = at
		}
	}
	return time.Unix(first, 0).Add(day)
}

func (s *Scene) spendSMS(h challenge) {
	s.spend(s.userBudget(), tag(h.contact.Value))
	s.spendWindow(blockBudget(Phone(h.contact.Value)), time.Hour)
	told := s.l.Usage(dayBudget).Told
	u := s.spendWindow(dayBudget, day)
	if told && !u.Told && ClearAlarm(s.l, AlarmDay) {
		s.out = append(s.out, Alert{Text: "alert.sms_day_over"})
	}
	if s.rules.SMSPerDay > 0 {
		s.tellDay(u)
	}
}

// TakeMinute takes one SMS from the minute's budget of the whole bot, at the
// moment it is handed over; when the minute is exhausted it returns its end and
// takes nothing (SPEC §2.3).
func (e *Engine) TakeMinute(at time.Time, l Ledger) time.Time {
	start := at.Truncate(time.Minute)
	u := l.Usage(minuteBudget)
	if u.Window != start.Unix() {
		u = Usage{Window: start.Unix()}
	}
	if e.rules.SMSPerMinute == 0 {
		return time.Time{}
	}
	if u.Count >= e.rules.SMSPerMinute {
		return start.Add(time.Minute)
	}
	u.Count++
	l.SetUsage(minuteBudget, u)
	return time.Time{}
}

// giveBackCode returns what a message cost that was never sent.
func (s *Scene) giveBackCode(c Contact, at int64) {
	s.giveBack(contactBudget(c), at)
	if c.Channel == ByEmail {
		s.giveBack(s.mailBudget(), at)
	}
	if c.Channel == ByPhone {
		s.giveBack(s.userBudget(), at)
		s.giveBackWindow(blockBudget(Phone(c.Value)), at, time.Hour)
		s.giveBackWindow(dayBudget, at, day)
	}
}

// nextSend is when «Отправить повторно» works again.
func (s *Scene) nextSend(h challenge) time.Time {
	if h.LastAt == 0 {
		return time.Time{}
	}
	pauses := s.rules.ResendPause
	return time.Unix(h.LastAt, 0).Add(pauses[min(max(h.Sent, 1), len(pauses))-1])
}

// try judges an entered code. The try is counted before the comparison, which
// takes the same time for every code.
func (s *Scene) try(h challenge, entered string) (right bool) {
	h.Tries++
	want, got := h.Hash, s.codeHash(h, entered)
	if !hmac.Equal(want[:], got[:]) {
		return false
	}
	h.Hash = [32]byte{}
	s.countUsed(h.contact.Channel)
	if h.ref == RefPhoneCode {
		s.markUsed(h.Sample)
	}
	return true
}

// parseCode takes what looks like a code: six digits, spaces and dashes between
// them allowed.
func parseCode(text string, n int) (string, bool) {
	code := strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' {
			return -1
		}
		return r
	}, strings.TrimSpace(withoutFormat(text)))
	if len(code) != n {
		return "", false
	}
	for i := range len(code) {
		if code[i] < '0' || code[i] > '9' {
			return "", false
		}
	}
	return code, true
}

// quotedCode finds the code in a SMS or letter that was sent on as a whole: the
// only six digits in a row.
func quotedCode(text string) (code string, ok bool) {
	for _, digits := range strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' }) {
		if len(digits) == codeDigits {
			code, ok = digits, code == ""
		}
	}
	return code, ok
}

// tag tells values apart inside one sealed record.
func tag(value string) uint64 {
	sum := sha256.Sum256([]byte(value))
	return binary.BigEndian.Uint64(sum[:8])
}
