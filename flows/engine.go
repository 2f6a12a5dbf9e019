package flows

import (
	"fmt"
	"strings"
	"unicode"
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
	s := &Scene{Engine: e, next: c, t: t, l: l}
	s.c = &s.next
	s.c.Version, s.c.Event = Version, ""
	if s.shut() {
		return s.next, s.out, nil
	}
	if e.places[c.State] == nil {
		s.begin()
		if t.byResident() {
			s.reach(StageCame)
			s.greet()
			s.noteUsername()
			return s.next, s.out, nil
		}
	}
	s.noteUsername()
	if s.place().flow.Role > s.rules.Role(l, s.c.Chat) {
		s.leadBack()
		if t.byResident() { // what they did was meant for the dialog that is over
			s.ask()
			return s.next, s.out, nil
		}
	}
	err := s.take()
	s.noteUsername()
	if err != nil {
		err = fmt.Errorf("chat %d, state %s: %w", c.Chat, c.State, err)
	}
	return s.next, s.out, err
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
	s := &Scene{Engine: e, next: c, t: t, l: l}
	s.c = &s.next
	s.begin()
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

func (s *Scene) take() error {
	if s.t.Kind != Reported && s.movedAway() {
		s.closeHere()
		return nil
	}
	if s.t.Kind == Pressed && s.t.Event == newsOff {
		s.unsubscribe()
		return nil
	}
	if s.outdated() {
		return s.renew()
	}
	if s.replied() {
		return nil
	}
	switch s.t.Kind {
	case Said:
		return s.said()
	case Pressed:
		return s.pressed()
	case Shared:
		if s.node().Keyboard != PhoneKeyboard && !s.wantsPhone() {
			s.repeat("misread.contact")
			return nil
		}
		return s.choose(s.node().Read(s, s.t))
	case Sent:
		if n := s.node(); n.Files {
			return s.choose(n.Read(s, s.t))
		}
		s.repeat("misread.content")
	case Edited:
		s.edited()
	case Overflown:
		s.repeat("misread.flood")
	case Woke:
		return s.woke()
	case Reported:
		s.reported()
	case Told:
		return s.told()
	default:
		return fmt.Errorf("unknown kind of turn %d", s.t.Kind)
	}
	return nil
}

// said handles what was written: a command, a caption on offer, or an answer.
func (s *Scene) said() error {
	if s.isHelp() {
		s.help()
		return nil
	}
	flow := s.place().flow
	switch command(s.t.Text) {
	case "":
	case "/start":
		if l, ok := readLink(s.t.Text); ok {
			return s.linked(l)
		}
		return s.interrupt(flow.OnStart, "start.go_on")
	case "/cancel":
		return s.interrupt(flow.OnCancel, "")
	case "/privacy":
		s.privacy()
		return nil
	default:
		s.repeat(s.forStaff("misread.command", "misread.staff_command"))
		return nil
	}
	if b, ok := s.captioned(); ok {
		s.args.N = b.Arg
		return s.choose(b.Event)
	}
	n := s.node()
	if n.Read == nil {
		s.args.Value, s.args.Hint = s.captions(), s.underWay()
		s.repeat(s.forStaff("misread.buttons", "misread.staff"))
		return nil
	}
	return s.choose(n.Read(s, s.t))
}

// forStaff chooses the text for those with a role.
func (s *Scene) forStaff(resident, staff Text) Text {
	if s.rules.Role(s.l, s.c.Chat) != NoRole {
		return staff
	}
	return resident
}

func (s *Scene) interrupt(by func(*Scene) Event, otherwise Text) error {
	if by != nil {
		if event := by(s); event != "" {
			return s.fire(event)
		}
	}
	s.repeat(otherwise)
	return nil
}

// pressed takes a button only if it belongs to the question as it stands: an
// old one, a forged one and the second tap change nothing.
// «Инструкция» works on every message, since it changes nothing.
func (s *Scene) pressed() error {
	last, now := s.c.LastPress, Press{At: s.t.At.Unix(), Revision: s.t.Revision, Event: s.t.Event}
	switch {
	case last.twice(now, s.c.Revision):
		s.out = append(s.out, Notice{"notice.twice"})
		return nil
	case s.t.Event == helpPressed:
		s.c.LastPress = now
		s.help()
		return nil
	case s.t.Dialog != s.c.Dialog, s.t.Revision != s.c.Revision, !s.offers(s.t.Event, s.t.Arg):
		s.out = append(s.out, Notice{"notice.old"})
		s.repeat("")
		return nil
	}
	s.c.LastPress = now
	s.args.N = s.t.Arg
	return s.choose(s.t.Event)
}

// doubleTap is within how many seconds a second press of a button is taken for
// a slip of the finger.
const doubleTap = 2

// twice reports whether a press is the second tap of the last one: on the
// question that the last one answered, or the same button where it answered none.
func (last Press) twice(p Press, current uint32) bool {
	return p.Revision == last.Revision && p.At-last.At <= doubleTap && last.Event != "" &&
		(p.Revision != current || p.Event == last.Event)
}

// command returns the lower-case command of a text, without the bot's name and
// what follows; "" when the text is no command.
func command(text string) string {
	words := strings.Fields(text)
	if len(words) == 0 || !strings.HasPrefix(words[0], "/") {
		return ""
	}
	word, _, _ := strings.Cut(strings.ToLower(words[0]), "@")
	return word
}

// captions names the buttons on offer, the instruction left out.
func (s *Scene) captions() string {
	var names []string
	for _, row := range s.buttons() {
		for _, b := range row {
			if b.Event != helpPressed {
				bare := strings.TrimLeftFunc(s.caption(b.Caption, b.Args), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
				names = append(names, "«"+bare+"»")
			}
		}
	}
	return strings.Join(names, ", ")
}
