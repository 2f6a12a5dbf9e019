//go:build integration

package demo_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	mail "github.com/wneessen/go-mail"

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
	b.Waits(`//*[@data-resident="5000000006"][@aria-current="true"]`)
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
