package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"mvkbot/bot/simulator"
	"mvkbot/flows"
	"mvkbot/storage"
)

// Ensure that updates of one chat are taken in their order, and answered in it.
func TestOrderWithinAChat(t *testing.T) {
	w := newWorld(t)
	users := []int64{anna, boris}
	for _, u := range users {
		w.plant(flows.Conversation{Chat: u, State: "ask_surname", Dialog: 1})
	}
	const many = 20
	for i := range many {
		for _, u := range users {
			if _, err := w.telegram.Say(u, fmt.Sprint(i)); err != nil {
				t.Fatal(err)
			}
		}
	}
	w.start()
	for _, u := range users {
		w.hear(u, 0, fmt.Sprintf("«%d»", many-1))
		for i, heard := range w.heard(u, "не подходит") {
			if !strings.Contains(heard, fmt.Sprintf("«%d»", i)) {
				t.Fatalf("answer %d of %d: %q", i, u, heard)
			}
		}
	}
}

// written is an update with a text, of whatever id and chat.
func written(update, user, chat int64, text string) json.RawMessage {
	kind := "private"
	if chat < 0 {
		kind = "group"
	}
	return json.RawMessage(fmt.Sprintf(`{"update_id":%d,"message":{"message_id":7,"date":1,"from":{"id":%d,"first_name":"А"},"chat":{"id":%d,"type":%q},"text":%q}}`,
		update, user, chat, kind, text))
}

func (w *world) forge(updates ...json.RawMessage) {
	w.t.Helper()
	for _, u := range updates {
		if err := w.telegram.Forge(u); err != nil {
			w.t.Fatal(err)
		}
	}
}

// Ensure that an update counts once, in one batch, in two, and over a restart.
func TestUpdatesCountOnce(t *testing.T) {
	w := newWorld(t).start()
	one := written(500, anna, anna, "/start")
	w.forge(one, one)
	w.hear(anna, 0, "Кто вы?")
	w.forge(one)
	w.until("the repetition", func() bool { return w.bot.Stats().Repeated.Load() >= 2 })
	w.restart()
	w.forge(one)
	w.until("the repetition", func() bool { return w.bot.Stats().Repeated.Load() >= 1 })
	w.settled()
	if n := len(w.heard(anna, "")); n != 1 {
		t.Errorf("%d answers, want 1", n)
	}
}

// Ensure that what is no private chat with its author is left alone, a group also
// in the other sense, and that residents are served meanwhile.
func TestOnlyPrivateChats(t *testing.T) {
	const group = -5005
	w := newWorld(t).start()
	w.greet(anna)
	if _, err := w.telegram.SayInGroup(group, boris, "/start"); err != nil {
		t.Fatal(err)
	}
	w.until("leaving", func() bool { return len(w.requests("leaveChat", group)) == 1 })
	foreign := fmt.Sprintf(`{"callback_query":{"id":"1","from":{"id":%d,"first_name":"Б"},"chat_instance":"1","data":"person_pressed:1:1:0",
		"message":{"message_id":100,"date":1,"chat":{"id":%d,"type":"private"}}}}`, boris, anna)
	w.forge(json.RawMessage(foreign), written(600, boris, anna, "/start"))
	w.until("the answer to the button", func() bool { return len(w.requests("answerCallbackQuery", 0)) == 1 })
	before := w.bot.Stats().Turns.Load()
	w.say(anna, "/help", "Инструкция")
	if turns := w.bot.Stats().Turns.Load(); turns != before+1 {
		t.Errorf("%d turns were played for one message", turns-before)
	}
	if n := len(w.requests("sendMessage", group)); n != 0 {
		t.Errorf("%d messages to a group", n)
	}
}

// Ensure that what says nothing is not answered: an edit, a block.
func TestUpdatesWithoutAnAnswer(t *testing.T) {
	w := newWorld(t).start()
	w.greet(anna)
	id, err := w.telegram.Say(anna, "/start")
	if err != nil {
		t.Fatal(err)
	}
	w.hear(anna, id, "Кто вы?")
	before := len(w.requests("sendMessage", anna))
	if err := w.telegram.EditText(anna, id, "/help"); err != nil {
		t.Fatal(err)
	}
	if err := w.telegram.Block(anna); err != nil {
		t.Fatal(err)
	}
	if err := w.telegram.Unblock(anna); err != nil {
		t.Fatal(err)
	}
	w.say(anna, "/start", "Кто вы?")
	if n := len(w.requests("sendMessage", anna)) - before; n != 1 {
		t.Errorf("%d answers to one message", n)
	}
}

