package flows

import "strings"

// The fields of the form.
func surnameField(f *Form) *Field    { return &f.Surname }
func nameField(f *Form) *Field       { return &f.Name }
func patronymicField(f *Form) *Field { return &f.Patronymic }
func phoneField(f *Form) *Field      { return &f.Phone }
func emailField(f *Form) *Field      { return &f.Email }

type fieldOf func(*Form) *Field

// step tells how far along the form is, and what the field holds already, right
// or wrong; a wrong value that is told of in the same message is not repeated.
func step(n int, of fieldOf) func(*Scene) Args {
	return func(s *Scene) Args {
		a := Args{Step: n, Of: formSteps}
		if of == nil {
			return a
		}
		f := of(&s.c.Form)
		if a.Dead = f.Fault != ""; !a.Dead || s.args.Fields == nil {
			a.Value = f.shown()
		}
		return a
	}
}

// keep is the button that leaves a field as it is; it is offered where a
// resident comes back to a field that was right.
func keep(of fieldOf) Choice {
	return Choice{Caption: "button.keep", Event: keptPressed, When: func(s *Scene) bool { return of(&s.c.Form).OK() }}
}

// readField reads a name into a field.
func readField(of fieldOf, given, wrong Event) func(*Scene) Event {
	return func(s *Scene) Event {
		name, fault := ParseName(s.t.Text)
		if fault != "" {
			return s.wrong(of, fault, wrong)
		}
		*of(&s.c.Form) = Field{Value: name}
		return given
	}
}

// wrong keeps a wrong value with its fault: it is shown, and not lost.
func (s *Scene) wrong(of fieldOf, fault Text, event Event) Event {
	f := Field{Value: quote(s.t.Text), Fault: fault}
	*of(&s.c.Form) = f
	s.args.Value = f.Value
	s.args.Fields = []FieldView{{Value: f.Value, Fault: fault}}
	return event
}

// misread tells what is wrong with a value that is not kept.
func (s *Scene) misread(fault Text, event Event) Event {
	s.args.Value = quote(s.t.Text)
	s.args.Fields = []FieldView{{Value: s.args.Value, Fault: fault}}
	return event
}

// noPatronymic are the words by which residents say that they have none.
var noPatronymic = map[string]bool{"нет": true, "нету": true, "без отчества": true, "отсутствует": true}

func readPatronymic(s *Scene) Event {
	if noPatronymic[plainCaption(s.t.Text)] {
		return skipPressed
	}
	return readField(patronymicField, patronymicGiven, patronymicWrong)(s)
}

func readPhone(s *Scene) Event {
	if event := s.notOwn(); event != "" {
		return event
	}
	phone, fault := phoneOf(s.t)
	if fault != "" {
		return s.wrong(phoneField, fault, phoneWrong)
	}
	if old := s.c.Form.Phone; old.Value == string(phone) && isTaken(old.Fault) {
		return s.misread("fault.taken", phoneWrong)
	}
	s.c.Form.Phone = Field{Value: string(phone)}
	return phoneGiven
}

// notOwn tells what is wrong with a number that was shared, or that somebody
// meant to share by writing the button's caption, which Telegram alone can press.
func (s *Scene) notOwn() Event {
	switch {
	case s.t.Kind == Shared && !s.t.Own:
		return contactForeign
	case s.t.Kind == Said && s.node().Keyboard == PhoneKeyboard && s.wrote(sendPhone):
		return contactTyped
	}
	return ""
}

func showPhone(s *Scene) { s.args.Phone = Phone(s.c.Form.Phone.Value) }

// phoneOf reads the number that was written or shared; Telegram shares numbers
// without «+».
func phoneOf(t Turn) (Phone, Text) {
	if t.Kind == Shared && !strings.HasPrefix(t.Text, "+") {
		t.Text = "+" + t.Text
	}
	return ParsePhone(withoutFormat(t.Text))
}

func readEmail(s *Scene) Event {
	email, fault := ParseEmail(s.t.Text)
	if fault != "" {
		return s.wrong(emailField, fault, emailWrong)
	}
	if old := s.c.Form.Email; old.Value == string(email) && isTaken(old.Fault) {
		return s.misread("fault.taken", emailWrong)
	}
	if _, ok := email.Suggest(); ok {
		s.c.Form.Doubtful = email
		return emailDoubtful
	}
	s.setEmail(email)
	return emailGiven
}

func (s *Scene) setEmail(e Email) {
	s.c.Form.Email = Field{Value: string(e)}
	s.c.Form.Doubtful = ""
}

func doubtArgs(s *Scene) Args {
	typed := s.doubtful()
	mended, _ := typed.Suggest()
	return Args{Email: typed, Suggested: mended}
}

// doubtful is the address in question: of the form, or of the contact that is
// being changed.
func (s *Scene) doubtful() Email {
	switch {
	case s.c.Account != 0:
		return s.c.Change.Doubtful
	case s.c.Registration.Submitted != 0:
		return s.c.Registration.Doubtful
	}
	return s.c.Form.Doubtful
}

func takeMended(s *Scene) {
	mended, _ := s.c.Form.Doubtful.Suggest()
	s.setEmail(mended)
}

func takeTyped(s *Scene) { s.setEmail(s.c.Form.Doubtful) }

func skipPatronymic(s *Scene) { s.c.Form.Patronymic = Field{} }
