package demo_test

import (
	"fmt"
	"strings"
	"testing"

	"mvkbot/bot/simulator/demo"
)

// Staff have phones after the residents', told apart, with menus of their own.
func TestStaff(t *testing.T) {
	r := newRig(t)
	events := r.events()
	events.until("residents", `"name":"Мария Ким","phone":"+79163334455"},{`, `"name":"Сергей Волков"`,
		fmt.Sprintf(`{"id":%d,"name":"Оператор","phone":"+79165550101","staff":true}`, demo.Operator),
		fmt.Sprintf(`{"id":%d,"name":"Администратор","phone":"+79166660102","staff":true}]`, demo.Administrator))
	r.mustPost(fmt.Sprintf("/api/chats/%d/text", demo.Operator), `{"text":"/start"}`)
	r.mustPost("/api/chats/5000000001/text", `{"text":"/start"}`)
	r.call("setMyCommands", `{"commands":[{"command":"help","description":"Помощь"}]}`)
	r.call("setMyCommands", fmt.Sprintf(`{"scope":{"type":"chat","chat_id":%d},"commands":[{"command":"tickets","description":"Обращения"}]}`, demo.Operator))
	events.until("chat", fmt.Sprintf(`"user":%d`, demo.Operator), `"commands":[{"command":"tickets","description":"Обращения"}]`)
	r.call("deleteMyCommands", fmt.Sprintf(`{"scope":{"type":"chat","chat_id":%d}}`, demo.Operator))
	events.until("chat", fmt.Sprintf(`"user":%d`, demo.Operator), `"commands":[{"command":"help"`)
	if _, body := r.post("/api/residents", "{}"); strings.TrimSpace(body) != `{"id":5000000006}` {
		t.Fatal(body)
	}
	events.until("residents", `"name":"Юлия Орлова","phone":"+79164055005"},{"id":5000000101,`)
}

// What is said to a message, with a file or without, tells the bot which one; own words
// can be changed.
func TestChat_RepliesAndEdits(t *testing.T) {
	r := newRig(t)
	events := r.events()
	r.mustPost("/api/chats/5000000001/text", `{"text":"/start"}`)
	r.call("sendMessage", `{"chat_id":5000000001,"text":"Что случилось?"}`)
	asked := r.simulator.Chat(anna)[1].ID
	r.mustPost("/api/chats/5000000001/text", fmt.Sprintf(`{"text":"нет воды","replyTo":%d}`, asked))
	events.until("chat", fmt.Sprintf(`"own":true,"replyTo":%d`, asked), `"text":"нет воды"`)
	r.mustPost(fmt.Sprintf("/api/chats/5000000001/document?name=a.csv&caption=/import&replyTo=%d", asked), "a;b")
	events.until("chat", `"text":"/import"`, `"name":"a.csv"`)
	chat := r.simulator.Chat(anna)
	for i, words := range map[int]string{2: "есть вода", 3: "/import всё"} {
		r.mustPost("/api/chats/5000000001/edit", fmt.Sprintf(`{"message":%d,"text":%q}`, chat[i].ID, words))
		events.until("chat", fmt.Sprintf(`"text":%q`, words), `"edited":true`)
	}
	got := string(r.call("getUpdates", `{}`))
	for _, want := range []string{`"reply_to_message":{"message_id":` + fmt.Sprint(asked), `"edited_message"`, `"caption":"/import всё"`, `"text":"есть вода"`} {
		if !strings.Contains(got, want) {
			t.Errorf("the bot was not told %s in %s", want, got)
		}
	}
	if got := r.simulator.Violations(); len(got) != 0 {
		t.Error(got)
	}
}
