//go:build integration

package main

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"mvkbot/bot/simulator/demo"
	"mvkbot/bot/simulator/demo/demotest"
)

// Ensure that the desk of a demo has something to do from its first start: the
// operator takes what a resident wrote, answers by a reply, hears the resident
// and closes; the administrator sees the picture of /stats (SPEC §3).
func TestDemoStaff(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	d := startDemo(t, ctx)
	b := demotest.Open(t, d.url)
	b.Window(1440, 900, false)
	chat := func(id int64) { b.Click(fmt.Sprintf("[data-resident='%d']", id)) }
	olga := demo.Settled()[0].ID

	chat(demo.Operator)
	b.Sees("Новое обращение № 2") // the scene has ended
	const relayed = `//*[@id="messages"]/li[contains(., "Новое обращение № 1")]`
	b.Click(relayed + `//*[contains(concat(" ", @class, " "), " key ")][.="Взять"]`)
	b.Sees("Обращение № 1 ваше до")
	b.Click("#commands")
	b.Waits(`//*[@id="commands-menu"]//button[contains(., "/tickets")]`)
	b.Keys("Escape")
	b.Click(relayed + `//*[@class="text"]`)
	b.Click(`//*[@id="message-menu"]//button[contains(., "Ответить")]`)
	b.Waits(`//*[@id="context"][contains(., "Новое обращение № 1")]`)
	b.Say("Здравствуйте, Ольга! Второе начисление — за сентябрь. Пришлите, пожалуйста, показания счётчика.")
	b.Asked("Ответ по обращению № 1 отправлен")
	shots(b, "staff-answered")

	chat(olga)
	b.Asked("Второе начисление — за сентябрь")
	b.Click(`//*[@id="messages"]/li[last()]//*[@class="text"]`)
	b.Click(`//*[@id="message-menu"]//button[contains(., "Ответить")]`)
	b.Say("Спасибо! Показания: 00123.")
	b.Sees("Добавили к обращению № 1")
	shots(b, "staff-resident")

	chat(demo.Operator)
	b.Asked("Показания: 00123")
	b.Press("Открыть")
	b.Asked("Плющиха") // where the resident lives
	shots(b, "staff-ticket")
	b.Press("Закрыть")
	b.Waits(`//*[@id="messages"]/li[last()][contains(., "Обращение закрыто")]`)
	chat(olga)
	b.Asked("Обращение № 1 закрыто")

	chat(demo.Administrator)
	b.Say("/stats")
	b.Asked("Путь жителя")
	b.Waits(`//*[@id="messages"]//img`)
	if got := b.Eval(`[...document.querySelectorAll("#messages img")].every((i) => i.complete && i.naturalWidth > 600)`); got != "true" {
		t.Errorf("the picture of /stats is not shown: %s", got)
	}
	shots(b, "staff-stats")
	b.Say("/audit")
	b.Asked("/close")
	if got := b.Eval(`document.querySelector("#messages").lastElementChild.textContent`); strings.Contains(got, "refused") || strings.Contains(got, "begun") {
		t.Errorf("words of the program in the log: %s", got)
	}
	shots(b, "staff-audit")
	stop()
	if status := <-d.status; status != exitOK {
		t.Errorf("status %d: %s", status, d.stderr)
	}
}
