package flows

// Leaving a dialog in which something would be lost (SPEC §2.1).
const (
	confirmLeave      State = "confirm_leave"
	leaveRegistration State = "leave_registration"
)

const (
	formLeft            Event = "form_left"
	bindingLeft         Event = "binding_left"
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
			Decide: map[Event]Decision{leavePressed: {Into: []Event{formLeft, bindingLeft}, By: whatIsLeft}},
			On: map[Event]Move{
				stayPressed: {To: resume},
				formLeft:    {To: section, Say: "leave.form_left", Do: dropForm},
				bindingLeft: {To: mainMenu, Say: "leave.binding_left", Do: dropBinding},
				formExpired: {To: choosePerson, Say: "reg.expired", Do: dropForm},
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
				registrationDeleted: {To: section, Say: "leave.registration_deleted", Do: dropRegistration},
				reminderDue:         {Say: "verify.reminder", Do: remind},
				purgeDue:            {To: choosePerson, Say: "verify.purged", Do: purge},
			},
		},
	},
}

func whatIsLeft(s *Scene) Event {
	if s.c.Account != 0 {
		return bindingLeft
	}
	return formLeft
}
