package flows

import (
	"slices"
	"time"
)

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
	contactAgain    Event = "contact_again" // the one that has its code already
	contactProven   Event = "contact_proven"
	backToEmail     Event = "back_to_email"
	changeLeft      Event = "change_left" // by /cancel
	exportsSpent    Event = "exports_spent"
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
	OnStart:  restartProfile,
	OnCancel: cancelProfile,
	Always: accountRows(map[Event]Move{
		restarted:     {To: mainMenu, Do: dropChange},
		leaveAsked:    {To: confirmLeave, Do: interruptHere},
		cancelled:     {To: mainMenu, Do: dropChange},
		changeExpired: {To: showData, Say: "profile.expired", Do: dropChange},
	}),
	States: map[State]Node{
		showData: {
			Ask: "menu.data", Args: dataArgs,
			Buttons: [][]Choice{
				{{Caption: "button.change_phone", Event: newPhonePressed}, {Caption: "button.change_email", Event: newEmailPressed}},
				{{Caption: "button.export", Event: exportPressed}},
				newsButton,
				{{Caption: "button.delete", Event: deletePressed}},
				helpBack,
			},
			Decide: exportOrWait,
			On: exportRows(map[Event]Move{
				newPhonePressed: {To: newPhone, Do: beginChange},
				newEmailPressed: {To: newEmail, Do: beginChange},
				newsStopped:     {To: showData, Say: "profile.news_off", Do: setNews(false)},
				newsWanted:      {To: showData, Say: "profile.news_on", Do: setNews(true)},
				deletePressed:   {To: confirmDelete},
				backPressed:     {To: mainMenu},
			}),
		},
		newPhone: {
			Ask: "profile.new_phone", Args: dataArgs, Read: readNewPhone,
			Buttons: [][]Choice{{{Caption: "button.my_phone", Event: myPhonePressed, When: wantedChange}}, helpBack},
			Decide:  map[Event]Decision{myPhonePressed: {Into: offerOutcomes, By: offerWanted}},
			On: newContactRows(newPhone, map[Event]Move{
				phoneWrong:     {Say: "wrong"},
				contactForeign: {Say: "reg.contact_foreign"},
				backPressed:    {To: showData, Do: dropChange},
			}),
		},
		newEmail: {
			Ask: "profile.new_email", Args: dataArgs, Read: readNewEmail,
			Buttons: [][]Choice{{{Caption: "button.my_email", Event: myEmailPressed, When: wantedChange}}, helpBack},
			Decide:  map[Event]Decision{myEmailPressed: {Into: offerOutcomes, By: offerWanted}},
			On: newContactRows(newEmail, map[Event]Move{
				emailWrong:    {Say: "wrong"},
				emailDoubtful: {To: newEmailSuggested},
				backPressed:   {To: showData, Do: dropChange},
			}),
		},
		newEmailSuggested: {
			Ask: "reg.suggest_email", Args: doubtArgs, Read: readNewEmail, Buttons: suggestButtons,
			Decide: map[Event]Decision{
				mendedPressed:  {Into: offerOutcomes, By: offerMended},
				asTypedPressed: {Into: offerOutcomes, By: offerTyped},
			},
			On: newContactRows(newEmail, map[Event]Move{
				emailWrong:    {To: newEmail, Say: "wrong"},
				emailDoubtful: {To: newEmailSuggested},
				backPressed:   {To: newEmail},
			}),
		},
		newContactCode: {
			Ask: "profile.code", Args: changeArgs, Read: readCode(changeChallenge), Buttons: codeButtons,
			Decide: map[Event]Decision{
				resendPressed: {Into: resendOutcomes, By: resendUnlessGone(changeChallenge)},
				codeRight:     {Into: []Event{contactProven, contactLost}, By: proveChange},
				backPressed:   {Into: []Event{backPressed, backToEmail}, By: backFromCode},
			},
			On: codeRows(map[Event]Move{
				contactProven: {To: showData, Say: "profile.changed"},
				contactLost:   {To: showData, Say: "profile.lost", Do: dropChange},
				codeResent:    {Say: "profile.resent"},
				backPressed:   {To: newPhone},
				backToEmail:   {To: newEmail},
			}),
		},
		confirmDelete: {
			Ask: "profile.delete", Args: menuArgs,
			Buttons: [][]Choice{
				{{Caption: "button.delete_yes", Event: deleteConfirmed, Style: func(*Scene) Style { return Danger }}},
				{{Caption: "button.export", Event: exportPressed}},
				helpBack,
			},
			Decide: map[Event]Decision{exportPressed: exportOrWait[exportPressed], backPressed: notDeleted},
			On: exportRows(map[Event]Move{
				deleteConfirmed: {To: confirmDeleteAgain},
				backPressed:     {To: showData},
				renewalRefused:  {To: termsRefused},
			}),
		},
		confirmDeleteAgain: {
			Ask: "profile.delete_again", Args: menuArgs,
			Buttons: [][]Choice{
				{{Caption: "button.delete_for_good", Event: accountDeleted, Style: func(*Scene) Style { return Danger }}},
				{{Caption: "button.keep_account", Event: backPressed}},
				{{Caption: "button.help", Event: helpPressed}},
			},
			Decide: map[Event]Decision{backPressed: notDeleted},
			On: map[Event]Move{
				accountDeleted: {To: choosePerson, Say: "profile.deleted", Do: deleteAccount},
				backPressed:    {To: showData},
				renewalRefused: {To: termsRefused},
			},
		},
	},
}

var offerOutcomes = []Event{contactOffered, contactAgain, contactSame, contactTaken, refusalsSpent, budgetSpent}

// newContactRows adds what a new contact comes to; one that is refused is asked
// for again.
func newContactRows(ask State, rows map[Event]Move) map[Event]Move {
	rows[contactOffered] = Move{To: newContactCode, Say: "profile.sent"}
	rows[contactAgain] = Move{To: newContactCode}
	rows[contactSame] = Move{To: showData, Say: "verify.contact_same", Do: dropChange}
	rows[contactTaken] = Move{To: ask, Say: "verify.taken"}
	rows[refusalsSpent] = Move{To: ask, Say: "review.refusals"}
	rows[budgetSpent] = Move{To: ask, Say: "verify.budget"}
	return rows
}

// notDeleted leads a resident who had refused the new terms back to what is
// left without them.
var notDeleted = Decision{Into: []Event{backPressed, renewalRefused}, By: func(s *Scene) Event {
	if s.stale() != "" {
		return renewalRefused
	}
	return backPressed
}}

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
	tickets := slices.Clone(s.l.TicketsOf(a.Number))
	s.dropTickets(tickets)
	s.l.SetOwner(Contact{ByPhone, string(a.Phone)}, Owner{})
	s.l.SetOwner(Contact{ByEmail, string(a.Email)}, Owner{})
	s.l.DropAccount(a.Number)
	s.audit(a.Subject, ActionDeleted, AccountNote(a.Number)+" by the resident", "")
	s.l.CloseSubject(a.Subject)
	s.forgetAtDesk(a.Subject)
	s.beginAnew()
	s.out = append(s.out, Forget{Tickets: tickets})
}
