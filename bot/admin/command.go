package admin

import (
	"context"

	"mvkbot/flows"
)

// Events of the desk's own buttons. Those of a command stand for a line of it.
const (
	pageTurned    flows.Event = "desk_page"
	linePicked    flows.Event = "desk_pick" // a line of the list, by its place
	deedConfirmed flows.Event = "desk_yes"
	deedDropped   flows.Event = "desk_no"
)

// command is one command of SPEC §3.
type command struct {
	name   string
	role   flows.Role // the least that may run it
	lookup bool       // it shows residents, and counts as looking them up
	help   flows.Text // one line with an example; its «.menu» is the line of Telegram's menu
	// presses are the buttons that stand for a line of this command; «%d» in it
	// stands for the button's number.
	presses map[flows.Event]string
	// read reads, before the transaction, what the command shows; nil: nothing
	// that has to be scanned for.
	read func(context.Context, *Desk, commandLine) (any, error)
	run  func(*call)
}

// commands lists them in the order of /admin: by rank, what is needed most first.
func commands() []*command {
	return []*command{
		&handbook,
		&tickets, &ticket, &take, &reply, &note, &closing,
		&find, &user, &contract,
		&resend, &reset, &unlock, &statistics,
		&verify, &unbind, &block, &unblock, &reveal,
		&audit, &exporting,
		&broadcast, &importing, &outbox, &health, &maintenance, &backup,
		&staff, &grant, &revoke,
		&approve, &decline,
	}
}

// hidden reports whether a command is only the answer to a question of the
// desk: buttons stand for it, and no list names it.
func (c *command) hidden() bool { return c.name == approve.name || c.name == decline.name }

// MenuLine is one line of Telegram's menu of commands.
type MenuLine struct {
	Name string
	Help flows.Text
}

// Menu lists the commands that Telegram shows to those with a role.
func (d *Desk) Menu(role flows.Role) []MenuLine {
	var lines []MenuLine
	for _, c := range d.table {
		if role >= c.role && !c.hidden() {
			lines = append(lines, MenuLine{c.name, c.help + ".menu"})
		}
	}
	return lines
}
