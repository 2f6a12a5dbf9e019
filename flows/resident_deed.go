package flows

import "fmt"

// ResidentDeedKind is what a member of staff does with a resident's conversation
// (SPEC §3).
type ResidentDeedKind uint8

// The deeds.
const (
	ResetDialog    ResidentDeedKind = iota + 1 // back to the start of what the resident has
	LiftLimits                                 // lift pauses and spent limits
	ResendCode                                 // send a new code by Channel
	VerifyContact                              // take the contact of Channel for proven
	UnbindContract                             // take Number off the account
	BlockChat                                  // serve this chat no longer
	UnblockChat                                // serve it again
)

// ResidentDeed is what somebody of the staff does with one resident.
type ResidentDeed struct {
	Kind    ResidentDeedKind
	Channel Channel // of ResendCode and VerifyContact
	Number  Number  // of UnbindContract
	Why     string  // of BlockChat
}

// Answer is what whoever does a deed is told.
type Answer struct {
	Line
	Done bool // else the line tells why nothing was done
}

func done(t Text) Answer { return Answer{Line: Line{Text: t}, Done: true} }

func undone(t Text) Answer { return Answer{Line: Line{Text: t}} }

// ServeResident does a deed of staff on a conversation that exists; effects are
// those of the conversation's own chat. Like Step it is pure.
func (e *Engine) ServeResident(d ResidentDeed, c Conversation, t Turn, l Ledger) (next Conversation, effects []Effect, answer Answer, err error) {
	s := e.scene(c, t, l)
	if e.places[c.State] == nil {
		s.begin()
	}
	switch d.Kind {
	case ResetDialog:
		answer = s.resetDialog()
	case LiftLimits:
		answer, err = s.liftLimits()
	case ResendCode:
		answer = s.resendCode(d.Channel)
	case VerifyContact:
		answer, err = s.verifyContact(d.Channel)
	case UnbindContract:
		answer = s.unbindContract(d.Number)
	case BlockChat:
		answer = s.setBlocked(t.At.Unix(), d.Why)
	case UnblockChat:
		answer = s.setBlocked(0, "")
	default:
		err = fmt.Errorf("unknown deed %d", d.Kind)
	}
	s.remember()
	if err != nil {
		err = fmt.Errorf("chat %d, state %s, deed %d: %w", c.Chat, c.State, d.Kind, err)
	}
	return s.next, s.out, answer, err
}

// resetDialog drops every draft. A registration and an account stay, and so do
// the limits.
func (s *Scene) resetDialog() Answer {
	keyboard := s.node().Keyboard
	s.args.Hint = s.c.Form.typed() || s.c.Bind != BindDraft{} || s.c.Link != Link{} || s.c.Access.Phone != "" || s.c.Change.typed()
	s.c.Form, s.c.Captcha, s.c.Bind, s.c.Link = Form{}, Captcha{}, BindDraft{}, Link{}
	s.c.Access, s.c.Chosen, s.c.Page = Access{}, "", 0
	dropChange(s)
	s.begin()
	s.say("told.reset", s.args)
	if keyboard == PhoneKeyboard {
		s.takeKeyboard()
	}
	s.ask()
	return done("desk.done_reset")
}

// liftLimits forgets what a resident's own tries used up. What protects others
// stays: the limits of a contact, of a block of numbers and of the whole bot.
func (s *Scene) liftLimits() (Answer, error) {
	if locks := s.locks(); len(locks) > 0 && !(Card{Locks: locks}).Liftable() {
		return undone("desk.locks_stay"), nil
	}
	s.c.Limits.CaptchaUntil = 0
	for _, b := range []Budget{s.wrongBudget(), s.freshBudget(), s.userBudget(), s.mailBudget(), s.refusalBudget()} {
		s.l.SetUsage(b, Usage{})
	}
	if s.c.Account != 0 {
		s.l.SetUsage(s.bindBudget(), Usage{})
		s.l.SetUsage(s.exportBudget(), Usage{})
	}
	if s.c.State == captchaPaused {
		s.say("told.unlocked", Args{})
		return done("desk.done_unlock"), s.fire(pauseOver)
	}
	s.repeat("told.unlocked")
	return done("desk.done_unlock"), nil
}

// resendCode sends a new code without the resident's pause; the budgets hold.
func (s *Scene) resendCode(ch Channel) Answer {
	h := s.challenge(ch)
	switch r := &s.c.Registration; {
	case s.c.Change.Channel == ch && s.c.Change.Code.Serial != 0:
		h = changeChallenge(s)
	case r.Submitted == 0:
		return undone("desk.no_code")
	case r.proven(ch):
		return undone("desk.already_verified")
	}
	if s.gone(h.contact) {
		return undone("desk.contact_lost")
	}
	if !s.sendCode(h) {
		a := s.args
		a.Hint = false // advice for the resident
		a.Value = h.contact.Masked()
		return Answer{Line: Line{"verify.budget", a}}
	}
	s.args.N = int(ch)
	s.repeat("told.resent")
	return done("desk.resent")
}

// verifyContact takes a contact of a registration for proven, as if its code had
// been entered.
func (s *Scene) verifyContact(ch Channel) (Answer, error) {
	r := &s.c.Registration
	switch {
	case r.Submitted == 0:
		return undone("desk.no_registration"), nil
	case r.proven(ch):
		return undone("desk.already_verified"), nil
	case s.gone(s.challenge(ch).contact):
		return undone("desk.contact_lost"), nil
	}
	s.challenge(ch).Hash = [32]byte{}
	s.say("told.verified", Args{N: int(ch)})
	if ch == ByEmail && r.PhoneAt == 0 {
		s.proveRegistered(ByEmail)
		r.EmailAt = s.t.At.Unix()
		s.repeat("")
		return done("desk.verified"), nil
	}
	s.c.State, s.c.Resume = map[Channel]State{ByPhone: enterPhoneCode, ByEmail: enterEmailCode}[ch], ""
	return done("desk.verified"), s.choose(codeRight)
}

// unbindContract takes a contract off the account. Only a question about it is given
// up: the resident stays in whatever else they do.
func (s *Scene) unbindContract(n Number) Answer {
	if !s.release(n) {
		return undone("desk.not_bound")
	}
	s.out = append(s.out, Say{Text: "told.unbound", Args: Args{Contract: s.contract(n)}})
	about := func(st State) bool {
		return st == showContracts || s.c.Chosen == n && (st == confirmUnbind || st == nameContract)
	}
	if about(s.c.Resume) {
		s.c.Resume = mainMenu
	}
	if about(s.c.State) {
		s.c.State, s.c.Chosen, s.c.Page = mainMenu, "", 0
		s.c.Revision++
		s.ask()
	}
	return done("desk.done_unbind")
}

// setBlocked has the chat served no longer, or again when since is 0.
func (s *Scene) setBlocked(since int64, why string) Answer {
	if (s.c.Blocked != 0) == (since != 0) {
		return Answer{Line: Line{"desk.unchanged", Args{Hint: since == 0, Until: s.unix(s.c.Blocked), Label: s.c.BlockedWhy}}}
	}
	s.c.Blocked, s.c.BlockedWhy = since, why
	if since == 0 {
		s.repeat("told.unblocked")
		return done("desk.done_unblock")
	}
	s.out = append(s.out, Say{Text: "told.blocked"})
	return done("desk.done_block")
}
