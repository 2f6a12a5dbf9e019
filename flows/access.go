package flows

import (
	"strconv"
	"time"
)

// The way back to an account from a new Telegram account (SPEC §2.7, «Войти»).
// Nothing that is said or done tells whether the contacts are anybody's.
const (
	accessPhone     State = "access_phone"
	accessEmail     State = "access_email"
	accessPhoneCode State = "access_phone_code"
	accessEmailCode State = "access_email_code"
)

const (
	accessExpired Event = "access_expired"
	accountGone   Event = "account_gone" // deleted or moved while the codes were entered
)

// accessLife is how long typed contacts are kept (SPEC §2.7).
const accessLife = 30 * time.Minute

// Moves of one account within this span are told to the staff from the second on.
const movesWithin = 30 * day

var access = Flow{
	Name:     "access",
	Start:    accessPhone,
	OnCancel: always(cancelled),
	Always: map[Event]Move{
		cancelled:     {To: section, Do: dropAccess},
		accessExpired: {To: section, Say: "access.expired", Do: dropAccess},
		formExpired:   {Say: "reg.expired", Do: dropForm},
	},
	States: map[State]Node{
		accessPhone: {
			Ask: "access.phone", Read: readAccessPhone, Buttons: backOnly,
			On: map[Event]Move{
				phoneGiven:     {To: accessEmail},
				phoneWrong:     {Say: "wrong"},
				contactForeign: {Say: "reg.contact_foreign"},
				backPressed:    {To: section, Do: dropAccess},
			},
		},
		accessEmail: {
			Ask: "access.email", Read: readAccessEmail, Buttons: backOnly,
			On: map[Event]Move{
				emailGiven:  {To: accessPhoneCode, Say: "access.sent"},
				budgetSpent: {To: section, Say: "verify.budget", Do: dropAccess},
				emailWrong:  {Say: "wrong"},
				backPressed: {To: accessPhone},
			},
		},
		accessPhoneCode: {
			Ask: "access.phone_code", Args: accessPhoneArgs, Read: readCode(accessPhoneChallenge), Buttons: accessButtons,
			Decide: map[Event]Decision{resendPressed: {Into: codeOutcomes, By: resend(accessPhoneChallenge)}},
			On: codeRows(map[Event]Move{
				codeRight:   {To: accessEmailCode, Say: "access.phone_done", Do: accessPhoneDone},
				codeResent:  {Say: "verify.sms_resent"},
				backPressed: {To: section, Do: dropAccess},
			}),
		},
		accessEmailCode: {
			Ask: "access.email_code", Args: accessEmailArgs, Read: readCode(accessEmailChallenge), Buttons: accessButtons,
			Decide: map[Event]Decision{
				resendPressed: {Into: codeOutcomes, By: resend(accessEmailChallenge)},
				codeRight:     {Into: []Event{codeRight, accountGone}, By: stillThere},
			},
			On: codeRows(map[Event]Move{
				codeRight:   {To: mainMenu, Say: "access.moved", Do: moveHere},
				accountGone: {To: section, Say: "access.gone", Do: dropAccess},
				codeResent:  {Say: "verify.mail_resent"},
				backPressed: {To: section, Do: dropAccess},
			}),
		},
	},
}

var (
	codeOutcomes  = []Event{codeResent, resendEarly, budgetSpent}
	accessButtons = [][]Choice{{{Caption: "button.resend", Event: resendPressed}}, helpBack}
)

// codeRows adds what every code form says of a wrong code.
func codeRows(rows map[Event]Move) map[Event]Move {
	rows[codeWrong] = Move{Say: "verify.code_wrong"}
	rows[codeMalformed] = Move{Say: "verify.code_malformed"}
	rows[codeDead] = Move{Say: "verify.code_dead"}
	rows[resendEarly] = Move{Say: "verify.resend_early"}
	rows[budgetSpent] = Move{Say: "verify.budget"}
	return rows
}

func accessPhoneChallenge(s *Scene) challenge {
	a := &s.c.Access
	return challenge{&a.PhoneCode, RefAccessPhone, Contact{ByPhone, string(a.Phone)}, s.rules.SMSLife}
}

