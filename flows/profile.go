package flows

import "time"

// «Мои данные» (SPEC §2.7): a new phone or e-mail, the export, the deletion.
const (
	showData           State = "show_data"
	newPhone           State = "new_phone"
	newEmail           State = "new_email"
	newEmailSuggested  State = "new_email_suggested"
	newContactCode     State = "new_contact_code"
	confirmDelete      State = "confirm_delete"
	confirmDeleteAgain State = "confirm_delete_again"
)

const (
	newPhonePressed Event = "new_phone_pressed"
	newEmailPressed Event = "new_email_pressed"
	contactOffered  Event = "contact_offered"
	contactTaken    Event = "contact_taken"
	contactChanged  Event = "contact_changed"
	changeExpired   Event = "change_expired"
	exportPressed   Event = "export_pressed"
	deletePressed   Event = "delete_pressed"
	deleteConfirmed Event = "delete_confirmed"
	accountDeleted  Event = "account_deleted"
)

// changeLife is how long a new contact waits to be proven.
const changeLife = time.Hour

var profile = Flow{
	Name:     "profile",
	Start:    showData,
	OnStart:  always(restarted),
	OnCancel: always(cancelled),
	Always: map[Event]Move{
		restarted:     {To: mainMenu, Do: dropChange},
		cancelled:     {To: mainMenu, Do: dropChange},
		changeExpired: {To: showData, Say: "profile.expired", Do: dropChange},
		termsChanged:  {To: renewConsent, Do: dropChange},
	},
	States: map[State]Node{
		showData: {
			Ask: "menu.data", Args: dataArgs,
			Buttons: [][]Choice{
				{{Caption: "button.change_phone", Event: newPhonePressed}, {Caption: "button.change_email", Event: newEmailPressed}},
				{{Caption: "button.export", Event: exportPressed}},
				{{Caption: "button.delete", Event: deletePressed}},
				helpBack,
			},
			On: map[Event]Move{
				newPhonePressed: {To: newPhone},
				newEmailPressed: {To: newEmail},
				exportPressed:   {To: showData, Do: export},
				deletePressed:   {To: confirmDelete},
				backPressed:     {To: mainMenu},
			},
		},
		newPhone: {
			Ask: "profile.new_phone", Args: dataArgs, Read: readNewPhone, Buttons: backOnly,
			On: newContactRows(map[Event]Move{
				phoneWrong:     {Say: "wrong"},
				contactForeign: {Say: "reg.contact_foreign"},
			}),
		},
		newEmail: {
			Ask: "profile.new_email", Args: dataArgs, Read: readNewEmail, Buttons: backOnly,
			On: newContactRows(map[Event]Move{
				emailWrong:    {Say: "wrong"},
				emailDoubtful: {To: newEmailSuggested},
			}),
		},
		newEmailSuggested: {
			Ask: "reg.suggest_email", Args: doubtArgs, Read: readNewEmail, Buttons: suggestButtons,
			Decide: map[Event]Decision{
				mendedPressed: {Into: offerOutcomes, By: func(s *Scene) Event {
					mended, _ := s.c.Change.Doubtful.Suggest()
					return s.offerContact(ByEmail, string(mended))
				}},
				asTypedPressed: {Into: offerOutcomes, By: func(s *Scene) Event { return s.offerContact(ByEmail, string(s.c.Change.Doubtful)) }},
			},
			On: newContactRows(map[Event]Move{
				emailWrong:    {To: newEmail, Say: "wrong"},
				emailDoubtful: {To: newEmailSuggested},
			}),
		},
		newContactCode: {
			Ask: "profile.code", Args: changeArgs, Read: readCode(changeChallenge), Buttons: accessButtons,
			Decide: map[Event]Decision{
				resendPressed: {Into: codeOutcomes, By: resend(changeChallenge)},
				codeRight:     {Into: []Event{contactChanged, contactLost}, By: proveChange},
			},
			On: codeRows(map[Event]Move{
				contactChanged: {To: showData, Say: "profile.changed"},
				contactLost:    {To: showData, Say: "profile.lost", Do: dropChange},
				codeResent:     {Say: "profile.resent"},
				backPressed:    {To: showData, Say: "profile.kept", Do: dropChange},
			}),
		},
		confirmDelete: {
			Ask: "profile.delete", Args: menuArgs,
			Buttons: [][]Choice{
				{{Caption: "button.delete_yes", Event: deleteConfirmed, Style: func(*Scene) Style { return Danger }}},
				{{Caption: "button.export", Event: exportPressed}},
				helpBack,
			},
			On: map[Event]Move{
				deleteConfirmed: {To: confirmDeleteAgain},
				exportPressed:   {To: confirmDelete, Do: export},
				backPressed:     {To: showData},
			},
		},
		confirmDeleteAgain: {
			Ask: "profile.delete_again", Args: menuArgs,
			Buttons: [][]Choice{
				{{Caption: "button.delete_for_good", Event: accountDeleted, Style: func(*Scene) Style { return Danger }}},
				{{Caption: "button.keep_account", Event: backPressed}},
			},
			On: map[Event]Move{
				accountDeleted: {To: choosePerson, Say: "profile.deleted", Do: deleteAccount},
				backPressed:    {To: showData},
			},
		},
	},
}

