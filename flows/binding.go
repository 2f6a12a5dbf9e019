package flows

// Binding a contract (SPEC §2.6).
const (
	chooseKind    State = "choose_kind"
	askNumber     State = "ask_number"
	askFlat       State = "ask_flat"
	reviewBinding State = "review_binding"
	mendNumber    State = "mend_number"
	mendFlat      State = "mend_flat"
	askApartment  State = "ask_apartment"
)

const (
	flatPressed       Event = "flat_pressed"
	apartmentsPressed Event = "apartments_pressed"
	nonresPressed     Event = "nonresidential_pressed"
	housePressed      Event = "house_pressed"
	numberGiven       Event = "number_given"
	flatNumberGiven   Event = "flat_contract_given" // a number, and the flat is needed too
	numberWrong       Event = "number_wrong"
	flatGiven         Event = "flat_given"
	flatWrong         Event = "flat_wrong"
	numberPressed     Event = "number_pressed"
	mendFlatPressed   Event = "mend_flat_pressed"
	backToFlat        Event = "back_to_flat"
	confirmPressed    Event = "confirm_pressed"
	bound             Event = "bound"
	notFound          Event = "not_found"
	apartmentAsked    Event = "apartment_asked"
	companyRefused    Event = "company_refused"
	closedRefused     Event = "closed_refused"
	boundAlready      Event = "bound_already"
	bindingPaused     Event = "binding_paused"
)

var binding = Flow{
	Name:     "binding",
	Start:    chooseKind,
	OnStart:  restartBinding,
	OnCancel: cancelBinding,
	Always: accountRows(map[Event]Move{
		leaveAsked: {To: confirmLeave, Do: interruptHere},
		cancelled:  {To: mainMenu, Do: dropBinding},
		restarted:  {To: mainMenu, Do: dropBinding},
	}),
	States: map[State]Node{
		chooseKind: {
			Ask: "bind.kind",
			Buttons: [][]Choice{
				{{Caption: "kind.flat", Event: flatPressed}, {Caption: "kind.apartments", Event: apartmentsPressed}},
				{{Caption: "kind.nonresidential", Event: nonresPressed}},
				{{Caption: "kind.house", Event: housePressed}},
				helpBack,
			},
			Decide: map[Event]Decision{
				flatPressed: chooseLinked(flatPressed, KindFlat), apartmentsPressed: chooseLinked(apartmentsPressed, KindApartments),
				nonresPressed: chooseLinked(nonresPressed, KindNonresidential), housePressed: chooseLinked(housePressed, KindHouse),
			},
			On: map[Event]Move{
				linkOpened:        {To: chooseKind, Say: "link.opened", Do: useLink},
				linkReady:         {To: reviewBinding},
				linkFlatAsked:     {To: askFlat},
				flatPressed:       {To: askNumber, Do: setKind(KindFlat)},
				apartmentsPressed: {To: askNumber, Do: setKind(KindApartments)},
				nonresPressed:     {To: askNumber, Do: setKind(KindNonresidential)},
				housePressed:      {To: askNumber, Do: setKind(KindHouse)},
				backPressed:       {To: mainMenu, Do: dropBinding},
			},
		},
		askNumber: {
			Ask: "bind.number", Args: bindArgs, Read: readNumber, Buttons: backOnly,
			Decide: map[Event]Decision{numberGiven: {Into: []Event{numberGiven, flatNumberGiven}, By: needsFlat}},
			On: map[Event]Move{
				numberGiven:     {To: reviewBinding},
				flatNumberGiven: {To: askFlat},
				numberWrong:     {Say: "bind.number_wrong"},
				backPressed:     {To: chooseKind},
			},
		},
		askFlat: {
			Ask: "bind.flat", Args: bindArgs, Read: readFlat, Buttons: backOnly,
			On: map[Event]Move{
				flatGiven:   {To: reviewBinding},
				flatWrong:   {Say: "bind.flat_wrong"},
				backPressed: {To: askNumber},
			},
		},
		reviewBinding: {
			Ask: "bind.review", Args: bindArgs,
			Buttons: [][]Choice{
				{{Caption: "button.bind_now", Event: confirmPressed, Style: func(*Scene) Style { return Success }}},
				{{Caption: "button.mend_number", Event: numberPressed}, {Caption: "button.mend_flat", Event: mendFlatPressed, When: takesFlat}},
				helpBack,
			},
			Decide: map[Event]Decision{
				confirmPressed: {Into: bindOutcomes, By: bind},
				backPressed:    {Into: []Event{backPressed, backToFlat}, By: backFromReview},
			},
			On: bindRows(map[Event]Move{
				numberPressed:   {To: mendNumber},
				mendFlatPressed: {To: mendFlat},
				backPressed:     {To: askNumber},
				backToFlat:      {To: askFlat},
			}),
		},
		mendNumber: {
			Ask: "bind.number", Args: bindArgs, Read: readNumber, Buttons: backOnly,
			On: map[Event]Move{
				numberGiven: {To: reviewBinding},
				numberWrong: {Say: "bind.number_wrong"},
				backPressed: {To: reviewBinding},
			},
		},
		mendFlat: {
			Ask: "bind.flat", Args: bindArgs, Read: readFlat,
			Buttons: [][]Choice{
				{{Caption: "button.no_flat", Event: skipPressed, When: mayLackFlat}},
				helpBack,
			},
			On: map[Event]Move{
				flatGiven:   {To: reviewBinding},
				skipPressed: {To: reviewBinding, Do: func(s *Scene) { s.c.Bind.Flat = "" }},
				flatWrong:   {Say: "bind.flat_wrong"},
				backPressed: {To: reviewBinding},
			},
		},
		askApartment: {
			Ask: "bind.apartment", Args: bindArgs, Read: readFlat, Buttons: backOnly,
			Decide: map[Event]Decision{flatGiven: {Into: bindOutcomes, By: bind}},
			On: bindRows(map[Event]Move{
				flatWrong:   {Say: "bind.flat_wrong"},
				backPressed: {To: reviewBinding},
			}),
		},
	},
}

