package flows

// woke handles the deadlines that are due. A bot that was down finds several at
// once: a reminder of what is deleted in the same breath is not sent.
func (s *Scene) woke() error {
	if s.putOff() {
		return nil
	}
	at, c := s.t.At.Unix(), s.c
	due := func(deadline int64) bool { return deadline != 0 && at >= deadline }
	end := func(e Event) error {
		s.leadBack()
		return s.fire(e)
	}
	switch {
	case due(c.Registration.PurgeAt):
		return end(purgeDue)
	case due(c.Registration.RemindAt):
		c.Registration.RemindAt = 0
		return end(reminderDue)
	case due(c.Form.Until):
		return end(formExpired)
	case due(c.Change.Until):
		return end(changeExpired)
	case due(c.Access.Until):
		return end(accessExpired)
	case due(c.Link.Until):
		dropLink(s)
	case due(c.pauseEnd()):
		return s.fire(pauseOver)
	case due(c.Forget):
		s.forget()
	}
	return nil
}

// reported notes how a captcha's picture or a code ended. It changes what the
// resident may enter and until when, never the state.
func (s *Scene) reported() {
	switch s.t.Ref.Kind {
	case RefCaptcha:
		if c := &s.c.Captcha; c.Serial == s.t.Ref.Serial && c.Until == 0 && s.t.Outcome != Unsent {
			c.Until = s.t.At.Add(s.rules.CaptchaLife).Unix()
		}
	case RefPhoneCode:
		s.codeReported(s.challenge(ByPhone))
	case RefEmailCode:
		s.codeReported(s.challenge(ByEmail))
	case RefChangeCode:
		s.codeReported(changeChallenge(s))
	case RefAccessPhone:
		s.codeReported(accessPhoneChallenge(s))
	case RefAccessEmail:
		s.codeReported(accessEmailChallenge(s))
	case RefShown: // nothing stands there: a reply to it would be no reply to the message
	case RefRelay, RefEdit:
		w := s.ticketing()
		if w.relayed(s.c.Chat); w.missed != 0 {
			s.c.Missed = w.missed
		}
		s.out = append(s.out, w.out...)
	}
}

// codeReported starts the life of a code that was handed over. One that never
// left gives its budgets back, and the resident is told if it still matters.
func (s *Scene) codeReported(h challenge) {
	current := h.Serial == s.t.Ref.Serial && h.Hash != [32]byte{}
	s.countReport(h, current)
	if h.ofAccess() {
		return // whatever came of it would tell that the contacts are somebody's
	}
	if h.Serial == s.t.Ref.Serial {
		h.Ended = s.t.Outcome
	}
	if s.t.Outcome != Unsent && s.t.Outcome != Refused {
		if current && h.Until == 0 {
			h.Until = s.t.At.Add(h.life).Unix()
		}
		if h.ref == RefPhoneCode {
			s.sampleSent(h)
		}
		return
	}
	// What a gateway refuses it was asked to send: a number that it never takes
	// must not let a chat ask without end.
	if s.t.Outcome == Unsent {
		s.giveBackCode(ContactOf(s.t.Text), s.t.Ref.At)
	}
	if !current {
		return
	}
	h.Hash = [32]byte{} // the pause stays: it keeps a gateway that is down from being asked in a loop
	if s.t.Outcome == Unsent {
		h.Sent = max(0, h.Sent-1)
	}
	switch {
	case s.t.Outcome == Refused && h.ref == RefPhoneCode:
		s.repeat("verify.sms_refused")
	case h.ref == RefChangeCode:
		s.repeat("profile.unsent")
	case h.ref == RefPhoneCode:
		s.repeat("verify.sms_failed")
	case s.c.Registration.PhoneAt == 0:
		s.repeat("verify.mail_later")
	default:
		s.repeat("verify.mail_failed")
	}
}
