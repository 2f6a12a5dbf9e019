package admin

import (
	"fmt"
	"strings"

	"mvkbot/flows"
)

const replyBegun flows.Event = "desk_reply"

// reply answers a resident: by the command, by Telegram's own reply to a message
// of the ticket, or in a dialog where no words come with the command.
var reply = command{
	name: "reply", role: flows.Operator, help: "desk.help.reply", presses: map[flows.Event]string{replyBegun: "/reply %d"},
	run: func(k *call) {
		n, text, ok := k.numbered()
		switch {
		case !ok:
		case k.wordless(text):
			k.write(n, false)
		default:
			k.serveTicket(flows.AnswerTicket, n, text)
		}
	},
}

// wordless reports whether a command names a ticket and nothing to be said there.
func (k *call) wordless(text string) bool {
	return text == "" && k.t.File.Kind == flows.NoAttachment && k.quoted.Ticket == 0
}

// write leads into the dialog that takes an answer or a note. Whoever is going to
// answer takes the ticket first.
func (k *call) write(n uint64, note bool) {
	k.keepRelayed()
	if note {
		if k.subject == 0 {
			k.refuse("desk.no_ticket", flows.Args{N: int(n)})
			return
		}
		k.quiet = true // the note will be a line
	} else {
		effects, answer := k.Engine.ServeTicket(flows.TicketDeed{Kind: flows.TakeTicket, Ticket: n, By: k.c.Chat}, k.t, k.l)
		if !answer.Done {
			k.refuseDeed(n, answer)
			return
		}
		k.note += " begun"
		k.out = append(k.out, effects...)
	}
	k.enter(k.Engine.BeginReply(n, note))
}

// leaveReply gives up what is being written to another ticket than the one that
// the command was about.
func (k *call) leaveReply() {
	if k.ticket == 0 || k.err != nil {
		return
	}
	var effects []flows.Effect
	k.c, effects = k.Engine.LeaveReply(k.ticket, k.c, k.t, k.l)
	k.out = append(k.out, effects...)
}

// quote reads a reply to a message of a ticket as the command that it stands for:
// what is written under a note is a note.
func (k *call) quote() (a commandLine, ok bool) {
	place := flows.Place{Chat: k.c.Chat, Message: k.t.ReplyTo}
	if k.t.ReplyTo == 0 || k.t.Kind == flows.Pressed || strings.HasPrefix(strings.TrimSpace(k.t.Text), "/") {
		return a, false
	}
	if k.c.Desk.Album.Continues(k.t, k.c.Chat, k.l) { // which the dialogs take
		return a, false
	}
	r, ok := k.l.Relay(place)
	if !ok {
		return a, false
	}
	m := k.l.Message(r.Ticket, r.Index)
	if !m.AtDesk(place) {
		return a, false
	}
	a.command = k.commands["reply"]
	if m.Kind == flows.StaffNote {
		a.command = k.commands["note"]
	}
	a.quoted, a.line = r, fmt.Sprintf("/%s %d", a.name, r.Ticket)
	return a, true
}
