package flows

// changeChallenge is the code of a new contact of an account.
func changeChallenge(s *Scene) challenge {
	c := &s.c.Change
	life := s.rules.MailLife
	if c.Channel == ByPhone {
		life = s.rules.SMSLife
	}
	return challenge{&c.Code, RefChangeCode, Contact{c.Channel, c.Value}, life}
}

func changeArgs(s *Scene) Args { return s.codeArgs(changeChallenge(s)) }

func backFromCode(s *Scene) Event {
	if s.c.Change.Channel == ByEmail {
		return backToEmail
	}
	return backPressed
}

// beginChange starts the clock after which what is typed is forgotten.
func beginChange(s *Scene) {
	s.c.Change = Change{Until: s.t.At.Add(changeLife).Unix(), Code: s.c.Change.Code.history(s.t.At)}
}

// dropChange forgets what was typed. The pauses between codes go on.
func dropChange(s *Scene) { s.c.Change = Change{Code: s.c.Change.Code.history(s.t.At)} }

// restartProfile goes on where something was typed.
func restartProfile(s *Scene) Event {
	if s.c.Change.typed() {
		return ""
	}
	return restarted
}

func cancelProfile(s *Scene) Event {
	if s.c.Change.typed() {
		return leaveAsked
	}
	return cancelled
}

func readNewPhone(s *Scene) Event {
	if event := s.notOwn(); event != "" {
		return event
	}
	phone, fault := phoneOf(s.t)
	if fault != "" {
		return s.misread(fault, phoneWrong)
	}
	return s.offerContact(Contact{ByPhone, string(phone)}, false)
}

func readNewEmail(s *Scene) Event {
	email, fault := ParseEmail(s.t.Text)
	if fault != "" {
		return s.misread(fault, emailWrong)
	}
	if _, ok := email.Suggest(); ok && email != s.l.Account(s.c.Account).Email {
		s.c.Change.Doubtful = email
		return emailDoubtful
	}
	return s.offerContact(Contact{ByEmail, string(email)}, false)
}

func offerMended(s *Scene) Event {
	mended, _ := s.c.Change.Doubtful.Suggest()
	return s.offerContact(Contact{ByEmail, string(mended)}, false)
}

func offerTyped(s *Scene) Event {
	return s.offerContact(Contact{ByEmail, string(s.c.Change.Doubtful)}, false)
}

// offerWanted goes on with a contact that somebody's unverified registration
// has: «Это мой номер».
func offerWanted(s *Scene) Event { return s.offerContact(ContactOf(s.c.Change.Wanted), true) }

// offerContact judges a new contact as the form does, and sends its code. The
// one that has its code already is asked for that.
func (s *Scene) offerContact(to Contact, claimed bool) Event {
	c, a := &s.c.Change, s.l.Account(s.c.Account)
	c.Wanted = ""
	switch to.Value {
	case string(a.Phone), string(a.Email):
		return contactSame
	case c.Value:
		return contactAgain
	}
	if event := s.refused(to, claimed, &c.Wanted); event != "" {
		return event
	}
	*c = Change{Channel: to.Channel, Value: to.Value, Until: s.t.At.Add(changeLife).Unix(), Code: c.Code.history(s.t.At)}
	s.sendCode(changeChallenge(s))
	return contactOffered
}

// proveChange puts the proven contact in place of the old one, which is freed
// and told: whoever did not ask for it can call.
func proveChange(s *Scene) Event {
	c, number := s.c.Change, s.c.Account
	if !s.prove(Contact{c.Channel, c.Value}, Owner{Account: number}) {
		return contactLost
	}
	s.args = s.codeArgs(changeChallenge(s))
	a := s.l.Account(number)
	old := Contact{ByEmail, string(a.Email)}
	notAfter := s.t.At.Add(day)
	if c.Channel == ByPhone {
		old = Contact{ByPhone, string(a.Phone)}
		s.out = append(s.out, SMS{To: a.Phone, Text: "sms.changed", NotAfter: notAfter})
		a.Phone, a.PhoneAt = Phone(c.Value), s.t.At.Unix()
	} else {
		s.out = append(s.out, Mail{To: a.Email, Text: "mail.changed", Args: Args{Account: number, Until: s.unix(s.t.At.Unix())}, NotAfter: notAfter})
		a.Email, a.EmailAt = Email(c.Value), s.t.At.Unix()
	}
	s.l.SetOwner(old, Owner{})
	s.l.SaveAccount(a)
	s.audit(a.Subject, ActionChanged, ChannelNote(c.Channel), old.Value+" → "+c.Value)
	dropChange(s)
	return contactProven
}