var bindOutcomes = []Event{bound, notFound, apartmentAsked, companyRefused, closedRefused, boundAlready, bindingPaused}

// bindRows adds the outcomes of a try to bind.
func bindRows(rows map[Event]Move) map[Event]Move {
	rows[bound] = Move{To: mainMenu, Say: "bind.done", Do: dropBinding}
	rows[notFound] = Move{To: reviewBinding, Say: "bind.not_found"}
	rows[apartmentAsked] = Move{To: askApartment, Say: "bind.not_found"}
	rows[companyRefused] = Move{To: mainMenu, Say: "bind.company", Do: dropBinding}
	rows[closedRefused] = Move{To: mainMenu, Say: "bind.closed", Do: dropBinding}
	rows[boundAlready] = Move{To: mainMenu, Say: "bind.already", Do: dropBinding}
	rows[bindingPaused] = Move{To: mainMenu, Say: "bind.paused", Do: dropBinding}
	return rows
}

func (b *BindDraft) typed() bool { return b.Number != "" || b.Flat != "" }

func restartBinding(s *Scene) Event {
	if s.c.Bind.typed() {
		return ""
	}
	return restarted
}

func cancelBinding(s *Scene) Event {
	if s.c.Bind.typed() {
		return leaveAsked
	}
	return cancelled
}

func dropBinding(s *Scene) {
	s.c.Bind = BindDraft{}
	s.c.Resume = ""
}

// setKind keeps the number: a resident who comes back to choose another kind
// need not look it up again.
func setKind(k Kind) func(*Scene) {
	return func(s *Scene) { s.c.Bind = BindDraft{Kind: k, Number: s.c.Bind.Number} }
}

func bindArgs(s *Scene) Args {
	b := s.c.Bind
	return Args{Kind: b.Kind, Number: b.Number, Flat: b.Flat}
}

func readNumber(s *Scene) Event {
	n, ok := ParseNumber(withoutFormat(s.t.Text))
	if !ok {
		s.args.Value = quote(s.t.Text)
		return numberWrong
	}
	b := &s.c.Bind
	if b.Number != n {
		b.EmptyTry, b.FirstTry = false, false
	}
	b.Number = n
	return numberGiven
}

func needsFlat(s *Scene) Event {
	if s.c.Bind.Kind == KindFlat {
		return flatNumberGiven
	}
	return numberGiven
}

func readFlat(s *Scene) Event {
	flat, ok := ParseFlat(withoutFormat(s.t.Text))
	if !ok {
		s.args.Value = quote(s.t.Text)
		return flatWrong
	}
	s.c.Bind.Flat = flat
	return flatGiven
}

func takesFlat(s *Scene) bool {
	b := &s.c.Bind
	return b.Kind == KindFlat || b.Kind == KindApartments && (b.EmptyTry || b.Flat != "")
}

func mayLackFlat(s *Scene) bool { return s.c.Bind.Kind == KindApartments }

func backFromReview(s *Scene) Event {
	if s.c.Bind.Kind == KindFlat {
		return backToFlat
	}
	return backPressed
}
