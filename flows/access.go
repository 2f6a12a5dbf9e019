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
	accountGone   Event = "account_gone" // deleted, moved or changed while the codes were entered
)

// accessLife is how long typed contacts are kept (SPEC §2.7).
const accessLife = 30 * time.Minute

// Moves of one account within this span are told to the staff from the second on.
const movesWithin = 30 * day

var access = Flow{
	Name:     "access",
	Start:    accessPhone,
	OnCancel: cancelAccess,
	Always: map[Event]Move{
		leaveAsked:    {To: confirmLeave, Do: interruptHere},
		cancelled:     {To: resume, Do: dropAccess},
		accessExpired: {To: resume, Say: "access.expired", Do: dropAccess},
		formExpired:   {Say: "reg.expired", Do: dropFormBehind},
	},
	States: map[State]Node{
		accessPhone: {
			Ask: "access.phone", Read: readAccessPhone, Buttons: backOnly,
			On: map[Event]Move{
				phoneGiven:     {To: accessEmail},
				phoneWrong:     {Say: "wrong"},
				contactForeign: {Say: "reg.contact_foreign"},
				backPressed:    {To: resume, Do: dropAccess},
			},
		},
		accessEmail: {
			Ask: "access.email", Read: readAccessEmail, Buttons: backOnly,
			On: map[Event]Move{
				emailGiven:  {To: accessPhoneCode, Say: "access.sent"},
				budgetSpent: {To: resume, Say: "verify.budget", Do: dropAccess},
				emailWrong:  {Say: "wrong"},
				backPressed: {To: accessPhone},
			},
		},
		accessPhoneCode: {
			Ask: "access.phone_code", Args: accessPhoneArgs, Read: readCode(accessPhoneChallenge), Buttons: codeButtons,
			Decide: map[Event]Decision{resendPressed: {Into: codeOutcomes, By: resend(accessPhoneChallenge)}},
			On: codeRows(map[Event]Move{
				codeRight:   {To: accessEmailCode, Say: "access.phone_done", Do: accessPhoneDone},
				codeResent:  {Say: "access.resent"},
				backPressed: {To: accessEmail},
			}),
		},
		accessEmailCode: {
			Ask: "access.email_code", Args: accessEmailArgs, Read: readCode(accessEmailChallenge), Buttons: codeButtons,
			Decide: map[Event]Decision{
				resendPressed: {Into: codeOutcomes, By: resend(accessEmailChallenge)},
				codeRight:     {Into: []Event{codeRight, accountGone}, By: stillThere},
			},
			On: codeRows(map[Event]Move{
				codeRight:   {To: mainMenu, Say: "access.moved", Do: moveHere},
				accountGone: {To: resume, Say: "access.gone", Do: dropAccess},
				codeResent:  {Say: "access.resent"},
				backPressed: {To: accessEmail},
			}),
		},
	},
}

