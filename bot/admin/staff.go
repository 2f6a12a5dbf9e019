package admin

import (
	"slices"

	"mvkbot/flows"
)

// staff lists who has a role.
var staff = command{name: "staff", role: flows.Administrator, help: "desk.help.staff", run: runStaff}

// staffPage is how many members a message shows.
const staffPage = 50

func runStaff(k *call) {
	view := k.members()
	pages := pagesOf(len(view), staffPage)
	page := min(max(k.page, 0), pages-1)
	view = view[page*staffPage : min((page+1)*staffPage, len(view))]
	for i := range view {
		c := k.chat(view[i].Chat)
		view[i].User, view[i].Unmet = c.Desk.Name, !c.Met()
	}
	k.sayList("desk.staff", flows.Args{Desk: view}, pageButtons(page, pages)...)
}

// memberView is one line of /staff.
type memberView struct {
	flows.Member
	Name  string // of the role
	User  string // the messenger's username, without «@»
	Fixed bool   // by the configuration
	Unmet bool   // never wrote to the bot: nothing reaches them
}

func (k *call) members() (view []memberView) {
	rules := k.Engine.Rules()
	for _, m := range rules.Staff(k.l) {
		view = append(view, memberView{Member: m, Name: m.Role.String(), Fixed: slices.Contains(rules.Admins, m.Chat)})
	}
	return view
}
