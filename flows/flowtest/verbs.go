package flowtest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"mvkbot/flows"
)

var verbs = map[string]func(*Player, string) error{
	"clock": (*Player).clock,
	"wait": func(p *Player, s string) error {
		d, err := time.ParseDuration(s)
		if err != nil {
			return err
		}
		return p.pass(p.now.Add(d))
	},
	"until": func(p *Player, s string) error {
		at, err := p.moment(s)
		if err != nil {
			return err
		}
		return p.pass(at)
	},
	"contract": (*Player).contract,
	"rule":     (*Player).rule,
	"kept":     (*Player).kept,
	"audit":    (*Player).audit,
	"export":   (*Player).export,
	"news":     func(p *Player, s string) error { p.late = s == "late"; return nil },
	"tell":     (*Player).tell,
	"owner":    (*Player).owner,
	"staff":    (*Player).staff,
	"gateway":  func(p *Player, s string) error { p.gateway = s; return nil },
	"report":   (*Player).endHeld,
	"as":       func(p *Player, s string) error { p.as(s); return nil },
	"username": func(p *Player, s string) error { p.usernames[p.chat] = s; return nil },
	"user":     (*Player).user,
	"press":    func(p *Player, s string) error { return p.press(s, 0) },
	"old":      func(p *Player, s string) error { return p.press(s, 1) },
	"tap": func(p *Player, s string) error {
		if err := p.press(s, 0); err != nil {
			return err
		}
		return p.again()
	},
	"forge": func(p *Player, s string) error {
		event, arg, _ := strings.Cut(s, " ")
		t := flows.Turn{Kind: flows.Pressed, Event: flows.Event(event)}
		if arg != "" {
			n, err := strconv.Atoi(arg)
			if err != nil {
				return err
			}
			t.Arg = n
		}
		if all := p.asked[p.chat]; len(all) > 0 {
			t.Dialog, t.Revision = all[len(all)-1].Dialog, all[len(all)-1].Revision
		}
		return p.turn(p.chat, t)
	},
	"contact": func(p *Player, s string) error {
		whose, phone, _ := strings.Cut(s, " ")
		return p.turn(p.chat, flows.Turn{Kind: flows.Shared, Own: whose == "own", Text: phone})
	},
	"form":       func(p *Player, s string) error { return p.shortcut(formTurns, s) },
	"registered": func(p *Player, s string) error { return p.shortcut(registrationTurns, s) },
	"claimed":    func(p *Player, s string) error { return p.shortcut(claimTurns, s) },
	"member":     func(p *Player, s string) error { return p.shortcut(accountTurns, s) },
	"access":     func(p *Player, s string) error { return p.shortcut(accessTurns, s) },
	"bound":      (*Player).bound,
	"vanished":   (*Player).vanished,
	"review":     (*Player).review,
	"doubtful":   (*Player).doubtful,
	"imported":   (*Player).imported,
	"crowd":      (*Player).crowd,
	"dead":       (*Player).dead,
	"send": func(p *Player, s string) error {
		t, err := content(s)
		if err != nil {
			return err
		}
		return p.write(t)
	},
	"album":   (*Player).album,
	"reply":   (*Player).reply,
	"edit":    (*Player).edit,
	"compose": (*Player).compose,
	"counted": (*Player).counted,
	"ended":   (*Player).ended,
	"flood":   func(p *Player, _ string) error { return p.turn(p.chat, flows.Turn{Kind: flows.Overflown}) },
}

// staff gives somebody a role, whatever the rules of the desk.
func (p *Player) staff(s string) error {
	name, word, _ := strings.Cut(s, " ")
	role, ok := flows.ParseRole(word)
	if !ok {
		return errors.New("want NAME ROLE")
	}
	me := p.chat
	p.as(name)
	member := flows.Member{Chat: p.chat, Role: role}
	p.chat = me
	return p.inspect(func(_ flows.Conversation, l flows.Ledger) {
		l.SetStaff(append(slices.Clone(l.Staff()), member))
	})
}

func (p *Player) moment(s string) (time.Time, error) {
	return time.ParseInLocation("2006-01-02 15:04", s, p.rules.Location)
}

func (p *Player) clock(s string) error {
	at, err := p.moment(s)
	if err != nil {
		return err
	}
	p.now = at
	return p.wake()
}

func (p *Player) user(s string) error {
	text, err := said(s)
	if err != nil {
		return err
	}
	for name, code := range p.last {
		text = strings.ReplaceAll(text, name, code)
	}
	if strings.Contains(text, "{wrong}") {
		text = strings.ReplaceAll(text, "{wrong}", p.wrongCode())
	}
	return p.write(flows.Turn{Kind: flows.Said, Text: text})
}

// wrongCode is six digits that are no code sent.
func (p *Player) wrongCode() string {
	for n := 111111; ; n++ {
		s := strconv.Itoa(n)
		if s != p.last["{sms}"] && s != p.last["{mail}"] {
			return s
		}
	}
}

// press takes the button with a caption from the newest message that has it,
// or from an older one.
func (p *Player) press(caption string, older int) error {
	all := p.asked[p.chat]
	for i := len(all) - 1; i >= 0; i-- {
		for _, row := range all[i].Buttons {
			for _, b := range row {
				if bare(p.texts.Caption(b.Caption, b.Args)) != bare(caption) {
					continue
				}
				if older--; older >= 0 {
					continue
				}
				if all[i].Keyboard == flows.PhoneKeyboard {
					return p.user(p.texts.Caption(b.Caption, b.Args)) // a reply keyboard writes its captions
				}
				return p.pressButton(all[i], b)
			}
		}
	}
	return fmt.Errorf("no button %q", caption)
}

// bare is a caption without the emoji around it.
func bare(caption string) string {
	return strings.TrimFunc(caption, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func (p *Player) pressButton(say asked, b flows.Button) error {
	p.pressed = flows.Turn{Kind: flows.Pressed, Event: b.Event, Arg: b.Arg, Dialog: say.Dialog, Revision: say.Revision, Message: say.id}
	return p.again()
}

// again plays the last press once more.
func (p *Player) again() error { return p.turn(p.chat, p.pressed) }

func (p *Player) contract(s string) error {
	f := strings.SplitN(s, " ", 6)
	if len(f) < 6 {
		return errors.New("want NUMBER KIND FLAT HOLDER STATUS ADDRESS")
	}
	n, ok := flows.ParseNumber(f[0])
	if !ok {
		return errors.New("bad number")
	}
	p.world.AddContract(flows.Contract{
		Number: n, Kind: flows.Kind(f[1]), Flat: strings.TrimPrefix(f[2], "-"),
		Holder: flows.Holder(f[3]), Status: flows.Status(f[4]), Address: f[5],
	})
	return nil
}

// Graveyard is a World that keeps what could not be delivered.
type Graveyard interface {
	// Bury puts a message to a chat there.
	Bury(chat int64, channel, reason string) error
}

func (p *Player) dead(s string) error {
	channel, reason, _ := strings.Cut(s, " ")
	yard, ok := p.world.(Graveyard)
	if !ok {
		return errors.New("this world buries nothing")
	}
	p.world.SetNow(p.now)
	return yard.Bury(p.chat, channel, reason)
}
