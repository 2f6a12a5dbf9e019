package flows

// Leaving a dialog in which something would be lost (SPEC §2.1).
const (
	confirmLeave      State = "confirm_leave"
	leaveRegistration State = "leave_registration"
)

const (
	formLeft            Event = "form_left"
	bindingLeft         Event = "binding_left"
	accessLeft          Event = "access_left"
	registrationDeleted Event = "registration_deleted"
)

var leaving = Flow{
	Name:    "leaving",
	Start:   confirmLeave,
	OnStart: always(stayPressed),
	States: map[State]Node{
		confirmLeave: {
			Ask: "leave.ask",
			Buttons: [][]Choice{
				{{Caption: "button.leave", Event: leavePressed}, {Caption: "button.stay", Event: stayPressed}},
			},
			Decide: map[Event]Decision{leavePressed: {Into: []Event{formLeft, bindingLeft, accessLeft, changeLeft}, By: whatIsLeft}},
			On: map[Event]Move{
				stayPressed: {To: resume},
				formLeft:    {To: section, Say: "leave.form_left", Do: dropForm},
				bindingLeft: {To: mainMenu, Say: "leave.binding_left", Do: dropBinding},
				accessLeft:  {To: resume, Say: "leave.access_left", Do: dropAccess},
				changeLeft:  {To: mainMenu, Say: "leave.change_left", Do: dropChangeBehind},

				formExpired:   {To: choosePerson, Say: "reg.expired", Do: func(s *Scene) { dropAccess(s); dropForm(s) }},
				accessExpired: {To: resume, Say: "access.expired", Do: dropAccess},
				changeExpired: {To: showData, Say: "profile.expired", Do: dropChangeBehind},
			},
		},
		leaveRegistration: {
			Ask: "leave.registration", Args: (*Scene).registrationArgs,
			Buttons: [][]Choice{
				{{Caption: "button.delete_registration", Event: registrationDeleted}},
				{{Caption: "button.remain", Event: stayPressed}},
			},
			On: map[Event]Move{
				stayPressed:         {To: resume},
				registrationDeleted: {To: section, Say: "leave.registration_deleted", Do: deleteRegistration},
				reminderDue:         {Say: "verify.reminder", Do: remind},
				purgeDue:            {To: choosePerson, Say: "verify.purged", Do: purge},
			},
		},
	},
}

func whatIsLeft(s *Scene) Event {
	switch c := s.c; {
	case c.Access.Until != 0:
		return accessLeft
	case c.Account == 0:
		return formLeft
	case c.Change.typed():
		return changeLeft
	}
	return bindingLeft
}

func dropChangeBehind(s *Scene) {
	dropChange(s)
	s.c.Resume = ""
}
