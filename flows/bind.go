package flows

import (
	"slices"
	"strconv"
	"time"
)

func (s *Scene) bindBudget() Budget {
	return Budget{"bind", strconv.FormatUint(s.c.Account, 10)}
}

func (s *Scene) bindUntil() time.Time {
	return s.openAt(s.bindBudget(), limit{s.rules.BindHourly, time.Hour}, limit{s.rules.BindDaily, day})
}

// bind lets the directory decide (SPEC §2.6). An unknown number, another kind
// and another flat are one answer, so that nobody can probe numbers; what a
// contract is else is told only to those who know all three.
func bind(s *Scene) Event {
	b := &s.c.Bind
	if until := s.bindUntil(); !until.IsZero() && !b.free() {
		s.args.Until = s.unix(until.Unix())
		return bindingPaused
	}
	c, ok := s.l.Contract(b.Number)
	s.args.Contract = c
	switch {
	case !ok || !b.matches(c):
		return s.bindFailed()
	case s.holds(c.Number):
		return boundAlready
	case c.Holder == HolderCompany:
		s.countFailure()
		return companyRefused
	case c.Status == StatusClosed:
		s.countFailure()
		return closedRefused
	}
	s.tellHolders(c)
	list := append([]Binding(nil), s.l.Bindings(s.c.Account)...)
	s.l.SetBindings(s.c.Account, append(list, Binding{Number: c.Number, At: s.t.At.Unix()}))
	s.auditAccount(ActionBound, string(c.Number))
	if s.c.Link.Number == c.Number {
		dropLink(s)
	}
	return bound
}

// matches compares the kind, and the flat in normal form. Premises other than
// flats are bound with the flat left empty; apartments may be known to billing
// with or without a number.
func (b *BindDraft) matches(c Contract) bool {
	if b.Kind != c.Kind {
		return false
	}
	switch b.Kind {
	case KindFlat, KindApartments:
		return NormalFlat(b.Flat) == NormalFlat(c.Flat)
	}
	return true
}

func (s *Scene) holds(n Number) bool {
	return slices.ContainsFunc(s.l.Bindings(s.c.Account), func(b Binding) bool { return b.Number == n })
}

// release takes a contract off the account; false when it is not bound.
func (s *Scene) release(n Number) bool {
	if !s.holds(n) {
		return false
	}
	rest := slices.DeleteFunc(slices.Clone(s.l.Bindings(s.c.Account)), func(b Binding) bool { return b.Number == n })
	s.l.SetBindings(s.c.Account, rest)
	s.auditAccount(ActionUnbound, string(n))
	return true
}

// free reports whether a try is the second half of a failure that is counted
// already: apartments failed without a number, and this is the first with one.
func (b *BindDraft) free() bool {
	return b.Kind == KindApartments && b.Flat != "" && b.EmptyTry && !b.FirstTry
}

// bindFailed counts the failure. For apartments the try without a number and
// the first with one are one failure, and the first offers to enter the number.
func (s *Scene) bindFailed() Event {
	b := &s.c.Bind
	switch {
	case b.free():
		b.FirstTry = true
	default:
		s.countFailure()
	}
	if b.Kind == KindApartments && b.Flat == "" {
		b.EmptyTry = true
		return apartmentAsked
	}
	if until := s.bindUntil(); !until.IsZero() {
		s.args.Until = s.unix(until.Unix())
		return bindingPaused
	}
	return notFound
}

// countFailure tells the staff once a pause begins.
func (s *Scene) countFailure() {
	s.spend(s.bindBudget(), 0)
	if until := s.bindUntil(); !until.IsZero() {
		s.out = append(s.out, Alert{Text: "alert.binding_paused", Args: Args{Account: s.c.Account, Until: s.unix(until.Unix())}})
	}
}

// tellHolders tells the other holders of a contract that one was added.
func (s *Scene) tellHolders(c Contract) {
	for _, account := range s.l.Holders(c.Number) {
		told := Budget{"told", string(c.Number) + " " + strconv.FormatUint(account, 10) + " " + strconv.FormatUint(s.c.Account, 10)}
		if other := s.l.Account(account); other.Chat != 0 && account != s.c.Account && s.openAt(told, limit{1, day}).IsZero() {
			s.spend(told, 0)
			s.out = append(s.out, Say{To: other.Chat, Text: "bind.other_holder", Args: Args{Contract: c}})
		}
	}
}
