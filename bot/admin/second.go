package admin

import (
	"encoding/binary"
	"strconv"
	"strings"

	"mvkbot/flows"
)

// Buttons under a request for a second person.
const (
	requestGranted flows.Event = "desk_approve"
	requestRefused flows.Event = "desk_decline"
)

// The answers of a second person. They are buttons, but may be typed.
var (
	approve = command{
		name: "approve", role: flows.Supervisor, help: "desk.help.approve", run: runApprove,
		presses: map[flows.Event]string{requestGranted: "/approve %d"},
	}
	decline = command{
		name: "decline", role: flows.Supervisor, help: "desk.help.decline", run: runDecline,
		presses: map[flows.Event]string{requestRefused: "/decline %d"},
	}
)

// mostRequests is how many requests of one person may wait.
const mostRequests = 20

// requestFor is how long a request waits for its second person, in seconds.
const requestFor = 24 * 60 * 60

// seconded reports whether a second person agreed to what the command is about,
// and asks those of sufficient rank where none was asked yet. Where nobody else
// has the rank the same person is asked twice, and the audit log says so (SPEC §3).
func (k *call) seconded(role flows.Role, question flows.Text, a flows.Args, more ...[]flows.Button) bool {
	if k.approved != nil {
		return true
	}
	others := k.others(role)
	if len(others) == 0 {
		return k.confirmTwice(question, a)
	}
	list, own := k.openRequests()
	if own >= mostRequests {
		k.refuse("desk.many_requests", flows.Args{N: mostRequests})
		return false
	}
	r := flows.Approval{Number: k.number(), Line: k.line, By: k.c.Chat, At: k.t.At.Unix(), Role: role, Pin: k.pin}
	k.l.SetApprovals(append(list, r))
	k.result = "waits for a second person"
	for _, m := range others {
		k.out = append(k.out, flows.For{Chat: m.Chat, Effects: []flows.Effect{
			flows.Say{
				Lead: []flows.Line{{Text: question, Args: a}}, Text: "desk.asked_second", Args: flows.Args{Value: strconv.FormatInt(k.c.Chat, 10)},
				Buttons: append([][]flows.Button{{
					{Caption: "button.desk_approve", Event: requestGranted, Arg: int(r.Number), Style: flows.Danger},
					{Caption: "button.desk_decline", Event: requestRefused, Arg: int(r.Number)},
				}}, more...),
			},
		}})
	}
	k.say("desk.waits_second", flows.Args{N: len(others)})
	return false
}

// openRequests are those that wait, but for an earlier one of the same, and how
// many of them are of this person.
func (k *call) openRequests() (list []flows.Approval, own int) {
	k.cleanRequests()
	for _, r := range k.l.Approvals() {
		switch {
		case r.By != k.c.Chat:
		case r.Line == k.line:
			continue
		default:
			own++
		}
		list = append(list, r)
	}
	return list, own
}

// number is a number that never comes again: an old button must not answer a
// later request.
func (k *call) number() uint64 { return binary.BigEndian.Uint64(k.t.Entropy[:]) >> 24 }

// others are those who could be the second person.
func (k *call) others(role flows.Role) (list []flows.Member) {
	for _, m := range k.Engine.Rules().Staff(k.l) {
		if m.Role >= role && m.Chat != k.c.Chat && k.met(m.Chat) {
			list = append(list, m)
		}
	}
	return list
}

// confirmTwice asks the only one of the rank twice.
func (k *call) confirmTwice(question flows.Text, a flows.Args) bool {
	switch {
	case k.confirmedTwice:
		k.result = "alone, asked twice"
		return true
	case k.confirmed:
		k.confirmed = false
		k.confirm(question, a)
		again := k.out[len(k.out)-1].(flows.Say)
		again.Lead = []flows.Line{{Text: "desk.alone_sure"}}
		k.out[len(k.out)-1] = again
		k.c.Desk.Question.Again = true
		return false
	}
	return k.confirm(question, a)
}

// cleanRequests forgets those that nobody answered in time.
func (k *call) cleanRequests() {
	var fresh []flows.Approval
	for _, r := range k.l.Approvals() {
		if k.t.At.Unix()-r.At < requestFor {
			fresh = append(fresh, r)
		}
	}
	if len(fresh) != len(k.l.Approvals()) {
		k.l.SetApprovals(fresh)
	}
}

// takeRequest takes the request off the list that the command names, if this
// person may answer it.
func (k *call) takeRequest() (flows.Approval, bool) {
	k.cleanRequests()
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
	k.refuse("desk.no_request", flows.Args{})
	return flows.Approval{}, false
}

// runApprove runs the command that waited, in the name of both. Who gave it must
// still have the rank for it.
func runApprove(k *call) {
	r, ok := k.takeRequest()
	if !ok {
		return
	}
	name, args := split(r.Line)
	asked := k.commands[name]
	if asked == nil || k.Engine.Rules().Role(k.l, r.By) < asked.role {
		k.refuse("desk.no_request", flows.Args{})
		return
	}
	k.log()
	pressed := k.pressed
	k.commandLine = commandLine{command: asked, line: r.Line, args: args, at: k.t.At, confirmed: true, pin: r.Pin, pressed: pressed}
	k.approved, k.note, k.subject = &r, "", 0
	asked.run(k)
	k.note += " asked by " + strconv.FormatInt(r.By, 10)
	told := flows.Text("desk.approved_you")
	if strings.HasPrefix(k.result, flows.Refusal) {
		told = "desk.approved_late"
	}
	k.out = append(k.out, k.toRequester(r, told))
}

func runDecline(k *call) {
	if r, ok := k.takeRequest(); ok {
		k.say("desk.declined", flows.Args{Value: r.Line})
		k.out = append(k.out, k.toRequester(r, "desk.declined_you"))
	}
}

func (k *call) toRequester(r flows.Approval, t flows.Text) flows.Effect {
	return flows.For{Chat: r.By, Effects: []flows.Effect{flows.Say{Text: t, Args: flows.Args{Value: r.Line}}}}
}
