package flows

// readChangedPhone reads the phone that is to take the old one's place while a
// registration waits. The old code stays valid until the new phone is accepted.
func readChangedPhone(s *Scene, t Turn) Event {
	if event := s.notOwn(t); event != "" {
		return event
	}
	phone, fault := ParsePhone(withoutFormat(sharedNumber(t)))
	if fault != "" {
		return s.misread(fault, phoneWrong)
	}
	return s.change(ByPhone, string(phone), phoneChanged, phoneTaken)
}

func readChangedEmail(s *Scene, t Turn) Event {
	email, fault := ParseEmail(t.Text)
	if fault != "" {
		return s.misread(fault, emailWrong)
	}
	if _, ok := email.Suggest(); ok && email != s.c.Registration.Email {
		s.c.Registration.Doubtful = email
		return emailDoubtful
	}
	return s.change(ByEmail, string(email), emailChanged, emailTaken)
}

func changeToMended(s *Scene) Event {
	mended, _ := s.c.Registration.Doubtful.Suggest()
	return s.change(ByEmail, string(mended), emailChanged, emailTaken)
}

func changeToTyped(s *Scene) Event {
	return s.change(ByEmail, string(s.c.Registration.Doubtful), emailChanged, emailTaken)
}

// change puts a new contact in place of the old one and sends it a code. It is
// judged like in the form, and its history of messages goes on: a change resets
// neither pauses nor budgets (SPEC §2.3).
func (s *Scene) change(ch Channel, value string, changed, taken Event) Event {
	old := s.challenge(ch)
	if old.contact.Value == value {
		return contactSame
	}
	if until := s.refusedUntil(); !until.IsZero() {
		s.args.Until = s.unix(until.Unix())
		return refusalsSpent
	}
	contact := Contact{ch, value}
	if why := s.taken(contact, false); why != "" {
		s.spend(s.refusalBudget(), 0)
		s.args.Value, s.args.Fields = Field{Value: value}.shown(), []FieldView{{Fault: why}}
		return taken
	}
	if !s.affordable(contact) {
		return budgetSpent
	}
	s.free(ch)
	r := &s.c.Registration
	if ch == ByPhone {
		r.Phone, r.PhoneLost = Phone(value), false
	} else {
		r.Email, r.Doubtful, r.EmailLost = Email(value), "", false
	}
	s.own(ch)
	s.sendCode(s.challenge(ch))
	return changed
}
