package flows

import (
	"strconv"
	"time"
)

// The review of the form (SPEC §2.2): every field with its state, a button to
// mend each, and the submission.
const (
	reviewForm     State = "review_form"
	mendSurname    State = "mend_surname"
	mendName       State = "mend_name"
	mendPatronymic State = "mend_patronymic"
	mendPhone      State = "mend_phone"
	mendEmail      State = "mend_email"
	mendSuggested  State = "mend_suggested"
)

const (
	surnamePressed    Event = "surname_pressed"
	namePressed       Event = "name_pressed"
	patronymicPressed Event = "patronymic_pressed"
	phonePressed      Event = "phone_pressed"
	emailPressed      Event = "email_pressed"
	submitPressed     Event = "submit_pressed"
	faultsLeft        Event = "faults_left"
	contactsTaken     Event = "contacts_taken"
	refusalsSpent     Event = "refusals_spent"
	submitted         Event = "submitted"
	myPhonePressed    Event = "my_phone_pressed"
	myEmailPressed    Event = "my_email_pressed"
)

var review = Flow{
	Name:     "review",
	Start:    reviewForm,
	OnCancel: cancelForm,
	Always:   formRows,
	States: map[State]Node{
		reviewForm: {
			Ask: "review.ask", Args: reviewArgs,
			Buttons: [][]Choice{
				{mend("field.surname", surnamePressed, surnameField), mend("field.name", namePressed, nameField)},
				{mend("field.patronymic", patronymicPressed, patronymicField)},
				{mend("field.phone", phonePressed, phoneField), mend("field.email", emailPressed, emailField)},
				{{Caption: "button.my_phone", Event: myPhonePressed, When: claimable(phoneField)}, {Caption: "button.my_email", Event: myEmailPressed, When: claimable(emailField)}},
				{{Caption: "button.submit", Event: submitPressed, Style: submitStyle}},
				{{Caption: "button.login", Event: loginPressed, When: heldByAccount}},
				helpBack,
			},
			Decide: map[Event]Decision{
				submitPressed: {Into: []Event{submitted, faultsLeft, contactsTaken, refusalsSpent}, By: submit},
			},
			On: map[Event]Move{
				surnamePressed:    {To: mendSurname},
				namePressed:       {To: mendName},
				patronymicPressed: {To: mendPatronymic},
				phonePressed:      {To: mendPhone},
				emailPressed:      {To: mendEmail},
				submitted:         {To: enterPhoneCode, Do: openRegistration},
				faultsLeft:        {To: reviewForm, Say: "review.faults"},
				contactsTaken:     {To: reviewForm, Say: "review.taken"},
				refusalsSpent:     {To: reviewForm, Say: "review.refusals"},
				myPhonePressed:    {To: reviewForm, Say: "review.claimed", Do: claim(phoneField)},
				myEmailPressed:    {To: reviewForm, Say: "review.claimed", Do: claim(emailField)},
				loginPressed:      {To: accessPhone, Do: beginAccess},
				backPressed:       {To: askAgreement},
			},
		},
		mendSurname: {
			Ask: "review.mend_surname", Args: step(0, surnameField), Read: readField(surnameField, surnameGiven, surnameWrong), Buttons: backOnly,
			On: mendRows(surnameGiven, surnameWrong),
		},
		mendName: {
			Ask: "review.mend_name", Args: step(0, nameField), Read: readField(nameField, nameGiven, nameWrong), Buttons: backOnly,
			On: mendRows(nameGiven, nameWrong),
		},
		mendPatronymic: {
			Ask: "review.mend_patronymic", Args: step(0, patronymicField), Read: readPatronymic,
			Buttons: [][]Choice{{{Caption: "button.skip", Event: skipPressed}}, helpBack},
			On: map[Event]Move{
				patronymicGiven: {To: reviewForm, Say: "review.mended"},
				skipPressed:     {To: reviewForm, Say: "review.mended", Do: skipPatronymic},
				patronymicWrong: {To: mendPatronymic, Say: "wrong"},
				backPressed:     {To: reviewForm},
			},
		},
		mendPhone: {
			Ask: "review.mend_phone", Args: step(0, phoneField), Read: readPhone, Buttons: backOnly,
			On: map[Event]Move{
				phoneGiven:     {To: reviewForm, Say: "review.mended"},
				phoneWrong:     {To: mendPhone, Say: "wrong"},
				contactForeign: {To: mendPhone, Say: "reg.contact_foreign"},
				backPressed:    {To: reviewForm},
			},
		},
		mendEmail: {
			Ask: "review.mend_email", Args: step(0, emailField), Read: readEmail, Buttons: backOnly,
			On: map[Event]Move{
				emailGiven:    {To: reviewForm, Say: "review.mended"},
				emailDoubtful: {To: mendSuggested},
				emailWrong:    {To: mendEmail, Say: "wrong"},
				backPressed:   {To: reviewForm},
			},
		},
		mendSuggested: {
			Ask: "reg.suggest_email", Args: doubtArgs, Read: readEmail, Buttons: suggestButtons,
			On: map[Event]Move{
				emailGiven:     {To: reviewForm, Say: "review.mended"},
				mendedPressed:  {To: reviewForm, Say: "review.mended", Do: takeMended},
				asTypedPressed: {To: reviewForm, Say: "review.mended", Do: takeTyped},
				emailDoubtful:  {To: mendSuggested},
				emailWrong:     {To: mendEmail, Say: "wrong"},
				backPressed:    {To: reviewForm},
			},
		},
	},
}