var offerOutcomes = []Event{contactOffered, contactSame, contactTaken, refusalsSpent, budgetSpent}

// newContactRows adds what a new contact comes to.
func newContactRows(rows map[Event]Move) map[Event]Move {
	rows[contactOffered] = Move{To: newContactCode, Say: "profile.sent"}
	rows[contactSame] = Move{To: showData, Say: "verify.contact_same"}
	rows[contactTaken] = Move{Say: "verify.taken"}
	rows[refusalsSpent] = Move{Say: "review.refusals"}
	rows[budgetSpent] = Move{Say: "verify.budget"}
	rows[backPressed] = Move{To: showData, Do: dropChange}
	return rows
}

func changeChallenge(s *Scene) challenge {
	c := &s.c.Change
	life := s.rules.MailLife
	if c.Channel == ByPhone {
		life = s.rules.SMSLife
	}
	return challenge{&c.Code, RefChangeCode, Contact{c.Channel, c.Value}, life}
}

func changeArgs(s *Scene) Args { return s.codeArgs(changeChallenge(s)) }

func dropChange(s *Scene) { s.c.Change = Change{} }

func readNewPhone(s *Scene, t Turn) Event {
	if event := s.notOwn(t); event != "" {
		return event
	}
	phone, fault := ParsePhone(withoutFormat(sharedNumber(t)))
	if fault != "" {
		return s.misread(fault, phoneWrong)
	}
	return s.offerContact(ByPhone, string(phone))
}

func readNewEmail(s *Scene, t Turn) Event {
	email, fault := ParseEmail(t.Text)
	if fault != "" {
		return s.misread(fault, emailWrong)
	}
	if _, ok := email.Suggest(); ok {
		s.c.Change.Doubtful = email
		return emailDoubtful
	}
	return s.offerContact(ByEmail, string(email))
}

// offerContact judges a new contact as the form does, and sends its code. The
// code's history goes on over several tries, so that pauses are kept.
func (s *Scene) offerContact(ch Channel, value string) Event {
	a := s.l.Account(s.c.Account)
	if value == string(a.Phone) || value == string(a.Email) {
		return contactSame
	}
	if until := s.refusedUntil(); !until.IsZero() {
		s.args.Until = s.unix(until.Unix())
		return refusalsSpent
	}
	contact := Contact{ch, value}
	if why := s.taken(contact, true); why != "" {
		s.spend(s.refusalBudget(), 0)
		s.args.Fields = []FieldView{{Fault: why}}
		return contactTaken
	}
	old := s.c.Change.Code
	s.c.Change = Change{Channel: ch, Value: value, Until: s.t.At.Add(changeLife).Unix(), Code: Challenge{Sent: old.Sent}}
	if !s.sendCode(changeChallenge(s)) {
		s.c.Change = Change{}
		return budgetSpent
	}
	return contactOffered
}

// proveChange puts the proven contact in place of the old one, which is freed
// and told: whoever did not ask for it can call.
func proveChange(s *Scene) Event {
	c, number := s.c.Change, s.c.Account
	if !s.prove(Contact{c.Channel, c.Value}, Owner{Account: number}) {
		return contactLost
	}
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
	s.audit(a.Subject, ActionChanged, channelNote(c.Channel), old.Value+" → "+c.Value)
	dropChange(s)
	return contactChanged
}

func dataArgs(s *Scene) Args {
	a := s.l.Account(s.c.Account)
	return Args{
		Account: a.Number, Phone: a.Phone, Email: a.Email, Until: s.unix(a.Opened), Version: a.Agreement.Version,
		Fields: []FieldView{
			{Caption: "field.surname", Value: a.Surname}, {Caption: "field.name", Value: a.Name}, {Caption: "field.patronymic", Value: a.Patronymic},
			{Caption: "field.phone", Value: a.Phone.Pretty()}, {Caption: "field.email", Value: a.Email.Pretty()},
		},
	}
}

// deleteAccount leaves nothing of the person: records, indexes, what waits to
// be sent, and the key of what the audit log says of them. A line without
// personal data stays.
func deleteAccount(s *Scene) {
	a := s.l.Account(s.c.Account)
	s.args.Account = a.Number
	s.l.SetBindings(a.Number, nil)
	s.l.SetOwner(Contact{ByPhone, string(a.Phone)}, Owner{})
	s.l.SetOwner(Contact{ByEmail, string(a.Email)}, Owner{})
	s.l.DropAccount(a.Number)
	s.audit(a.Subject, ActionDeleted, accountNote(a.Number)+" by the resident", "")
	s.l.CloseSubject(a.Subject)
	*s.c = Conversation{Version: Version, Chat: s.c.Chat, State: s.c.State, Dialog: s.c.Dialog, Revision: s.c.Revision, Limits: s.c.Limits}
	s.out = append(s.out, Forget{})
}
