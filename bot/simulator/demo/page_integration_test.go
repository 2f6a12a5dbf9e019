//go:build integration

package demo_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"os"
	"path/filepath"
	"strings"
	"testing"

	mail "github.com/wneessen/go-mail"

	"mvkbot/bot/simulator/demo"
	"mvkbot/bot/simulator/demo/demotest"
)

// The page from one end to the other, over a bot of a few answers.
func TestPage(t *testing.T) {
	r := newRig(t)
	go r.answer()
	b := demotest.Open(t, r.url)
	b.Window(1440, 900, false)
	b.Waits("#start")
	b.Shot("empty-1440")
	r.call("setMyCommands", `{"commands":[{"command":"start","description":"Начать"},{"command":"help","description":"Инструкция"},{"command":"cancel","description":"Выйти"}]}`)
	b.Click("#start")
	b.Sees("Здравствуйте")
	b.Press("Физическое лицо")
	b.Waits(`//*[@id="toasts"]/p[contains(., "Хорошо")]`)
	b.Sees("Вы — физическое лицо")
	b.Press("Тревога")
	b.Waits(`//dialog[@open]//p[contains(., "Этого делать не стоит")]`)
	b.Click("dialog[open] button")
	b.Say("Соколова")
	b.Sees("Шаг 4 из 7")
	b.PressKey("Отправить мой номер")
	b.Sees("+7 916 111-22-33")
	b.Sees("Пять цифр с картинки")
	b.Waits(`//*[@id="messages"]//img[@alt="Картинка от бота"]`)
	b.Shot("captcha-1440")

	testInbox(t, r, b)
	testAttachments(t, b)
	testKeyboard(t, b)
	testReplies(t, r, b)
	testStaff(t, r, b)
	testResidents(t, r, b)
	testControls(t, r, b)
	for _, w := range []struct {
		name          string
		width, height int64
	}{{"390", 390, 844}, {"900", 900, 800}, {"1440", 1440, 900}} {
		for _, dark := range []bool{false, true} {
			b.Window(w.width, w.height, dark)
			name := fmt.Sprintf("%s-dark=%v", w.name, dark)
			b.Shot("chat-" + name)
			if got := b.Eval("document.documentElement.scrollWidth <= innerWidth"); got != "true" {
				t.Errorf("%s: the page is wider than the window", name)
			}
			if w.width > 1000 {
				continue
			}
			for _, tab := range []string{"inbox", "contracts", "clock", "chat"} {
				b.Click("[data-tab=" + tab + "]")
				b.Shot(tab + "-" + name)
			}
		}
	}
}

