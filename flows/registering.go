package flows

// openRegistration takes the form over and sends both codes.
func openRegistration(s *Scene) {
	f, at := s.c.Form, s.t.At
	end := at.Add(s.rules.VerifyWithin)
	s.c.Registration = Registration{
		Submitted: at.Unix(), VerifyBy: end.Unix(), PurgeAt: s.rules.purgeTime(end).Unix(),
		Consent: f.Consent, Agreement: f.Agreement,
		Surname: f.Surname.Value, Name: f.Name.Value, Patronymic: f.Patronymic.Value,
		Phone: Phone(f.Phone.Value), Email: Email(f.Email.Value),
	}
	if remind := end.Add(-s.rules.RemindBefore); remind.After(at) {
		s.c.Registration.RemindAt = remind.Unix()
	}
	dropForm(s)
	s.own(ByPhone)
	s.own(ByEmail)
	for _, ch := range [...]Channel{ByPhone, ByEmail} {
		if !s.sendCode(s.challenge(ch)) {
			s.say("verify.budget", s.args)
		}
	}
}

// own notes that this chat's registration has a contact, free gives it back.
func (s *Scene) own(ch Channel) { s.l.SetOwner(s.challenge(ch).contact, Owner{Chat: s.c.Chat}) }

func (s *Scene) free(ch Channel) {
	c := s.challenge(ch).contact
	if o := s.l.Owner(c); o.Account == 0 && o.Chat == s.c.Chat {
		s.l.SetOwner(c, Owner{})
	}
}

// openAccount turns the registration into an account of this chat.
func openAccount(s *Scene) {
	r := s.c.Registration
	s.c.Account = s.l.OpenAccount(Account{
		Chat: s.c.Chat, Opened: s.t.At.Unix(),
		Surname: r.Surname, Name: r.Name, Patronymic: r.Patronymic, Phone: r.Phone, Email: r.Email,
		PhoneAt: r.PhoneAt, EmailAt: s.t.At.Unix(), Consent: r.Consent, Agreement: r.Agreement,
	})
	owner := Owner{Account: s.c.Account}
	s.l.SetOwner(Contact{ByPhone, string(r.Phone)}, owner)
	s.l.SetOwner(Contact{ByEmail, string(r.Email)}, owner)
	s.args.Account = s.c.Account
	s.c.Registration = Registration{}
}

// dropRegistration forgets the registration and frees its contacts.
func dropRegistration(s *Scene) {
	s.free(ByPhone)
	s.free(ByEmail)
	s.c.Registration = Registration{}
	s.c.Resume = ""
}

// purge deletes the registration in its night; the contact that was verified is
// told (SPEC §2.4).
func purge(s *Scene) {
	r := s.c.Registration
	s.args = s.registrationArgs()
	if r.PhoneAt != 0 {
		s.out = append(s.out, SMS{To: r.Phone, Text: "sms.purged", NotAfter: s.t.At.Add(day)})
	}
	if r.EmailAt != 0 {
		s.out = append(s.out, Mail{To: r.Email, Text: "mail.purged", NotAfter: s.t.At.Add(day)})
	}
	dropRegistration(s)
}
