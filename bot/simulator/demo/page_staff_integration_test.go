//go:build integration

package demo_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"mvkbot/bot/simulator/demo"
	"mvkbot/bot/simulator/demo/demotest"
)

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
