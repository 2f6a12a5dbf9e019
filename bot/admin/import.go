package admin

import "mvkbot/flows"

// importing leads into the import of the contract directory; a file that comes
// with the command is checked at once.
var importing = command{name: "import", role: flows.Administrator, help: "desk.help.import", run: func(k *call) {
	k.note = "begun"
	k.enter(k.Engine.BeginImport)
}}
