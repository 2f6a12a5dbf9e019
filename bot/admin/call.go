package admin

import (
	"crypto/sha256"
	"strings"

	"mvkbot/flows"
)

// call is one command on its way: the conversation of who gave it, the turn and
// the ledger, and what is to be said and noted.
type call struct {
	*Desk
	commandLine
	c     flows.Conversation
	t     flows.Turn
	l     flows.Ledger
	found any // what the command's read returned
	role  flows.Role

	confirmedTwice bool // yes was said a second time
	approved       bool // a second person agreed to what this one asked

	subject uint64 // in the audit log: on whom
	ticket  uint64 // that the command is about
	note    string // in the audit log: never personal
	person  string // in the audit log: sealed, before the detail
	detail  string // in the audit log: sealed
	result  string // in the audit log: empty is done
	quiet   bool   // nothing was done: no line
	out     []flows.Effect
	err     error
}

// say answers whoever gave the command. After a press the answer takes the
// place of the message that was pressed.
func (k *call) say(t flows.Text, a flows.Args, buttons ...[]flows.Button) {
	k.c.Desk.Serial++
	say := flows.Say{Text: t, Args: a, Buttons: buttons, Revision: k.c.Desk.Serial}
	if k.pressed {
		say.Replace = k.t.Message
		k.pressed = false // only the first answer
	}
	k.out = append(k.out, say)
}

// sayList is say for a list whose buttons turn pages.
func (k *call) sayList(t flows.Text, a flows.Args, buttons ...[]flows.Button) {
	k.say(t, a, buttons...)
	k.c.Desk.List = flows.DeskList{Serial: k.c.Desk.Serial, Line: k.line}
}

// fits reports whether a text can be sent as one message; its markup counts, too.
func (k *call) fits(t flows.Text, a flows.Args) bool {
	return flows.Units(k.Caption(t, a)) <= flows.MaxMessage
}

// button is a button with the number of a ticket, a chat, or whatever it is about.
func button(caption flows.Text, e flows.Event, number int) flows.Button {
	return flows.Button{Caption: caption, Event: e, Arg: number}
}

// refuse answers that nothing was done, and why.
func (k *call) refuse(t flows.Text, a flows.Args, buttons ...[]flows.Button) {
	k.result = flows.Refusal + string(t)
	k.say(t, a, buttons...)
}

// takeLookup counts a look at residents; it answers where there were too many.
func (k *call) takeLookup() bool {
	until, told := k.Engine.TakeLookup(k.c.Chat, k.t, k.l)
	k.out = append(k.out, told...)
	if until.IsZero() {
		return true
	}
	k.refuse("desk.many_looks", flows.Args{Until: until})
	return false
}

// asked is the result of a command that ended in a question, so far.
const asked = "asked"

// confirm reports whether a deed was confirmed, and asks for it where it was not.
func (k *call) confirm(question flows.Text, a flows.Args) bool {
	if k.confirmed {
		return true
	}
	k.result = asked // what the question shows was looked at, whatever the answer
	k.say(question, a, []flows.Button{
		{Caption: "button.desk_yes", Event: deedConfirmed, Style: flows.Danger}, {Caption: "button.desk_no", Event: deedDropped},
	})
	k.c.Desk.Question = flows.DeskQuestion{Serial: k.c.Desk.Serial, Line: k.line, At: k.t.At.Unix(), Pin: k.pin}
	return false
}

// pinned reports whether a deed that was confirmed is still about what its
// question showed; it answers where that changed meanwhile. Of what can change,
// every question that shows it must be pinned.
func (k *call) pinned(what string) bool {
	now := sha256.Sum256([]byte(what))
	if k.confirmed && k.pin != now {
		k.refuse("desk.changed_meanwhile", flows.Args{})
		return false
	}
	k.pin = now
	return true
}

// dropQuestion gives up the deed that was asked about.
func (k *call) dropQuestion() {
	k.c.Desk.Question = flows.DeskQuestion{}
	word, _ := idWord(k.args)
	if chat, ok := k.chatOf(word); ok && k.met(chat) { // back to the card that the question took the place of
		k.say("desk.dropped", flows.Args{}, []flows.Button{cardButton(chat)})
		return
	}
	k.say("desk.dropped", flows.Args{})
}

// tappedTwice reports whether a press is a second tap, and notes it.
func (k *call) tappedTwice() bool {
	now, last := k.t.Press(), k.c.Desk.Press
	k.c.Desk.Press = now
	return now.Repeats(last)
}

// enter leads whoever gave the command into a dialog of staff.
func (k *call) enter(begin flows.StepFunc) {
	event := k.c.Event
	var asked []flows.Effect
	k.c, asked, k.err = begin(k.c, k.t, k.l)
	k.c.Event = event
	k.out = append(k.out, asked...)
}

// log appends the line of the audit log about this command.
func (k *call) log() {
	if !k.quiet {
		k.audit(k.name)
	}
}

func (k *call) audit(name string) {
	k.l.Audit(flows.AuditLine{
		At: k.t.At.Unix(), Actor: k.c.Chat, Subject: k.subject, Action: flows.Action(flows.StaffAction + name),
		Note: strings.TrimSpace(k.note), Detail: strings.TrimSpace(k.person + " " + k.detail), Result: k.result,
	})
}

// refused notes that somebody of a lower rank tried a command.
func (k *call) refused(a commandLine) {
	k.result = flows.Refusal + k.role.String()
	k.audit(a.name)
}

// chat reads a conversation, the own one as this turn has it.
func (k *call) chat(n int64) flows.Conversation {
	if n == k.c.Chat {
		return k.c
	}
	return k.l.Chat(n)
}

// met reports whether somebody ever wrote to the bot, and can be written to.
func (k *call) met(chat int64) bool {
	c := k.chat(chat)
	return c.Met()
}

// saveChat keeps a conversation that chat has read.
func (k *call) saveChat(c flows.Conversation) {
	if c.Chat == k.c.Chat {
		k.c = c
		return
	}
	k.l.SaveChat(c)
}
