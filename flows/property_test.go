package flows_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"mvkbot/flows"
)

func sortedChats(m map[int64]flows.Conversation) []int64 { return slices.Sorted(maps.Keys(m)) }

// anything is what residents write: right answers, wrong ones and noise.
var anything = []string{
	"Соколова", "Анна", "12345", "<b>x</b>", "\u200b", "/start", "/cancel", "/help", "/nonsense", "Инструкция", "Назад", "пропустить",
	"+79161234567", "89161234567", "+79167654321", "84957633434", "anna@mail.ru", "inna@mail.ru", "anna@gmial.com", "anna", "1234567890",
	"4000000001", "12", "кв. 012", "7", "123456", "",
}

// Ensure that no sequence of turns errs, leads into a dead end, or breaks what
// the dialogs promise: a step is repeatable (town plays each twice), tries stay
// below the limit, a contact has one owner, a wake moves every deadline.
func TestTurns_Property(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newTown(rt)
		w.ledger.Contracts = map[flows.Number]flows.Contract{
			"1234567890": {Number: "1234567890", Kind: flows.KindFlat, Flat: "12", Holder: flows.HolderPerson, Status: flows.StatusActive},
			"4000000001": {Number: "4000000001", Kind: flows.KindApartments, Flat: "7", Holder: flows.HolderPerson, Status: flows.StatusActive},
		}
		act := actor{w, rt}
		if rapid.Bool().Draw(rt, "a member") {
			w.join(1, "+79161234567", "anna@mail.ru")
		}
		if rapid.Bool().Draw(rt, "a registration") {
			w.register(2, "+79167654321", "inna@mail.ru")
		}
		for range rapid.IntRange(1, 60).Draw(rt, "turns") {
			act.turn(int64(rapid.IntRange(1, 3).Draw(rt, "chat")))
			act.check()
		}
		act.home()
	})
}

type actor struct {
	*town
	rt *rapid.T
}

// turn does one thing that can happen to a chat.
func (a *actor) turn(chat int64) {
	switch rapid.IntRange(0, 10).Draw(a.rt, "what") {
	case 0, 1:
		a.say(chat, rapid.SampledFrom(anything).Draw(a.rt, "text"))
	case 2:
		a.say(chat, a.last[chat][flows.RefKind(rapid.IntRange(1, 3).Draw(a.rt, "code"))])
	case 3, 4, 5:
		a.pressAny(chat)
	case 6:
		own := rapid.Bool().Draw(a.rt, "own")
		a.town.turn(chat, flows.Turn{Kind: flows.Shared, Own: own, Text: rapid.SampledFrom(anything).Draw(a.rt, "contact")})
	case 7:
		if a.chats[chat].State == "" {
			return // nobody wakes a chat that never was
		}
		a.town.turn(chat, flows.Turn{Kind: rapid.SampledFrom([]flows.TurnKind{flows.Sent, flows.Overflown, flows.Woke}).Draw(a.rt, "kind")})
	case 8:
		a.report(flows.Outcome(rapid.IntRange(1, 3).Draw(a.rt, "outcome")))
	case 10:
		a.hear()
	case 9:
		a.now = a.now.Add(rapid.SampledFrom([]time.Duration{time.Second, time.Minute, 16 * time.Minute, 11 * time.Hour, 50 * time.Hour}).Draw(a.rt, "wait"))
		a.wake()
	}
}

// pressAny presses a button that was once offered, or one that never was.
func (a *actor) pressAny(chat int64) {
	t := flows.Turn{Kind: flows.Pressed, Event: "code_right", Message: 7}
	if all := a.asked[chat]; len(all) > 0 {
		say := all[max(0, len(all)-1-rapid.SampledFrom([]int{0, 0, 0, 0, 1, 5}).Draw(a.rt, "age"))]
		row := rapid.SampledFrom(say.Buttons).Draw(a.rt, "row")
		b := rapid.SampledFrom(row).Draw(a.rt, "button")
		t.Event, t.Arg, t.Dialog, t.Revision = b.Event, b.Arg, say.Dialog, say.Revision
		if rapid.IntRange(0, 9).Draw(a.rt, "forged") == 0 {
			t.Event, t.Arg = "purge_due", -1
		}
	}
	a.town.turn(chat, t)
}

// check holds what was promised after every turn.
func (a *actor) check() {
	limit := a.engine.Rules().CodeTries
	readers := map[flows.State]bool{}
	for _, f := range flows.All() {
		for s, n := range f.States {
			readers[s] = n.Read != nil
		}
	}
	for chat, c := range a.chats {
		if r := c.Registration; r.PhoneCode.Tries > limit || r.EmailCode.Tries > limit {
			a.rt.Fatalf("chat %d: %d and %d tries", chat, r.PhoneCode.Tries, r.EmailCode.Tries)
		}
		asked, known := readers[c.State]
		if !known {
			a.rt.Fatalf("chat %d is in %q, which is no state", chat, c.State)
		}
		if q := a.stands[chat]; q.Dialog != c.Dialog || q.Revision != c.Revision || !asked && len(q.Buttons) == 0 {
			a.rt.Fatalf("chat %d: nothing answers %s", chat, c.State)
		}
	}
	if fault := a.fault(); fault != "" {
		a.rt.Fatal(fault)
	}
	if fault := a.miscounted(); fault != "" {
		a.rt.Fatal(fault)
	}
}

// home demands that everybody finds a way to the section or to the main menu.
func (a *actor) home() {
	for _, chat := range sortedChats(a.chats) {
		for _, try := range []string{"/cancel", "Да, выйти", "Удалить регистрацию", "/start", "Физическое лицо"} {
			if s := a.chats[chat].State; s == "section" || s == "main_menu" {
				break
			}
			a.say(chat, try)
		}
		if s := a.chats[chat].State; s != "section" && s != "main_menu" {
			a.rt.Fatalf("chat %d is caught in %s", chat, s)
		}
	}
}
