package admin

import "mvkbot/flows"

var take = command{
	name: "take", role: flows.Operator, help: "desk.help.take", presses: map[flows.Event]string{"desk_take": "/take %d"},
	run: func(k *call) {
		if n, _, ok := k.numbered(); ok {
			k.serveTicket(flows.TakeTicket, n, "")
		}
	},
}
