package admin

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"mvkbot/flows"
	"mvkbot/flows/flowtest"
	"mvkbot/flows/text"
)

// office is three residents and three operators over a ledger in memory, and a
// messenger that delivers to each chat in order, late, or never.
type office struct {
	rt     *rapid.T
	desk   *Desk
	ledger *flowtest.Ledger
	now    time.Time
	turns  int

	outbox map[int64][]flows.Say
	chats  map[int64][]letter // what stands in a chat
	last   int                // message

	answers  map[flows.Relay]string  // that were taken, and their words
	arrived  map[flows.Relay][]int64 // the chats that an answer came to
	lost     map[flows.Relay]bool    // answers that the messenger refused
	unsure   map[flows.Place]bool    // copies whose change it refused
	absent   map[int64]bool          // chats that had no right to see changes for a while
	accounts map[uint64]uint64       // of tickets, as it was when they were opened
}

type letter struct {
	id   int
	own  bool
	text string
	file flows.File
}

var (
	tenants   = []int64{1, 2, 3}
	operators = []int64{11, 12, 13}
	moscow, _ = time.LoadLocation("Europe/Moscow")
)

// unseen is what a page is drawn as where nobody looks how long it is.
func unseen(flows.Text, flows.Args) string { return "" }

func newOffice(rt *rapid.T, engine *flows.Engine) *office {
	o := &office{
		rt: rt, desk: New(Options{Engine: engine, Caption: unseen}), ledger: flowtest.NewLedger(), now: time.Date(2026, 11, 22, 14, 5, 0, 0, moscow),
		outbox: map[int64][]flows.Say{}, chats: map[int64][]letter{}, answers: map[flows.Relay]string{},
		arrived: map[flows.Relay][]int64{}, lost: map[flows.Relay]bool{}, unsure: map[flows.Place]bool{}, absent: map[int64]bool{}, accounts: map[uint64]uint64{},
	}
	rules := engine.Rules()
	proof := func(t flows.Terms) flows.Acceptance { return flows.Acceptance{SHA256: t.SHA256} }
	for _, chat := range tenants {
		n := o.ledger.OpenAccount(flows.Account{Chat: chat, Subject: uint64(chat), Consent: proof(rules.Consent), Agreement: proof(rules.Agreement)})
		o.ledger.Dialogs[chat] = flows.Conversation{Chat: chat, State: "ask_support", Account: n}
	}
	for _, chat := range operators {
		o.ledger.SetStaff(append(o.ledger.Staff(), flows.Member{Chat: chat, Role: flows.Operator}))
		o.ledger.Dialogs[chat] = flows.Conversation{Chat: chat, State: "choose_person"}
	}
	return o
}

// turn plays a turn as the bot does, and notes what it has to say.
func (o *office) turn(chat int64, t flows.Turn) {
	o.turns++
	t.At, t.Update = o.now, int64(o.turns)
	t.Entropy[0] = byte(o.turns)
	c := o.ledger.Chat(chat)
	before := maps.Clone(o.ledger.Support.Tickets)
	next, effects, err := o.desk.step(c, t, nil, o.ledger)
	if err != nil {
		o.rt.Fatalf("turn %+v of %d: %v", t, chat, err)
	}
	o.ledger.Dialogs[chat] = next
	o.post(chat, effects)
	o.watch(before)
}

func (o *office) post(chat int64, effects []flows.Effect) {
	for _, e := range effects {
		switch e := e.(type) {
		case flows.Say:
			o.outbox[chat] = append(o.outbox[chat], e)
		case flows.For:
			o.post(e.Chat, e.Effects)
		case flows.Forget:
			for i := range o.outbox { // as the store does with dead letters
				o.outbox[i] = slices.DeleteFunc(o.outbox[i], func(s flows.Say) bool { return slices.Contains(e.Tickets, s.Report.Ticket) })
			}
		}
	}
}

// watch demands that a ticket keeps its resident, and its holder as long as it is
// theirs.
func (o *office) watch(before map[uint64]flows.Ticket) {
	for n, t := range o.ledger.Support.Tickets {
		was, known := before[n]
		if !known {
			o.accounts[n] = t.Account
			continue
		}
		if t.Account != o.accounts[n] {
			o.rt.Fatalf("ticket %d went from account %d to %d", n, o.accounts[n], t.Account)
		}
		if h := was.HeldBy(o.now); h != 0 && o.staff(h) && t.Holder != h && t.State != flows.TicketClosed {
			o.rt.Fatalf("ticket %d is %d's until %d, and was given to %d", n, h, was.Until, t.Holder)
		}
	}
}

func (o *office) staff(chat int64) bool {
	return o.desk.Engine.Rules().Role(o.ledger, chat) != flows.NoRole
}

