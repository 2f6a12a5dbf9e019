package admin

import "mvkbot/flows"

const dialogReset flows.Event = "desk_reset"

// reset leads a resident back to the start of what they have.
var reset = command{
	name: "reset", role: flows.Operator, help: "desk.help.reset",
	presses: map[flows.Event]string{dialogReset: "/reset %d"},
	run: func(k *call) {
		if c, _, ok := k.whom(); ok && k.confirm("desk.reset_sure", flows.Args{Value: idNote(c)}) {
			k.serveResident(flows.ResidentDeed{Kind: flows.ResetDialog}, c)
		}
	},
}
