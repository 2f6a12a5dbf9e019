//go:build integration

package main

import (
	"context"
	"fmt"
	"testing"

	"mvkbot/bot/simulator/demo/demotest"
)

// Ensure that a resident goes the whole way in the page of a demo, from /start
// to a bound flat contract and apartments that want their number (SPEC §2.1–2.6).
func TestDemoPage(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	d := startDemo(t, ctx)
	b := demotest.Open(t, d.url)
	b.Window(1440, 900, false)
	b.Click("#start")
	b.Offers("Физическое лицо")
	register(b)
	b.Shot("registered-1440")

	b.Press("Привязать лицевой счёт")
	b.Asked("Привязка договора")
	b.Press("Квартира")
	b.Asked("лицевого счёта")
	b.Click(`//*[@id="contracts"]//button[.="1011234567"]`)
	b.Say("")
	b.Asked("квартиры")
	b.Say("кв. 012")
	b.Offers("Привязать")
	b.Press("Привязать")
	b.Asked("Плющиха")
	b.Press("Привязать лицевой счёт")
	b.Offers("Апартаменты")
	b.Press("Апартаменты")
	b.Asked("лицевого счёта")
	b.Say("202 123-45-67")
	b.Offers("Привязать")
	b.Press("Привязать")
	b.Asked("апартаментов")
	b.Say("304")
	b.Asked("Пресненская")
	for _, w := range []struct{ width, height int64 }{{390, 844}, {1440, 900}} {
		b.Window(w.width, w.height, false)
		b.Shot(fmt.Sprintf("bound-%d", w.width))
	}
	stop()
	if status := <-d.status; status != exitOK {
		t.Errorf("status %d: %s", status, d.stderr)
	}
}

// register goes from the greeting to the main menu; codes are taken from the
// page's phone and mailbox by a click.
func register(b *demotest.Browser) {
	b.Press("Физическое лицо")
	b.Offers("Регистрация")
	b.Press("Регистрация")
	b.Offers("Согласен")
	b.Press("Согласен")
	b.Asked("Шаг 1 из 7")
	b.Say("Соколова")
	b.Asked("Шаг 2 из 7")
	b.Say("Анна")
	b.Asked("Шаг 3 из 7")
	b.Press("Пропустить")
	b.Asked("Шаг 4 из 7")
	b.PressKey("Отправить мой номер")
	b.Asked("Шаг 5 из 7")
	b.Say("anna@mail.example")
	b.Asked("Шаг 6 из 7")
	b.Waits(`//*[@id="messages"]//img`)
	b.Shot("captcha-1440")
	b.Say("12345")
	b.Offers("Принимаю")
	b.Press("Принимаю")
	b.Offers("Зарегистрироваться")
	b.Shot("review-1440")
	b.Press("Зарегистрироваться")
	b.Offers("Изменить номер")
	b.Click(`//*[@id="sms"]//button[.="Вставить код"]`)
	b.Say("")
	b.Offers("Изменить почту")
	b.Waits("#letter iframe")
	b.Shot("codes-1440")
	b.Click(`//*[@id="letter"]//button[.="Вставить код"]`)
	b.Say("")
	b.Offers("Мои договоры")
}