func accessEmailChallenge(s *Scene) challenge {
	a := &s.c.Access
	return challenge{&a.EmailCode, RefAccessEmail, Contact{ByEmail, string(a.Email)}, s.rules.MailLife}
}

func accessPhoneArgs(s *Scene) Args { return s.codeArgs(accessPhoneChallenge(s)) }
func accessEmailArgs(s *Scene) Args { return s.codeArgs(accessEmailChallenge(s)) }

// beginAccess starts anew, and starts the clock after which all is forgotten.
func beginAccess(s *Scene) { s.c.Access = Access{Until: s.t.At.Add(accessLife).Unix()} }

func dropAccess(s *Scene) { s.c.Access = Access{} }

func readAccessPhone(s *Scene, t Turn) Event {
	if event := s.notOwn(t); event != "" {
		return event
	}
	phone, fault := ParsePhone(withoutFormat(sharedNumber(t)))
	if fault != "" {
		return s.misread(fault, phoneWrong)
	}
	s.c.Access.Phone = phone
	return phoneGiven
}

// readAccessEmail sends both codes, or does as if. Whether the contacts are of
// one account decides nothing but whether anything leaves the bot.
func readAccessEmail(s *Scene, t Turn) Event {
	email, fault := ParseEmail(t.Text)
	if fault != "" {
		return s.misread(fault, emailWrong)
	}
	a := &s.c.Access
	a.Email = email
	p, e := s.l.Owner(Contact{ByPhone, string(a.Phone)}), s.l.Owner(Contact{ByEmail, string(email)})
	if p.Account == e.Account {
		a.Account = p.Account
	}
	for _, of := range []func(*Scene) challenge{accessPhoneChallenge, accessEmailChallenge} {
		if !s.affordable(of(s).contact) {
			return budgetSpent
		}
	}
	s.sendCode(accessPhoneChallenge(s))
	s.sendCode(accessEmailChallenge(s))
	return emailGiven
}

// pretends reports whether a code only looks as if it was sent: nobody's
// contacts are told nothing, and spend budgets alike.
func (s *Scene) pretends(h challenge) bool {
	return (h.ref == RefAccessPhone || h.ref == RefAccessEmail) && s.c.Access.Account == 0
}

func accessPhoneDone(s *Scene) {
	if h := accessEmailChallenge(s); !h.alive(s.t.At, s.rules.CodeTries) {
		s.sendCode(h)
	}
}

func stillThere(s *Scene) Event {
	a := s.l.Account(s.c.Access.Account)
	if a.Number == 0 || a.Phone != s.c.Access.Phone || a.Email != s.c.Access.Email {
		return accountGone
	}
	return codeRight
}

// moveHere ties the account to this chat; the draft here is dropped and the old
// chat is told.
func moveHere(s *Scene) {
	a := s.l.Account(s.c.Access.Account)
	old := a.Chat
	a.Chat = s.c.Chat
	s.l.SaveAccount(a)
	dropForm(s)
	s.c.Access = Access{}
	s.c.Account = a.Number
	s.args.Account = a.Number
	s.audit(a.Subject, ActionMoved, accountNote(a.Number), strconv.FormatInt(old, 10))
	if old != s.c.Chat {
		s.out = append(s.out, Tell{To: old, News: AccountMoved, Value: strconv.FormatUint(a.Number, 10)})
	}
	moves := Budget{"moves", strconv.FormatUint(a.Number, 10)}
	s.spendWithin(moves, 0, movesWithin)
	if n := len(s.l.Usage(moves).since(s.t.At, movesWithin)); n > 1 {
		s.out = append(s.out, Alert{"alert.moved", Args{Account: a.Number, N: n}})
	}
}

// moveAway closes the chat that an account was moved from.
func (s *Scene) moveAway() error {
	if strconv.FormatUint(s.c.Account, 10) != s.t.Text || s.l.Account(s.c.Account).Chat == s.c.Chat {
		return nil
	}
	s.args = s.clock()
	s.say("access.moved_away", s.args)
	*s.c = Conversation{Version: Version, Chat: s.c.Chat, Dialog: s.c.Dialog, Revision: s.c.Revision, Limits: s.c.Limits}
	s.begin()
	s.ask()
	return nil
}
