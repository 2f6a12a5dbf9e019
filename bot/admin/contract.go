package admin

import "mvkbot/flows"

// contract is a row of the directory and who holds it.
var contract = command{name: "contract", role: flows.Operator, lookup: true, help: "desk.help.contract", run: func(k *call) {
	n, ok := flows.ParseNumber(k.args)
	if !ok {
		k.refuse("desk.contract_usage", flows.Args{})
		return
	}
	c, known := k.l.Contract(n)
	holders := k.l.Holders(n)
	if !known && len(holders) == 0 {
		k.refuse("desk.no_contract", flows.Args{Number: n})
		return
	}
	if !known {
		c.Number = n
	}
	view := contractView{Contract: c, Known: known, Count: len(holders)}
	var buttons []flows.Button
	for _, account := range holders[:min(len(holders), mostHolders)] {
		a := k.l.Account(account)
		view.Holders = append(view.Holders, holderView{a.Number, flows.MaskName(a.Surname, a.Name, a.Patronymic)})
		buttons = append(buttons, flows.Button{Caption: "button.desk_account", Args: flows.Args{Account: a.Number}, Event: cardOpened, Arg: int(a.Chat)})
	}
	view.More = view.Count - len(view.Holders)
	k.say("desk.contract", flows.Args{Desk: view}, inPairs(buttons)...)
}}

// mostHolders is how many holders a message lists.
const mostHolders = 10

type contractView struct {
	flows.Contract
	Known   bool // by the directory
	Count   int
	Holders []holderView
	More    int // that are not listed
}

type holderView struct {
	Account uint64
	Name    string // masked
}
