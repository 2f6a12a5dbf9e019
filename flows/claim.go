package flows

// Whose a contact is (SPEC §2.2): a registration that was submitted has it
// until its time ends, an account has it for good, and whoever proves by a code
// a contact that only an unverified registration has, keeps it.

// claimable offers «Это мой номер» where a registration has not proven the contact.
func claimable(of fieldOf) func(*Scene) bool {
	return func(s *Scene) bool { return of(&s.c.Form).Fault == takenByRegistration }
}

func claim(of fieldOf) func(*Scene) {
	return func(s *Scene) { f := of(&s.c.Form); f.Fault, f.Claimed = "", true }
}

// prove gives a contact to who has just entered its code; false when somebody
// else proved it first. Who had it unproven is told to change theirs.
func (s *Scene) prove(c Contact, as Owner) bool {
	o := s.l.Owner(c)
	ours := o.Chat == s.c.Chat || o.Account != 0 && o.Account == s.c.Account
	switch {
	case ours, o == (Owner{}):
	case o.Account != 0, o.Proven:
		return false
	default:
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
	if s.c.Registration.EmailLost {
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
	s.audit(s.c.Registration.Subject, ActionVerified, channelNote(ch), c.Value)
	return true
}

// loseContact ends the code of a contact that is somebody else's now.
func (s *Scene) loseContact(ch Channel) {
	h := s.challenge(ch)
	h.Hash = [32]byte{}
	if ch == ByPhone {
		s.c.Registration.PhoneLost = true
		s.args.Phone = s.c.Registration.Phone
		return
	}
	s.c.Registration.EmailLost = true
	s.args.Email = s.c.Registration.Email
}

var resendOutcomes = []Event{codeResent, resendEarly, budgetSpent, contactLost}

// resendUnlessLost sends no code to a contact that is somebody else's by now.
func resendUnlessLost(ch Channel) func(*Scene) Event {
	send := resend(func(s *Scene) challenge { return s.challenge(ch) })
	return func(s *Scene) Event {
		r := &s.c.Registration
		if ch == ByPhone && r.PhoneLost || ch == ByEmail && r.EmailLost {
			s.loseContact(ch)
			return contactLost
		}
		return send(s)
	}
}

// told handles the news of another conversation. News that came too late, about
// a contact that was changed meanwhile, change nothing.
func (s *Scene) told() error {
	r := &s.c.Registration
	switch s.t.News {
	case PhoneLost:
		if r.Submitted == 0 || string(r.Phone) != s.t.Text || r.PhoneAt != 0 {
			return nil
		}
		s.loseContact(ByPhone)
		return s.tellHere(phoneTold)
	case EmailLost:
		if r.Submitted == 0 || string(r.Email) != s.t.Text {
			return nil
		}
		s.loseContact(ByEmail)
		if r.PhoneAt == 0 { // its turn comes after the phone's
			s.repeat("verify.lost_later")
			return nil
		}
		return s.tellHere(emailTold)
	case AccountMoved:
		return s.moveAway()
	}
	return nil
}

// tellHere fires an event of the verification; a resident who is just asked
// whether to delete the registration is led back first.
func (s *Scene) tellHere(e Event) error {
	if s.c.State == leaveRegistration {
		s.c.State, s.c.Resume = s.c.Resume, ""
	}
	return s.fire(e)
}
