package telegram_test

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"testing"
	"time"

	"mvkbot/bot/simulator"
	"mvkbot/bot/telegram"
)

// Ensure that a resident's file comes to the bot whole and goes on to another chat by its
// id, with a caption that can be changed.
func TestSimulator_Files(t *testing.T) {
	const operator = 43
	sim, c := rig(t)
	sim.AddUser(simulator.User{ID: operator, FirstName: "Оператор"})
	must[int](t)(sim.Say(operator, "/start"))
	updates := poll(t, c)
	next(t, updates)
	do := func(method string, params map[string]string) int {
		t.Helper()
		params["chat_id"] = strconv.Itoa(operator)
		return must[telegram.Result](t)(c.Do(t.Context(), telegram.Call{Method: method, Params: params})).MessageID
	}

	data := bytes.Repeat([]byte("договор;"), 100_000)
	must[int](t)(sim.SendDocument(resident, "акт.csv", data, "/import"))
	u := next(t, updates)
	if u.FileName != "акт.csv" || u.Caption != "/import" {
		t.Errorf("%+v", u)
	}
	var got bytes.Buffer
	if n, err := c.Download(t.Context(), u.FileID, telegram.MaxDownload, &got); err != nil || n != int64(len(data)) || !bytes.Equal(got.Bytes(), data) {
		t.Errorf("%d bytes, %v", n, err)
	}
	sent := do("sendDocument", map[string]string{"document": u.FileID, "caption": "от жителя"})
	do("editMessageCaption", map[string]string{"message_id": strconv.Itoa(sent), "caption": "закрыто"})
	do("sendMessage", map[string]string{"text": "взяли", "reply_parameters": `{"message_id":` + strconv.Itoa(sent) + `}`})
	chat := sim.Chat(operator)
	if m := chat[1]; m.ID != sent || m.Document == nil || m.Document.Name != "акт.csv" || m.Text != "закрыто" || chat[2].ReplyTo != sent {
		t.Errorf("%+v", chat[1:])
	}

	must[int](t)(sim.Reply(operator, sent, "ответ"))
	if u := next(t, updates); u.ReplyTo != sent || u.Text != "ответ" {
		t.Errorf("%+v", u)
	}
	photo := must[int](t)(sim.ReplyPhoto(operator, sent, pixel, "до"))
	u = next(t, updates)
	if u.Kind != telegram.KindPhoto || u.ReplyTo != sent {
		t.Errorf("%+v", u)
	}
	do("sendPhoto", map[string]string{"photo": u.FileID})
	if err := sim.EditCaption(operator, photo, "после"); err != nil {
		t.Fatal(err)
	}
	if u := next(t, updates); u.Kind != telegram.KindEdited || u.MessageID != photo || u.Caption != "после" || u.ReplyTo != sent {
		t.Errorf("%+v", u)
	}
}

// pixel is the smallest picture.
var pixel = []byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;")

// Ensure that a file which Telegram keeps to itself is told from one that cannot be had now.
func TestSimulator_Download(t *testing.T) {
	sim, c := rig(t)
	must[int](t)(sim.SendDocument(resident, "a", make([]byte, telegram.MaxDownload+1), ""))
	must[int](t)(sim.SendDocument(resident, "b", []byte("abc"), ""))
	chat := sim.Chat(resident)
	if _, err := c.Download(t.Context(), chat[0].Document.ID, 1<<40, io.Discard); !errors.Is(err, telegram.ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
	for _, tt := range []struct {
		fault simulator.Fault
		kind  telegram.Kind
	}{
		{simulator.Fault{Kind: simulator.FaultPage}, telegram.Unknown},
		{simulator.Fault{Kind: simulator.FaultFlood, RetryAfter: 3 * time.Second}, telegram.Temporary},
		{simulator.Fault{Kind: simulator.FaultTruncate}, telegram.Unknown},
	} {
		tt.fault.Method, tt.fault.Times = "file", 1
		sim.Inject(tt.fault)
		_, err := c.Download(t.Context(), chat[1].Document.ID, 3, io.Discard)
		var e *telegram.Error
		if !errors.As(err, &e) || e.Kind != tt.kind || e.RetryAfter != tt.fault.RetryAfter {
			t.Errorf("fault %d: %v", tt.fault.Kind, err)
		}
	}
	if n, err := c.Download(t.Context(), chat[1].Document.ID, 3, io.Discard); n != 3 || err != nil {
		t.Errorf("%d bytes, %v", n, err)
	}
}