// Ensure that an update that cannot be read stops nothing behind it.
func TestUndecodableUpdate(t *testing.T) {
	w := newWorld(t)
	w.forge(json.RawMessage(`{"update_id":700,"message":"personal words"}`), written(701, anna, anna, "/start"))
	w.start()
	w.hear(anna, 0, "Кто вы?")
	if w.bot.Stats().Undecodable.Load() == 0 {
		t.Error("it was not counted")
	}
	if !w.log.has("undecodable update is left out") || w.log.has("personal words") {
		t.Errorf("log:\n%s", w.log)
	}
}

// Ensure that all kinds of content reach the dialogs as what they are.
func TestContents(t *testing.T) {
	w := newWorld(t)
	w.plant(flows.Conversation{Chat: anna, State: "ask_phone", Dialog: 1})
	w.start()
	w.hear(anna, 0, "Инструкция")
	sticker, err := w.telegram.SendSticker(anna)
	if err != nil {
		t.Fatal(err)
	}
	w.hear(anna, sticker, "понимаю только текст")
	foreign, err := w.telegram.ShareContact(anna, simulator.Contact{UserID: boris, Phone: "79161234567"})
	if err != nil {
		t.Fatal(err)
	}
	w.hear(anna, foreign, "другого человека")
	w.press(anna, "Отправить мой номер", "Шаг 5 из 7")
}

// Ensure that every pressed button is answered: a good one silently, an old or
// forged one with a notice, and that forged ones do nothing else.
func TestButtonsAreAnswered(t *testing.T) {
	w := newWorld(t).start()
	w.greet(anna)
	first := w.last(anna)
	w.press(anna, "Физическое лицо", "Раздел")
	answers := func(n int) []simulator.Request {
		w.until("an answer to the button", func() bool { return len(w.requests("answerCallbackQuery", 0)) == n })
		return w.requests("answerCallbackQuery", 0)
	}
	if a := answers(1); a[0].Params["text"] != "" {
		t.Errorf("a good button was answered with %q", a[0].Params["text"])
	}
	w.time.pass(flowsDoubleTap)
	old := first.Keyboard[0][0].Data
	for i, data := range []string{old, "", ":::", "person_pressed", "delete_all:1:1:0", strings.Repeat("ж", 32), "register_pressed:0:0:0"} {
		before := w.last(anna).ID
		w.forge(json.RawMessage(fmt.Sprintf(`{"callback_query":{"id":"f%d","from":{"id":%d,"first_name":"А"},"chat_instance":"1","data":%q,
			"message":{"message_id":%d,"date":1,"chat":{"id":%d,"type":"private"}}}}`, i, anna, data, first.ID, anna)))
		w.hear(anna, before, "Раздел")
		all := answers(i + 2)
		if last := all[len(all)-1].Params["text"]; !strings.Contains(last, "уже не действует") {
			t.Errorf("button %q was answered with %q", data, last)
		}
	}
}