// A code goes from an SMS into the chat by one click; a letter's HTML stays in
// its frame.
func testInbox(t *testing.T, r *rig, b *demotest.Browser) {
	r.get("/gateway/sms?to=%2B79161112233&text=%D0%9C%D0%92%D0%9A%3A+%D0%BA%D0%BE%D0%B4+482913.+%D0%9D%D0%B8%D0%BA%D0%BE%D0%BC%D1%83+%D0%B5%D0%B3%D0%BE+%D0%BD%D0%B5+%D1%81%D0%BE%D0%BE%D0%B1%D1%89%D0%B0%D0%B9%D1%82%D0%B5.")
	b.Waits(`//*[@id="sms"]/li[contains(., "Анна Соколова")]`)
	b.Click(`//*[@id="sms"]//button[contains(., "Вставить код")]`)
	if got := b.Eval(`document.getElementById("say").value`); got != "482913" {
		t.Errorf("the code typed is %q", got)
	}
	b.Say("")
	b.Sees("482913")

	m := mail.NewMsg()
	for _, err := range []error{m.FromFormat("Мой МВК", "noreply@example.ru"), m.To("anna@example.ru")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	m.Subject("Код подтверждения почты")
	m.SetBodyString(mail.TypeTextPlain, "Ваш код: 730114\n\nНикому его не сообщайте.")
	m.AddAlternativeString(mail.TypeTextHTML, `<h2 style="color:#1a6fb4">Мой МВК</h2><p>Ваш код: <b>730114</b></p><p>Никому его не сообщайте.</p>`)
	r.send(m)
	b.Waits("#letter iframe")
	if got := b.Eval(`document.querySelector("#letter iframe").contentDocument`); got != "null" {
		t.Errorf("the letter shares the page's origin: %s", got)
	}
	b.Click(`//*[@id="letter"]//button[contains(., "Текст")]`)
	b.Waits(`//*[@id="letter"]//pre[contains(., "730114")]`)
	b.Click(`//*[@id="letter"]//button[contains(., "Письмо")]`)
}

func testAttachments(t *testing.T, b *demotest.Browser) {
	b.Click("#attach")
	b.Shot("attach-1440")
	b.Click(`//*[@id="attach-menu"]//button[contains(., "Голосовое")]`)
	b.Waits("#messages .own .player")
	b.Click("#attach")
	b.Click(`//*[@id="attach-menu"]//button[contains(., "Стикер")]`)
	b.Waits("#messages .own .sticker")
	b.Click("#attach")
	b.Click(`//*[@id="attach-menu"]//button[contains(., "Пётр Иванов")]`)
	b.Sees("+7 916 222-33-44")
	path := filepath.Join(t.TempDir(), "счёт.txt")
	if err := os.WriteFile(path, []byte("текст"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.Attach("#pick-file", path)
	b.Sees("счёт.txt")
}

// Everything is in reach of the keyboard: arrows lead to the bot's buttons and
// through menus, Escape leads back.
func testKeyboard(t *testing.T, b *demotest.Browser) {
	b.Say("ещё") // two buttons come
	b.Sees("Ещё кнопки")
	b.Click("#say")
	b.Keys("ArrowUp")
	if got := b.Eval(`document.activeElement.textContent`); got != "Первая" {
		t.Errorf("the arrow leads to %q", got)
	}
	b.Click("#commands")
	b.Keys("ArrowDown", "ArrowDown", "ArrowUp")
	if got := b.Eval(`document.activeElement.textContent`); !strings.HasPrefix(got, "/") {
		t.Errorf("the menu's arrows lead to %q", got)
	}
	b.Keys("Escape")
	if got := b.Eval(`document.activeElement.id`); got != "commands" {
		t.Errorf("Escape leads to %q", got)
	}
}

// A click on a message answers it; own words can be changed, and the line says which is
// being done.
func testReplies(t *testing.T, r *rig, b *demotest.Browser) {
	b.Click(`//*[@id="messages"]/li[contains(., "Ещё кнопки")]//*[@class="text"]`)
	b.Shot("message-menu-1440")
	b.Click(`//*[@id="message-menu"]//button[contains(., "Ответить")]`)
	b.Waits(`//*[@id="context"][contains(., "Ещё кнопки")]`)
	b.Say("отвечаю")
	b.Waits(`//*[@id="messages"]/li[contains(@class, "theirs")]//*[@class="quote"][contains(., "отвечаю")]`)
	b.WaitsHidden("#context")
	b.Shot("reply-1440")

	b.Say("черновик")
	b.Sees("черновик")
	if got := b.Eval(`document.querySelectorAll('#messages .more[tabindex="0"]').length`); got != "1" {
		t.Errorf("messages are %s stops of the Tab key", got)
	}
	b.Eval(`document.querySelector('#messages .more[tabindex="0"]').focus()`)
	b.Keys("ArrowUp", "ArrowDown")
	b.Eval(`document.activeElement.click()`)
	b.Keys("ArrowDown")
	if got := b.Eval(`document.activeElement.textContent`); got != "Изменить" {
		t.Errorf("the menu's arrow leads to %q", got)
	}
	b.Eval(`document.activeElement.click()`)
	if got := b.Eval(`document.getElementById("say").value`); got != "черновик" {
		t.Errorf("the words to change are %q", got)
	}
	b.Shot("edit-1440")
	b.Keys("Escape")
	b.WaitsHidden("#context")
	if got := b.Eval(`document.getElementById("say").value`); got != "" {
		t.Errorf("after Escape the line holds %q", got)
	}
	b.Click(`//*[@id="messages"]/li[last()]//*[@class="text"]`)
	b.Click(`//*[@id="message-menu"]//button[contains(., "Изменить")]`)
	b.Say(" исправлен")
	b.Waits(`//*[@id="messages"]/li[contains(., "черновик исправлен")][contains(., "изменено")]`)
	if got := r.simulator.Chat(anna); got[len(got)-1].Text != "черновик исправлен" {
		t.Errorf("%+v", got[len(got)-1])
	}
}

// The phone of the staff is told apart, has a menu of its own, and sends a file with the
// typed text as its caption.
func testStaff(t *testing.T, r *rig, b *demotest.Browser) {
	operator := fmt.Sprintf("[data-resident='%d']", demo.Operator)
	b.Waits(operator + " .staff-mark")
	b.WaitsHidden("#me-staff")
	b.Click(operator)
	b.Waits("#me-staff")
	b.Click("#start")
	b.Sees("Здравствуйте")
	r.call("setMyCommands", fmt.Sprintf(`{"scope":{"type":"chat","chat_id":%d},"commands":[
		{"command":"tickets","description":"Обращения"},{"command":"find","description":"Найти жителя"}]}`, demo.Operator))
	b.Say("ещё") // what comes now, comes with the menu
	b.Sees("Ещё кнопки")
	b.Click("#commands")
	b.Waits(`//*[@id="commands-menu"]//button[contains(., "/tickets")][contains(., "Обращения")]`)
	b.Shot("staff-menu-1440")
	b.Keys("Escape")
	path := filepath.Join(t.TempDir(), "договоры.csv")
	if err := os.WriteFile(path, []byte("number;kind"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.Eval(`document.getElementById("say").value = "/import"`)
	b.Attach("#pick-file", path)
	b.Waits(`//*[@id="messages"]/li[contains(., "договоры.csv")][contains(., "/import")]`)
	if got := b.Eval(`document.getElementById("say").value`); got != "" {
		t.Errorf("the caption stays in the line: %q", got)
	}
	for _, w := range []struct{ width, height int64 }{{390, 844}, {1440, 900}} {
		b.Window(w.width, w.height, false)
		b.Shot(fmt.Sprintf("staff-%d", w.width))
		b.Click(`//*[@id="messages"]/li[last()]//*[@class="text"]`)
		b.Waits(`//*[@id="message-menu"]//button[contains(., "Скачать")]`)
		b.Shot(fmt.Sprintf("staff-message-menu-%d", w.width))
		b.Keys("Escape")
		b.WaitsHidden("#message-menu")
		if got := b.Eval("document.documentElement.scrollWidth <= innerWidth"); got != "true" {
			t.Errorf("staff at %d: the page is wider than the window", w.width)
		}
	}
	b.Click("[data-resident='5000000001']")
	b.WaitsHidden("#me-staff")
}

// Others' chats go on unseen, and say so.
func testResidents(t *testing.T, r *rig, b *demotest.Browser) {
	b.Click("[data-resident='5000000002']")
	b.Click("#start")
	b.Sees("Здравствуйте")
	b.Click("[data-resident='5000000001']")
	b.Sees("Соколова")
	if _, err := r.try("sendMessage", `{"chat_id":5000000002,"text":"Вы ещё здесь?"}`); err != nil {
		t.Fatal(err)
	}
	b.Waits(`//*[@data-resident="5000000002"]//b[@class="badge"][contains(., "1")]`)
	b.Click("#add-resident")
	b.Waits(`//*[@data-resident="5000000004"][@aria-current="true"]`)
	b.Click("[data-resident='5000000001']")
}

func testControls(t *testing.T, r *rig, b *demotest.Browser) {
	b.Click("[data-clock=hour]")
	b.Waits(`//*[@id="offset"][contains(., "+1 ч")]`)
	b.Shot("moved-1440")
	b.Click("[data-clock=now]")
	b.WaitsHidden("#offset")
	b.Click("#kill")
	b.Waits(`//*[@id="bot-state"][contains(., "1 перезапуск")]`)
	b.Click(`//*[@id="contracts"]//button[contains(., "1234567890")]`)
	if got := b.Eval(`document.getElementById("say").value`); got != "1234567890" {
		t.Errorf("the number typed is %q", got)
	}
}

// answer is the bot: it runs until the simulator is closed.
func (r *rig) answer() {
	for offset := 0; ; {
		result, err := r.try("getUpdates", fmt.Sprintf(`{"timeout":20,"offset":%d}`, offset))
		if err != nil {
			return // closed
		}
		var updates []update
		if err := json.Unmarshal(result, &updates); err != nil {
			r.t.Error(err)
			return
		}
		for _, u := range updates {
			offset = u.ID + 1
			if err := r.answerTo(u); err != nil {
				r.t.Error(err)
			}
		}
	}
}

type update struct {
	ID      int `json:"update_id"`
	Message *struct {
		Text    string
		ID      int       `json:"message_id"`
		ReplyTo *struct{} `json:"reply_to_message"`
		Contact *struct{}
		Chat    struct{ ID int64 }
	}
	Callback *struct {
		ID      string
		Data    string
		Message struct {
			ID   int `json:"message_id"`
			Chat struct{ ID int64 }
		}
	} `json:"callback_query"`
}

func (r *rig) answerTo(u update) (err error) {
	send := func(chat int64, text, markup string) {
		if markup == "" {
			markup = "{}"
		}
		_, err = r.try("sendMessage", fmt.Sprintf(`{"chat_id":%d,"text":%q,"parse_mode":"HTML","reply_markup":%s}`, chat, text, markup))
	}
	switch c := u.Callback; {
	case c != nil && c.Data == "alert":
		_, err = r.try("answerCallbackQuery", fmt.Sprintf(`{"callback_query_id":%q,"text":"Этого делать не стоит.","show_alert":true}`, c.ID))
	case c != nil:
		if _, err = r.try("answerCallbackQuery", fmt.Sprintf(`{"callback_query_id":%q,"text":"Хорошо"}`, c.ID)); err == nil {
			_, err = r.try("editMessageText", fmt.Sprintf(`{"chat_id":%d,"message_id":%d,"text":"Вы — физическое лицо.\nВведите фамилию.","reply_markup":{"inline_keyboard":[[{"text":"Тревога","callback_data":"alert","style":"danger"},{"text":"Дальше","callback_data":"go","style":"success"}]]}}`, c.Message.Chat.ID, c.Message.ID))
		}
	case u.Message == nil: // an edited message
	case u.Message.ReplyTo != nil:
		_, err = r.try("sendMessage", fmt.Sprintf(`{"chat_id":%d,"text":"Принято","reply_parameters":{"message_id":%d}}`, u.Message.Chat.ID, u.Message.ID))
	case u.Message.Contact != nil:
		err = r.sendPicture(u.Message.Chat.ID)
	case u.Message.Text == "/start":
		send(u.Message.Chat.ID, "<b>Здравствуйте!</b> Это <a href=\"https://example.ru/\">личный кабинет</a>.\n\nКто вы? Команды: /help",
			`{"inline_keyboard":[[{"text":"Физическое лицо","callback_data":"person","style":"primary"}],[{"text":"Портал","url":"https://example.ru/"}]]}`)
	case u.Message.Text == "Соколова":
		send(u.Message.Chat.ID, "<b>Шаг 4 из 7.</b> Телефон, например <code>+7 916 123-45-67</code>",
			`{"keyboard":[[{"text":"Отправить мой номер","request_contact":true}],["Назад"]],"resize_keyboard":true,"input_field_placeholder":"+7 916 123-45-67","one_time_keyboard":true}`)
	case u.Message.Text == "ещё":
		send(u.Message.Chat.ID, "Ещё кнопки", `{"inline_keyboard":[[{"text":"Первая","callback_data":"1"},{"text":"Вторая","callback_data":"2"}]]}`)
	}
	return err
}

func (r *rig) sendPicture(chat int64) error {
	if _, err := r.try("sendMessage", fmt.Sprintf(`{"chat_id":%d,"text":"Спасибо.","reply_markup":{"remove_keyboard":true}}`, chat)); err != nil {
		return err
	}
	picture := image.NewRGBA(image.Rect(0, 0, 320, 120))
	for x := range 320 {
		for y := range 120 {
			picture.Set(x, y, color.RGBA{uint8(190 - x/4), uint8(225 - y/2), 240, 255})
		}
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range map[string]string{
		"chat_id": fmt.Sprint(chat), "caption": "Пять цифр с картинки",
		"reply_markup": `{"inline_keyboard":[[{"text":"🔄 Обновить","callback_data":"r"},{"text":"🔊 Прослушать","callback_data":"l"}]]}`,
	} {
		if err := form.WriteField(name, value); err != nil {
			return err
		}
	}
	file, err := form.CreateFormFile("photo", "captcha.png")
	if err != nil {
		return err
	}
	if err := png.Encode(file, picture); err != nil {
		return err
	}
	if err := form.Close(); err != nil {
		return err
	}
	_, err = r.upload("sendPhoto", form.FormDataContentType(), &body)
	return err
}
