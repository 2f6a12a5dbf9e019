package admin

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"pgregory.net/rapid"

	"mvkbot/flows"
)

// deed does one thing that can happen in the office.
func (o *office) deed() {
	draw := func(what string, n int) int { return rapid.IntRange(0, n-1).Draw(o.rt, what) }
	switch draw("deed", 12) {
	case 0, 1, 2:
		o.resident(draw)
	case 3, 4, 5, 6:
		o.operator(draw)
	case 7, 8, 9:
		o.deliverSome(draw("messages", 6), draw("refused", 12) == 0)
	case 10:
		o.now = o.now.Add([]time.Duration{time.Minute, 29 * time.Minute, 31 * time.Minute, 8 * 24 * time.Hour}[draw("wait", 4)])
	case 11:
		o.upheaval(draw)
	}
}

func (o *office) deliverSome(n int, refused bool) {
	for range n {
		waiting := o.waiting()
		if len(waiting) == 0 {
			return
		}
		o.deliver(rapid.SampledFrom(waiting).Draw(o.rt, "chat"), refused)
	}
}

func (o *office) waiting() (chats []int64) {
	for _, chat := range slices.Sorted(maps.Keys(o.outbox)) {
		if len(o.outbox[chat]) > 0 {
			chats = append(chats, chat)
		}
	}
	return chats
}

// content is words that tell whose they are, or a file with such a caption, which may
// be an item of an album that somebody else sends items of as well.
func (o *office) content(draw func(string, int) int, whose string) flows.Turn {
	t := flows.Turn{Kind: flows.Said, Text: fmt.Sprintf("%s %d", whose, o.turns)}
	if draw("file", 4) == 0 {
		t.Kind, t.File = flows.Sent, flows.File{Kind: flows.PhotoFile, ID: "photo"}
		t.Album = []string{"", "a", "b"}[draw("album", 3)]
	}
	return t
}

// resident lets somebody whose account is, or was, in a chat write, reply to any
// message there, change one of their own, or press «Ответить», forged or not.
func (o *office) resident(draw func(string, int) int) {
	chat := int64(1 + draw("chat", 6)) // those behind the third are moved to
	c := o.ledger.Chat(chat)
	if c.State == "" {
		return
	}
	switch draw("dialog", 4) {
	case 0, 1:
		if c.Account != 0 {
			c.State = "ask_support"
			o.ledger.Dialogs[chat] = c
		}
	case 2:
		o.turn(chat, flows.Turn{Kind: flows.Pressed, Event: "answer_pressed", Arg: draw("ticket", 5), Message: 1 + draw("message", o.last+1)})
	}
	t := o.content(draw, fmt.Sprintf("r%d", c.Account))
	o.speak(draw, chat, t)
}

// speak writes anew, in reply to any message of the chat, or over an own one.
func (o *office) speak(draw func(string, int) int, chat int64, t flows.Turn) {
	all := o.chats[chat]
	how := draw("how", 3)
	if len(all) == 0 {
		how = 0
	}
	switch how {
	case 0:
		o.write(chat, t)
	case 1:
		t.ReplyTo = all[draw("message", len(all))].id
		o.write(chat, t)
	case 2:
		m := all[draw("message", len(all))]
		t.Kind, t.Message = flows.Edited, m.id
		if m.own {
			t.File = m.file
			o.turn(chat, t)
		}
	}
}

