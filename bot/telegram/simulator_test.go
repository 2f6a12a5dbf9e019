package telegram_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"reflect"
	"runtime"
	"strconv"
	"testing"
	"time"

	"mvkbot/bot/simulator"
	"mvkbot/bot/telegram"
)

const (
	token    = "123456789:AAGcanarycanarycanarycanarycanary01"
	resident = 42
)

// rig is a simulated Telegram with one resident, and a client of it. A violation of
// the Bot API fails the test.
func rig(t *testing.T) (*simulator.Server, *telegram.Client) {
	t.Helper()
	sim := simulator.New(simulator.Options{Token: token, KeepRequests: 100})
	server := httptest.NewServer(sim)
	t.Cleanup(func() {
		sim.Close()
		server.Close()
		for _, v := range sim.Violations() {
			t.Error("violation:", v)
		}
	})
	sim.AddUser(simulator.User{ID: resident, FirstName: "Анна", Username: "anna", Phone: "79161234567"})
	c, err := telegram.New(telegram.Options{API: server.URL, Token: token, PollTimeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return sim, c
}

// poll runs Poll until the test ends; what is handled arrives at the channel.
func poll(t *testing.T, c *telegram.Client) <-chan telegram.Update {
	t.Helper()
	got := make(chan telegram.Update, 100)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- c.Poll(ctx, func(_ context.Context, batch []telegram.Update) error {
			for _, u := range batch {
				got <- u
			}
			return nil
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("Poll returned %v", err)
		}
	})
	return got
}

func next(t *testing.T, updates <-chan telegram.Update) telegram.Update {
	t.Helper()
	select {
	case u := <-updates:
		return u
	case <-time.After(10 * time.Second):
		t.Fatal("no update within 10 s")
		return telegram.Update{}
	}
}

// drained returns when all updates are confirmed.
func drained(t *testing.T, sim *simulator.Server) {
	t.Helper()
	for began := time.Now(); sim.Pending() > 0; runtime.Gosched() {
		if time.Since(began) > 10*time.Second {
			t.Fatal("updates are not confirmed")
		}
	}
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// Ensure every kind of update of a resident arrives as what it is.
func TestSimulator_Updates(t *testing.T) {
	sim, c := rig(t)
	updates := poll(t, c)
	ann := simulator.User{ID: 77, FirstName: "Пётр"}
	number := must[int](t)

	text := number(sim.Say(resident, "/start abc"))
	u := next(t, updates)
	if name, args, ok := u.Command(); !ok || name != "start" || args != "abc" || u.MessageID != text {
		t.Errorf("%+v", u)
	}
	if u.Chat != resident || u.From != resident || !u.Private || u.Username != "anna" || u.Date.IsZero() {
		t.Errorf("%+v", u)
	}
	sent := must[telegram.Result](t)(c.Do(t.Context(), telegram.Call{Method: "sendMessage", Params: map[string]string{
		"chat_id": strconv.Itoa(resident), "text": "Да?",
		"reply_markup": `{"inline_keyboard":[[{"text":"Да","callback_data":"yes"}]]}`,
	}}))

	steps := []struct {
		act   func() error
		kind  telegram.UpdateKind
		check func(telegram.Update) bool
	}{
		{func() error { _, err := sim.Press(resident, sent.MessageID, "yes"); return err }, telegram.KindCallback,
			func(u telegram.Update) bool {
				return u.Callback.Data == "yes" && u.Callback.ID != "" && u.MessageID == sent.MessageID
			}},
		{func() error {
			_, err := sim.ShareContact(resident, simulator.Contact{UserID: resident, Phone: "79161234567", FirstName: "Анна"})
			return err
		}, telegram.KindContact,
			func(u telegram.Update) bool {
				return reflect.DeepEqual(u.Contact, &telegram.Contact{Phone: "79161234567", UserID: resident}) && !u.Forwarded
			}},
		{func() error {
			_, err := sim.ForwardContact(resident, ann, simulator.Contact{UserID: 77, Phone: "79160000000", FirstName: "Пётр"})
			return err
		}, telegram.KindContact, func(u telegram.Update) bool { return u.Contact.UserID == 77 && u.Forwarded }},
		{func() error { _, err := sim.Forward(resident, ann, "чужое"); return err }, telegram.KindText,
			func(u telegram.Update) bool { return u.Text == "чужое" && u.Forwarded && u.From == resident }},
		{func() error { _, err := sim.SendDocument(resident, "a.pdf", []byte("%PDF"), "счёт"); return err }, telegram.KindDocument,
			func(u telegram.Update) bool { return u.Caption == "счёт" && u.FileID != "" }},
		{func() error { _, err := sim.SendVoice(resident, []byte("OggS")); return err }, telegram.KindVoice,
			func(u telegram.Update) bool { return u.FileID != "" }},
		{func() error { _, err := sim.SendSticker(resident); return err }, telegram.KindSticker,
			func(u telegram.Update) bool { return u.FileID != "" }},
		{func() error { return sim.EditText(resident, text, "иначе") }, telegram.KindEdited,
			func(u telegram.Update) bool { return u.Text == "иначе" && u.MessageID == text }},
		{func() error { _, err := sim.SayInGroup(-100, resident, "все"); return err }, telegram.KindText,
			func(u telegram.Update) bool { return u.Chat == -100 && !u.Private }},
		{func() error { return sim.Block(resident) }, telegram.KindMember,
			func(u telegram.Update) bool { return u.Status == "kicked" && u.Private && u.Chat == resident }},
	}
	for _, step := range steps {
		if err := step.act(); err != nil {
			t.Fatalf("%v: %v", step.kind, err)
		}
		u := next(t, updates)
		for u.Kind == telegram.KindMember && step.kind == telegram.KindText {
			u = next(t, updates) // the bot was put into the group
		}
		if u.Kind != step.kind || !step.check(u) {
			t.Errorf("want %v, got %+v", step.kind, u)
		}
	}
	_, err := c.Do(t.Context(), telegram.Call{Method: "sendMessage", Params: map[string]string{"chat_id": "42", "text": "?"}})
	var e *telegram.Error
	if !errors.As(err, &e) || e.Kind != telegram.Gone {
		t.Errorf("to who blocked the bot: %v", err)
	}
}

// Ensure the words that count as success are the words that are said.
func TestSimulator_EditAndDelete(t *testing.T) {
	sim, c := rig(t)
	must[int](t)(sim.Say(resident, "x"))
	do := func(method string, kv ...string) telegram.Result {
		t.Helper()
		params := map[string]string{"chat_id": strconv.Itoa(resident)}
		for i := 0; i < len(kv); i += 2 {
			params[kv[i]] = kv[i+1]
		}
		return must[telegram.Result](t)(c.Do(t.Context(), telegram.Call{Method: method, Params: params}))
	}
	sent := do("sendMessage", "text", "раз")
	id := strconv.Itoa(sent.MessageID)
	if r := do("editMessageText", "message_id", id, "text", "два"); r != sent {
		t.Errorf("edit: %+v", r)
	}
	if r := do("editMessageText", "message_id", id, "text", "два"); r != (telegram.Result{}) {
		t.Errorf("edit without a change: %+v", r)
	}
	for range 2 {
		if r := do("deleteMessage", "message_id", id); r != (telegram.Result{}) {
			t.Errorf("delete: %+v", r)
		}
	}
	if r := do("editMessageText", "message_id", id, "text", "три"); r != (telegram.Result{EditGone: true}) {
		t.Errorf("edit of a deleted message: %+v", r)
	}
	// The callback query of this id was never asked: Telegram says it is too old.
	_, err := c.Do(t.Context(), telegram.Call{Method: "answerCallbackQuery", Params: map[string]string{"callback_query_id": "1"}})
	if err != nil {
		t.Error(err)
	}
	if chat := sim.Chat(resident); !chat[len(chat)-1].Deleted {
		t.Errorf("%+v", chat)
	}
}

// Ensure an upload arrives whole and keeps its name.
func TestSimulator_Upload(t *testing.T) {
	sim, c := rig(t)
	must[int](t)(sim.Say(resident, "x"))
	data := make([]byte, 100_000)
	for i := range data {
		data[i] = byte(i)
	}
	must[telegram.Result](t)(c.Do(t.Context(), telegram.Call{Method: "sendDocument",
		Params: map[string]string{"chat_id": "42", "caption": "вот"},
		File:   &telegram.File{Field: "document", Name: "выписка.bin", Data: data}}))
	chat := sim.Chat(resident)
	doc := chat[len(chat)-1].Document
	if doc == nil || doc.Name != "выписка.bin" {
		t.Fatalf("%+v", chat[len(chat)-1])
	}
	if got, _, err := sim.File(doc.ID); err != nil || !reflect.DeepEqual(got, data) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

// Ensure each fault has its kind, and that polling lives through it.
func TestSimulator_Faults(t *testing.T) {
	tests := []struct {
		fault simulator.Fault
		kind  telegram.Kind
		text  bool // the message arrives
	}{
		{simulator.Fault{Kind: simulator.FaultPage}, telegram.Unknown, false},
		{simulator.Fault{Kind: simulator.FaultFlood, RetryAfter: 3 * time.Second}, telegram.Temporary, false},
		{simulator.Fault{Kind: simulator.FaultUnauthorized}, telegram.Unauthorized, false},
		{simulator.Fault{Kind: simulator.FaultRefuse}, telegram.Unknown, false},
		{simulator.Fault{Kind: simulator.FaultDrop}, telegram.Unknown, true},
		{simulator.Fault{Kind: simulator.FaultTruncate}, telegram.Unknown, true},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.fault.Kind), func(t *testing.T) {
			sim, c := rig(t)
			must[int](t)(sim.Say(resident, "x"))
			tt.fault.Method, tt.fault.Times = "sendMessage", 1
			sim.Inject(tt.fault)
			_, err := c.Do(t.Context(), telegram.Call{Method: "sendMessage", Params: map[string]string{"chat_id": "42", "text": "y"}})
			var e *telegram.Error
			if !errors.As(err, &e) || e.Kind != tt.kind || e.RetryAfter != tt.fault.RetryAfter {
				t.Errorf("%v, want %v", err, tt.kind)
			}
			if arrived := len(sim.Chat(resident)) == 2; arrived != tt.text {
				t.Errorf("arrived: %v", arrived)
			}
		})
	}
}

// Ensure updates come through repeated deliveries, restarted ids, junk and a page
// instead of an answer.
func TestSimulator_OddQueue(t *testing.T) {
	sim, c := rig(t)
	sim.Inject(simulator.Fault{Kind: simulator.FaultPage, Method: "getUpdates", Times: 1})
	updates := poll(t, c)
	must[int](t)(sim.Say(resident, "один"))
	first := next(t, updates)
	if err := sim.Forge([]byte(`{"message":{"migrate_to_chat_id":"x"}}`)); err != nil {
		t.Fatal(err)
	}
	if u := next(t, updates); u.Kind != telegram.KindUndecodable || u.ID <= first.ID {
		t.Errorf("%+v", u)
	}
	drained(t, sim)
	sim.Renumber(5)
	must[int](t)(sim.Say(resident, "два"))
	if u := next(t, updates); u.Text != "два" || u.ID != 5 {
		t.Errorf("%+v", u)
	}
	must[int](t)(sim.Say(resident, "три"))
	if u := next(t, updates); u.Text != "три" || u.ID != 6 {
		t.Errorf("%+v", u)
	}
	drained(t, sim)
	if n := sim.Redeliver(1); n != 1 {
		t.Fatalf("%d redelivered", n)
	}
	if u := next(t, updates); u.Text != "три" || u.ID != 6 {
		t.Errorf("%+v", u)
	}
}

// Ensure the menu of commands is the one that was set.
func TestSimulator_Commands(t *testing.T) {
	sim, c := rig(t)
	if err := c.SetCommands(t.Context(), 0, []telegram.Command{{Name: "start", Description: "Начать"}}); err != nil {
		t.Fatal(err)
	}
	if got := sim.Commands(resident); len(got) != 1 || got[0].Name != "start" || got[0].Description != "Начать" {
		t.Errorf("%+v", got)
	}
	must[int](t)(sim.Say(resident, "/start"))
	for _, menu := range [][]telegram.Command{{{Name: "find", Description: "Найти"}, {Name: "tickets", Description: "Обращения"}}, nil} {
		if err := c.SetCommands(t.Context(), resident, menu); err != nil {
			t.Fatal(err)
		}
		want := "start" // the menu of all shows again
		if menu != nil {
			want = "find"
		}
		if got := sim.Commands(resident); len(got) != max(1, len(menu)) || got[0].Name != want {
			t.Errorf("%+v", got)
		}
	}
	me, err := c.Me(t.Context())
	if err != nil || me.UserName != "simulated_bot" {
		t.Errorf("%+v %v", me, err)
	}
}
