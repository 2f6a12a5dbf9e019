package admin

import "mvkbot/flows"

const (
	residentShut  flows.Event = "desk_block"
	residentLetIn flows.Event = "desk_unblock"
)

// block closes the bot for a chat, unblock opens it again.
var (
	block = command{
		name: "block", role: flows.Supervisor, help: "desk.help.block", run: runBlock,
		presses: map[flows.Event]string{residentShut: "/block %d"},
	}
	unblock = command{
		name: "unblock", role: flows.Supervisor, help: "desk.help.unblock", run: runUnblock,
		presses: map[flows.Event]string{residentLetIn: "/unblock %d"},
	}
)

func runBlock(k *call) {
	c, why, ok := k.whom()
	switch {
	case !ok:
	case why == "":
		k.refuse("desk.block_usage", flows.Args{Value: idNote(c)})
	case k.Engine.Rules().Role(k.l, c.Chat) != flows.NoRole:
		k.refuse("desk.block_staff", flows.Args{})
	case k.reason(why) && (c.Blocked != 0 || k.confirm("desk.block_sure", flows.Args{Value: idNote(c), Label: k.detail})):
		k.serveResident(flows.ResidentDeed{Kind: flows.BlockChat, Why: k.detail}, c)
	}
}

func runUnblock(k *call) {
	if c, _, ok := k.whom(); ok {
		k.serveResident(flows.ResidentDeed{Kind: flows.UnblockChat}, c)
	}
}
