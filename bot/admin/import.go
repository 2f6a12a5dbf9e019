package admin

import (
	"fmt"
	"strings"

	"mvkbot/flows"
)

// importing leads into the import of the contract directory; a file that comes
// with the command is checked at once. «/import confirm» says that a directory
// which looks like a broken export is right.
var importing = command{name: "import", role: flows.Administrator, help: "desk.help.import", run: func(k *call) {
	if strings.EqualFold(k.args, "confirm") {
		k.confirmDirectory()
		return
	}
	k.note = "begun"
	k.enter(k.Engine.BeginImport)
}}

func (k *call) confirmDirectory() {
	r := k.l.BindingReview()
	k.note = "confirm"
	if !r.Doubtful {
		k.refuse("desk.directory_fine", flows.Args{})
		return
	}
	if !k.pinned(fmt.Sprintf("%+v", r)) || !k.confirm("desk.directory_sure", flows.Args{N: r.Lost, Left: r.Bindings}) {
		return
	}
	flows.ConfirmDirectory(k.l)
	k.say("desk.directory_confirmed", flows.Args{})
}
