package admin

import (
	"fmt"
	"strings"

	"mvkbot/flows"
)

// Buttons of the card that stand for deeds.
const (
	phoneResent    flows.Event = "desk_resend_phone"
	emailResent    flows.Event = "desk_resend_email"
	dialogReset    flows.Event = "desk_reset"
	locksLifted    flows.Event = "desk_unlock"
	phoneVerified  flows.Event = "desk_verify_phone"
	emailVerified  flows.Event = "desk_verify_email"
	residentShut   flows.Event = "desk_block"
	residentLetIn  flows.Event = "desk_unblock"
	dataRevealed   flows.Event = "desk_reveal"
	unbindingAsked flows.Event = "desk_unbind"
)

var (
	resend = command{
		name: "resend", role: flows.Operator, help: "desk.help.resend", run: runResend,
		presses: map[flows.Event]string{phoneResent: "/resend %d phone", emailResent: "/resend %d email"},
	}
	reset = command{
		name: "reset", role: flows.Operator, help: "desk.help.reset", run: runReset,
		presses: map[flows.Event]string{dialogReset: "/reset %d"},
	}
	unlock = command{
		name: "unlock", role: flows.Operator, help: "desk.help.unlock", run: runUnlock,
		presses: map[flows.Event]string{locksLifted: "/unlock %d"},
	}
	verify = command{
		name: "verify", role: flows.Supervisor, help: "desk.help.verify", run: runVerify,
		presses: map[flows.Event]string{phoneVerified: "/verify %d phone", emailVerified: "/verify %d email"},
	}
	unbind = command{
		name: "unbind", role: flows.Supervisor, help: "desk.help.unbind", run: runUnbind,
		presses: map[flows.Event]string{unbindingAsked: "/unbind %d"},
	}
	block = command{
		name: "block", role: flows.Supervisor, help: "desk.help.block", run: runBlock,
		presses: map[flows.Event]string{residentShut: "/block %d"},
	}
	unblock = command{
		name: "unblock", role: flows.Supervisor, help: "desk.help.unblock", run: runUnblock,
		presses: map[flows.Event]string{residentLetIn: "/unblock %d"},
	}
)

func runResend(k *call) {
	c, rest, ok := k.whom()
	if !ok {
		return
	}
	ch, ok := parseChannel(rest)
	if !ok {
		k.refuse("desk.resend_usage", flows.Args{})
		return
	}
	k.note += " " + channelNames[ch]
	k.order(flows.Order{Kind: flows.OrderResend, Channel: ch}, c)
}

var channelNames = map[flows.Channel]string{flows.ByPhone: "phone", flows.ByEmail: "email"}

func runReset(k *call) {
	if c, _, ok := k.whom(); ok && k.sure("desk.reset_sure", flows.Args{Value: idNote(c)}) {
		k.order(flows.Order{Kind: flows.OrderReset}, c)
	}
}

func runUnlock(k *call) {
	if c, _, ok := k.whom(); ok {
		k.order(flows.Order{Kind: flows.OrderUnlock}, c)
	}
}

// runVerify wants a second person: who can take a contact for proven can take an
// account over.
func runVerify(k *call) {
	c, rest, ok := k.whom()
	if !ok {
		return
	}
	word, why, _ := strings.Cut(rest, " ")
	ch, ok := parseChannel(word)
	if !ok {
		k.refuse("desk.verify_usage", flows.Args{})
		return
	}
	k.note += " " + channelNames[ch]
	if !k.reason(why) {
		return
	}
	card := k.card(c)
	if !card.Registered {
		k.refuse("desk.no_registration", flows.Args{})
		return
	}
	contact, masked := string(card.Phone), card.Phone.Masked()
	if ch == flows.ByEmail {
		contact, masked = string(card.Email), card.Email.Masked()
	}
	if !k.pinned(fmt.Sprint(card.Subject, " ", contact)) {
		return
	}
	ask := flows.Args{Value: idNote(c), N: int(ch), Label: k.detail, Desk: masked}
	if k.another(flows.Supervisor, "desk.verify_sure", ask, []flows.Button{cardButton(c.Chat)}) {
		k.order(flows.Order{Kind: flows.OrderVerify, Channel: ch}, c)
	}
}

// maxReason is the longest reason taken, in UTF-16 units.
const maxReason = 500

// reason notes why something is done, as one line; it answers where that is too
// long for the messages that show it.
func (k *call) reason(why string) bool {
	why = flows.OneLine(why)
	if units(why) > maxReason {
		k.refuse("desk.long_reason", flows.Args{N: maxReason})
		return false
	}
	k.detail = why
	return true
}

// runUnbind lists the contracts where none is named.
func runUnbind(k *call) {
	c, rest, ok := k.whom()
	if !ok {
		return
	}
	contracts := k.card(c).Contracts
	if rest == "" {
		k.listToUnbind(contracts)
		return
	}
	n, ok := flows.ParseNumber(rest)
	if i, err := picked(rest); err == nil && i < len(contracts) {
		n, ok = contracts[i].Number, true
	}
	if !ok {
		k.refuse("desk.unbind_usage", flows.Args{})
		return
	}
	k.detail = string(n)
	k.line = fmt.Sprintf("/unbind %s %s", idNote(c), n) // places move when the resident unbinds one
	if k.sure("desk.unbind_sure", flows.Args{Value: idNote(c), Number: n}) {
		k.order(flows.Order{Kind: flows.OrderUnbind, Number: n}, c)
	}
}

// mostToUnbind is how many contracts get a button; the others are named.
const mostToUnbind = 20

func (k *call) listToUnbind(contracts []flows.BoundContract) {
	k.quiet = true
	if len(contracts) == 0 {
		k.refuse("desk.not_bound", flows.Args{})
		return
	}
	var rows [][]flows.Button
	for i, b := range contracts[:min(len(contracts), mostToUnbind)] {
		rows = append(rows, []flows.Button{{Caption: "button.unbind", Args: flows.Args{Number: b.Number}, Event: linePicked, Arg: i}})
	}
	k.sayList("desk.unbind_which", flows.Args{}, rows...)
}

func runBlock(k *call) {
	c, why, ok := k.whom()
	switch {
	case !ok:
	case why == "":
		k.quiet = true
		k.say("desk.block_usage", flows.Args{Value: idNote(c)})
	case k.Engine.Rules().Role(k.l, c.Chat) != flows.NoRole:
		k.refuse("desk.block_staff", flows.Args{})
	case k.reason(why) && k.sure("desk.block_sure", flows.Args{Value: idNote(c), Label: k.detail}):
		k.order(flows.Order{Kind: flows.OrderBlock}, c)
	}
}

func runUnblock(k *call) {
	if c, _, ok := k.whom(); ok {
		k.order(flows.Order{Kind: flows.OrderUnblock}, c)
	}
}
