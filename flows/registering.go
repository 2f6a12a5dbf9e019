package flows

import "time"

// openRegistration takes the form over and sends both codes.
func openRegistration(s *Scene) {
	f, began, at := s.c.Form, s.c.Began, s.t.At
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
	s.c.Began = began
	s.foundSubject(&s.c.Registration.Subject)
	s.audit(s.c.Registration.Subject, ActionRegistered, "consent "+f.Consent.Version+", agreement "+f.Agreement.Version, "")
	s.own(ByPhone)
	s.own(ByEmail)
	for _, ch := range [...]Channel{ByPhone, ByEmail} {
		h := s.challenge(ch)
		h.resume(s.pauses(ch), at)
		switch next := s.nextSend(h); {
		case at.Before(next):
			s.say("verify.resend_early", Args{Wait: next.Sub(at)})
		case !s.sendCode(h):
			s.say("verify.budget", s.args)
		}
	}
}

func (s *Scene) pauses(ch Channel) *Pauses {
	if ch == ByPhone {
		return &s.c.Limits.Phone
	}
	return &s.c.Limits.Email
}

// resume takes over what an earlier registration of the same day sent.
func (h challenge) resume(p *Pauses, at time.Time) {
	if at.Unix()-p.LastAt < int64(day/time.Second) {
		h.Sent, h.LastAt = p.Sent, p.LastAt
	}
	*p = Pauses{}
}

// own notes that this chat's registration has a contact, free gives it back. A
// contact that was claimed stays with who has it until the code decides.
func (s *Scene) own(ch Channel) {
	if c := s.challenge(ch).contact; s.l.Owner(c) == (Owner{}) {
		s.l.SetOwner(c, Owner{Chat: s.c.Chat})
	}
}

func (s *Scene) free(ch Channel) {
	c := s.challenge(ch).contact
	if o := s.l.Owner(c); o.Account == 0 && o.Chat == s.c.Chat {
		s.l.SetOwner(c, Owner{})
	}
}

// openAccount turns the registration into an account of this chat.
func openAccount(s *Scene) {
	r := s.c.Registration
	if r.EmailAt == 0 {
		r.EmailAt = s.t.At.Unix()
	}
	s.c.Account = s.l.OpenAccount(Account{
		Subject: r.Subject, Chat: s.c.Chat, Opened: s.t.At.Unix(),
		Surname: r.Surname, Name: r.Name, Patronymic: r.Patronymic, Phone: r.Phone, Email: r.Email,
		PhoneAt: r.PhoneAt, EmailAt: r.EmailAt, Consent: r.Consent, Agreement: r.Agreement,
	})
	owner := Owner{Account: s.c.Account}
	s.l.SetOwner(Contact{ByPhone, string(r.Phone)}, owner)
	s.l.SetOwner(Contact{ByEmail, string(r.Email)}, owner)
	s.args.Account = s.c.Account
	s.audit(r.Subject, ActionOpened, AccountNote(s.c.Account), "")
	s.c.Registration = Registration{}
}

// deleteRegistration gives the registration up as the resident wishes.
func deleteRegistration(s *Scene) { s.dropRegistration("by the resident") }

// dropRegistration forgets the registration and frees its contacts. A line of
// the audit log tells why, and nothing about whom.
func (s *Scene) dropRegistration(why string) {
	s.audit(s.c.Registration.Subject, ActionPurged, why, "")
	for _, ch := range [...]Channel{ByPhone, ByEmail} {
		s.free(ch)
		h := s.challenge(ch)
		*s.pauses(ch) = Pauses{h.Sent, h.LastAt}
	}
	s.l.CloseSubject(s.c.Registration.Subject)
	s.forgetAtDesk(s.c.Registration.Subject)
	s.c.Registration, s.c.Began = Registration{}, 0
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
	s.dropRegistration("not verified in time")
}

// proven reports whether the contact of a channel was proven.
func (r *Registration) proven(ch Channel) bool {
	return ch == ByPhone && r.PhoneAt != 0 || ch == ByEmail && r.EmailAt != 0
}
