package flows

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// codeDigits is the length of a code (SPEC §2.3).
const codeDigits = 6

// Challenge is a code on its way or waiting to be entered, and the history that
// decides when the next may be sent.
type Challenge struct {
	Hash   [32]byte `cbor:"1,keyasint,omitzero"` // keyed; zero when dead
	Serial uint32   `cbor:"2,keyasint,omitempty"`
	Until  int64    `cbor:"3,keyasint,omitempty"` // 0 until it is handed over
	Tries  int      `cbor:"4,keyasint,omitempty"`
	Sent   int      `cbor:"5,keyasint,omitempty"` // messages in this registration
	LastAt int64    `cbor:"6,keyasint,omitempty"` // when the last was asked for
	Sample uint64   `cbor:"7,keyasint,omitempty"` // number in the conversion statistics
	Ended  Outcome  `cbor:"8,keyasint,omitempty"` // how the message ended, 0 = not yet
}

// history is what outlives a code that was given up: how often and when the
// last was sent. It is forgotten after a day.
func (h Challenge) history(at time.Time) Challenge {
	if at.Unix()-h.LastAt >= int64(day/time.Second) {
		return Challenge{}
	}
	return Challenge{Sent: h.Sent, LastAt: h.LastAt}
}

// alive reports whether the code can still be entered at a time.
func (h *Challenge) alive(at time.Time, tries int) bool {
	return h.Hash != [32]byte{} && h.Tries < tries && (h.Until == 0 || at.Unix() < h.Until)
}

// expired reports whether nothing but its age keeps the code from being entered.
func (h *Challenge) expired(at time.Time, tries int) bool {
	return h.Hash != [32]byte{} && h.Tries < tries && !h.alive(at, tries)
}

// challenge is a code with where it goes and how long it lives.
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
