package flows

import (
	"slices"
	"time"
)

// Card is what staff see of a resident (SPEC §3, /user). Whatever is personal in
// it is for whoever shows it to mask.
type Card struct {
	Chat       int64
	Account    uint64 // 0: no account
	Registered bool   // a registration waits for its contacts to be verified
	Subject    uint64 // in the audit log
	Surname    string
	Name       string
	Patronymic string
	Phone      Phone
	Email      Email
	PhoneAt    time.Time // when verified
	EmailAt    time.Time
	Opened     time.Time // the account

	State   State
	Since   time.Time // when the dialog came there
	Resume  State     // where an interrupted dialog goes on
	Blocked time.Time // since when, by staff
	Why     string    // it was blocked

	VerifyBy  time.Time
	PurgeAt   time.Time
	FormUntil time.Time
	Codes     []CodeCard
	Locks     []Lock
	Contracts []BoundContract
	Tickets   []TicketView // the newest first
}

// CodeCard is how a code stands, never the code.
type CodeCard struct {
	To     Contact
	Sent   int // messages so far
	LastAt time.Time
	Until  time.Time // when the code dies; zero while it is not handed over
	Tries  int       // wrong ones
	State  CodeState
}

// CodeState is what became of the last code.
type CodeState string

// The states of a code.
const (
	CodeWaits   CodeState = "waits"   // in the queue of the gateway
	CodeSent    CodeState = "sent"    // handed over
	CodeUnclear CodeState = "unclear" // the gateway's answer was lost
	CodeUnsent  CodeState = "unsent"  // never left the bot
	CodeRefused CodeState = "refused" // by the gateway
	CodeDead    CodeState = "dead"    // too old, or too many tries
	CodeUsed    CodeState = "used"
)

// Lock is a limit that holds a resident up.
type Lock struct {
	Text  Text
	Until time.Time
	Stays bool // it protects others, and staff cannot lift it
}

// Card looks at a conversation and what belongs to it.
func (e *Engine) Card(c Conversation, at time.Time, l Ledger) Card {
	s := e.scene(c, Turn{At: at}, l)
	r, f := &c.Registration, &c.Form
	card := Card{
		Chat: c.Chat, State: c.State, Since: s.unix(c.Since), Resume: c.Resume, Blocked: s.unix(c.Blocked), Why: c.BlockedWhy, FormUntil: s.unix(f.Until),
		Surname: f.Surname.Value, Name: f.Name.Value, Patronymic: f.Patronymic.Value, Phone: Phone(f.Phone.Value), Email: Email(f.Email.Value),
	}
	if a := l.Account(c.Account); a.Number != 0 {
		card.Account, card.Subject, card.Opened = a.Number, a.Subject, s.unix(a.Opened)
		card.Surname, card.Name, card.Patronymic = a.Surname, a.Name, a.Patronymic
		card.Phone, card.Email, card.PhoneAt, card.EmailAt = a.Phone, a.Email, s.unix(a.PhoneAt), s.unix(a.EmailAt)
		for _, n := range slices.Backward(l.TicketsOf(a.Number)) {
			card.Tickets = append(card.Tickets, l.Ticket(n).View(s.rules.Location))
		}
		for _, b := range l.Bindings(a.Number) {
			card.Contracts = append(card.Contracts, BoundContract{s.contract(b.Number), b.Name, b.Lost != 0})
		}
	} else if r.Submitted != 0 {
		card.Registered, card.Subject, card.VerifyBy, card.PurgeAt = true, r.Subject, s.unix(r.VerifyBy), s.unix(r.PurgeAt)
		card.Surname, card.Name, card.Patronymic = r.Surname, r.Name, r.Patronymic
		card.Phone, card.Email, card.PhoneAt, card.EmailAt = r.Phone, r.Email, s.unix(r.PhoneAt), s.unix(r.EmailAt)
	}
	card.Codes, card.Locks = s.codeCards(), s.locks()
	return card
}

// codeCards tell of the codes that were sent for what is under way.
func (s *Scene) codeCards() (cards []CodeCard) {
	var all []challenge
	if s.c.Registration.Submitted != 0 {
		all = append(all, phoneChallenge(s), emailChallenge(s))
	}
	if s.c.Change.Value != "" {
		all = append(all, changeChallenge(s))
	}
	if s.c.Access.Phone != "" {
		all = append(all, accessPhoneChallenge(s), accessEmailChallenge(s))
	}
	for _, h := range all {
		if h.Serial != 0 {
			cards = append(cards, CodeCard{h.contact, h.Sent, s.unix(h.LastAt), s.unix(h.Until), h.Tries, s.codeState(h)})
		}
	}
	return cards
}

func (s *Scene) codeState(h challenge) CodeState {
	switch r := &s.c.Registration; {
	case h.ref == RefPhoneCode && r.PhoneAt != 0, h.ref == RefEmailCode && r.EmailAt != 0:
		return CodeUsed
	case h.Ended == Unsent:
		return CodeUnsent
	case h.Ended == Refused:
		return CodeRefused
	case !h.alive(s.t.At, s.rules.CodeTries):
		return CodeDead
	case h.Ended == Unknown:
		return CodeUnclear
	case h.Until == 0:
		return CodeWaits
	}
	return CodeSent
}

// Liftable reports whether staff can lift any of the locks.
func (c Card) Liftable() bool {
	return slices.ContainsFunc(c.Locks, func(l Lock) bool { return !l.Stays })
}

// locks are the limits that hold this resident up now. Those of a contact count
// messages that others cause, too.
func (s *Scene) locks() (locks []Lock) {
	daily := limit{s.rules.UserSMSDaily, day}
	add := func(t Text, until time.Time) {
		if until.After(s.t.At) {
			locks = append(locks, Lock{Text: t, Until: s.unix(until.Unix()), Stays: t == "lock.phone" || t == "lock.email"})
		}
	}
	add("lock.captcha", time.Unix(s.c.Limits.CaptchaUntil, 0))
	add("lock.sms", s.openAt(s.userBudget(), daily))
	add("lock.mail", s.openAt(s.mailBudget(), daily))
	add("lock.refusals", s.refusedUntil())
	if s.c.Account != 0 {
		add("lock.bind", s.bindUntil())
		add("lock.exports", s.openAt(s.exportBudget(), exportLimit))
	}
	if r := &s.c.Registration; r.Submitted != 0 {
		for _, ch := range []Channel{ByPhone, ByEmail} {
			c := s.challenge(ch).contact
			name := map[Channel]Text{ByPhone: "lock.phone", ByEmail: "lock.email"}[ch]
			add(name, s.openAt(contactBudget(c), limit{s.rules.ContactHourly, time.Hour}, limit{s.rules.ContactDaily, day}))
		}
	}
	return locks
}