// write lets somebody write, and tells the number of the message.
func (o *office) write(chat int64, t flows.Turn) {
	o.last++
	t.Message = o.last
	o.chats[chat] = append(o.chats[chat], letter{o.last, true, t.Text, t.File})
	before := maps.Clone(o.ledger.Support.Messages)
	o.turn(chat, t)
	for at, m := range o.ledger.Support.Messages {
		if _, known := before[at]; known || m.Kind != flows.FromStaff {
			continue
		}
		if h := o.ledger.Support.Tickets[at.Ticket].HeldBy(o.now); m.Author != chat || h != chat {
			o.rt.Fatalf("%d answered ticket %d, which %d has", chat, at.Ticket, h)
		}
		o.answers[at] = m.Text
	}
}

// deliver brings the first message to a chat to its end.
func (o *office) deliver(chat int64, refused bool) {
	say := o.outbox[chat][0]
	o.outbox[chat] = o.outbox[chat][1:]
	report := flows.Turn{Kind: flows.Reported, Ref: say.Report, Outcome: flows.Delivered}
	at := flows.Relay{Ticket: say.Report.Ticket, Index: say.Report.Serial}
	switch {
	case say.Report.Ticket != 0 && !o.desk.Engine.Relays(chat, say.Report, o.ledger):
		report.Outcome = flows.Unsent
	case refused:
		report.Outcome = flows.Unsent
		if say.Report.Kind == flows.RefRelay {
			o.lost[at] = true
		}
		o.unsure[flows.Place{Chat: chat, Message: say.Replace}] = true
	default:
		report.Message = o.show(chat, say)
		o.look(chat, say)
		if say.Report.Kind == flows.RefRelay && say.Text == "ticket.answer" {
			o.arrived[at] = append(o.arrived[at], chat)
		}
	}
	if say.Report != (flows.Ref{}) {
		o.turn(chat, report)
	}
}

func (o *office) show(chat int64, say flows.Say) int {
	if say.Replace != 0 {
		for i := range o.chats[chat] {
			if l := &o.chats[chat][i]; l.id == say.Replace && !l.own {
				l.text = say.Args.Value
				return l.id
			}
		}
		if say.Report.Ticket != 0 {
			o.rt.Fatalf("message %d, which is to be changed, is none of the bot's in chat %d", say.Replace, chat)
		}
	}
	o.last++
	o.chats[chat] = append(o.chats[chat], letter{o.last, false, say.Args.Value, flows.File{}})
	return o.last
}

// look demands that a chat may see what it is shown. Words carry whose they are:
// «r2» of account 2, «s» of the staff, «n» of a note.
func (o *office) look(chat int64, say flows.Say) {
	ticket := o.ledger.Support.Tickets[say.Report.Ticket]
	owner := o.ledger.Account(o.accounts[say.Report.Ticket])
	words := say.Args.Value
	switch {
	case strings.HasPrefix(words, "n") && !o.staff(chat):
		o.rt.Fatalf("note %q came to %d", words, chat)
	case strings.HasPrefix(words, "r"):
		var whose uint64
		_, _ = fmt.Sscanf(words, "r%d", &whose)
		if whose != ticket.Account || !o.staff(chat) {
			o.rt.Fatalf("%q of ticket %d came to %d", words, ticket.Number, chat)
		}
	case say.Text == "ticket.answer", say.Text == "ticket.closing":
		if chat != owner.Chat || owner.Number != ticket.Account {
			o.rt.Fatalf("%q of ticket %d, account %d in chat %d, came to %d", words, ticket.Number, ticket.Account, owner.Chat, chat)
		}
	}
}

// doings is any sequence of what residents and operators may do.
func doings(t testing.TB) func(*rapid.T) {
	t.Helper()
	texts, err := text.New(moscow)
	if err != nil {
		t.Fatal(err)
	}
	rules := flows.DefaultRules(moscow)
	rules.Consent, rules.Agreement = flows.ParseTerms("1\nТекст согласия."), flows.ParseTerms("1\nТекст соглашения.")
	engine := flows.New(rules, []byte("key"), texts.Caption)
	return func(rt *rapid.T) {
		o := newOffice(rt, engine)
		for range rapid.IntRange(1, 80).Draw(rt, "deeds") {
			o.deed()
		}
		o.settle()
	}
}

// Ensure that over any doings of residents and operators no message comes to a
// chat that it is not for, a ticket is one operator's at a time, and every answer
// comes to its resident once.
func TestTickets_Property(t *testing.T) { rapid.Check(t, doings(t)) }

func FuzzTickets(f *testing.F) { f.Fuzz(rapid.MakeFuzz(doings(f))) }
