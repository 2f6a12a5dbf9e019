package flows

import (
	"fmt"
	"strconv"
)

// OrderKind is a deed of staff on a resident's conversation (SPEC §3).
type OrderKind uint8

// The deeds.
const (
	OrderReset   OrderKind = iota + 1 // back to the start of what the resident has
	OrderUnlock                       // lift pauses and spent limits
	OrderResend                       // send a new code by Channel
	OrderVerify                       // take the contact of Channel for proven
	OrderUnbind                       // take Number off the account
	OrderBlock                        // serve this chat no longer
	OrderUnblock                      // serve it again
)

// Order is one deed of staff.
type Order struct {
	Kind    OrderKind
	Channel Channel // of OrderResend and OrderVerify
	Number  Number  // of OrderUnbind
	Why     string  // of OrderBlock
}

// Carry does a deed of staff on a conversation that exists. Answer is what staff
// are told, Done whether anything was done; effects are those of the
// conversation's own chat. Like Step it is pure.
func (e *Engine) Carry(o Order, c Conversation, t Turn, l Ledger) (next Conversation, effects []Effect, answer Line, err error) {
	s := &Scene{Engine: e, next: c, t: t, l: l}
	s.c = &s.next
	s.c.Version = Version
	if e.places[c.State] == nil {
		s.begin()
	}
	switch o.Kind {
	case OrderReset:
		answer, err = s.orderReset()
	case OrderUnlock:
		answer, err = s.orderUnlock()
	case OrderResend:
		answer = s.orderResend(o.Channel)
	case OrderVerify:
		answer, err = s.orderVerify(o.Channel)
	case OrderUnbind:
		answer = s.orderUnbind(o.Number)
	case OrderBlock:
		answer = s.orderBlock(t.At.Unix(), o.Why)
	case OrderUnblock:
		answer = s.orderBlock(0, "")
	default:
		err = fmt.Errorf("unknown order %d", o.Kind)
	}
	if err != nil {
		err = fmt.Errorf("chat %d, state %s, order %d: %w", c.Chat, c.State, o.Kind, err)
	}
	return s.next, s.out, answer, err
}

// orderReset drops every draft. A registration and an account stay, and so do
// the limits.
func (s *Scene) orderReset() (Line, error) {
	keyboard := s.node().Keyboard
	s.c.Form, s.c.Captcha, s.c.Bind, s.c.Link = Form{}, Captcha{}, BindDraft{}, Link{}
	s.c.Change, s.c.Access, s.c.Chosen, s.c.Page = Change{Code: s.c.Change.Code.history(s.t.At)}, Access{}, "", 0
	s.begin()
	s.say("told.reset", Args{})
	if keyboard == PhoneKeyboard {
		s.takeKeyboard()
	}
	s.ask()
	return Line{Text: "desk.done_reset"}, nil
}

// orderUnlock forgets what a resident's own tries used up. What protects others
// stays: the limits of a contact, of a block of numbers and of the whole bot.
func (s *Scene) orderUnlock() (Line, error) {
	s.c.Limits.CaptchaUntil = 0
	for _, b := range []Budget{s.wrongBudget(), s.freshBudget(), s.userBudget(), s.mailBudget(), s.refusalBudget()} {
		s.l.SetUsage(b, Usage{})
	}
	if s.c.Account != 0 {
		s.l.SetUsage(s.bindBudget(), Usage{})
		s.l.SetUsage(Budget{"exports", strconv.FormatUint(s.c.Account, 10)}, Usage{})
	}
	if s.c.State == captchaPaused {
		s.say("told.unlocked", Args{})
		return Line{Text: "desk.done_unlock"}, s.fire(pauseOver)
	}
	s.repeat("told.unlocked")
	return Line{Text: "desk.done_unlock"}, nil
}

// orderResend sends a new code without the resident's pause; the budgets hold.
func (s *Scene) orderResend(ch Channel) Line {
	h := s.challenge(ch)
	switch r := &s.c.Registration; {
	case s.c.Change.Channel == ch && s.c.Change.Code.Serial != 0:
		h = changeChallenge(s)
	case r.Submitted == 0:
		return Line{Text: "desk.no_code"}
	case ch == ByPhone && r.PhoneAt != 0, ch == ByEmail && r.EmailAt != 0:
		return Line{Text: "desk.already_verified"}
	}
	if s.gone(h.contact) {
		return Line{Text: "desk.contact_lost"}
	}
	if !s.sendCode(h) {
		a := s.args
		a.Hint = false // advice for the resident
		a.Value = h.contact.masked()
		return Line{Text: "verify.budget", Args: a}
	}
	s.args.N = int(ch)
	s.repeat("told.resent")
	return Line{Text: "desk.resent"}
}

// orderVerify takes a contact of a registration for proven, as if its code had
// been entered.
func (s *Scene) orderVerify(ch Channel) (Line, error) {
	r := &s.c.Registration
	switch {
	case r.Submitted == 0:
		return Line{Text: "desk.no_registration"}, nil
	case ch == ByPhone && r.PhoneAt != 0, ch == ByEmail && r.EmailAt != 0:
		return Line{Text: "desk.already_verified"}, nil
	case s.gone(s.challenge(ch).contact):
		return Line{Text: "desk.contact_lost"}, nil
	}
	s.challenge(ch).Hash = [32]byte{}
	s.say("told.verified", Args{N: int(ch)})
	if ch == ByEmail && r.PhoneAt == 0 {
		s.proveRegistered(ByEmail)
		r.EmailAt = s.t.At.Unix()
		s.repeat("")
		return Line{Text: "desk.verified"}, nil
	}
	s.c.State, s.c.Resume = map[Channel]State{ByPhone: enterPhoneCode, ByEmail: enterEmailCode}[ch], ""
	return Line{Text: "desk.verified"}, s.choose(codeRight)
}

func (s *Scene) orderUnbind(n Number) Line {
	var rest []Binding
	all := s.l.Bindings(s.c.Account)
	for _, b := range all {
		if b.Number != n {
			rest = append(rest, b)
		}
	}
	if len(rest) == len(all) {
		return Line{Text: "desk.not_bound"}
	}
	s.l.SetBindings(s.c.Account, rest)
	s.auditAccount(ActionUnbound, string(n))
	s.out = append(s.out, Say{Text: "told.unbound", Args: Args{Contract: s.contract(n)}})
	if s.c.Chosen == n || s.c.State == showContracts {
		s.c.State, s.c.Chosen, s.c.Page = mainMenu, "", 0
		s.c.Revision++
		s.ask()
	}
	return Line{Text: "desk.done_unbind"}
}

func (s *Scene) orderBlock(since int64, why string) Line {
	if (s.c.Blocked != 0) == (since != 0) {
		return Line{Text: "desk.unchanged"}
	}
	s.c.Blocked, s.c.BlockedWhy = since, why
	if since == 0 {
		s.repeat("told.unblocked")
		return Line{Text: "desk.done_unblock"}
	}
	s.out = append(s.out, Say{Text: "told.blocked"})
	return Line{Text: "desk.done_block"}
}
