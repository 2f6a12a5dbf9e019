package bot

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Ensure that nothing that residents and staff write at the desk stands in the
// log or, readable, in the database: neither what is done nor what fails.
func TestNothingOfTheDeskLeaks(t *testing.T) {
	w := staffed(t)
	const canary = "канарейка"
	w.press(anna, "Поддержка", "Напишите вопрос")
	w.say(anna, "Вопрос "+canary, "принято")
	w.hear(olga, 0, "Вопрос "+canary)
	if _, err := w.telegram.SendDocument(anna, canary+".pdf", []byte("%PDF"), "Файл "+canary); err != nil {
		t.Fatal(err)
	}
	w.hear(olga, 0, "Файл "+canary)
	w.say(olga, "/note 1 заметка "+canary, "записана")
	w.say(olga, "/reply 1 ответ "+canary, "отправлен")
	w.say(olga, "/find "+canary, "Никого не нашлось")
	w.say(olga, "/reset "+canary, "Напишите номер в Telegram")
	w.say(olga, "/ticket "+canary, "Напишите номер обращения")
	w.say(olga, "/contract "+canary, "Напишите номер договора")
	for _, line := range []string{"/audit ", "/grant ", "/revoke ", "/outbox ", "/maintenance ", "/stats ", "/unbind Л1 ", "/user ", "/export ", "/take ", "/approve "} {
		w.say(administrator, line+canary, "")
	}
	w.say(administrator, "/block Л1 "+canary, "Причина")
	if _, err := w.telegram.PressCaption(administrator, "Да"); err != nil {
		t.Fatal(err)
	}
	w.until("the deed", func() bool { return len(w.heard(administrator, "доступ закрыт")) == 1 })
	w.say(administrator, "/reveal Л1", "Соколова")
	w.settled()
	w.bot.out.recover(w.posted(w.letter(olga, message{Text: "<b>" + canary})))
	w.refused = 1
	w.until("a dead letter", func() bool { return len(w.deadLetters()) > 0 })
	w.settled()
	log := w.log.String()
	w.end()
	file, err := os.ReadFile(filepath.Join(w.dir, "mvkbot.db"))
	if err != nil {
		t.Fatal(err)
	}
	for where, text := range map[string]string{"log": log, "database": string(file)} {
		for _, secret := range []string{canary, "Соколова", "Анна", "anna@mail", "79161234101"} {
			if strings.Contains(text, secret) {
				t.Errorf("%q stands in the %s", secret, where)
			}
		}
	}
}