// mendRows are the rows of a state that mends a plain field.
func mendRows(given, wrong Event) map[Event]Move {
	return map[Event]Move{
		given:       {To: reviewForm, Say: "review.mended"},
		wrong:       {Say: "wrong"},
		backPressed: {To: reviewForm},
	}
}

func mend(caption Text, e Event, of fieldOf) Choice {
	return Choice{Caption: caption, Event: e,
		Style: func(s *Scene) Style {
			if of(&s.c.Form).Fault != "" {
				return Danger
			}
			return Plain
		},
		Args: func(s *Scene) Args { return Args{Dead: of(&s.c.Form).Fault != ""} },
	}
}

func reviewArgs(s *Scene) Args {
	return Args{Fields: s.fieldViews(), Left: len(s.faulty()), Hint: heldByAccount(s)}
}

func (s *Scene) fieldViews() []FieldView {
	f := &s.c.Form
	return []FieldView{
		{"field.surname", f.Surname.Value, f.Surname.Fault, false},
		{"field.name", f.Name.Value, f.Name.Fault, false},
		{"field.patronymic", f.Patronymic.Value, f.Patronymic.Fault, false},
		{"field.phone", f.Phone.shown(), f.Phone.Fault, f.Phone.Claimed},
		{"field.email", f.Email.shown(), f.Email.Fault, f.Email.Claimed},
	}
}

// faulty lists the captions of the fields that are to be mended.
func (s *Scene) faulty() []FieldView {
	var list []FieldView
	for _, v := range s.fieldViews() {
		if v.Fault != "" {
			list = append(list, v)
		}
	}
	return list
}

func submitStyle(s *Scene) Style {
	if len(s.faulty()) > 0 {
		return Plain
	}
	return Success
}

func heldByAccount(s *Scene) bool {
	return s.c.Form.Phone.Fault == takenByAccount || s.c.Form.Email.Fault == takenByAccount
}

// submit judges the form. Whether a contact is taken is told here alone, after
// the captcha, and only a few times a day, so that nobody can probe who is a
// client.
func submit(s *Scene) Event {
	if s.args.Fields = s.faulty(); len(s.args.Fields) > 0 {
		return faultsLeft
	}
	if until := s.refusedUntil(); !until.IsZero() {
		s.args.Until = s.unix(until.Unix())
		return refusalsSpent
	}
	f := &s.c.Form
	phone := s.taken(Contact{ByPhone, f.Phone.Value}, f.Phone.Claimed)
	email := s.taken(Contact{ByEmail, f.Email.Value}, f.Email.Claimed)
	if phone == "" && email == "" {
		return submitted
	}
	f.Phone.Fault, f.Email.Fault = phone, email
	s.spend(s.refusalBudget(), 0)
	s.args.Fields = s.faulty()
	return contactsTaken
}

func (s *Scene) refusalBudget() Budget { return Budget{"refusals", strconv.FormatInt(s.c.Chat, 10)} }

func (s *Scene) refusedUntil() time.Time {
	return s.openAt(s.refusalBudget(), limit{s.rules.RefusalsDaily, day})
}

// The faults of a contact that somebody else has.
const (
	takenByAccount      Text = "taken.account"
	takenByRegistration Text = "taken.registration"
	takenByProver       Text = "taken.proven"
)

func isTaken(fault Text) bool {
	return fault == takenByAccount || fault == takenByRegistration || fault == takenByProver
}

// taken tells by which text a contact is refused, "" when it is free, ours, or
// claimed against a registration that has not proven it.
func (s *Scene) taken(c Contact, claimed bool) Text {
	switch o := s.l.Owner(c); {
	case o.Account != 0:
		return takenByAccount
	case o.Chat == 0, o.Chat == s.c.Chat:
		return ""
	case o.Proven:
		return takenByProver
	case claimed:
		return ""
	}
	return takenByRegistration
}