// Ensure that a flooder gets one notice, is served again afterwards, and that
// the updates beyond the bound are committed as dropped.
func TestFlood(t *testing.T) {
	w := newWorld(t)
	w.plant(flows.Conversation{Chat: anna, State: "ask_surname", Dialog: 1})
	const sent = 98 // and /help: less than one batch
	for i := range sent {
		if _, err := w.telegram.Say(anna, fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	gate := &gatedBackend{Backend: w.db}
	w.bot = w.newBot(gate)
	open := gate.shut()
	w.start()
	w.until("the batch", func() bool { turns, _ := w.bot.Waiting(); return turns == sent+1 })
	open()
	w.hear(anna, 0, "слишком много")
	w.say(anna, "Соколова", "Шаг 2 из 7")
	if n := len(w.heard(anna, "слишком много")); n != 1 {
		t.Errorf("%d notices, want 1", n)
	}
	// The first one may have been taken off the queue before the others came.
	if n := len(w.heard(anna, "не подходит")); n < maxWaiting-1 || n > maxWaiting {
		t.Errorf("%d updates were answered", n)
	}
	if turns := w.bot.Stats().Turns.Load(); turns != sent+2 {
		t.Errorf("%d turns, want %d", turns, sent+2)
	}
}

// Ensure that the answers to one chat that cannot be sent do not pile up: beyond
// a bound its updates are dropped, with one notice.
func TestAnswersDoNotPileUp(t *testing.T) {
	w := newWorld(t)
	w.plant(flows.Conversation{Chat: anna, State: "ask_surname", Dialog: 1})
	w.start()
	w.hear(anna, 0, "Инструкция")
	w.settled()
	w.telegram.Inject(simulator.Fault{Kind: simulator.FaultUnauthorized, Method: "sendMessage", Times: 1})
	const sent = 100
	for i := range sent {
		before := w.bot.Stats().Turns.Load()
		if _, err := w.telegram.Say(anna, fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
		w.until("the turn", func() bool { return w.bot.Stats().Turns.Load() == before+1 })
	}
	if n := len(w.outbox()); n != maxUnsent+1 {
		t.Errorf("%d records wait, want %d and a notice", n, maxUnsent)
	}
	w.until("the pause", func() bool { return w.time.sleeping(time.Minute, time.Minute) == 1 })
	w.time.pass(time.Minute)
	w.settled()
	if n := len(w.heard(anna, "слишком много")); n != 1 {
		t.Errorf("%d notices, want 1", n)
	}
	w.say(anna, "Соколова", "Шаг 2 из 7")
}

// Ensure that an update whose predecessor of the same chat was not committed is
// not played: both come again, in order.
func TestBatchKeepsOrder(t *testing.T) {
	w := newWorld(t)
	gate := &fullBackend{Backend: w.db}
	w.bot = w.newBot(gate)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w.bot.out.start(ctx)
	gate.full.Store(true)
	together := &batch{failed: map[int64]error{}}
	var played []error
	for i := range 2 {
		together.playing.Add(1)
		w.bot.work(anna, job{update: int64(i + 1), turn: flows.Turn{Kind: flows.Said, Text: "/start"}, batch: together, done: func(err error) {
			played = append(played, err)
			together.end(anna, err)
			gate.full.Store(false) // the disk has room again before the second
		}})
	}
	if !errors.Is(together.wait(), storage.ErrNoSpace) || len(played) != 2 || played[1] == nil || len(w.outbox()) != 0 {
		t.Errorf("played %v", played)
	}
	cancel()
	w.bot.out.wait()
}

// Ensure that what a button carries comes back, and that whatever else it
// carries is an event that nobody offers.
func FuzzReadButton(f *testing.F) {
	f.Add("person_pressed:1:2:3")
	f.Add("")
	f.Add("a:b:c:d")
	f.Add("x:ffffffff:ffffffff:7fffffff")
	f.Add("x:100000000:-1:80000000")
	f.Add("::::")
	f.Fuzz(func(t *testing.T, data string) {
		got := readButton(data)
		if got.Kind != flows.Pressed {
			t.Fatalf("kind %v", got.Kind)
		}
		if got.Event == "" {
			if got.Dialog != 0 && strings.Count(data, ":") != 3 {
				t.Fatalf("half read: %+v", got)
			}
			return
		}
		again := readButton(buttonData(flows.Button{Event: got.Event, Arg: got.Arg}, flows.Say{Dialog: got.Dialog, Revision: got.Revision}))
		if again != got {
			t.Fatalf("%+v came back as %+v", got, again)
		}
	})
}

// Ensure that the fields of the log line of a turn name no person.
func TestLogNamesNobody(t *testing.T) {
	w := newWorld(t)
	w.submit(anna)
	w.settled()
	form := w.filled(anna).Form
	code := slices.Max(strings.FieldsFunc(w.sms.said()[0], func(r rune) bool { return r < '0' || r > '9' }))
	for _, personal := range []string{form.Surname.Value, form.Phone.Value[2:], form.Email.Value, testToken, code} {
		if w.log.has(personal) {
			t.Errorf("%q stands in the log:\n%s", personal, w.log)
		}
	}
	if !w.log.has("kind=said from=review_form event=submitted to=enter_phone_code") {
		t.Errorf("log:\n%s", w.log)
	}
}
