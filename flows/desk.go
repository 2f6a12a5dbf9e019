package flows

// DeskDraft is what a member of staff is in the middle of at the desk.
type DeskDraft struct {
	Serial    uint32         `cbor:"1,keyasint,omitempty"` // of the desk's messages, never reset
	Listed    uint32         `cbor:"2,keyasint,omitempty"` // serial of the list that can be paged
	List      string         `cbor:"3,keyasint,omitempty"` // the command that made it
	Asked     uint32         `cbor:"4,keyasint,omitempty"` // serial of the question that waits for yes or no
	Deed      string         `cbor:"5,keyasint,omitempty"` // the command that it is about
	At        int64          `cbor:"6,keyasint,omitempty"` // when it was asked
	Again     bool           `cbor:"7,keyasint,omitempty"` // it was confirmed once and is asked a second time
	Press     Press          `cbor:"8,keyasint,omitzero"`  // the button that was taken last
	About     [32]byte       `cbor:"9,keyasint,omitzero"`  // see Request
	Reply     ReplyDraft     `cbor:"20,keyasint,omitzero"` // the answer that is being written
	Import    ImportDraft    `cbor:"21,keyasint,omitzero"` // the file that is being imported
	Broadcast BroadcastDraft `cbor:"22,keyasint,omitzero"` // the broadcast that is being written
}

// enter takes a conversation into a dialog of staff and asks its question.
func (s *Scene) enter(to State) {
	s.turnTo(to)
	s.ask()
}

// turnTo takes a conversation into a dialog of staff, whose target resume leads
// back to where the conversation is now.
func (s *Scene) turnTo(to State) {
	if s.places[s.c.State] == nil {
		s.begin()
	}
	keyboard := s.node().Keyboard
	if s.c.Resume == "" { // else only a question on the way is given up
		s.c.Resume = s.c.State
	}
	s.c.State = to
	s.c.Dialog++
	s.c.Revision++
	if keyboard == PhoneKeyboard {
		s.takeKeyboard()
	}
}

// leadBack gives a dialog of staff up, without a word.
func (s *Scene) leadBack() {
	if s.place().flow.Role == NoRole {
		return
	}
	s.c.Desk.Reply, s.c.Desk.Import, s.c.Desk.Broadcast = ReplyDraft{}, ImportDraft{}, BroadcastDraft{}
	s.c.State, s.c.Resume = s.c.Resume, ""
	s.c.Dialog++
	s.c.Revision++
	if s.places[s.c.State] == nil {
		s.begin()
	}
}
