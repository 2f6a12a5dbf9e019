package admin

import (
	"fmt"

	"mvkbot/flows"
)

const (
	phoneVerified flows.Event = "desk_verify_phone"
	emailVerified flows.Event = "desk_verify_email"
)

// verify takes a contact of a registration for proven.
var verify = command{
	name: "verify", role: flows.Supervisor, help: "desk.help.verify", run: runVerify,
	presses: map[flows.Event]string{phoneVerified: "/verify %d phone", emailVerified: "/verify %d email"},
}

// runVerify wants a second person: who can take a contact for proven can take an
// account over.
func runVerify(k *call) {
	c, rest, ok := k.whom()
	if !ok {
		return
	}
	word, why := firstWord(rest)
	ch, ok := parseChannel(word)
	if !ok {
		k.refuse("desk.verify_usage", flows.Args{})
		return
	}
	k.note += " " + flows.ChannelNote(ch)
	if !k.reason(why) {
		return
	}
	card := k.card(c)
	switch {
	case !card.Registered:
		k.refuse("desk.no_registration", flows.Args{})
		return
	case !k.another(c): // of who asks, or of the second person
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
	if k.seconded(flows.Supervisor, "desk.verify_sure", ask, []flows.Button{cardButton(c.Chat)}) {
		k.serveResident(flows.ResidentDeed{Kind: flows.VerifyContact, Channel: ch}, c)
	}
}
