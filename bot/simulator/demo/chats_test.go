package demo_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// A text said on the page is an update for the bot, and what the bot sends is on
// the page at once: text with entities, buttons with their colours, keyboards.
func TestChat_Dialog(t *testing.T) {
	r := newRig(t)
	events := r.events()
	events.until("residents", "Анна Соколова", "Пётр Иванов", "Мария Ким")
	events.until("contracts", `"number":"1234567890"`, `"company":true`, `"closed":true`)
	r.mustPost("/api/chats/5000000001/text", `{"text":"/start"}`)
	events.until("chat", `"user":5000000001`, `"own":true`, `"text":"/start"`, "bot_command")
	if got := r.call("getUpdates", `{}`); !strings.Contains(string(got), "/start") {
		t.Errorf("the bot got %s", got)
	}
	r.call("sendMessage", `{"chat_id":5000000001,"text":"<b>Привет</b>","parse_mode":"HTML","reply_markup":{"inline_keyboard":[[
		{"text":"Да","callback_data":"yes","style":"success"},{"text":"Портал","url":"https://example.ru/"}]]}}`)
	events.until("chat", `"text":"Привет"`, `"type":"bold"`, `"data":"yes"`, `"style":"success"`, `"url":"https://example.ru/"`)
	r.call("sendChatAction", `{"chat_id":5000000001,"action":"typing"}`)
	events.until("chat", `"typing":"typing"`)
	r.call("sendMessage", `{"chat_id":5000000001,"text":"Телефон?","reply_markup":{"keyboard":[[{"text":"Отправить мой номер","request_contact":true}],["Назад"]]}}`)
	events.until("chat", `"contact":true`, `"text":"Назад"`)
	r.mustPost("/api/chats/5000000001/key", `{"text":"Отправить мой номер"}`)
	events.until("chat", `"contact":{"name":"Анна Соколова","phone":"`)
	r.mustPost("/api/chats/5000000001/key", `{"text":"Назад"}`)
	events.until("chat", `"own":true,"at"`, `"text":"Назад"`)
	r.call("deleteMessage", fmt.Sprintf(`{"chat_id":%d,"message_id":%d}`, anna, r.simulator.Chat(anna)[0].ID))
	if got := events.until("chat", `"user":5000000001`); strings.Contains(got, "/start") {
		t.Errorf("a deleted message is still shown: %s", got)
	}
	if got := r.simulator.Violations(); len(got) != 0 {
		t.Error(got)
	}
}

// The answer to a press comes back to the page that pressed.
func TestChat_Press(t *testing.T) {
	r := newRig(t)
	r.mustPost("/api/chats/5000000001/text", `{"text":"/start"}`)
	var sent struct {
		MessageID int `json:"message_id"`
	}
	result := r.call("sendMessage", `{"chat_id":5000000001,"text":"?","reply_markup":{"inline_keyboard":[[{"text":"Да","callback_data":"yes"}]]}}`)
	if err := json.Unmarshal(result, &sent); err != nil {
		t.Fatal(err)
	}
	type answer struct {
		status int
		body   string
	}
	pressed := make(chan answer)
	go func() {
		status, body := r.post("/api/chats/5000000001/press", fmt.Sprintf(`{"message":%d,"data":"yes"}`, sent.MessageID))
		pressed <- answer{status, body}
	}()
	var updates []struct {
		ID       int `json:"update_id"`
		Callback *struct {
			ID string `json:"id"`
		} `json:"callback_query"`
	}
	for offset := 0; len(updates) == 0 || updates[0].Callback == nil; {
		if err := json.Unmarshal(r.call("getUpdates", fmt.Sprintf(`{"timeout":10,"limit":1,"offset":%d}`, offset)), &updates); err != nil {
			t.Fatal(err)
		}
		offset = updates[0].ID + 1
	}
	r.call("answerCallbackQuery", fmt.Sprintf(`{"callback_query_id":%q,"text":"Готово","show_alert":true}`, updates[0].Callback.ID))
	if got := <-pressed; got.status != http.StatusOK || strings.TrimSpace(got.body) != `{"alert":true,"text":"Готово"}` {
		t.Errorf("press: %d %s", got.status, got.body)
	}
}

