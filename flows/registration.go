package flows

// The form, one question after the other (SPEC §2.2).
const (
	consent       State = "consent"
	askSurname    State = "ask_surname"
	askName       State = "ask_name"
	askPatronymic State = "ask_patronymic"
	askPhone      State = "ask_phone"
	askEmail      State = "ask_email"
	suggestEmail  State = "suggest_email"
	askCaptcha    State = "ask_captcha"
	captchaPaused State = "captcha_paused"
	askAgreement  State = "ask_agreement"
)

const (
	consentGiven     Event = "consent_given"
	consentRefused   Event = "consent_refused"
	surnameGiven     Event = "surname_given"
	surnameWrong     Event = "surname_wrong"
	nameGiven        Event = "name_given"
	nameWrong        Event = "name_wrong"
	patronymicGiven  Event = "patronymic_given"
	patronymicWrong  Event = "patronymic_wrong"
	skipPressed      Event = "skip_pressed"
	phoneGiven       Event = "phone_given"
	phoneWrong       Event = "phone_wrong"
	contactForeign   Event = "contact_foreign"
	contactTyped     Event = "contact_typed" // the caption of the button that shares it
	emailGiven       Event = "email_given"
	emailWrong       Event = "email_wrong"
	emailDoubtful    Event = "email_doubtful"
	mendedPressed    Event = "mended_pressed"
	asTypedPressed   Event = "as_typed_pressed"
	keptPressed      Event = "kept_pressed"
	captchaSolved    Event = "captcha_solved"
	captchaWrong     Event = "captcha_wrong"
	captchaMalformed Event = "captcha_malformed"
	captchaLate      Event = "captcha_late"
	captchaBlocked   Event = "captcha_blocked"
	refreshPressed   Event = "refresh_pressed"
	captchaRefreshed Event = "captcha_refreshed"
	speakPressed     Event = "speak_pressed"
	pauseOver        Event = "pause_over"
	stillPaused      Event = "still_paused"
	agreementGiven   Event = "agreement_given"
	agreementRefused Event = "agreement_refused"
)

// formSteps is how many steps the form has, as it tells the resident.
const formSteps = 7

