package bot

import (
	"strings"
	"testing"
	"time"

	"mvkbot/bot/admin"
	"mvkbot/storage"
)

// Ensure that /health tells of the running bot, of its store and of what
// administrators were told.
func TestHealth(t *testing.T) {
	w := newWorld(t).start()
	w.greet(administrator, boris)
	w.buried(boris, "late news")
	w.host.has(LowDisk - 1)
	w.inspect("")
	w.sms.fail(errTemporary)
	w.bot.out.add(w.posted(storage.Record{Channel: storage.SMS, Chat: anna, To: phone(anna), At: w.time.now().Unix()}))
	w.until("a SMS that waits", func() bool { return len(w.sms.calls()) == 1 })
	w.say(administrator, "/health", "Состояние бота")
	heard := w.last(administrator).Text
	for _, line := range []string{
		"✅ Обновления Telegram: работает, с ", "✅ SMS: работает, с 15 января, 11:00", "✅ Почта: работает, с 15 января, 11:00",
		"⚠️ кончается место на диске, с 15 января, 11:00", "Ждут отправки: Telegram 0, SMS 1,", "Самое старое ждёт с 15 января, 11:00",
		"Недоставленные: 1, см. /outbox", "Сбоев с запуска: 0", "Размер 5,0 МБ, свободно на диске 1024,0 МБ", "Записей на диск с запуска: 7",
		"Ещё не загружен.",
	} {
		if !strings.Contains(heard, line) {
			t.Errorf("no %q in\n%s", line, heard)
		}
	}
	w.sms.fail(nil)
	w.afterPause(time.Second)
	w.settled()
}

// panicking is a bot that cannot tell how it is.
type panicking struct{ admin.Monitor }

// Ensure that a look-up that panics ends with an apology, and the bot goes on.
func TestHealth_Panics(t *testing.T) {
	w := newWorld(t).start()
	w.greet(administrator)
	w.bot.Desk.Monitor = panicking{}
	w.say(administrator, "/health", "ошибка на нашей стороне")
	w.say(administrator, "/maintenance", "открыт для жителей")
}
