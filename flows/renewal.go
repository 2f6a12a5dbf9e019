package flows

// A new version of the consent or of the agreement is asked for at the next
// visit, before anything else works (SPEC §2.2).
const (
	renewConsent   State = "renew_consent"
	renewAgreement State = "renew_agreement"
	termsRefused   State = "terms_refused"
)

const (
	termsChanged     Event = "terms_changed"
	consentRenewed   Event = "consent_renewed"
	consentUpToDate  Event = "consent_up_to_date"
	agreementRenewed Event = "agreement_renewed"
	allRenewed       Event = "all_renewed"
	renewalRefused   Event = "renewal_refused"
)

var renewal = Flow{
	Name:     "renewal",
	Start:    renewConsent,
	OnCancel: always(renewalRefused),
	Always:   map[Event]Move{renewalRefused: {To: termsRefused}},
	States: map[State]Node{
		renewConsent: {
			Ask: "renew.consent", Again: "reg.consent_again",
			Attach: func(s *Scene) Attachment { return Attachment{Kind: ConsentTerms, Terms: s.rules.Consent} },
			Buttons: [][]Choice{
				{{Caption: "button.consent", Event: consentRenewed}, {Caption: "button.no_consent", Event: renewalRefused}},
				{{Caption: "button.help", Event: helpPressed}},
			},
			Decide: map[Event]Decision{consentRenewed: {Into: []Event{consentRenewed, allRenewed}, By: renewTerms(ByConsent)}},
			On: map[Event]Move{
				consentRenewed:  {To: renewAgreement},
				consentUpToDate: {To: renewAgreement},
				allRenewed:      {To: mainMenu, Say: "renew.done"},
			},
		},
		renewAgreement: {
			Ask: "renew.agreement", Again: "reg.agreement_again", Args: func(s *Scene) Args { return Args{Version: s.rules.Agreement.Version} },
			Attach: func(s *Scene) Attachment { return Attachment{Kind: AgreementTerms, Terms: s.rules.Agreement} },
			Buttons: [][]Choice{
				{{Caption: "button.accept", Event: agreementRenewed}, {Caption: "button.decline", Event: renewalRefused}},
				{{Caption: "button.help", Event: helpPressed}},
			},
			Decide: map[Event]Decision{agreementRenewed: {Into: []Event{allRenewed}, By: renewTerms(ByAgreement)}},
			On:     map[Event]Move{allRenewed: {To: mainMenu, Say: "renew.done"}},
		},
		termsRefused: {
			Ask: "renew.refused",
			Buttons: [][]Choice{
				{{Caption: "button.export", Event: exportPressed}},
				{{Caption: "button.delete", Event: deletePressed}},
				helpBack,
			},
			Decide: map[Event]Decision{backPressed: {Into: []Event{termsChanged, consentUpToDate}, By: whichTerms}},
			On: map[Event]Move{
				exportPressed:   {To: termsRefused, Do: export},
				deletePressed:   {To: confirmDelete},
				termsChanged:    {To: renewConsent},
				consentUpToDate: {To: renewAgreement},
			},
		},
	},
}

// The two texts that can be renewed.
const (
	ByConsent = iota
	ByAgreement
)

// renewTerms keeps the acceptance, and tells whether the other text is new too.
func renewTerms(which int) func(*Scene) Event {
	return func(s *Scene) Event {
		a := s.l.Account(s.c.Account)
		if which == ByConsent {
			a.Consent = accepted(s, s.rules.Consent)
		} else {
			a.Agreement = accepted(s, s.rules.Agreement)
		}
		s.l.SaveAccount(a)
		s.audit(a.Subject, ActionAccepted, map[int]string{ByConsent: "consent " + a.Consent.Version, ByAgreement: "agreement " + a.Agreement.Version}[which], "")
		if a.Agreement.SHA256 != s.rules.Agreement.SHA256 {
			return consentRenewed
		}
		return allRenewed
	}
}

// whichTerms tells which text is asked for first.
func whichTerms(s *Scene) Event {
	if s.l.Account(s.c.Account).Consent.SHA256 != s.rules.Consent.SHA256 {
		return termsChanged
	}
	return consentUpToDate
}

// outdated reports whether an account must accept new terms before anything
// else. Deleting the account stays possible without.
func (s *Scene) outdated() bool {
	if s.c.Account == 0 || s.place().flow == &renewal || s.c.State == confirmDelete || s.c.State == confirmDeleteAgain {
		return false
	}
	a := s.l.Account(s.c.Account)
	return a.Number != 0 && (a.Consent.SHA256 != s.rules.Consent.SHA256 || a.Agreement.SHA256 != s.rules.Agreement.SHA256)
}

// renew asks for what is new. What the resident was in the middle of is kept
// where it can be: a half-filled binding.
func (s *Scene) renew() error {
	if s.c.State == confirmLeave {
		s.c.State, s.c.Resume = s.c.Resume, ""
	}
	if err := s.fire(termsChanged); err != nil || whichTerms(s) == termsChanged {
		return err
	}
	s.out, s.lead = s.out[:len(s.out)-1], nil // the consent is up to date: its question is not asked
	return s.fire(consentUpToDate)
}
