package admin

import "mvkbot/flows"

// take makes a ticket nobody else's for a while.
var take = command{
	name: "take", role: flows.Operator, help: "desk.help.take", presses: map[flows.Event]string{flows.TicketTaken: "/take %d"},
	run: func(k *call) {
		if n, _, ok := k.numbered(); ok {
			k.serveTicket(flows.TakeTicket, n, "")
		}
	},
}
