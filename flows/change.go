package flows

// readChangedPhone reads the phone that is to take the old one's place while a
// registration waits. The old code stays valid until the new phone is accepted.
func readChangedPhone(s *Scene) Event {
	if event := s.notOwn(); event != "" {
		return event
	}
	phone, fault := phoneOf(s.t)
	if _, code := parseCode(s.t.Text, codeDigits); code {
		fault = "fault.code_here"
	}
	if fault != "" {
		return s.misread(fault, phoneWrong)
	}
	return s.change(Contact{ByPhone, string(phone)}, false)
}

func readChangedEmail(s *Scene) Event {
	email, fault := ParseEmail(s.t.Text)
	if _, code := parseCode(s.t.Text, codeDigits); code {
		fault = "fault.code_here"
	}
	if fault != "" {
		return s.misread(fault, emailWrong)
	}
	if _, ok := email.Suggest(); ok && email != s.c.Registration.Email {
		s.c.Registration.Doubtful = email
		return emailDoubtful
	}
	return s.change(Contact{ByEmail, string(email)}, false)
}

func changeToMended(s *Scene) Event {
	mended, _ := s.c.Registration.Doubtful.Suggest()
	return s.change(Contact{ByEmail, string(mended)}, false)
}

func changeToTyped(s *Scene) Event {
	return s.change(Contact{ByEmail, string(s.c.Registration.Doubtful)}, false)
}

// changeToWanted goes on with a contact that somebody's unverified registration
// has: «Это мой номер».
func changeToWanted(ch Channel) func(*Scene) Event {
	return func(s *Scene) Event { return s.change(Contact{ch, s.c.Registration.Wanted}, true) }
}

func wanted(s *Scene) bool       { return s.c.Registration.Wanted != "" }
func forgetWanted(s *Scene)      { s.c.Registration.Wanted = "" }
func wantedChange(s *Scene) bool { return s.c.Change.Wanted != "" }

// change puts a new contact in place of the old one and sends it a code. It is
// judged like in the form, and its history of messages goes on: a change resets
// neither pauses nor budgets (SPEC §2.3).
func (s *Scene) change(to Contact, claimed bool) Event {
	old, r := s.challenge(to.Channel).contact, &s.c.Registration
	r.Wanted = ""
	if old == to && !s.gone(old) {
		return contactSame
	}
	if event := s.refused(to, claimed, &r.Wanted); event != "" {
		return event
	}
	s.free(to.Channel)
	if to.Channel == ByPhone {
		r.Phone, r.PhoneLost = Phone(to.Value), false
	} else {
		r.Email, r.Doubtful, r.EmailLost = Email(to.Value), "", false
	}
	s.own(to.Channel)
	s.sendCode(s.challenge(to.Channel))
	return contactChanged
}

// refused judges a new contact as the form judges its own, and by the budgets:
// "" when a code may be sent to it. One that only an unverified registration
// has is noted as wanted, for «Это мой номер».
func (s *Scene) refused(c Contact, claimed bool, wanted *string) Event {
	if until := s.refusedUntil(); !until.IsZero() {
		s.args.Until = s.unix(until.Unix())
		return refusalsSpent
	}
	// First: who may cause no message at all must not learn whose a contact is.
	if why, until := s.overUser(c); !s.within(c, why, until) {
		return budgetSpent
	}
	if why := s.taken(c, claimed); why != "" {
		s.spend(s.refusalBudget(), 0)
		s.args.Value, s.args.Fields = Field{Value: c.Value}.shown(), []FieldView{{Fault: why}}
		if why == takenByRegistration {
			*wanted = c.Value
			s.args.Phone, s.args.Hint = "", true
			if c.Channel == ByPhone {
				s.args.Phone = Phone(c.Value)
			}
		}
		return contactTaken
	}
	if !s.affordable(c) {
		return budgetSpent
	}
	return ""
}
