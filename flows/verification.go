package flows

// The proof of both contacts by codes (SPEC §2.3).
const (
	enterPhoneCode  State = "enter_phone_code"
	changePhone     State = "change_phone"
	enterEmailCode  State = "enter_email_code"
	changeEmail     State = "change_email"
	changeSuggested State = "change_suggested"
)

const (
	codeRight      Event = "code_right"
	codeWrong      Event = "code_wrong"
	codeMalformed  Event = "code_malformed"
	codeDead       Event = "code_dead"
	resendPressed  Event = "resend_pressed"
	codeResent     Event = "code_resent"
	resendEarly    Event = "resend_early"
	budgetSpent    Event = "budget_spent"
	changePressed  Event = "change_pressed"
	contactChanged Event = "contact_changed"
	contactTaken   Event = "contact_taken"
	contactSame    Event = "contact_same"
	reminderDue    Event = "reminder_due"
	purgeDue       Event = "purge_due"
	contactLost    Event = "contact_lost" // somebody else proved it first
	phoneTold      Event = "phone_told"   // that somebody else proved the phone
	emailTold      Event = "email_told"   // that somebody else proved the e-mail
	emailGone      Event = "email_gone"   // the phone is proven, and the e-mail was lost
	bothProven     Event = "both_proven"  // the phone is proven, and staff took the e-mail for proven
)

var verification = Flow{
	Name:     "verification",
	Start:    enterPhoneCode,
	OnCancel: always(leaveAsked),
	Always: map[Event]Move{
		leaveAsked:  {To: leaveRegistration, Do: interruptHere},
		reminderDue: {Say: "verify.reminder", Do: remind},
		purgeDue:    {To: choosePerson, Say: "verify.purged", Do: purge},
		phoneTold:   {To: changePhone, Say: "verify.lost"},
		emailTold:   {To: changeEmail, Say: "verify.lost"},
	},
	States: map[State]Node{
		enterPhoneCode: {
			Ask: "verify.phone_code", Args: phoneCodeArgs, Read: readCode(phoneChallenge),
			Buttons: [][]Choice{
				{{Caption: "button.resend", Event: resendPressed}},
				{{Caption: "button.change_phone", Event: changePressed}},
				{{Caption: "button.help", Event: helpPressed}},
			},
			Decide: map[Event]Decision{
				resendPressed: {Into: resendOutcomes, By: resendUnlessGone(phoneChallenge)},
				codeRight:     {Into: []Event{codeRight, contactLost, emailGone, bothProven}, By: provePhone},
			},
			On: map[Event]Move{
				codeRight:     {To: enterEmailCode, Say: "verify.phone_done", Do: phoneDone},
				emailGone:     {To: changeEmail, Say: "verify.phone_done", Do: tellEmailLost},
				bothProven:    {To: mainMenu, Say: "verify.account_open", Do: openAccount},
				contactLost:   {To: changePhone, Say: "verify.lost"},
				codeWrong:     {To: enterPhoneCode, Say: "verify.code_wrong"},
				codeMalformed: {To: enterPhoneCode, Say: "verify.code_malformed"},
				codeDead:      {To: enterPhoneCode, Say: "verify.code_dead"},
				codeResent:    {To: enterPhoneCode, Say: "verify.sms_resent"},
				resendEarly:   {To: enterPhoneCode, Say: "verify.resend_early"},
				budgetSpent:   {To: enterPhoneCode, Say: "verify.budget"},
				changePressed: {To: changePhone},
			},
		},
		changePhone: {
			Ask: "verify.change_phone", Args: phoneCodeArgs, Read: readChangedPhone,
			Buttons: [][]Choice{{{Caption: "button.my_phone", Event: myPhonePressed, When: wanted}}, helpBack},
			Decide:  map[Event]Decision{myPhonePressed: {Into: changeOutcomes, By: changeToWanted(ByPhone)}},
			On: map[Event]Move{
				contactChanged: {To: enterPhoneCode, Say: "verify.phone_changed"},
				contactSame:    {To: enterPhoneCode, Say: "verify.contact_same"},
				phoneWrong:     {To: changePhone, Say: "wrong"},
				contactForeign: {To: changePhone, Say: "reg.contact_foreign"},
				contactTaken:   {To: changePhone, Say: "verify.taken"},
				refusalsSpent:  {To: changePhone, Say: "review.refusals"},
				budgetSpent:    {To: changePhone, Say: "verify.budget"},
				backPressed:    {To: enterPhoneCode, Do: forgetWanted},
			},
		},
		enterEmailCode: {
			Ask: "verify.email_code", Args: emailCodeArgs, Read: readCode(emailChallenge),
			Buttons: [][]Choice{
				{{Caption: "button.resend", Event: resendPressed}},
				{{Caption: "button.change_email", Event: changePressed}},
				{{Caption: "button.help", Event: helpPressed}},
			},
			Decide: map[Event]Decision{
				resendPressed: {Into: resendOutcomes, By: resendUnlessGone(emailChallenge)},
				codeRight:     {Into: []Event{codeRight, contactLost}, By: proveEmail},
			},
			On: map[Event]Move{
				codeRight:     {To: mainMenu, Say: "verify.account_open", Do: openAccount},
				contactLost:   {To: changeEmail, Say: "verify.lost"},
				codeWrong:     {To: enterEmailCode, Say: "verify.code_wrong"},
				codeMalformed: {To: enterEmailCode, Say: "verify.code_malformed"},
				codeDead:      {To: enterEmailCode, Say: "verify.code_dead"},
				codeResent:    {To: enterEmailCode, Say: "verify.mail_resent"},
				resendEarly:   {To: enterEmailCode, Say: "verify.resend_early"},
				budgetSpent:   {To: enterEmailCode, Say: "verify.budget"},
				changePressed: {To: changeEmail},
			},
		},
		changeEmail: {
			Ask: "verify.change_email", Args: emailCodeArgs, Read: readChangedEmail,
			Buttons: [][]Choice{{{Caption: "button.my_email", Event: myEmailPressed, When: wanted}}, helpBack},
			Decide:  map[Event]Decision{myEmailPressed: {Into: changeOutcomes, By: changeToWanted(ByEmail)}},
			On:      changeEmailRows,
		},
		changeSuggested: {
			Ask: "reg.suggest_email", Args: doubtArgs, Read: readChangedEmail, Buttons: suggestButtons,
			Decide: map[Event]Decision{
				mendedPressed:  {Into: changeOutcomes, By: changeToMended},
				asTypedPressed: {Into: changeOutcomes, By: changeToTyped},
			},
			On: changeEmailRows,
		},
	},
}

