package flows

// Answering the support by the button under what it wrote (SPEC §2.7). Like the
// reply of the messenger it works at any time, under old messages too.
const answerPressed Event = "answer_pressed"

// Answering is what a resident is writing an answer to.
type Answering struct {
	Ticket  uint64 `cbor:"1,keyasint,omitempty"`
	Message uint32 `cbor:"2,keyasint,omitempty"` // number there, from 1, of the message that has the button
}

func answerButton(ticket uint64) Button {
	return Button{Caption: "button.answer", Event: answerPressed, Arg: int(ticket)}
}

// answerRows lead back into the dialog that stood, however the answer ends. New
// terms and a change that expires do without it.
var answerRows = map[Event]Move{
	ticketOpened:   {To: resume, Say: ticketSays[ticketOpened], Do: answered},
	ticketAdded:    {To: resume, Say: ticketSays[ticketAdded], Do: answered},
	ticketReopened: {To: resume, Say: ticketSays[ticketReopened], Do: answered},
	ticketSpent:    {To: resume, Say: ticketSays[ticketSpent], Do: answered},
	ticketUnread:   {Say: ticketSays[ticketUnread]},
	ticketLong:     {Say: ticketSays[ticketLong]},
	answerPressed:  {}, // under another message
	backPressed:    {To: resume, Do: dropAnswer},
	restarted:      {To: resume, Do: dropAnswer},
	cancelled:      {To: resume, Do: dropAnswer},

	consentChanged:   {To: renewConsent, Do: dropAnswer},
	agreementChanged: {To: renewAgreement, Do: dropAnswer},
	changeExpired:    {Say: "profile.expired", Do: giveUpChange},
}

func dropAnswer(s *Scene) { s.c.Answering = Answering{} }

func answered(s *Scene) {
	dropAnswer(s)
	quietly(s)
}

// answers reports whether the button under an answer of the support was pressed
// that belongs to a ticket of the resident's own. A forged one means nothing.
func (s *Scene) answers() bool {
	return s.t.Kind == Pressed && s.t.Event == answerPressed && s.c.Account != 0 && s.l.Ticket(uint64(s.t.Arg)).Account == s.c.Account
}

// answer asks for the answer. What staff are in the middle of at the desk is given
// up, and they are told; new terms come first.
func (s *Scene) answer() error {
	now := s.t.Press()
	if s.c.State == answerSupport && now.Repeats(s.c.LastPress) {
		s.out = append(s.out, Notice{"notice.twice"})
		return nil
	}
	s.c.LastPress = now
	s.sayLeft()
	s.leadBack()
	switch stale := s.stale() != ""; {
	case s.place().flow == &renewal, stale && s.deleting():
		s.repeat("")
		return nil
	case stale:
		return s.renew()
	}
	s.stay()
	s.c.Answering = Answering{Ticket: uint64(s.t.Arg)}
	if r, ok := s.l.Relay(Place{s.c.Chat, s.t.Message}); ok && r.Ticket == s.c.Answering.Ticket {
		s.c.Answering.Message = r.Index + 1
	}
	return s.fire(answerPressed)
}

func readAnswer(s *Scene) Event {
	return s.writeSupport(s.c.Answering.Ticket, s.c.Answering.Message)
}

// answerArgs tell which ticket the answer will belong to: one that is not closed
// goes before the one that is.
func answerArgs(s *Scene) Args {
	t, e := s.ticketFor(s.c.Answering.Ticket)
	return Args{N: int(t.Number), Hint: e == ticketReopened}
}
