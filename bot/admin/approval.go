package admin

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"

	"mvkbot/flows"
)

// Buttons under a question to a second person.
const (
	approvalGiven   flows.Event = "desk_approve"
	approvalRefused flows.Event = "desk_decline"
)

// The answers of a second person. They are buttons, but may be typed.
var (
	approve = command{
		name: "approve", role: flows.Supervisor, help: "desk.help.approve", run: runApprove,
		presses: map[flows.Event]string{approvalGiven: "/approve %d"},
	}
	decline = command{
		name: "decline", role: flows.Supervisor, help: "desk.help.decline", run: runDecline,
		presses: map[flows.Event]string{approvalRefused: "/decline %d"},
	}
)

// mostApprovals is how many deeds of one person may wait.
const mostApprovals = 20

// approvalFor is how long a deed waits for its second person, in seconds.
const approvalFor = 24 * 60 * 60

// seconded reports whether a second person agreed to what the command is about,
// and asks those of sufficient rank where none was asked yet. Where nobody else
// has the rank the same person is asked twice, and the audit log says so (SPEC §3).
func (k *call) seconded(role flows.Role, question flows.Text, a flows.Args, more ...[]flows.Button) bool {
	if k.approved {
		return true
	}
	others := k.others(role)
	if len(others) == 0 {
		return k.confirmTwice(question, a, len(k.ranked(role)))
	}
	list, own := k.openApprovals()
	if own >= mostApprovals {
		k.refuse("desk.many_approvals", flows.Args{N: mostApprovals})
		return false
	}
	r := flows.Approval{Number: k.freshNumber(), Line: k.line, By: k.c.Chat, At: k.t.At.Unix(), Role: role, Pin: k.pin, Subject: k.subject}
	k.l.SetApprovals(append(list, r))
	k.result = "waits for a second person"
	for _, m := range others {
		k.out = append(k.out, flows.For{Chat: m.Chat, Effects: []flows.Effect{
			flows.Say{
				Lead: []flows.Line{{Text: question, Args: a}}, Text: "desk.asked_second", Args: flows.Args{Value: k.signed(k.c.Chat)},
				Buttons: append([][]flows.Button{{
					{Caption: "button.desk_approve", Event: approvalGiven, Arg: int(r.Number), Style: flows.Danger},
					{Caption: "button.desk_decline", Event: approvalRefused, Arg: int(r.Number)},
				}}, more...),
			},
		}})
	}
	k.say("desk.waits_second", flows.Args{N: len(others)})
	return false
}

// signed names somebody by number, which nobody can borrow, and by username.
func (k *call) signed(chat int64) string {
	who, c := strconv.FormatInt(chat, 10), k.chat(chat)
	if name := cmp.Or(c.Desk.Name, c.Username); name != "" {
		who += ", @" + name
	}
	return who
}

// openApprovals are those that wait, but for an earlier one of the same, whatever
// its reason was, and how many of them are of this person.
func (k *call) openApprovals() (list []flows.Approval, own int) {
	k.dropStaleApprovals()
	for _, r := range k.l.Approvals() {
		switch {
		case r.By != k.c.Chat:
		case r.Line == k.line, k.sameDeed(r):
			continue
		default:
			own++
		}
		list = append(list, r)
	}
	return list, own
}

// sameDeed reports whether what waits is this command on what this one is about.
func (k *call) sameDeed(r flows.Approval) bool {
	name, _ := split(r.Line)
	return name == k.name && r.Pin == k.pin && k.pin != [32]byte{}
}

// freshNumber is a number that never comes again: an old button must not answer a
// later question.
func (k *call) freshNumber() uint64 { return binary.BigEndian.Uint64(k.t.Entropy[:]) >> 24 }

// ranked are the others who have the rank.
func (k *call) ranked(role flows.Role) (list []flows.Member) {
	for _, m := range k.Engine.Rules().Staff(k.l) {
		if m.Role >= role && m.Chat != k.c.Chat {
			list = append(list, m)
		}
	}
	return list
}

