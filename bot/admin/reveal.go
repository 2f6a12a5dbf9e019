package admin

import (
	"time"

	"mvkbot/flows"
)

const dataRevealed flows.Event = "desk_reveal"

// revealedFor is how long the answer may wait to be sent: by then who asked may
// have lost the role, and the resident may have deleted the account.
const revealedFor = 5 * time.Minute

// reveal shows what the desk masks. That it was looked at stands in the audit log.
var reveal = command{
	name: "reveal", role: flows.Supervisor, lookup: true, help: "desk.help.reveal",
	presses: map[flows.Event]string{dataRevealed: "/reveal %d"},
	run: func(k *call) {
		if c, _, ok := k.whom(); ok {
			k.c.Desk.Serial++
			k.out = append(k.out, flows.Say{
				Text: "desk.revealed", Args: flows.Args{Desk: k.card(c)}, Buttons: [][]flows.Button{{cardButton(c.Chat)}},
				Revision: k.c.Desk.Serial, NotAfter: k.t.At.Add(revealedFor),
			})
		}
	},
}