var (
	codeOutcomes = []Event{codeResent, resendEarly, budgetSpent}
	codeButtons  = [][]Choice{{{Caption: "button.resend", Event: resendPressed}}, helpBack}
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
func beginAccess(s *Scene) {
	s.c.Access = Access{From: s.c.State, Until: s.t.At.Add(accessLife).Unix()}
}

// dropAccess forgets what was typed; resume is then where it was asked for: a
// form that waits there is not lost.
func dropAccess(s *Scene) {
	s.c.Resume = s.c.Access.From
	s.c.Access = Access{}
}

// dropFormBehind drops a form that grew too old while the resident was here.
func dropFormBehind(s *Scene) {
	dropForm(s)
	s.c.Access.From = section
}

func cancelAccess(s *Scene) Event {
	if s.c.Access.Phone != "" {
		return leaveAsked
	}
	return cancelled
}

// readAccessPhone ends the codes of another phone.
func readAccessPhone(s *Scene) Event {
	if event := s.notOwn(); event != "" {
		return event
	}
	phone, fault := phoneOf(s.t)
	if fault != "" {
		return s.misread(fault, phoneWrong)
	}
	if a := &s.c.Access; a.Phone != phone {
		a.Phone, a.Email = phone, ""
		a.PhoneCode.Hash, a.EmailCode.Hash = [32]byte{}, [32]byte{}
	}
	return phoneGiven
}

// readAccessEmail sends both codes. Whether the contacts are of one account
// decides nothing but whether they are live, that is whether they leave the
// outbox: the step takes the same time and spends the same budgets.
func readAccessEmail(s *Scene) Event {
	email, fault := ParseEmail(s.t.Text)
	if fault != "" {
		return s.misread(fault, emailWrong)
	}
	a := &s.c.Access
	if a.Email == email {
		return emailGiven // the codes are on their way
	}
	phone, mail := Contact{ByPhone, string(a.Phone)}, Contact{ByEmail, string(email)}
	if !s.affordable(phone) || !s.affordable(mail) {
		return budgetSpent
	}
	a.Email, a.Account = email, 0
	if p, e := s.l.Owner(phone), s.l.Owner(mail); p.Account == e.Account {
		a.Account = p.Account
	}
	s.sendCode(accessPhoneChallenge(s))
	s.sendCode(accessEmailChallenge(s))
	return emailGiven
}

// ofAccess reports whether nothing may tell what became of the code.
func (h challenge) ofAccess() bool { return h.ref == RefAccessPhone || h.ref == RefAccessEmail }

// accessPhoneDone opens the mail form, with a code that can still be entered.
func accessPhoneDone(s *Scene) {
	h := accessEmailChallenge(s)
	switch {
	case h.alive(s.t.At, s.rules.CodeTries):
	case s.sendCode(h):
		s.say("verify.mail_renewed", Args{})
	default:
		s.say("verify.budget", s.args)
	}
}

func stillThere(s *Scene) Event {
	a := s.l.Account(s.c.Access.Account)
	if a.Number == 0 || a.Phone != s.c.Access.Phone || a.Email != s.c.Access.Email || s.l.Chat(a.Chat).Blocked != 0 {
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
	s.passed(a.Number)
	s.args.Account = a.Number
	s.audit(a.Subject, ActionMoved, AccountNote(a.Number), strconv.FormatInt(old, 10)+" → "+strconv.FormatInt(s.c.Chat, 10))
	s.out = append(s.out, Tell{To: old, News: AccountMoved, Value: strconv.FormatUint(a.Number, 10)})
	moves := Budget{"moves", strconv.FormatUint(a.Number, 10)}
	s.spendWithin(moves, 0, movesWithin)
	if n := len(s.l.Usage(moves).since(s.t.At, movesWithin)); n > 1 {
		s.out = append(s.out, Alert{Text: "alert.moved", Args: Args{Account: a.Number, N: n}})
	}
}

// movedAway reports whether the account of this chat was recovered in another
// one. Whatever comes from here afterwards finds the door closed, the news of
// the move included.
func (s *Scene) movedAway() bool {
	return s.c.Account != 0 && s.l.Account(s.c.Account).Chat != s.c.Chat
}

// closeHere closes the chat that an account was moved from.
func (s *Scene) closeHere() {
	s.say("access.moved_away", Args{})
	s.beginAnew()
	s.begin()
	s.ask()
}

// beginAnew leaves nothing of the conversation but what counts the chat's
// messages and tries. How far it came in the funnel is forgotten: whoever
// registers again counts again.
func (s *Scene) beginAnew() {
	c := s.c
	*c = Conversation{
		Chat: c.Chat, State: c.State, Event: c.Event,
		Dialog: c.Dialog, Revision: c.Revision, Limits: c.Limits, LastPress: c.LastPress, Desk: c.Desk, Blocked: c.Blocked, BlockedWhy: c.BlockedWhy,
	}
}
