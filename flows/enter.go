package flows

import (
	"fmt"
	"slices"
)

// Enter leads a member of staff into a dialog of staff, by its name. When it ends
// it leads back to where the conversation was; a dialog of staff that was under
// way is left. Like Step it is pure.
func (e *Engine) Enter(dialog string, c Conversation, t Turn, l Ledger) (Conversation, []Effect, error) {
	all := All()
	i := slices.IndexFunc(all, func(f *Flow) bool { return f.Name == dialog && f.Role != NoRole })
	if i < 0 {
		return c, nil, fmt.Errorf("no dialog of staff is called %q", dialog)
	}
	s := &Scene{Engine: e, next: c, t: t, l: l}
	s.c = &s.next
	s.c.Version = Version
	if e.places[c.State] == nil {
		s.begin()
	}
	keyboard := s.node().Keyboard
	if s.c.Resume == "" { // else what interrupted is left, and where it leads back to stays
		interruptHere(s)
	}
	s.c.State = all[i].Start
	s.c.Dialog++
	s.c.Revision++
	if keyboard == PhoneKeyboard {
		s.takeKeyboard()
	}
	s.ask()
	return s.next, s.out, nil
}

// ofStaff reports whether the conversation is in a dialog of staff.
func (s *Scene) ofStaff() bool { return s.place().flow.Role != NoRole }

// stepAside leaves a dialog of staff for what concerns the person as a resident.
func (s *Scene) stepAside() {
	if !s.ofStaff() {
		return
	}
	s.c.State, s.c.Resume = s.c.Resume, ""
	if s.places[s.c.State] == nil {
		s.begin()
	}
}
