package flows

import (
	"crypto/sha256"
	"encoding/binary"
	"strconv"
	"time"
)

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

// tag tells values apart inside one sealed record.
func tag(value string) uint64 {
	sum := sha256.Sum256([]byte(value))
	return binary.BigEndian.Uint64(sum[:8])
}
