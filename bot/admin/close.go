package admin

import "mvkbot/flows"

var closing = command{
	name: "close", role: flows.Operator, help: "desk.help.close", presses: map[flows.Event]string{"desk_close": "/close %d"},
	run: func(k *call) {
		if n, _, ok := k.numbered(); ok {
			k.serveTicket(flows.CloseTicket, n, "")
		}
	},
}
