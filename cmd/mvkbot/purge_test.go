package main

import (
	"strings"
	"testing"
	"time"
)

// today is the Moscow day on which the test began: what it returns tells how far
// an hour of a day so many days later is off, also when midnight has passed.
func today(t *testing.T) (until func(days, hour, minute int) time.Duration) {
	t.Helper()
	moscow, err := time.LoadLocation("Europe/Moscow")
	if err != nil {
		t.Fatal(err)
	}
	year, month, day := time.Now().In(moscow).Date()
	return func(days, hour, minute int) time.Duration {
		return time.Until(time.Date(year, month, day+days, hour, minute, 0, 0, moscow))
	}
}

// register brings a resident up to the form of the phone's code.
func (w *town) register(user int64, phone, mail string) {
	w.t.Helper()
	for _, m := range []move{
		says("/start", "Кто вы?"), presses("Физическое лицо", "Раздел"), presses("Регистрация", "согласны"), presses("Согласен", "Шаг 1 из 7"),
		says("Соколова", "Шаг 2 из 7"), says("Анна", "Шаг 3 из 7"), presses("Пропустить", "Шаг 4 из 7"),
		says(phone, "Шаг 5 из 7"), says(mail, "Шаг 6 из 7"), says("12345", "Шаг 7 из 7"),
		presses("Принимаю", "Проверьте анкету"), presses("Зарегистрироваться", "Подтверждение телефона"),
	} {
		m.do(w, user)
		w.wait(user, m.then)
	}
}

// restartAt stops the bot and starts it with its clock moved.
func (w *town) restartAt(offset time.Duration) {
	w.t.Helper()
	w.stop()
	w.clock = offset
	w.start()
}

// Ensure SPEC §2.4: registered on day D, a registration stands in the night to
// D+2 at 02:59 and is gone at 03:00; its contacts are free, the verified one
// alone is told, the chat too.
func TestPurge(t *testing.T) {
	w, until := newTown(t), today(t)
	w.clock = until(1, 14, 5)
	w.start()
	w.register(anna, "+79161234501", "anna@mail.example")
	w.say(anna, w.smsCode("+79161234501", 1))
	w.wait(anna, "Подтверждение почты")

	w.restartAt(until(3, 2, 59) + 30*time.Second)
	w.wait(anna, "Напоминаем") // due at D+1, 10:05
	w.say(anna, "/start")
	w.wait(anna, "Подтверждение почты")
	w.stop()
	if n := len(w.outside.SMS()); n != 1 {
		t.Fatalf("%d SMS at 02:59, want the code alone", n)
	}

	w.clock = until(3, 3, 0)
	w.start()
	w.wait(anna, "Регистрация удалена")
	w.waitFor("the SMS about the deletion", func() bool { return len(w.outside.SMS()) == 2 })
	if s := w.outside.SMS()[1]; s.To != "+79161234501" || !strings.Contains(s.Text, "удалена") {
		t.Errorf("SMS to %s: %s", s.To, s.Text)
	}
	w.register(boris, "+79161234501", "anna@mail.example")
	w.stop()
	if letters := w.outside.Letters(); len(letters) != 2 || strings.Contains(letters[1].Subject, "удалена") {
		t.Errorf("%d letters, want the two codes", len(letters))
	}
}

// Ensure that a bot that was down for three nights catches up once.
func TestPurgeAfterThreeNights(t *testing.T) {
	w := newTown(t)
	w.start()
	w.register(anna, "+79161234501", "anna@mail.example")
	w.restartAt(5 * 24 * time.Hour)
	w.wait(anna, "Регистрация удалена")
	w.restartAt(5*24*time.Hour + time.Minute)
	w.say(anna, "/start")
	w.wait(anna, "Кто вы?")
	w.stop()
	told := 0
	for _, m := range w.telegram.Chat(anna) {
		told += strings.Count(m.Text, "Регистрация удалена")
	}
	if told != 1 {
		t.Errorf("the chat was told %d times, want once", told)
	}
	if n := len(w.outside.SMS()) + len(w.outside.Letters()); n != 2 {
		t.Errorf("%d messages left the bot, want the two codes: nothing was verified", n)
	}
}
