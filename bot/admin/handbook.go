package admin

import "mvkbot/flows"

// handbook is /admin: what this person may do, each with an example.
var handbook = command{name: "admin", role: flows.Operator, help: "desk.help.admin", run: func(k *call) {
	k.quiet = true
	var lines []flows.Text
	for _, c := range k.table {
		if k.role >= c.role && !c.hidden() {
			lines = append(lines, c.help)
		}
	}
	k.say("desk.admin", flows.Args{Desk: handbookView{Role: k.role.String(), Commands: lines}})
}}

type handbookView struct {
	Role     string
	Commands []flows.Text
}