func (o *office) operator(draw func(string, int) int) {
	chat := operators[draw("operator", len(operators))]
	n := 1 + draw("ticket", 4)
	switch draw("command", 8) {
	case 0:
		o.write(chat, flows.Turn{Kind: flows.Said, Text: fmt.Sprintf("/take %d", n)})
	case 1:
		o.write(chat, flows.Turn{Kind: flows.Said, Text: fmt.Sprintf("/reply %d s %d", n, o.turns)})
	case 2:
		o.write(chat, flows.Turn{Kind: flows.Said, Text: fmt.Sprintf("/note %d n %d", n, o.turns)})
	case 3:
		o.write(chat, flows.Turn{Kind: flows.Said, Text: fmt.Sprintf("/close %d", n)})
	case 4:
		o.write(chat, flows.Turn{Kind: flows.Said, Text: fmt.Sprintf("/reply %d", n)})
	case 5:
		event := []flows.Event{"desk_take", "desk_reply", "desk_close", "desk_ticket"}[draw("button", 4)]
		shown := slices.DeleteFunc(slices.Clone(o.chats[chat]), func(l letter) bool { return l.own })
		if len(shown) > 0 {
			o.turn(chat, flows.Turn{Kind: flows.Pressed, Event: event, Arg: n, Message: shown[draw("message", len(shown))].id})
		}
	default:
		t := o.content(draw, "s")
		o.speak(draw, chat, t)
	}
}

// upheaval moves or deletes an account, or changes who is of the staff.
func (o *office) upheaval(draw func(string, int) int) {
	a := o.ledger.Account(uint64(1 + draw("account", 3)))
	switch draw("upheaval", 3) {
	case 0:
		to := int64(1 + draw("to", 6))
		if c := o.ledger.Chat(to); a.Number == 0 || o.ledger.Account(c.Account).Chat == to {
			return
		}
		o.absent[a.Chat] = true
		a.Chat = to
		o.ledger.SaveAccount(a)
		o.ledger.Dialogs[to] = flows.Conversation{Chat: to, State: "main_menu", Account: a.Number}
	case 1:
		if a.Number == 0 {
			return
		}
		c := o.ledger.Chat(a.Chat)
		c.State = "confirm_delete_again"
		o.ledger.Dialogs[a.Chat] = c
		o.turn(a.Chat, flows.Turn{Kind: flows.Pressed, Event: "account_deleted", Dialog: c.Dialog, Revision: c.Revision, Message: 1})
		if left := o.ledger.TicketsOf(a.Number); left != nil {
			o.rt.Fatalf("tickets %v of a deleted account are left", left)
		}
	case 2:
		chat := operators[draw("operator", len(operators))]
		rest := without(o.ledger.Staff(), chat)
		if len(rest) == len(o.ledger.Staff()) {
			rest = append(rest, flows.Member{Chat: chat, Role: flows.Operator})
		}
		o.ledger.SetStaff(rest)
		o.absent[chat] = true
	}
}

// settle delivers what waits and demands that every answer came once, that a
// copy says what its message says now, and that places and messages agree.
func (o *office) settle() {
	for waiting := o.waiting(); len(waiting) > 0; waiting = o.waiting() {
		o.deliver(waiting[0], false)
	}
	support := o.ledger.Support
	for at := range o.answers {
		if _, kept := support.Messages[at]; !kept {
			continue // the account was deleted
		}
		if n := len(o.arrived[at]); n != 1 && !(o.lost[at] && n == 0) {
			o.rt.Fatalf("answer %v came to %v", at, o.arrived[at])
		}
	}
	for at, m := range support.Messages {
		for _, p := range m.Copies {
			if p.Message == 0 {
				o.rt.Fatalf("a copy of %v is still on its way to %d", at, p.Chat)
			}
			if o.desk.Engine.Relays(p.Chat, flows.Ref{Ticket: at.Ticket, Serial: at.Index}, o.ledger) && !o.unsure[p] && !o.absent[p.Chat] && o.says(p) != m.Text {
				o.rt.Fatalf("the copy of %v in %d says %q, the message %q", at, p.Chat, o.says(p), m.Text)
			}
		}
	}
	for p, at := range support.Relays {
		if !slices.Contains(support.Messages[at].Places(), p) {
			o.rt.Fatalf("message %v does not stand at %v", at, p)
		}
	}
}

func (o *office) says(p flows.Place) string {
	for _, l := range o.chats[p.Chat] {
		if l.id == p.Message {
			return l.text
		}
	}
	return ""
}