// Files go both ways; what could run in the page is only saved.
func TestChat_Files(t *testing.T) {
	r := newRig(t)
	png := "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89" +
		"\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
	events := r.events()
	r.mustPost("/api/chats/5000000001/photo", png)
	events.until("chat", `"kind":"photo"`)
	r.mustPost("/api/chats/5000000001/voice", "OggS")
	events.until("chat", `"kind":"voice"`)
	r.mustPost("/api/chats/5000000001/sticker", "")
	events.until("chat", `"kind":"sticker"`)
	r.mustPost("/api/chats/5000000001/contact", `{"of":5000000002}`)
	events.until("chat", `"name":"Пётр Иванов"`)
	r.mustPost("/api/chats/5000000001/document?name=%D1%81%D1%87%D1%91%D1%82.html", "<script>alert(1)</script>")
	chat := events.until("chat", `"kind":"document"`)

	var view struct {
		Messages []struct {
			Media *struct{ Kind, URL string }
		}
	}
	if err := json.Unmarshal([]byte(chat), &view); err != nil {
		t.Fatal(err)
	}
	for _, m := range view.Messages {
		if m.Media == nil {
			continue
		}
		response := r.get(m.Media.URL)
		kind, disposition := response.Header.Get("Content-Type"), response.Header.Get("Content-Disposition")
		if response.StatusCode != http.StatusOK || !strings.Contains(response.Header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%s: %s, %s", m.Media.Kind, response.Status, response.Header)
		}
		if m.Media.Kind == "photo" && !strings.HasPrefix(kind, "image/") {
			t.Errorf("photo: %s", kind)
		}
		if m.Media.Kind == "document" && (kind != "application/octet-stream" || !strings.HasPrefix(disposition, "attachment;")) {
			t.Errorf("document: %s, %s", kind, disposition)
		}
	}
	if got := r.get("/api/files/none").StatusCode; got != http.StatusNotFound {
		t.Errorf("unknown file: %d", got)
	}
}

// What cannot be done is refused with a Russian sentence and changes nothing.
func TestChat_Refusals(t *testing.T) {
	r := newRig(t)
	tests := []struct {
		path, body string
		status     int
		text       string
	}{
		{"/api/chats/5000000001/text", `{"text":""}`, http.StatusBadRequest, "4096"},
		{"/api/chats/5000000001/text", `{"text":"а"} {}`, http.StatusBadRequest, "непонятный"},
		{"/api/chats/5000000001/text", `{"words":"а"}`, http.StatusBadRequest, "непонятный"},
		{"/api/chats/5000000001/text", `{"text":"` + strings.Repeat("a", 70<<10) + `"}`, http.StatusBadRequest, "непонятный"},
		{"/api/chats/1/text", `{"text":"а"}`, http.StatusNotFound, "жителя"},
		{"/api/chats/x/text", `{"text":"а"}`, http.StatusNotFound, "жителя"},
		{"/api/chats/x/press", `{}`, http.StatusNotFound, "жителя"},
		{"/api/chats/x/key", `{}`, http.StatusNotFound, "жителя"},
		{"/api/chats/x/contact", `{}`, http.StatusNotFound, "жителя"},
		{"/api/chats/x/sticker", ``, http.StatusNotFound, "жителя"},
		{"/api/chats/x/photo", ``, http.StatusNotFound, "жителя"},
		{"/api/chats/5000000001/text", `{"text":"а","replyTo":7}`, http.StatusConflict, "сообщения"},
		{"/api/chats/5000000001/edit", `{"text":"а","message":7}`, http.StatusConflict, "сообщения"},
		{"/api/chats/5000000001/edit", `[]`, http.StatusBadRequest, "непонятный"},
		{"/api/chats/x/edit", `{}`, http.StatusNotFound, "жителя"},
		{"/api/chats/5000000001/document?name=a&replyTo=7", `x`, http.StatusConflict, "сообщения"},
		{"/api/chats/5000000001/document?name=a&replyTo=x", `x`, http.StatusBadRequest, "непонятный"},
		{"/api/chats/5000000001/document?caption=" + strings.Repeat("a", 1025), `x`, http.StatusBadRequest, "4096"},
		{"/api/chats/5000000001/photo", `x`, http.StatusBadRequest, "не картинка"},
		{"/api/chats/5000000001/press", `{"message":7,"data":"x"}`, http.StatusConflict, "кнопки"},
		{"/api/chats/5000000001/press", `[]`, http.StatusBadRequest, "непонятный"},
		{"/api/chats/5000000001/key", `{"text":"Нет такой"}`, http.StatusConflict, "кнопки"},
		{"/api/chats/5000000001/key", `[]`, http.StatusBadRequest, "непонятный"},
		{"/api/chats/5000000001/contact", `{"of":1}`, http.StatusNotFound, "жителя"},
		{"/api/chats/5000000001/contact", `[]`, http.StatusBadRequest, "непонятный"},
		{"/api/chats/5000000001/film", `x`, http.StatusBadRequest, "непонятный"},
		{"/api/chats/5000000001/photo", ``, http.StatusBadRequest, "непонятный"},
		{"/api/chats/5000000001/document?name=a", strings.Repeat("a", 20<<20+1), http.StatusRequestEntityTooLarge, "20 МБ"},
		{"/api/clock", `{"to":"yesterday"}`, http.StatusBadRequest, "непонятный"},
		{"/api/clock", ``, http.StatusBadRequest, "непонятный"},
	}
	for _, test := range tests {
		status, body := r.post(test.path, test.body)
		if status != test.status || !strings.Contains(body, test.text) || !strings.HasPrefix(body, `{"error":"`) {
			t.Errorf("POST %s %.40s: %d %s", test.path, test.body, status, body)
		}
	}
	if got := len(r.simulator.Chat(anna)) + len(r.simulator.Chat(petr)); got != 0 {
		t.Errorf("refused requests left %d messages", got)
	}
}
