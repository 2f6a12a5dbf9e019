package flows_test

import (
	"crypto/sha256"
	"fmt"
	"reflect"
	"time"

	"mvkbot/flows"
	"mvkbot/flows/flowtest"
)

// town is several residents over a ledger in memory. It plays every turn twice.
type town struct {
	t      failer
	engine *flows.Engine
	ledger *flowtest.Ledger
	now    time.Time
	turns  int
	chats  map[int64]flows.Conversation
	asked  map[int64][]flows.Say              // questions with buttons, the oldest first
	stands map[int64]flows.Say                // the question that waits for its answer
	last   map[int64]map[flows.RefKind]string // codes and captchas by chat
	open   []pending                          // reports that are still to come
	news   []flows.Tell                       // that are still to be heard
	log    []flows.Effect

	once bool // a turn is played once: somebody else looks at repetition
	seen func(before flows.Conversation, t flows.Turn, effects []flows.Effect)
}

// failer is a test, or a run of a property.
type failer interface {
	Fatal(...any)
	Fatalf(string, ...any)
}

type pending struct {
	chat int64
	ref  flows.Ref
	to   string
}

func newTown(t failer) *town {
	engine := testEngine()
	return &town{
		t: t, engine: engine, ledger: flowtest.NewLedger(),
		now: time.Date(2026, 11, 22, 14, 5, 0, 0, engine.Rules().Location), chats: map[int64]flows.Conversation{},
		asked: map[int64][]flows.Say{}, stands: map[int64]flows.Say{}, last: map[int64]map[flows.RefKind]string{},
	}
}

// turn plays a turn twice and demands the same outcome and an untouched input.
func (w *town) turn(chat int64, t flows.Turn) []flows.Effect {
	w.turns++
	t.At, t.Update = w.now, int64(w.turns)
	t.Entropy = sha256.Sum256(fmt.Appendf(nil, "turn %d", w.turns))
	c := w.chats[chat]
	c.Chat = chat
	next, effects := w.step(c, t)
	w.chats[chat] = next
	for _, e := range effects {
		w.note(chat, e)
	}
	if w.seen != nil {
		w.seen(c, t, effects)
	}
	return effects
}

func (w *town) step(c flows.Conversation, t flows.Turn) (flows.Conversation, []flows.Effect) {
	before := c
	var rehearsal *flowtest.Ledger
	if !w.once {
		rehearsal = w.ledger.Clone()
	}
	next, effects, err := w.engine.Step(c, t, w.ledger)
	if err != nil {
		w.t.Fatalf("turn %d, %+v: %v", w.turns, t, err)
	}
	if c != before {
		w.t.Fatalf("turn %d: the input was touched", w.turns)
	}
	if w.once {
		return next, effects
	}
	again, effectsAgain, err := w.engine.Step(c, t, rehearsal)
	if err != nil || next != again || !reflect.DeepEqual(effects, effectsAgain) || !reflect.DeepEqual(w.ledger, rehearsal) {
		w.t.Fatalf("turn %d: the second step differs from the first", w.turns)
	}
	return next, effects
}

// hear plays the oldest news that waits.
func (w *town) hear() {
	if len(w.news) == 0 {
		return
	}
	n := w.news[0]
	w.news = w.news[1:]
	w.turn(n.To, flows.Turn{Kind: flows.Told, News: n.News, Text: n.Value})
}

func (w *town) note(chat int64, e flows.Effect) {
	w.log = append(w.log, e)
	if w.last[chat] == nil {
		w.last[chat] = map[flows.RefKind]string{}
	}
	switch e := e.(type) {
	case flows.Say:
		if e.To != 0 {
			return
		}
		if e.Dialog != 0 {
			w.stands[chat] = e
		}
		if len(e.Buttons) > 0 {
			w.asked[chat] = append(w.asked[chat], e)
		}
		if e.Attach.Kind == flows.CaptchaPicture {
			w.last[chat][flows.RefCaptcha] = e.Attach.Answer
			w.open = append(w.open, pending{chat, e.Report, ""})
		}
	case flows.Tell:
		w.news = append(w.news, e)
	case flows.SMS:
		if e.Report != (flows.Ref{}) && w.live(chat, e.Report) {
			w.last[chat][flows.RefPhoneCode] = e.Args.Code
			w.open = append(w.open, pending{chat, e.Report, string(e.To)})
		}
	case flows.Mail:
		if e.Report != (flows.Ref{}) && w.live(chat, e.Report) {
			w.last[chat][flows.RefEmailCode] = e.Args.Code
			w.open = append(w.open, pending{chat, e.Report, string(e.To)})
		}
	}
}

// live reports whether an effect leaves the bot.
func (w *town) live(chat int64, r flows.Ref) bool {
	c := w.chats[chat]
	return c.Live(r)
}

func (w *town) say(chat int64, text string) []flows.Effect {
	return w.turn(chat, flows.Turn{Kind: flows.Said, Text: text})
}

// press presses the button that carries an event under the last question.
func (w *town) press(chat int64, event flows.Event) []flows.Effect {
	all := w.asked[chat]
	say := all[len(all)-1]
	return w.turn(chat, flows.Turn{Kind: flows.Pressed, Event: event, Dialog: say.Dialog, Revision: say.Revision, Message: 7})
}

// report ends everything that was sent.
func (w *town) report(o flows.Outcome) {
	open := w.open
	w.open = nil
	for _, p := range open {
		w.turn(p.chat, flows.Turn{Kind: flows.Reported, Ref: p.ref, Outcome: o, Text: p.to})
	}
}

// fill plays the form up to the review.
func (w *town) fill(chat int64, phone, email string) {
	w.say(chat, "/start")
	w.press(chat, "person_pressed")
	w.press(chat, "register_pressed")
	w.press(chat, "consent_given")
	for _, text := range []string{"Соколова", "Анна", "Петровна", phone, email} {
		w.say(chat, text)
	}
	w.report(flows.Delivered)
	w.say(chat, w.last[chat][flows.RefCaptcha])
	w.press(chat, "agreement_given")
}

// register plays everything up to the codes.
func (w *town) register(chat int64, phone, email string) {
	w.fill(chat, phone, email)
	w.press(chat, "submit_pressed")
	w.report(flows.Delivered)
}

// join plays everything up to the main menu.
func (w *town) join(chat int64, phone, email string) {
	w.register(chat, phone, email)
	w.say(chat, w.last[chat][flows.RefPhoneCode])
	w.say(chat, w.last[chat][flows.RefEmailCode])
}

// wake wakes whoever is due until nobody is.
func (w *town) wake() {
	for round := 0; ; round++ {
		if round > 5 {
			w.t.Fatal("deadlines that waking does not move")
		}
		woken := false
		for _, chat := range sortedChats(w.chats) {
			c := w.chats[chat]
			if at := c.Deadline(); !at.IsZero() && !at.After(w.now) {
				w.turn(chat, flows.Turn{Kind: flows.Woke})
				woken = true
			}
		}
		if !woken {
			return
		}
	}
}
