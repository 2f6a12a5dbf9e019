// Package admin is the desk of the support staff: the commands of SPEC §3, one
// file each, taken in the same chat as the dialogs and played inside the turn's
// transaction; and the tables that /export sends, made outside of it.
//
// It promises that a command exists only for those whose role allows it, judged
// anew at every turn and every button; that everything done is a line of the
// audit log in the same transaction; and that a deed changes nothing before it
// was confirmed where it cannot be undone.
//
// It refuses to know what residents are asked (package flows), and to send,
// store or log anything itself.
package admin

import (
	"context"
	"fmt"
	"strings"

	"mvkbot/flows"
	"mvkbot/storage"
)

// Options are what a Desk is made of.
type Options struct {
	Engine  *flows.Engine
	Store   *storage.Store
	Caption func(flows.Text, flows.Args) string // of a picture
	// Monitor tells how the bot is; the bot that the desk works for sets it.
	Monitor Monitor
}

// Desk plays the turns of staff. It is safe for concurrent use.
type Desk struct {
	Options
	table    []*command // as /admin lists them
	commands map[string]*command
	presses  map[flows.Event]string // a button's event to the command line that it stands for
}

// New returns a desk.
func New(o Options) *Desk {
	d := &Desk{Options: o, table: commands(), commands: map[string]*command{}, presses: map[flows.Event]string{}}
	for _, c := range d.table {
		d.commands[c.name] = c
		for e, line := range c.presses {
			d.presses[e] = line
		}
	}
	return d
}

// Before returns the step that plays a turn: that of the dialogs, or of the
// desk. What a command shows that no transaction may scan for is read here.
func (d *Desk) Before(ctx context.Context, chat int64, t flows.Turn) (flows.StepFunc, error) {
	if !d.concerns(t) { // nearly always
		return d.Engine.Step, nil
	}
	return d.prepare(ctx, chat, t)
}

func (d *Desk) prepare(ctx context.Context, chat int64, t flows.Turn) (flows.StepFunc, error) {
	staff, err := d.Store.Staff(ctx)
	if err != nil {
		return nil, err
	}
	role := d.Engine.Rules().Role(Roster(staff), chat)
	if role == flows.NoRole {
		return d.Engine.Step, nil
	}
	c, err := d.Store.Conversation(ctx, chat)
	if err != nil {
		return nil, err
	}
	var found any
	if a, ok := d.parse(c, t); ok && a.read != nil && role >= a.role {
		if found, err = a.read(ctx, d, a); err != nil {
			return nil, fmt.Errorf("read /%s: %w", a.name, err)
		}
	}
	return func(c flows.Conversation, t flows.Turn, l flows.Ledger) (flows.Conversation, []flows.Effect, error) {
		return d.step(c, t, found, l)
	}, nil
}

// Roster is who was granted a role, as it was read outside a transaction.
type Roster []flows.Member

var _ flows.Crew = Roster(nil)

// Staff implements flows.Crew.
func (r Roster) Staff() []flows.Member { return r }

// concerns reports whether a turn may be one of the desk.
func (d *Desk) concerns(t flows.Turn) bool {
	switch t.Kind {
	case flows.Said, flows.Sent:
		if t.Forwarded { // nobody gives a command in another's words
			return false
		}
		name, _ := split(t.Text)
		return d.commands[name] != nil || t.ReplyTo != 0
	case flows.Pressed:
		return t.Dialog == 0 && strings.HasPrefix(string(t.Event), "desk_")
	}
	return false
}

// step plays one turn of the desk. Whoever may not run the command gets the
// dialogs' answer to a command that does not exist.
func (d *Desk) step(c flows.Conversation, t flows.Turn, found any, l flows.Ledger) (flows.Conversation, []flows.Effect, error) {
	k := &call{Desk: d, c: c, t: t, l: l, found: found, role: d.Engine.Rules().Role(l, c.Chat)}
	if k.role == flows.NoRole {
		return d.Engine.Step(c, t, l)
	}
	a, ok := d.parse(c, t)
	if !ok {
		a, ok = k.quote()
	}
	switch {
	case !ok && t.Kind != flows.Pressed:
		return d.Engine.Step(c, t, l)
	case !ok:
		k.out = append(k.out, flows.Notice{Text: "notice.desk_old"})
		return k.c, k.out, nil
	case k.role < a.role:
		k.refused(a)
		next, effects, err := d.Engine.Step(k.c, t, l)
		return next, append(k.out, effects...), err
	case a.pressed && k.tappedTwice():
		k.out = append(k.out, flows.Notice{Text: "notice.twice"})
		return k.c, k.out, nil
	}
	k.c, k.out = d.Engine.Enter(k.c, t, l)
	k.c.Desk.Name = t.Username
	k.c.Event = flows.Event("desk_" + a.name)
	k.commandLine = a
	if t.Event == deedDropped && a.pressed {
		k.dropQuestion()
		return k.c, k.out, nil
	}
	if a.confirmed {
		k.confirmedTwice = k.c.Desk.Question.Again
		k.c.Desk.Question = flows.DeskQuestion{}
	}
	if !a.lookup || k.takeLookup() {
		a.run(k)
		k.leaveReply()
	}
	k.log()
	return k.c, k.out, k.err
}
