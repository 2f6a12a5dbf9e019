package flows

// The way in (SPEC §2.1).
const (
	choosePerson State = "choose_person"
	section      State = "section"
)

// Events of the way in, and those that every flow has.
const (
	personPressed   Event = "person_pressed"
	legalPressed    Event = "legal_pressed"
	registerPressed Event = "register_pressed"
	formBegun       Event = "form_begun"
	formContinued   Event = "form_continued"
	loginPressed    Event = "login_pressed"
	helpPressed     Event = "help_pressed"
	backPressed     Event = "back_pressed"

	restarted    Event = "restarted"     // by /start
	resumed      Event = "resumed"       // by /start, and a form is half filled
	cancelled    Event = "cancelled"     // by /cancel, nothing is lost
	leaveAsked   Event = "leave_asked"   // by /cancel, something would be lost
	formExpired  Event = "form_expired"  // an unsubmitted form has reached its age
	stayPressed  Event = "stay_pressed"  // go on where the dialog was interrupted
	leavePressed Event = "leave_pressed" // give up what was typed
)

var start = Flow{
	Name:     "start",
	Start:    choosePerson,
	OnStart:  restartOrResume,
	OnCancel: always(cancelled),
	Always: map[Event]Move{
		restarted:   {To: choosePerson, Say: "start.hello"},
		resumed:     {To: section, Say: "start.go_on"},
		cancelled:   {To: choosePerson},
		formExpired: {To: choosePerson, Say: "reg.expired", Do: dropForm},
	},
	States: map[State]Node{
		choosePerson: {
			Ask: "start.choose", Args: chooseArgs,
			Buttons: [][]Choice{
				{{Caption: "button.person", Event: personPressed}},
				{{Caption: "button.legal", Event: legalPressed}},
			},
			On: map[Event]Move{
				personPressed: {To: section},
				legalPressed:  {To: choosePerson, Say: "start.legal"},
			},
		},
		section: {
			Ask: "start.section", Args: sectionArgs,
			Buttons: [][]Choice{
				{{Caption: "button.register", Event: registerPressed}},
				{{Caption: "button.login", Event: loginPressed}},
				helpBack,
			},
			Decide: map[Event]Decision{
				registerPressed: {Into: []Event{formBegun, formContinued}, By: beginOrContinue},
			},
			On: map[Event]Move{
				formBegun:     {To: consent},
				formContinued: {To: askSurname},
				loginPressed:  {To: accessPhone, Do: beginAccess},
				backPressed:   {To: choosePerson},
			},
		},
	},
}

// chooseArgs tell whether somebody of the staff is asked, who may want no account.
func chooseArgs(s *Scene) Args { return Args{Hint: s.rules.Role(s.l, s.c.Chat) != NoRole} }

// restartOrResume leads a resident who walked away from a half-filled form back
// to where it is gone on with.
func restartOrResume(s *Scene) Event {
	if s.c.Form.typed() {
		return resumed
	}
	return restarted
}

// sectionArgs tell until when a half-filled form is kept.
func sectionArgs(s *Scene) Args {
	if !s.c.Form.typed() {
		return Args{}
	}
	return Args{Until: s.unix(s.c.Form.Until)}
}

// beginOrContinue asks for the consent only when the form does not hold it already.
func beginOrContinue(s *Scene) Event {
	if s.c.Form.Consent.SHA256 == s.rules.Consent.SHA256 && s.c.Form.Consent.At != 0 {
		return formContinued
	}
	return formBegun
}

func dropForm(s *Scene) {
	s.c.Form, s.c.Began = Form{}, 0
	s.c.Captcha = Captcha{}
	s.c.Resume = ""
}
