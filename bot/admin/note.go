package admin

import "mvkbot/flows"

const noteBegun flows.Event = "desk_note"

// note is a word among the staff about a ticket: no resident gets it.
var note = command{
	name: "note", role: flows.Operator, help: "desk.help.note", presses: map[flows.Event]string{noteBegun: "/note %d"},
	run: func(k *call) {
		n, text, ok := k.numbered()
		switch {
		case !ok:
		case k.wordless(text):
			k.write(n, true)
		default:
			k.serveTicket(flows.NoteTicket, n, text)
		}
	},
}
