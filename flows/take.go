package flows

import (
	"fmt"
	"strings"
	"unicode"
)

// take handles a turn of a conversation that is served.
func (s *Scene) take() error {
	if s.albumAnswered() {
		return nil
	}
	if s.t.Kind != Reported && s.movedAway() {
		s.closeHere()
		return nil
	}
	if s.unsubscribes() {
		s.unsubscribe()
		return nil
	}
	if s.outdated() {
		return s.renew()
	}
	if s.albumAdded() || s.replied() {
		return nil
	}
	if s.answers() {
		return s.answer()
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
		return s.read()
	case Sent:
		return s.sent()
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

// wantsPhone reports whether a question takes a shared contact without offering
// the keyboard that shares one.
func (s *Scene) wantsPhone() bool {
	switch s.c.State {
	case mendPhone, changePhone, newPhone, accessPhone:
		return true
	}
	return false
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
		s.noteAnswer()
		s.args.N = b.Arg
		return s.choose(b.Event)
	}
	if s.node().Read == nil {
		s.args.Value, s.args.Left = s.captions()
		s.args.Hint = s.underWay()
		s.repeat(s.forStaff("misread.buttons", "misread.staff"))
		return nil
	}
	return s.read()
}

// sent handles what is no text.
func (s *Scene) sent() error {
	switch {
	case !s.node().Files:
		s.args.Hint = s.underWay()
		s.repeat(s.forStaff("misread.content", "misread.staff"))
	case command(s.t.Text) != "": // as mistyped as one without a file
		s.repeat(s.forStaff("misread.command", "misread.staff_command"))
	default:
		return s.read()
	}
	return nil
}

// read takes what was written, shared or sent for an answer to the question.
func (s *Scene) read() error {
	s.noteAnswer()
	return s.choose(s.node().Read(s))
}

func (s *Scene) noteAnswer() { s.c.Answer = TakenAnswer{s.t.Message, s.c.State} }

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

// namedCaptions is how many buttons an answer names: more are seen sooner than read.
const namedCaptions = 4

// captions names the first buttons on offer, the instruction left out, and counts
// the others.
func (s *Scene) captions() (list string, left int) {
	var names []string
	for _, row := range s.buttons() {
		for _, b := range row {
			if b.Event != helpPressed {
				bare := strings.TrimLeftFunc(s.caption(b.Caption, b.Args), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
				names = append(names, "«"+bare+"»")
			}
		}
	}
	shown := min(len(names), namedCaptions)
	return strings.Join(names[:shown], ", "), len(names) - shown
}