// others are those of them who could be the second person: nobody can be asked who
// never wrote to the bot.
func (k *call) others(role flows.Role) []flows.Member {
	return slices.DeleteFunc(k.ranked(role), func(m flows.Member) bool { return !k.met(m.Chat) })
}

// confirmTwice asks the only one of the rank twice, or the only one who ever wrote,
// beside so many strangers: question and log tell which.
func (k *call) confirmTwice(question flows.Text, a flows.Args, strangers int) bool {
	switch {
	case k.confirmedTwice:
		if k.result = "alone, asked twice"; strangers > 0 {
			k.result = "the others never wrote, asked twice"
		}
		return true
	case k.confirmed:
		k.confirmed = false
		k.confirm(question, a)
		again := k.out[len(k.out)-1].(flows.Say)
		again.Lead = []flows.Line{{Text: "desk.alone_sure", Args: flows.Args{N: strangers}}}
		k.out[len(k.out)-1] = again
		k.c.Desk.Question.Again = true
		return false
	}
	return k.confirm(question, a)
}

// dropStaleApprovals forgets those that nobody answered in time.
func (k *call) dropStaleApprovals() {
	var fresh []flows.Approval
	for _, r := range k.l.Approvals() {
		if k.t.At.Unix()-r.At < approvalFor {
			fresh = append(fresh, r)
		}
	}
	if len(fresh) != len(k.l.Approvals()) {
		k.l.SetApprovals(fresh)
	}
}

// takeApproval takes off the list what the command names, if this person may
// answer it.
func (k *call) takeApproval() (flows.Approval, bool) {
	k.dropStaleApprovals()
	n, err := strconv.ParseUint(k.args, 10, 64)
	for i, r := range k.l.Approvals() {
		if err != nil || r.Number != n {
			continue
		}
		if r.By == k.c.Chat || k.role < r.Role {
			k.refuse("desk.not_second", flows.Args{})
			return r, false
		}
		list := k.l.Approvals()
		k.l.SetApprovals(append(append([]flows.Approval(nil), list[:i]...), list[i+1:]...))
		k.note = strconv.FormatUint(n, 10) + " of " + strconv.FormatInt(r.By, 10)
		return r, true
	}
	k.refuse("desk.no_approval", flows.Args{})
	return flows.Approval{}, false
}

// runApprove runs the command that waited, in the name of both. Who gave it must
// still have the rank for it.
func runApprove(k *call) {
	r, ok := k.takeApproval()
	if !ok {
		return
	}
	name, args := split(r.Line)
	asked := k.commands[name]
	if asked == nil || k.Engine.Rules().Role(k.l, r.By) < asked.role {
		k.refuse("desk.no_approval", flows.Args{})
		return
	}
	k.log()
	pressed := k.pressed
	k.commandLine = commandLine{command: asked, line: r.Line, args: args, at: k.t.At, confirmed: true, pin: r.Pin, pressed: pressed}
	k.approved, k.note, k.subject = true, "", 0
	asked.run(k)
	k.note += " asked by " + strconv.FormatInt(r.By, 10)
	told := flows.Text("desk.approved_you")
	if strings.HasPrefix(k.result, flows.Refusal) {
		told = "desk.approved_late"
	}
	k.out = append(k.out, k.tellAsker(r, told))
}

func runDecline(k *call) {
	if r, ok := k.takeApproval(); ok {
		k.say("desk.declined", deedArgs(r))
		k.out = append(k.out, k.tellAsker(r, "desk.declined_you"))
	}
}

func (k *call) tellAsker(r flows.Approval, t flows.Text) flows.Effect {
	return flows.For{Chat: r.By, Effects: []flows.Effect{flows.Say{Text: t, Args: deedArgs(r)}}}
}

// deedArgs name what waited for a second person: by the command that was given,
// or by a broadcast's number, since its command is nobody's words.
func deedArgs(r flows.Approval) flows.Args {
	a := flows.Args{Value: r.Line}
	if n, err := strconv.Atoi(strings.TrimPrefix(r.Line, "/broadcast start ")); err == nil {
		a.N = n
	}
	return a
}
