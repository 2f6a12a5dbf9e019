package flows

// A new version of the consent or of the agreement is asked for at the next
// visit, before anything else works (SPEC §2.2).
const (
	renewConsent   State = "renew_consent"
	renewAgreement State = "renew_agreement"
	termsRefused   State = "terms_refused"
)

const (
	consentChanged   Event = "consent_changed"
	agreementChanged Event = "agreement_changed"
	consentRenewed   Event = "consent_renewed"
	agreementRenewed Event = "agreement_renewed"
	allRenewed       Event = "all_renewed"
	renewalRefused   Event = "renewal_refused"
)

var renewal = Flow{
	Name:     "renewal",
	Start:    renewConsent,
	OnCancel: always(renewalRefused),
	Always: map[Event]Move{
		changeExpired: {Do: func(s *Scene) { giveUpChange(s); s.silent = true }},
	},
	States: map[State]Node{
		renewConsent: {
			Ask: "renew.consent", Again: "reg.consent_again",
			Attach: func(s *Scene) Attachment { return Attachment{Kind: ConsentTerms, Terms: s.rules.Consent} },
			Buttons: [][]Choice{
				{{Caption: "button.consent", Event: consentRenewed}, {Caption: "button.no_consent", Event: renewalRefused}},
				{{Caption: "button.help", Event: helpPressed}},
			},
			Decide: map[Event]Decision{consentRenewed: {Into: []Event{consentRenewed, allRenewed}, By: consentAgain}},
			On: map[Event]Move{
				consentRenewed: {To: renewAgreement},
				allRenewed:     {To: resume, Say: "renew.done"},
				renewalRefused: {To: termsRefused, Do: giveUpChange},
			},
		},
		renewAgreement: {
			Ask: "renew.agreement", Again: "reg.agreement_again", Args: func(s *Scene) Args { return Args{Version: s.rules.Agreement.Version} },
			Attach: func(s *Scene) Attachment { return Attachment{Kind: AgreementTerms, Terms: s.rules.Agreement} },
			Buttons: [][]Choice{
				{{Caption: "button.accept", Event: agreementRenewed}, {Caption: "button.decline", Event: renewalRefused}},
				{{Caption: "button.help", Event: helpPressed}},
			},
			Decide: map[Event]Decision{agreementRenewed: {Into: []Event{allRenewed}, By: agreementAgain}},
			On: map[Event]Move{
				allRenewed:     {To: resume, Say: "renew.done"},
				renewalRefused: {To: termsRefused, Do: giveUpChange},
			},
		},
		termsRefused: {
			Ask: "renew.refused",
			Buttons: [][]Choice{
				{{Caption: "button.export", Event: exportPressed}},
				{{Caption: "button.delete", Event: deletePressed}},
				helpBack,
			},
			Decide: map[Event]Decision{
				exportPressed: exportOrWait[exportPressed],
				backPressed:   {Into: []Event{consentChanged, agreementChanged, allRenewed}, By: askStale},
			},
			On: exportRows(map[Event]Move{
				renewalRefused:   {}, // by /cancel
				deletePressed:    {To: confirmDelete},
				consentChanged:   {To: renewConsent},
				agreementChanged: {To: renewAgreement},
				allRenewed:       {To: resume}, // the utility took its new text back
			}),
		},
	},
}

// accountRows adds the rows that every dialog of an account has: to new terms and
// to an answer to the support, and back to the question that stands.
func accountRows(rows map[Event]Move) map[Event]Move {
	rows[answerPressed] = Move{To: answerSupport, Do: interruptHere}
	rows[consentChanged] = Move{To: renewConsent, Do: interruptHere}
	rows[agreementChanged] = Move{To: renewAgreement, Do: interruptHere}
	return rows
}

// giveUpChange drops a change of phone or e-mail that waits behind the terms.
func giveUpChange(s *Scene) {
	if s.c.Change.Until != 0 {
		dropChange(s)
		s.c.Resume = showData
	}
}

// stale tells which text the account has not accepted as it is now, "" for none.
func (s *Scene) stale() Event {
	switch a := s.l.Account(s.c.Account); {
	case a.Number == 0:
		return ""
	case a.Consent.SHA256 != s.rules.Consent.SHA256:
		return consentChanged
	case a.Agreement.SHA256 != s.rules.Agreement.SHA256:
		return agreementChanged
	}
	return ""
}

func askStale(s *Scene) Event {
	if e := s.stale(); e != "" {
		return e
	}
	return allRenewed
}

func consentAgain(s *Scene) Event {
	a := s.l.Account(s.c.Account)
	a.Consent = accepted(s, s.rules.Consent)
	s.l.SaveAccount(a)
	s.audit(a.Subject, ActionAccepted, "consent "+a.Consent.Version, "")
	if s.stale() != "" {
		return consentRenewed
	}
	return allRenewed
}

func agreementAgain(s *Scene) Event {
	a := s.l.Account(s.c.Account)
	a.Agreement = accepted(s, s.rules.Agreement)
	s.l.SaveAccount(a)
	s.audit(a.Subject, ActionAccepted, "agreement "+a.Agreement.Version, "")
	return allRenewed
}

// outdated reports whether new terms must be accepted before the turn means
// anything. The instruction, what is kept, and the way to delete the account
// are open without.
func (s *Scene) outdated() bool {
	if s.c.Account == 0 || s.place().flow == &renewal || s.place().flow.Role != NoRole || s.deleting() {
		return false
	}
	switch s.t.Kind {
	case Said:
		if s.isHelp() || command(s.t.Text) == "/privacy" {
			return false
		}
	case Pressed:
		if s.t.Event == helpPressed {
			return false
		}
	case Shared, Sent:
	default:
		return false
	}
	return s.stale() != ""
}

// deleting reports whether the resident is asked whether to delete the account.
func (s *Scene) deleting() bool { return s.c.State == confirmDelete || s.c.State == confirmDeleteAgain }

// renew asks for what is new. The resident comes back to the question that
// stands, a contract that a link brought is kept; of what else they sent they must
// not believe that it arrived.
func (s *Scene) renew() error {
	if l, ok := readLink(s.t.Text); ok && s.t.Kind == Said {
		s.keepLink(l)
	}
	if s.t.Kind != Pressed && command(s.t.Text) == "" {
		s.say("renew.untaken", Args{Hint: s.c.State == answerSupport || s.t.ReplyTo != 0})
	}
	s.stay()
	return s.fire(s.stale())
}

// stay leads a resident who is just asked whether to leave a dialog back into it.
func (s *Scene) stay() {
	if s.c.State == confirmLeave {
		s.c.State, s.c.Resume = s.c.Resume, ""
	}
}
