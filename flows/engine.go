package flows

import (
	"fmt"
)

// Engine runs the dialogs. It is safe for concurrent use.
type Engine struct {
	rules   Rules
	key     []byte
	caption func(Text, Args) string
	typable map[Text]string // captions without arguments, as somebody may type them
	places  map[State]*place
}

// place is a state as the engine needs it.
type place struct {
	flow  *Flow
	judge *judge
	node  Node
	rows  map[Event]Move
	fixed [][]Button // by row of node.Buttons: the buttons that never change, else nil
}

// New returns an engine. The key is for the hashes of codes; caption renders a
// button's text, so that a caption that is typed counts as pressed.
func New(rules Rules, key []byte, caption func(Text, Args) string) *Engine {
	e := &Engine{rules: rules, key: key, caption: caption, typable: map[Text]string{}, places: map[State]*place{}}
	for _, f := range All() {
		j := newJudge(f)
		for s, n := range f.States {
			e.places[s] = &place{flow: f, judge: j, node: n, rows: f.rows(s, true), fixed: fixedRows(n)}
		}
	}
	for _, c := range fixedCaptions(e.places) {
		e.typable[c] = plainCaption(caption(c, Args{}))
	}
	return e
}

// fixedRows are the rows of a question that are always the same, so that they
// need not be made anew for every message.
func fixedRows(n Node) [][]Button {
	rows := make([][]Button, len(n.Buttons))
	for i, choices := range n.Buttons {
		row := make([]Button, 0, len(choices))
		for _, c := range choices {
			if c.When != nil || c.Style != nil || c.Args != nil {
				row = nil
				break
			}
			row = append(row, Button{Caption: c.Caption, Event: c.Event})
		}
		rows[i] = row
	}
	return rows
}

// Rules returns the rules the engine was made with.
func (e *Engine) Rules() *Rules { return &e.rules }

// StepFunc plays one turn of a conversation, see Engine.Step.
type StepFunc func(Conversation, Turn, Ledger) (Conversation, []Effect, error)

// Step is one turn of a conversation: from what was stored and what happened to
// what is to be stored and done. It is pure and leaves its input untouched, so
// a transaction may run it again. An error is a fault of the program; a
// resident's mistake is an event.
func (e *Engine) Step(c Conversation, t Turn, l Ledger) (Conversation, []Effect, error) {
	s := e.scene(c, t, l)
	s.c.Event = ""
	err := s.step()
	s.remember()
	if err != nil {
		err = fmt.Errorf("chat %d, state %s: %w", c.Chat, c.State, err)
	}
	return s.next, s.out, err
}

func (s *Scene) step() error {
	if s.shut() {
		return nil
	}
	if s.places[s.c.State] == nil {
		s.begin()
		if s.t.byResident() {
			s.reach(StageCame)
			s.greet()
			s.noteUsername()
			return nil
		}
	}
	s.noteUsername()
	if s.c.Missed != 0 && s.t.byResident() {
		s.sendMissed()
	}
	if least := s.place().flow.Role; least != NoRole && least > s.rules.Role(s.l, s.c.Chat) {
		s.leadBack()
		if s.t.byResident() { // what they did was meant for the dialog that is over
			s.ask()
			return nil
		}
	}
	err := s.take()
	s.noteUsername()
	return err
}

// noteUsername keeps the resident's username as it is now, as long as they have
// a registration or an account: nothing is kept of anybody else.
func (s *Scene) noteUsername() {
	switch {
	case s.c.Account == 0 && s.c.Registration.Submitted == 0:
		s.c.Username = ""
	case s.t.byResident():
		s.c.Username = s.t.Username
	}
}

// begin puts a conversation that is new, or whose state this version of the
// program does not know, where it can go on.
func (s *Scene) begin() {
	s.c.State = choosePerson
	if s.c.Account != 0 {
		s.c.State = mainMenu
	} else if s.c.Registration.Submitted != 0 {
		s.c.State = enterPhoneCode
		if s.c.Registration.PhoneAt != 0 {
			s.c.State = enterEmailCode
		}
	}
	s.c.Resume = ""
	s.c.Since = s.t.At.Unix()
	s.c.Dialog++
	s.c.Revision++
}

// Enter begins a conversation that is new, for whoever is served before any
// dialog is: with the menu of their role.
func (e *Engine) Enter(c Conversation, t Turn, l Ledger) (Conversation, []Effect) {
	if e.places[c.State] != nil {
		return c, nil
	}
	s := e.scene(c, t, l)
	s.begin()
	s.remember()
	s.giveMenu()
	return s.next, s.out
}

func (s *Scene) giveMenu() {
	if role := s.rules.Role(s.l, s.c.Chat); role != NoRole {
		s.out = append(s.out, Menu{s.c.Chat, role})
	}
}

// greet answers whoever comes to a conversation that has just begun: whatever
// they did was no answer to a question of ours.
func (s *Scene) greet() {
	s.say("start.hello", Args{})
	s.giveMenu()
	if s.t.Kind != Said {
		s.ask()
		return
	}
	l, link := readLink(s.t.Text)
	switch {
	case link:
		s.keepLink(l)
		s.ask()
	case s.isHelp():
		s.help()
	case command(s.t.Text) == "/privacy":
		s.privacy()
	default:
		s.ask()
	}
}
