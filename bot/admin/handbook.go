package admin

import "mvkbot/flows"

// handbook is /admin: what this person may do, each with an example, by the rank
// that it takes.
var handbook = command{name: "admin", role: flows.Operator, help: "desk.help.admin", run: func(k *call) {
	k.quiet = true
	view := handbookView{Role: k.role.String()}
	for _, c := range k.table {
		if k.role < c.role || c.hidden() {
			continue
		}
		if n := len(view.Ranks); n == 0 || view.Ranks[n-1].Role != c.role.String() {
			view.Ranks = append(view.Ranks, rankView{Role: c.role.String()})
		}
		last := &view.Ranks[len(view.Ranks)-1]
		last.Commands = append(last.Commands, c.help)
	}
	k.say("desk.admin", flows.Args{Desk: view})
}}

type handbookView struct {
	Role  string
	Ranks []rankView
}

type rankView struct {
	Role     string
	Commands []flows.Text
}
