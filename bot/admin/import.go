package admin

import "mvkbot/flows"

// importing leads into the import of the contract directory; a file that comes
// with the command is checked at once.
var importing = command{name: "import", role: flows.Administrator, help: "desk.help.import", run: func(k *call) {
	k.note = "begun"
	event := k.c.Event
	var said []flows.Effect
	k.c, said, k.err = k.Engine.BeginImport(k.c, k.t, k.l)
	k.c.Event = event
	k.out = append(k.out, said...)
}}
