package bot

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"strings"
	"testing"
	"time"

	"mvkbot/bot/simulator"
	"mvkbot/flows"
	"mvkbot/storage"
)

// firstMember is the chat of account 1.
const firstMember = int64(1000)

// members opens accounts with chats that Telegram knows; the bot hears nothing of
// them.
func (w *world) members(n int) {
	w.t.Helper()
	for i := range n {
		chat := firstMember + int64(i)
		w.telegram.AddUser(simulator.User{ID: chat, FirstName: "Житель"})
		w.meet(chat)
		w.member(chat)
	}
	w.deaf()
}

// deaf drops the updates that wait for the bot.
func (w *world) deaf() {
	w.t.Helper()
	resp, err := http.Get(w.api.URL + "/bot" + testToken + "/deleteWebhook?drop_pending_updates=true")
	if err != nil {
		w.t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusOK {
		w.t.Fatal(resp.Status, err)
	}
}

// member opens an account.
func (w *world) member(chat int64) {
	w.t.Helper()
	if err := w.store.Turn(w.t.Context(), func(tx *storage.Turn) error {
		c, err := tx.Conversation(chat)
		if err != nil {
			return err
		}
		a := flows.Account{
			Chat: chat, Phone: flows.Phone(fmt.Sprintf("+7916%07d", chat)), Email: flows.Email(fmt.Sprintf("r%d@mail.example", chat)),
			Consent: accepted(w.rules.Consent), Agreement: accepted(w.rules.Agreement),
		}
		c.State, c.Account = "main_menu", tx.OpenAccount(a)
		tx.SetOwner(flows.Contact{Channel: flows.ByPhone, Value: string(a.Phone)}, flows.Owner{Account: c.Account})
		tx.SetOwner(flows.Contact{Channel: flows.ByEmail, Value: string(a.Email)}, flows.Owner{Account: c.Account})
		return tx.SaveConversation(c)
	}); err != nil {
		w.t.Fatal(err)
	}
}

func accepted(t flows.Terms) flows.Acceptance {
	return flows.Acceptance{Version: t.Version, SHA256: t.SHA256, At: 1}
}

// compose writes a broadcast and leads it up to its last confirmation.
func (w *world) compose(text string) {
	w.t.Helper()
	w.say(administrator, "/broadcast", "Напишите текст")
	w.say(administrator, text, "Кому отправить")
	w.press(administrator, "Все, у кого есть кабинет", "готова")
	w.decide("Отправить", "Отправить рассылку")
	w.decide("Да", "ещё раз")
}

// decide presses a button whose message then shows a text in place, at the next look
// where a change that was under way came later than the answer.
func (w *world) decide(caption, shown string) {
	w.t.Helper()
	if _, err := w.telegram.PressCaption(administrator, caption); err != nil {
		w.t.Fatalf("%s: %v, last: %q", caption, err, w.last(administrator).Text)
	}
	w.until(shown, func() bool {
		if strings.Contains(w.last(administrator).Text, shown) {
			return true
		}
		w.time.pass(time.Second)
		return false
	})
	w.time.pass(flowsDoubleTap)
}

// bulkState is the broadcast as the store has it.
func (w *world) bulkState(number uint64) flows.Broadcast {
	w.t.Helper()
	b, _, err := w.store.Broadcast(w.t.Context(), number)
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

// got counts the messages of a text in the chats of members.
func (w *world) got(n int, text string) (counts []int) {
	for i := range n {
		counts = append(counts, len(w.heard(firstMember+int64(i), text)))
	}
	return counts
}

func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 9, 9))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
