package admin

import "mvkbot/flows"

// reveal shows what the desk masks. That it was looked at stands in the audit log.
var reveal = command{
	name: "reveal", role: flows.Supervisor, help: "desk.help.reveal",
	presses: map[flows.Event]string{dataRevealed: "/reveal %d"},
	run: func(k *call) {
		if c, _, ok := k.whom(); ok {
			k.pressed = false // beside the card, not in its place
			k.say("desk.revealed", flows.Args{Desk: k.card(c)}, []flows.Button{cardButton(c.Chat)})
		}
	},
}
