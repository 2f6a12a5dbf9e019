package flows

// Whose a contact is (SPEC §2.2): a registration that was submitted has it
// until its time ends, an account has it for good, and whoever proves by a code
// a contact that only an unverified registration has, keeps it.

// claimable offers «Это мой номер» where a registration has not proven the contact.
func claimable(of fieldOf) func(*Scene) bool {
	return func(s *Scene) bool { return of(&s.c.Form).Fault == takenByRegistration }
}

func claim(of fieldOf) func(*Scene) {
	return func(s *Scene) {
		f := of(&s.c.Form)
		f.Fault, f.Claimed = "", true
		if f == &s.c.Form.Phone {
			s.args.Phone = Phone(f.Value)
		}
	}
}

func (s *Scene) ours(o Owner) bool {
	return o.Chat == s.c.Chat || o.Account != 0 && o.Account == s.c.Account
}

// gone reports whether somebody else has a contact for good: an account, or a
// registration that has proven it.
func (s *Scene) gone(c Contact) bool {
	o := s.l.Owner(c)
	return !s.ours(o) && (o.Account != 0 || o.Proven)
}

// prove gives a contact to who has just entered its code; false when somebody
// else proved it first. Who had it unproven is told to change theirs.
func (s *Scene) prove(c Contact, as Owner) bool {
	if s.gone(c) {
		return false
	}
	if o := s.l.Owner(c); !s.ours(o) && o.Chat != 0 {
		s.out = append(s.out, Tell{To: o.Chat, News: map[Channel]News{ByPhone: PhoneLost, ByEmail: EmailLost}[c.Channel], Value: c.Value})
	}
	s.l.SetOwner(c, as)
	return true
}

// provePhone and proveEmail decide what the right code of a registration comes to.
func provePhone(s *Scene) Event {
	if !s.proveRegistered(ByPhone) {
		return contactLost
	}
	s.c.Registration.PhoneAt = s.t.At.Unix()
	if s.c.Registration.EmailAt != 0 {
		return bothProven
	}
	if s.gone(s.challenge(ByEmail).contact) {
		return emailGone
	}
	return codeRight
}

func proveEmail(s *Scene) Event {
	if !s.proveRegistered(ByEmail) {
		return contactLost
	}
	return codeRight
}

func (s *Scene) proveRegistered(ch Channel) bool {
	c := s.challenge(ch).contact
	if !s.prove(c, Owner{Chat: s.c.Chat, Proven: true}) {
		s.loseContact(ch)
		return false
	}
	s.audit(s.c.Registration.Subject, ActionVerified, ChannelNote(ch), c.Value)
	return true
}

// loseContact ends the code of a contact that is somebody else's now.
func (s *Scene) loseContact(ch Channel) {
	r, h := &s.c.Registration, s.challenge(ch)
	h.Hash = [32]byte{}
	if ch == ByPhone {
		r.PhoneLost, s.args.Phone = true, r.Phone
		return
	}
	r.EmailLost, s.args.Email = true, r.Email
}

// tellEmailLost tells it where the phone was proven first.
func tellEmailLost(s *Scene) {
	s.loseContact(ByEmail)
	s.say("verify.lost", s.args)
}

var resendOutcomes = []Event{codeResent, resendEarly, budgetSpent, contactLost}

// resendUnlessGone sends no code to a contact that is somebody else's by now.
func resendUnlessGone(of func(*Scene) challenge) func(*Scene) Event {
	send := resend(of)
	return func(s *Scene) Event {
		h := of(s)
		if !s.gone(h.contact) {
			return send(s)
		}
		if h.ref != RefChangeCode {
			s.loseContact(h.contact.Channel)
		}
		return contactLost
	}
}

// told handles the news of another conversation. Those of a move are in the
// account itself, and were found there before.
func (s *Scene) told() error {
	switch s.t.News {
	case PhoneLost:
		return s.toldLost(ByPhone)
	case EmailLost:
		return s.toldLost(ByEmail)
	case AudienceCounted:
		return s.toldAudience()
	case ImportEnded:
		return s.importEnded()
	}
	return nil
}

// toldLost handles the news that somebody else proved a contact. News that come
// twice, or too late, change nothing: the contact was changed meanwhile, the
// resident found out, or the contact is free again.
func (s *Scene) toldLost(ch Channel) error {
	r := &s.c.Registration
	told := map[Channel]bool{ByPhone: r.PhoneLost, ByEmail: r.EmailLost}[ch]
	if c := s.challenge(ch).contact; r.Submitted == 0 || c.Value != s.t.Text || told || !s.gone(c) {
		return nil
	}
	s.loseContact(ch)
	switch {
	case ch == ByPhone:
		return s.tellHere(phoneTold)
	case r.PhoneAt == 0: // its turn comes after the phone's
		s.repeat("verify.lost_later")
		return nil
	}
	return s.tellHere(emailTold)
}

// tellHere fires an event of the verification; a resident who is just asked
// whether to delete the registration is led back first.
func (s *Scene) tellHere(e Event) error {
	s.leadBack()
	if s.c.State == leaveRegistration {
		s.c.State, s.c.Resume = s.c.Resume, ""
	}
	return s.fire(e)
}
