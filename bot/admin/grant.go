package admin

import (
	"slices"
	"strconv"

	"mvkbot/flows"
)

// grant gives a role to a Telegram user.
var grant = command{name: "grant", role: flows.Administrator, help: "desk.help.grant", run: runGrant}

// runGrant gives a role to a Telegram user, or another one than before. Nobody
// changes their own: a mistake would lock the last administrator out.
func runGrant(k *call) {
	who, name := firstWord(k.args)
	chat, err := strconv.ParseInt(who, 10, 64)
	role, ok := flows.ParseRole(name)
	if err != nil || chat <= 0 || !ok {
		k.refuse("desk.grant_usage", flows.Args{})
		return
	}
	who = strconv.FormatInt(chat, 10)
	k.note = who + " " + role.String()
	if !k.changeable(chat) {
		return
	}
	if !k.confirm("desk.grant_sure", flows.Args{Value: who, Desk: role.String()}) {
		return
	}
	list := without(k.l.Staff(), chat)
	k.l.SetStaff(append(list, flows.Member{Chat: chat, Role: role}))
	k.roleChanged(chat, role, flows.Say{Text: "desk.granted_you", Args: flows.Args{Desk: role.String()}})
	k.tellColleagues(chat, "desk.granted_told", role)
	k.say("desk.granted", flows.Args{Value: who, Desk: role.String(), Hint: !k.met(chat)})
}

// roleChanged tells somebody their new role; whoever never wrote to the bot
// cannot be written to.
func (k *call) roleChanged(chat int64, role flows.Role, told flows.Say) {
	if k.met(chat) {
		k.out = append(k.out, flows.Menu{Chat: chat, Role: role}, flows.For{Chat: chat, Effects: []flows.Effect{told}})
	}
}

// tellColleagues tells the other administrators that a role was given or taken:
// nobody makes their own second person unnoticed.
func (k *call) tellColleagues(chat int64, t flows.Text, role flows.Role) {
	say := flows.Say{Text: t, Args: flows.Args{Value: k.signed(k.c.Chat), Label: k.signed(chat), Desk: role.String()}}
	for _, m := range k.others(flows.Administrator) {
		if m.Chat != chat {
			k.out = append(k.out, flows.For{Chat: m.Chat, Effects: []flows.Effect{say}})
		}
	}
}

// changeable reports whether this person may change somebody's role.
func (k *call) changeable(chat int64) bool {
	switch {
	case chat == k.c.Chat:
		k.refuse("desk.own_role", flows.Args{})
	case slices.Contains(k.Engine.Rules().Admins, chat):
		k.refuse("desk.fixed_role", flows.Args{})
	default:
		return true
	}
	return false
}

func without(list []flows.Member, chat int64) []flows.Member {
	return slices.DeleteFunc(slices.Clone(list), func(m flows.Member) bool { return m.Chat == chat })
}
