//go:build integration

package main

import (
	"context"
	"fmt"
	"testing"

	"mvkbot/bot/simulator/demo/demotest"
)

// Ensure that in the page of a demo the link of a paper bill walks to a bound
// contract, a resident claims their own number, and another recovers an account
// from a new Telegram (SPEC §2.2, §2.6.7, §2.7).
func TestDemoAccounts(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	d := startDemo(t, ctx)
	b := demotest.Open(t, d.url)
	b.Window(1440, 900, false)
	resident := func(name string) { b.Click(fmt.Sprintf(`//*[@id="residents"]//button[contains(., "%s")]`, name)) }

	resident("Пётр Иванов") // gives Anna's number as his own
	b.Say("/start")
	b.Offers("Физическое лицо")
	fill(b, "+7 916 111-22-33", "petr@mail.example")
	b.Offers("Изменить номер")

	resident("Анна Соколова")
	b.Say("/start ls_1011234567_12")
	b.Asked("1011234567")
	fill(b, "+7 916 111-22-33", "anna@mail.example")
	b.Offers("Это мой номер")
	b.Shot("claim-1440")
	b.Press("Это мой номер")
	b.Asked("отправим туда")
	b.Press("Зарегистрироваться")
	b.Offers("Изменить номер")
	b.Click(`//*[@id="sms"]//li[1]//button[.="Вставить код"]`)
	b.Say("")
	b.Offers("Изменить почту")
	b.Click(`//*[@id="letter"]//button[.="Вставить код"]`)
	b.Say("")
	b.Asked("1011234567") // the link is remembered
	b.Press("Квартира")
	b.Offers("Привязать")
	b.Press("Привязать")
	b.Asked("Плющиха")
	shots(b, "menu")
	b.Press("Мои договоры")
	b.Asked("Плющиха")
	shots(b, "contracts")
	b.Press("Назад")
	b.Asked("Главное меню")
	b.Press("Мои данные")
	b.Asked("Мои данные")
	shots(b, "data")

	resident("Пётр Иванов")
	b.Asked("подтвердил другой человек")
	b.Shot("lost-1440")

	resident("Мария Ким")
	b.Say("/start")
	b.Offers("Физическое лицо")
	b.Press("Физическое лицо")
	b.Offers("Войти")
	b.Press("Войти")
	b.Asked("шаг 1 из 4")
	b.Say("8 916 111 22 33")
	b.Asked("шаг 2 из 4")
	b.Say("anna@mail.example")
	b.Asked("шаг 3 из 4")
	b.Click(`//*[@id="sms"]//li[1]//button[.="Вставить код"]`)
	b.Say("")
	b.Asked("шаг 4 из 4")
	b.Click(`//*[@id="letters"]//li[1]//button`)
	b.Click(`//*[@id="letter"]//button[.="Вставить код"]`)
	b.Say("")
	b.Asked("теперь в этом чате")
	shots(b, "recovered")
	resident("Анна Соколова")
	b.Asked("перенесён в другой Telegram")
	stop()
	if status := <-d.status; status != exitOK {
		t.Errorf("status %d: %s", status, d.stderr)
	}
}

// fill goes from the greeting to the submitted form.
func fill(b *demotest.Browser, phone, mail string) {
	for _, step := range []struct{ press, say, then string }{
		{press: "Физическое лицо", then: "Раздел"}, {press: "Регистрация", then: "согласны"}, {press: "Согласен", then: "Шаг 1 из 7"},
		{say: "Соколова", then: "Шаг 2 из 7"}, {say: "Анна", then: "Шаг 3 из 7"}, {press: "Пропустить", then: "Шаг 4 из 7"},
		{say: phone, then: "Шаг 5 из 7"}, {say: mail, then: "Шаг 6 из 7"}, {say: "12345", then: "Шаг 7 из 7"}, {press: "Принимаю", then: "анкету"},
	} {
		if step.press != "" {
			b.Press(step.press)
		} else {
			b.Say(step.say)
		}
		b.Asked(step.then)
	}
	b.Press("Зарегистрироваться")
}

// shots takes the page at both widths.
func shots(b *demotest.Browser, name string) {
	for _, w := range []struct{ width, height int64 }{{390, 844}, {1440, 900}} {
		b.Window(w.width, w.height, false)
		b.Shot(fmt.Sprintf("%s-%d", name, w.width))
	}
}
