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
	b.Sees("Кто вы?")
	register(b)
	b.Shot("registered-1440")

	b.Press("Привязать лицевой счёт")
	b.Sees("Привязка договора")
	b.Press("Квартира")
	b.Sees("номер лицевого счёта")
	b.Click(`//*[@id="contracts"]//button[.="1011234567"]`)
	b.Say("")
	b.Sees("номер квартиры")
	b.Say("кв. 012")
	b.Sees("Проверьте")
	b.Press("Привязать")
	b.Sees("Договор привязан")
	b.Press("Привязать лицевой счёт")
	b.Press("Апартаменты")
	b.Say("202 123-45-67")
	b.Sees("202 123-45-67")
	b.Press("Привязать")
	b.Sees("номер апартаментов")
	b.Say("304")
	b.Sees("Пресненская")
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
	b.Sees("Раздел для физических лиц")
	b.Press("Регистрация")
	b.Sees("Вы согласны?")
	b.Press("Согласен")
	b.Sees("Шаг 1 из 7")
	b.Say("Соколова")
	b.Sees("Шаг 2 из 7")
	b.Say("Анна")
	b.Sees("Шаг 3 из 7")
	b.Press("Пропустить")
	b.Sees("Шаг 4 из 7")
	b.PressKey("Отправить мой номер")
	b.Sees("Шаг 5 из 7")
	b.Say("anna@mail.example")
	b.Sees("Шаг 6 из 7")
	b.Waits(`//*[@id="messages"]//img`)
	b.Shot("captcha-1440")
	b.Say("12345")
	b.Sees("Шаг 7 из 7")
	b.Press("Принимаю")
	b.Sees("Проверьте анкету")
	b.Shot("review-1440")
	b.Press("Зарегистрироваться")
	b.Sees("Подтверждение телефона")
	b.Click(`//*[@id="sms"]//button[.="Вставить код"]`)
	b.Say("")
	b.Sees("Подтверждение почты")
	b.Waits("#letter iframe")
	b.Shot("codes-1440")
	b.Click(`//*[@id="letter"]//button[.="Вставить код"]`)
	b.Say("")
	b.Sees("Личный кабинет открыт")
}