var changeOutcomes = []Event{contactChanged, contactSame, contactTaken, refusalsSpent, budgetSpent}

// changeEmailRows are the rows of the new address and of its mended spelling.
var changeEmailRows = map[Event]Move{
	contactChanged: {To: enterEmailCode, Say: "verify.email_changed"},
	contactSame:    {To: enterEmailCode, Say: "verify.contact_same"},
	emailDoubtful:  {To: changeSuggested},
	emailWrong:     {To: changeEmail, Say: "wrong"},
	contactTaken:   {To: changeEmail, Say: "verify.taken"},
	refusalsSpent:  {To: changeEmail, Say: "review.refusals"},
	budgetSpent:    {To: changeEmail, Say: "verify.budget"},
	backPressed:    {To: enterEmailCode, Do: forgetWanted},
}

// remind tells the times where the question does not tell them itself.
func remind(s *Scene) {
	switch s.c.State {
	case changePhone, changeEmail, changeSuggested:
		s.say("verify.deadline", s.registrationArgs())
	}
}

// registrationArgs tell the times of the registration; Within is zero once the
// time to verify is over.
func (s *Scene) registrationArgs() Args {
	r := &s.c.Registration
	a := Args{Until: s.unix(r.VerifyBy), Night: s.unix(r.PurgeAt)}
	if s.t.At.Unix() < r.VerifyBy {
		a.Within = s.rules.VerifyWithin
	}
	return a
}

func phoneCodeArgs(s *Scene) Args { return s.verifyArgs(s.challenge(ByPhone)) }
func emailCodeArgs(s *Scene) Args { return s.verifyArgs(s.challenge(ByEmail)) }

func (s *Scene) verifyArgs(h challenge) Args {
	a, r := s.codeArgs(h), s.registrationArgs()
	a.Until, a.Night, a.Within = r.Until, r.Night, r.Within
	return a
}

// codeArgs tell everything that a code form shows.
func (s *Scene) codeArgs(h challenge) Args {
	a := Args{
		Dead: !h.alive(s.t.At, s.rules.CodeTries), Left: s.rules.CodeTries - h.Tries,
		Wait: max(0, s.nextSend(h).Sub(s.t.At)), Hint: h.Sent >= 3, N: h.Sent,
	}
	if s.blocked == h.contact {
		a.Wait = max(a.Wait, s.blockedUntil.Sub(s.t.At))
	}
	if h.contact.Channel == ByPhone {
		a.Phone = Phone(h.contact.Value)
	} else {
		a.Email = Email(h.contact.Value)
	}
	return a
}

// readCode judges what is entered into a code form.
func readCode(of func(*Scene) challenge) func(*Scene) Event {
	return func(s *Scene) Event {
		h := of(s)
		code, ok := parseCode(s.t.Text, codeDigits)
		if !ok {
			code, ok = quotedCode(s.t.Text)
		}
		switch {
		case !ok:
			return codeMalformed
		case !h.alive(s.t.At, s.rules.CodeTries):
			s.args.Hint = h.expired(s.t.At, s.rules.CodeTries)
			return codeDead
		case s.try(h, code):
			return codeRight
		}
		s.args.Left = s.rules.CodeTries - h.Tries
		return codeWrong
	}
}

func resend(of func(*Scene) challenge) func(*Scene) Event {
	return func(s *Scene) Event {
		h := of(s)
		if at := s.nextSend(h); s.t.At.Before(at) {
			s.args.Wait = at.Sub(s.t.At)
			return resendEarly
		}
		if !s.sendCode(h) {
			return budgetSpent
		}
		s.args.N = h.Sent
		return codeResent
	}
}

// phoneDone opens the mail form, with a code that can still be entered: a dead
// one is replaced at once, without the pause.
func phoneDone(s *Scene) {
	h := s.challenge(ByEmail)
	if h.alive(s.t.At, s.rules.CodeTries) {
		return
	}
	if !s.sendCode(h) {
		s.say("verify.budget", s.args)
		return
	}
	s.say("verify.mail_renewed", Args{})
}
