package main

import (
	"os"
	"strings"
	"testing"
)

// Ensure that «Войти» with nobody's contacts goes the same way as with an
// account's, and that not one message leaves the bot.
func TestAccessOfNobody(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.start()
	for _, m := range []move{
		says("/start", "Кто вы?"), presses("Физическое лицо", "Раздел"), presses("Войти", "шаг 1 из 4"),
		says("+7 916 123-45-99", "шаг 2 из 4"), says("nobody@mail.example", "шаг 3 из 4"), says("111111", "не подошёл"),
	} {
		m.do(w, boris)
		w.wait(boris, m.then)
	}
	w.stop()
	if sms, letters := len(w.outside.SMS()), len(w.outside.Letters()); sms+letters != 0 {
		t.Errorf("%d SMS and %d letters left the bot", sms, letters)
	}
	d := w.desk()
	d.succeeds("check")
}

// Ensure that an account moves to the chat that proves both contacts, the old
// one is told, and what was deleted is gone from both.
func TestAccessMovesAndDeletes(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.start()
	for _, m := range annasWay {
		m.do(w, anna)
		w.wait(anna, m.then)
	}
	for _, m := range []move{
		says("/start", "Кто вы?"), presses("Физическое лицо", "Раздел"), presses("Войти", "шаг 1 из 4"),
		says("8 916 123 45 01", "шаг 2 из 4"), says("anna@mail.example", "шаг 3 из 4"),
		{func(w *town, u int64) { w.t.Helper(); w.say(u, w.smsCode("+79161234501", 2)) }, "шаг 4 из 4"},
		{func(w *town, u int64) { w.t.Helper(); w.say(u, w.mailCode("anna@mail.example", 2)) }, "теперь в этом чате"},
	} {
		m.do(w, boris)
		w.wait(boris, m.then)
	}
	w.before[anna] = 0
	w.wait(anna, "перенесён в другой Telegram")
	for _, m := range []move{
		presses("Мои договоры", "Ходынский"), presses("Назад", "Главное меню"), presses("Мои данные", "Мои данные"), presses("Удалить кабинет", "Удалить"),
		presses("Да, удалить", "насовсем"), presses("Удалить насовсем", "удалён"),
	} {
		m.do(w, boris)
		w.wait(boris, m.then)
	}
	d := w.desk()
	d.succeeds("backup", d.path("copy"))
	w.stop()
	d.succeeds("check")
	found := map[string]string{"log": w.log.String()}
	for _, file := range []string{"mvkbot.db", "copy"} {
		content, err := os.ReadFile(w.path(file))
		if err != nil {
			t.Fatal(err)
		}
		found[file] = strings.ReplaceAll(string(content), strings.Repeat("\x00", 4096), "") // pages never used
	}
	for name, pattern := range planted(t, w.smsCode("+79161234501", 2), w.mailCode("anna@mail.example", 2)) {
		for where, text := range found {
			if at := pattern.FindStringIndex(text); at != nil {
				t.Errorf("%s stands in the %s: %q", name, where, text[max(0, at[0]-60):min(len(text), at[1]+20)])
			}
		}
	}
}
