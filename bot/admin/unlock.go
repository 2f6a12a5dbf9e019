package admin

import "mvkbot/flows"

const locksLifted flows.Event = "desk_unlock"

// unlock lifts the pauses and spent limits of a resident.
var unlock = command{
	name: "unlock", role: flows.Operator, help: "desk.help.unlock",
	presses: map[flows.Event]string{locksLifted: "/unlock %d"},
	run: func(k *call) {
		if c, _, ok := k.whom(); ok && k.another(c) {
			k.serveResident(flows.ResidentDeed{Kind: flows.LiftLimits}, c)
		}
	},
}
