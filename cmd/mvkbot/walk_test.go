package main

import (
	"strings"
	"testing"
	"time"
)

// move is one step of a resident: what they do, and what they are then asked.
type move struct {
	do   func(w *town, user int64)
	then string
}

func says(text, then string) move {
	return move{func(w *town, u int64) { w.t.Helper(); w.say(u, text) }, then}
}

func presses(caption, then string) move {
	return move{func(w *town, u int64) { w.t.Helper(); w.press(u, caption) }, then}
}

// annasWay is the whole way from /start to a bound flat contract and a retry
// for apartments (SPEC §2.1–2.6).
var annasWay = []move{
	says("/start", "Кто вы?"),
	presses("Физическое лицо", "Раздел для физических лиц"),
	presses("Регистрация", "Вы согласны?"),
	presses("Согласен", "Шаг 1 из 7"),
	says("Соколова", "Шаг 2 из 7"),
	says("Анна", "Шаг 3 из 7"),
	presses("Пропустить", "Шаг 4 из 7"),
	presses("Отправить мой номер", "Шаг 5 из 7"),
	says("anna@mail.example", "Шаг 6 из 7"),
	says("12345", "Шаг 7 из 7"),
	presses("Принимаю", "Проверьте анкету"),
	presses("Зарегистрироваться", "Подтверждение телефона"),
	{func(w *town, u int64) { w.t.Helper(); w.say(u, w.smsCode("+79161234501", 1)) }, "Подтверждение почты"},
	{func(w *town, u int64) { w.t.Helper(); w.say(u, w.mailCode("anna@mail.example", 1)) }, "Личный кабинет открыт"},
	presses("Привязать лицевой счёт", "Привязка договора"),
	presses("Квартира", "номер лицевого счёта"),
	says("123 456-7890", "номер квартиры"),
	says("кв. 012", "Проверьте"),
	presses("Привязать", "Договор привязан"),
	presses("Привязать лицевой счёт", "Привязка договора"),
	presses("Апартаменты", "номер лицевого счёта"),
	says("2000000001", "Проверьте"),
	presses("Привязать", "номер апартаментов"),
	says("7", "Договор привязан"),
	presses("Мои договоры", "Ходынский"),
}

// Ensure that a resident goes the whole way in a real process.
func TestWalk(t *testing.T) {
	w := newTown(t)
	w.start()
	for _, m := range annasWay {
		m.do(w, anna)
		w.wait(anna, m.then)
	}
	w.stop()
}

// Ensure that kill -9 at every step loses no step and sends no code twice: the
// bot is killed the moment it was told something, somewhere in its work, and
// once more after it answered.
func TestKillAtEveryStep(t *testing.T) {
	w := newTown(t)
	for _, m := range annasWay {
		w.start()
		m.do(w, anna)
		w.kill()
		w.start()
		w.wait(anna, m.then)
		if m.then == "Подтверждение телефона" {
			w.settleSMS()
		}
		w.kill()
	}
	w.start()
	w.say(anna, "/start")
	w.wait(anna, "Привязано: 2 договора")
	w.stop()
	codes := map[string]bool{}
	for _, s := range w.outside.SMS() {
		if codes[s.Text] {
			t.Errorf("a code was sent twice")
		}
		codes[s.Text] = true
	}
	letters := map[string]bool{}
	for _, l := range w.outside.Letters() {
		letters[l.MessageID] = true
	}
	if len(letters) != 1 {
		t.Errorf("%d letters were sent, want 1", len(letters))
	}
}

// settleSMS waits until the SMS came. Where the kill hid whether the gateway
// had taken it the bot does not repeat it (SPEC §6.2): the resident asks for a
// new code a minute later.
func (w *town) settleSMS() {
	w.t.Helper()
	const lost = "channel=sms"
	w.waitFor("the SMS or its loss", func() bool {
		return len(w.outside.SMS()) > 0 || strings.Contains(w.log.String(), lost)
	})
	if len(w.outside.SMS()) > 0 {
		return
	}
	w.stop()
	w.clock += 61 * time.Second
	w.start()
	w.press(anna, "Отправить повторно")
	w.wait(anna, "Отправили новую SMS")
	w.waitFor("the second SMS", func() bool { return len(w.outside.SMS()) > 0 })
}