var registration = Flow{
	Name:     "registration",
	Start:    consent,
	OnCancel: cancelForm,
	Always:   formRows,
	States: map[State]Node{
		consent: {
			Ask: "reg.consent", Again: "reg.consent_again",
			Attach: func(s *Scene) Attachment { return Attachment{Kind: ConsentTerms, Terms: s.rules.Consent} },
			Buttons: [][]Choice{
				{{Caption: "button.consent", Event: consentGiven}, {Caption: "button.no_consent", Event: consentRefused}},
				helpBack,
			},
			On: map[Event]Move{
				consentGiven:   {To: askSurname, Do: giveConsent},
				consentRefused: {To: section, Say: "reg.consent_refused", Do: refuseConsent},
				backPressed:    {To: section},
			},
		},
		askSurname: {
			Ask: "reg.ask_surname", Args: step(1, surnameField), Read: readField(surnameField, surnameGiven, surnameWrong),
			Buttons: [][]Choice{{keep(surnameField)}, helpBack},
			On: map[Event]Move{
				surnameGiven: {To: askName},
				keptPressed:  {To: askName},
				surnameWrong: {To: askSurname, Say: "wrong"},
				backPressed:  {To: section},
			},
		},
		askName: {
			Ask: "reg.ask_name", Args: step(2, nameField), Read: readField(nameField, nameGiven, nameWrong),
			Buttons: [][]Choice{{keep(nameField)}, helpBack},
			On: map[Event]Move{
				nameGiven:   {To: askPatronymic},
				keptPressed: {To: askPatronymic},
				nameWrong:   {To: askName, Say: "wrong"},
				backPressed: {To: askSurname},
			},
		},
		askPatronymic: {
			Ask: "reg.ask_patronymic", Args: step(3, patronymicField), Read: readPatronymic,
			Buttons: [][]Choice{
				{keep(patronymicField)},
				{{Caption: "button.skip", Event: skipPressed}},
				helpBack,
			},
			On: map[Event]Move{
				patronymicGiven: {To: askPhone},
				keptPressed:     {To: askPhone},
				skipPressed:     {To: askPhone, Do: skipPatronymic},
				patronymicWrong: {To: askPatronymic, Say: "wrong"},
				backPressed:     {To: askName},
			},
		},
		askPhone: {
			Ask: "reg.ask_phone", Args: step(4, phoneField), Read: readPhone, Keyboard: PhoneKeyboard,
			Buttons: [][]Choice{{keep(phoneField)}, {{Caption: "button.back", Event: backPressed}}},
			On: map[Event]Move{
				phoneGiven:     {To: askEmail, Say: "reg.phone_taken", Do: showPhone},
				keptPressed:    {To: askEmail, Say: "reg.phone_taken", Do: showPhone},
				phoneWrong:     {To: askPhone, Say: "wrong"},
				contactForeign: {To: askPhone, Say: "reg.contact_foreign"},
				contactTyped:   {To: askPhone, Say: "reg.contact_typed"},
				backPressed:    {To: askPatronymic},
			},
		},
		askEmail: {
			Ask: "reg.ask_email", Args: step(5, emailField), Read: readEmail,
			Buttons: [][]Choice{{keep(emailField)}, helpBack},
			Decide:  map[Event]Decision{emailGiven: toCaptcha(), keptPressed: toCaptcha()},
			On: map[Event]Move{
				emailGiven:     {To: askCaptcha, Do: openCaptcha},
				captchaBlocked: {To: captchaPaused},
				emailDoubtful:  {To: suggestEmail},
				emailWrong:     {To: askEmail, Say: "wrong"},
				backPressed:    {To: askPhone},
			},
		},
		suggestEmail: {
			Ask: "reg.suggest_email", Args: doubtArgs, Read: readEmail,
			Buttons: suggestButtons,
			Decide: map[Event]Decision{
				emailGiven: toCaptcha(), mendedPressed: toCaptcha(takeMended), asTypedPressed: toCaptcha(takeTyped),
			},
			On: map[Event]Move{
				emailGiven:     {To: askCaptcha, Do: openCaptcha},
				captchaBlocked: {To: captchaPaused},
				emailDoubtful:  {To: suggestEmail},
				emailWrong:     {To: askEmail, Say: "wrong"},
				backPressed:    {To: askEmail},
			},
		},
		askCaptcha: {
			Ask: "reg.ask_captcha", Again: "reg.captcha_again", Args: step(6, nil), Read: readCaptcha,
			Attach: captchaPicture, Report: captchaRef,
			Buttons: [][]Choice{
				{{Caption: "button.refresh", Event: refreshPressed}, {Caption: "button.speak", Event: speakPressed}},
				helpBack,
			},
			Decide: map[Event]Decision{
				refreshPressed: {Into: []Event{captchaRefreshed, captchaBlocked}, By: refresh},
				speakPressed:   {Into: []Event{speakPressed, captchaBlocked, captchaLate}, By: speak},
			},
			On: map[Event]Move{
				captchaSolved:    {To: askAgreement, Do: forgetCaptcha},
				captchaWrong:     {To: askCaptcha, Say: "reg.captcha_wrong", Do: newCaptcha},
				captchaLate:      {To: askCaptcha, Say: "reg.captcha_late", Do: newCaptcha},
				captchaMalformed: {To: askCaptcha, Say: "reg.captcha_malformed", Do: quietly},
				captchaRefreshed: {To: askCaptcha, Do: newCaptcha},
				captchaBlocked:   {To: captchaPaused, Do: forgetCaptcha},
				speakPressed:     {To: askCaptcha, Do: speakCaptcha},
				backPressed:      {To: askEmail},
			},
		},
		captchaPaused: {
			Ask: "reg.captcha_paused", Args: pauseArgs, Read: stillWaiting,
			Buttons: [][]Choice{helpBack},
			On: map[Event]Move{
				pauseOver:   {To: askCaptcha, Do: endPause},
				stillPaused: {To: captchaPaused},
				backPressed: {To: askEmail},
			},
		},
		askAgreement: {
			Ask: "reg.ask_agreement", Again: "reg.agreement_again", Args: agreementArgs,
			Attach: func(s *Scene) Attachment { return Attachment{Kind: AgreementTerms, Terms: s.rules.Agreement} },
			Buttons: [][]Choice{
				{{Caption: "button.accept", Event: agreementGiven}, {Caption: "button.decline", Event: agreementRefused}},
				helpBack,
			},
			Decide: map[Event]Decision{
				backPressed: {Into: []Event{captchaRefreshed, captchaBlocked}, By: refresh},
			},
			On: map[Event]Move{
				agreementGiven:   {To: reviewForm, Do: acceptAgreement},
				agreementRefused: {To: askAgreement, Say: "reg.agreement_refused", Do: quietly},
				captchaRefreshed: {To: askCaptcha, Do: newCaptcha},
				captchaBlocked:   {To: captchaPaused},
			},
		},
	},
}

// formRows are the rows of every state in which the form is being filled.
var formRows = map[Event]Move{
	leaveAsked:  {To: confirmLeave, Do: interruptHere},
	cancelled:   {To: section, Do: dropForm},
	formExpired: {To: choosePerson, Say: "reg.expired", Do: dropForm},
}

var suggestButtons = [][]Choice{
	{{Caption: "button.mended", Event: mendedPressed, Args: doubtArgs}},
	{{Caption: "button.as_typed", Event: asTypedPressed, Args: doubtArgs}},
	helpBack,
}

func cancelForm(s *Scene) Event {
	if s.c.Form.typed() {
		return leaveAsked
	}
	return cancelled
}

func accepted(s *Scene, t Terms) Acceptance {
	return Acceptance{Version: t.Version, SHA256: t.SHA256, At: s.t.At.Unix(), Update: s.t.Update}
}

func giveConsent(s *Scene) {
	f := &s.c.Form
	f.Consent = accepted(s, s.rules.Consent)
	if f.Until == 0 {
		f.Until = s.t.At.Add(s.rules.FormLife).Unix()
		s.c.Began = s.t.At.Unix()
	}
}

// refuseConsent leaves nothing about the person, of a form that was begun under
// an older text either.
func refuseConsent(s *Scene) {
	dropForm(s)
	dropLink(s)
}

func acceptAgreement(s *Scene) { s.c.Form.Agreement = accepted(s, s.rules.Agreement) }

func agreementArgs(s *Scene) Args {
	return Args{Step: 7, Of: formSteps, Version: s.rules.Agreement.Version}
}
