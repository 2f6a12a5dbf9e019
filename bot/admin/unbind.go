package admin

import (
	"fmt"
	"slices"

	"mvkbot/flows"
)

const unbindingAsked flows.Event = "desk_unbind"

// unbind takes a contract off an account.
var unbind = command{
	name: "unbind", role: flows.Supervisor, help: "desk.help.unbind", run: runUnbind,
	presses: map[flows.Event]string{unbindingAsked: "/unbind %d"},
}

// runUnbind lists the contracts where none is named.
func runUnbind(k *call) {
	c, rest, ok := k.whom()
	if !ok {
		return
	}
	contracts := k.card(c).Contracts
	if rest == "" {
		k.listToUnbind(contracts)
		return
	}
	n, ok := flows.ParseNumber(rest)
	if i, err := picked(rest); err == nil && i < len(contracts) {
		n, ok = contracts[i].Number, true
	}
	if !ok {
		k.refuse("desk.unbind_usage", flows.Args{})
		return
	}
	k.detail = string(n)
	if !slices.ContainsFunc(contracts, func(b flows.BoundContract) bool { return b.Number == n }) {
		k.refuse("desk.not_bound", flows.Args{})
		return
	}
	k.line = fmt.Sprintf("/unbind %s %s", idNote(c), n) // places move when the resident unbinds one
	if k.confirm("desk.unbind_sure", flows.Args{Value: idNote(c), Number: n}) {
		k.serveResident(flows.ResidentDeed{Kind: flows.UnbindContract, Number: n}, c)
	}
}

// mostToUnbind is how many contracts get a button; the others are named.
const mostToUnbind = 20

func (k *call) listToUnbind(contracts []flows.BoundContract) {
	if len(contracts) == 0 {
		k.refuse("desk.not_bound", flows.Args{})
		return
	}
	k.result = asked
	var rows [][]flows.Button
	for i, b := range contracts[:min(len(contracts), mostToUnbind)] {
		rows = append(rows, []flows.Button{{Caption: "button.unbind", Args: flows.Args{Number: b.Number}, Event: linePicked, Arg: i}})
	}
	k.sayList("desk.unbind_which", flows.Args{}, rows...)
}
