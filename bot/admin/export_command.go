package admin

import (
	"strconv"

	"mvkbot/flows"
)

const tableChosen flows.Event = "desk_export"

// exporting sends tables as files. They are made outside the transaction.
var exporting = command{
	name: "export", role: flows.Supervisor, help: "desk.help.export", run: runExport,
	presses: map[flows.Event]string{tableChosen: "/export %d"},
}

// exportable lists the tables in the order of the buttons.
var exportable = []Table{TableRegistrations, TableAccounts, TableBindings, TableAudit}

var tableCaptions = map[Table]flows.Text{
	TableRegistrations: "button.table_registrations", TableAccounts: "button.table_accounts",
	TableBindings: "button.table_bindings", TableAudit: "button.table_audit",
}

func runExport(k *call) {
	t := Table(k.args)
	if n, err := strconv.Atoi(k.args); err == nil && n > 0 && n <= len(exportable) {
		t = exportable[n-1]
	}
	if !t.Known() {
		k.quiet = true
		var rows [][]flows.Button
		for i, table := range exportable {
			rows = append(rows, []flows.Button{{Caption: tableCaptions[table], Event: tableChosen, Arg: i + 1}})
		}
		k.say("desk.export", flows.Args{}, rows...)
		return
	}
	k.note = string(t)
	if k.confirm("desk.export_sure", flows.Args{Desk: tableCaptions[t]}) {
		k.say("desk.exporting", flows.Args{Desk: tableCaptions[t]})
		k.out = append(k.out, flows.SendTable{Table: string(t)})
	}
}
