package admin

import (
	"strconv"

	"mvkbot/flows"
)

// revoke takes a role away.
var revoke = command{name: "revoke", role: flows.Administrator, help: "desk.help.revoke", run: runRevoke}

func runRevoke(k *call) {
	chat, err := strconv.ParseInt(k.args, 10, 64)
	if err != nil {
		k.refuse("desk.revoke_usage", flows.Args{})
		return
	}
	k.note = strconv.FormatInt(chat, 10)
	if !k.changeable(chat) {
		return
	}
	list := without(k.l.Staff(), chat)
	if len(list) == len(k.l.Staff()) {
		k.refuse("desk.no_member", flows.Args{Value: k.args})
		return
	}
	if !k.confirm("desk.revoke_sure", flows.Args{Value: k.args}) {
		return
	}
	role := k.Engine.Rules().Role(k.l, chat)
	k.l.SetStaff(list)
	k.tellColleagues(chat, "desk.revoked_told", role)
	c := k.chat(chat)
	if c.Desk.Name != "" {
		c.Desk.Name = ""
		k.saveChat(c)
	}
	k.roleChanged(chat, flows.NoRole, flows.Say{Text: "desk.revoked_you"})
	k.say("desk.revoked", flows.Args{Value: k.args})
}
