package flows

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"
)

// Scene is one step as its readers and doers see it: the conversation that they
// change, the turn, the ledger, and what is to be said.
type Scene struct {
	*Engine
	next Conversation  // what is to be stored
	c    *Conversation // next, for those who change it
	t    Turn
	l    Ledger

	written string // see typed
	args    Args   // of the Move's Say
	lead    []Line // said before the next question, in its message
	out     []Effect

	quiet   bool // the next question comes without its attachment
	silent  bool // there is no next question: the last one stands
	replace int  // the message that the next question takes the place of

	blocked      Contact // gets no message, by a budget, before blockedUntil
	blockedUntil time.Time
}

// scene begins a step.
func (e *Engine) scene(c Conversation, t Turn, l Ledger) *Scene {
	s := &Scene{Engine: e, next: c, t: t, l: l}
	s.c = &s.next
	return s
}

func (s *Scene) place() *place { return s.places[s.c.State] }

func (s *Scene) node() *Node { return &s.place().node }

// say puts a line before the next question.
func (s *Scene) say(t Text, a Args) { s.lead = append(s.lead, Line{t, a}) }

// choose takes an event through the node's check, if it has one, and fires it.
func (s *Scene) choose(e Event) error {
	if d, ok := s.node().Decide[e]; ok {
		e = d.By(s)
	}
	return s.fire(e)
}

// fire moves the conversation along a row of its table and asks the next question.
func (s *Scene) fire(e Event) error {
	from := s.place()
	to, err := from.judge.move(s.c.State, e)
	if err != nil {
		return err
	}
	s.c.Event = e
	s.count(s.c.State, e)
	keyboard := s.node().Keyboard
	said, move := len(s.lead), from.rows[e]
	if move.Do != nil {
		move.Do(s)
	}
	if move.Say != "" { // before what Do had to add
		s.lead = slices.Insert(s.lead, said, Line{move.Say, s.args})
	}
	if s.silent {
		return nil
	}
	if to == resume && s.deskAlone() {
		s.standAlone()
		return nil
	}
	if to == resume {
		to, s.c.Resume = s.c.Resume, ""
	}
	if s.places[to] == nil {
		s.begin()
	} else {
		if s.c.State != to {
			s.c.Since = s.t.At.Unix()
		}
		s.c.State = to
	}
	if s.place().flow != from.flow {
		s.c.Dialog++
	}
	s.c.Revision++
	if keyboard == PhoneKeyboard && s.node().Keyboard != PhoneKeyboard {
		s.takeKeyboard()
	}
	if s.c.State == mainMenu && s.c.Link.Number != "" {
		return s.choose(linkOpened)
	}
	if s.quiet {
		s.repeat("")
	} else {
		s.ask()
	}
	return nil
}

// takeKeyboard takes the reply keyboard away by a message of its own: one
// message cannot carry both kinds of keyboards.
func (s *Scene) takeKeyboard() {
	gone := Say{Text: "keyboard.gone", Keyboard: RemoveKeyboard}
	if len(s.lead) > 0 {
		gone.Text, gone.Args = s.lead[0].Text, s.lead[0].Args
		s.lead = s.lead[1:]
	}
	s.out = append(s.out, gone)
}

// ask asks the question of the current state.
func (s *Scene) ask() {
	n := s.node()
	q := s.question(n)
	if n.Attach != nil {
		q.Attach = n.Attach(s)
	}
	if n.Report != nil {
		q.Report = n.Report(s)
	}
	s.out = append(s.out, q)
}

// repeat asks the current question again after an interruption.
func (s *Scene) repeat(why Text) {
	if why != "" {
		s.say(why, s.args)
	}
	n := s.node()
	if n.Again == "" {
		s.ask()
		return
	}
	q := s.question(n)
	q.Text = n.Again
	s.out = append(s.out, q)
}

func (s *Scene) question(n *Node) Say {
	q := Say{Replace: s.replace, Lead: s.lead, Text: n.Ask, Keyboard: n.Keyboard, Buttons: s.buttons(), Dialog: s.c.Dialog, Revision: s.c.Revision}
	if n.Args != nil {
		q.Args = n.Args(s)
	}
	s.lead = nil
	return q
}

// buttons are the buttons that the current question offers.
func (s *Scene) buttons() [][]Button {
	p := s.place()
	rows := make([][]Button, 0, len(p.node.Buttons))
	if p.node.List != nil {
		rows = p.node.List(s)
	}
	for i, choices := range p.node.Buttons {
		if p.fixed[i] != nil {
			rows = append(rows, p.fixed[i])
			continue
		}
		var row []Button
		for _, c := range choices {
			if c.When != nil && !c.When(s) {
				continue
			}
			b := Button{Caption: c.Caption, Event: c.Event}
			if c.Style != nil {
				b.Style = c.Style(s)
			}
			if c.Args != nil {
				b.Args = c.Args(s)
			}
			row = append(row, b)
		}
		if len(row) > 0 {
			rows = append(rows, row)
		}
	}
	return rows
}

func (s *Scene) offers(e Event, arg int) bool {
	for _, row := range s.buttons() {
		for _, b := range row {
			if b.Event == e && b.Arg == arg {
				return true
			}
		}
	}
	return false
}

// digits draws n decimal digits from the turn's entropy, uniformly; label keeps
// the draws of one turn apart.
func (s *Scene) digits(label string, n int) string {
	var out []byte
	for i := uint32(0); len(out) < n; i++ {
		block := s.random(label, i)
		for _, b := range block {
			if b < 250 && len(out) < n { // 250 = 25 × 10: no digit is likelier
				out = append(out, '0'+b%10)
			}
		}
	}
	return string(out)
}

func (s *Scene) random(label string, i uint32) [32]byte {
	buf := append(s.t.Entropy[:len(s.t.Entropy):len(s.t.Entropy)], label...)
	return sha256.Sum256(binary.BigEndian.AppendUint32(buf, i))
}

func (s *Scene) serial() uint32 {
	s.c.Limits.Serial++
	return s.c.Limits.Serial
}

// unix is a stored time as texts show it, zero for none.
func (s *Scene) unix(at int64) time.Time {
	if at == 0 {
		return time.Time{}
	}
	return time.Unix(at, 0).In(s.rules.Location)
}
