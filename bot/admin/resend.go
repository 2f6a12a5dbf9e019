package admin

import "mvkbot/flows"

const (
	phoneResent flows.Event = "desk_resend_phone"
	emailResent flows.Event = "desk_resend_email"
)

// resend sends a new code without the resident's pause; the budgets hold.
var resend = command{
	name: "resend", role: flows.Operator, help: "desk.help.resend", run: runResend,
	presses: map[flows.Event]string{phoneResent: "/resend %d phone", emailResent: "/resend %d email"},
}

func runResend(k *call) {
	c, rest, ok := k.whom()
	if !ok {
		return
	}
	ch, ok := parseChannel(rest)
	if !ok {
		k.refuse("desk.resend_usage", flows.Args{})
		return
	}
	k.note += " " + flows.ChannelNote(ch)
	if !k.another(c) {
		return
	}
	k.serveResident(flows.ResidentDeed{Kind: flows.ResendCode, Channel: ch}, c)
}
