package admin

import "mvkbot/flows"

const ticketClosed flows.Event = "desk_close"

// closing ends a ticket; its resident is told.
var closing = command{
	name: "close", role: flows.Operator, help: "desk.help.close", presses: map[flows.Event]string{ticketClosed: "/close %d"},
	run: func(k *call) {
		if n, _, ok := k.numbered(); ok {
			k.serveTicket(flows.CloseTicket, n, "")
		}
	},
}
