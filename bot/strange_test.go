package bot

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// Pieces that strange messages are made of: what a modified client, an inline bot
// or a later Bot API may put together. A %d is a number.
var (
	strangeFields = []string{
		`"reply_to_message":{"message_id":%d,"date":0}`, `"reply_to_message":{"message_id":%d,"chat":{"id":102,"type":"private"},"text":"x"}`,
		`"forward_origin":{"type":"hidden_user","date":%d}`, `"via_bot":{"id":%d}`, `"sender_chat":{"id":%d,"type":"channel"}`, `"sender_business_bot":{"id":%d}`,
		`"media_group_id":"%d"`, `"edit_date":%d`, `"contact":{"phone_number":"7916123450%d","user_id":101}`, `"contact":{"phone_number":"","user_id":%d}`,
		`"photo":[]`, `"photo":[{"file_id":""},{"file_id":"p%d"}]`, `"document":{"file_id":"d%d","file_name":"../../\u202efdp\u0000.exe"}`, `"document":{}`,
		`"voice":{"file_id":"v%d"}`, `"sticker":{"file_id":"s"}`, `"story":{"id":%d}`, `"checklist":{"tasks":[]}`, `"guest_query_id":"%d"`, `"migrate_to_chat_id":%d`,
		`"successful_payment":{"currency":"XTR"}`, `"web_app_data":{"data":"desk_yes:0:1:0"}`, `"pinned_message":{"message_id":%d,"date":0}`, `"entities":[{"type":"bot_command","offset":-1,"length":%d}]`,
	}
	strangeWords = []string{
		"", "/start ls_%d", "/start " + strings.Repeat("я", 200), "/user %d", "/user Л%d", "/user -%d", "/reply 1 слово", "/REPLY@other №%d", "/ticket %d", "/ticket 1", "/take 1", "/close %d", "/verify %d phone", "/unbind Л%d", "/reset %d", "/import", "/note %d x",
		"/find %d", "/audit %d", "/approve %d", "/outbox %d drop", "/broadcast start %d", "/grant %d admin", "/export audit", "/maintenance", "/\u00a0%d", "\u200b/user 101",
		"١٢٣", "\U0001F4A5", "\u202e\u2066", "<b>&amp;%d", "\\u0000\\ud800",
	}
	strangeData   = []string{"", ":::", "desk_yes:0:%x:0", "desk_pick:0:%x:7", "desk_page:0:1:%x", "desk_user:0:0:%x", "desk_ticket:0:0:%x", "desk_approve:0:0:%x", "help_pressed:%x:1:0", "desk_reply:0:0:1fffffffffffff"}
	strangeNumber = []int64{1, 1, 1, 1, 101, 101, 0, 2, 7, 102, 900, 1<<31 - 1, 1 << 31, 1<<53 - 1, 1<<63 - 1, -1}
)

// strange is an update that no client of Telegram's makes.
func strange(r *rand.Rand, n int) json.RawMessage {
	number := func(piece string) string {
		if strings.Contains(piece, "%") {
			return fmt.Sprintf(piece, strangeNumber[r.IntN(len(strangeNumber))])
		}
		return piece
	}
	one := func(pieces []string) string { return number(pieces[r.IntN(len(pieces))]) }
	user := []int64{anna, boris, olga, administrator}[r.IntN(4)]
	fields := []string{
		fmt.Sprintf(`"message_id":%d`, r.IntN(40)), fmt.Sprintf(`"from":{"id":%d,"username":"u"}`, user), fmt.Sprintf(`"chat":{"id":%d,"type":"private"}`, user),
		fmt.Sprintf(`"%s":"%s"`, []string{"text", "text", "caption"}[r.IntN(3)], one(strangeWords)),
	}
	for range r.IntN(3) {
		fields = append(fields, one(strangeFields))
	}
	message := "{" + strings.Join(fields, ",") + "}"
	switch r.IntN(4) {
	case 0:
		return json.RawMessage(fmt.Sprintf(`{"callback_query":{"id":"%d","from":{"id":%d},"data":%q,"message":%s}}`, n, user, one(strangeData), message))
	case 1:
		return json.RawMessage(fmt.Sprintf(`{"edited_message":%s}`, message))
	}
	return json.RawMessage(fmt.Sprintf(`{"message":%s}`, message))
}

// Ensure that nothing that Telegram may deliver is a fault of the program, keeps
// others waiting, or takes the words of one resident to another.
func TestStrangeUpdates(t *testing.T) {
	w := staffed(t)
	w.greet(boris)
	w.press(anna, "Поддержка", "Напишите вопрос")
	w.say(anna, "Течёт кран на кухне", "Обращение № 1")
	before := w.bot.Stats().Updates.Load()
	played := func(n int) {
		w.until("the updates", func() bool { return w.bot.Stats().Updates.Load() >= before+uint64(n) && w.bot.in.waiting() == 0 })
		w.settled()
	}
	r := rand.New(rand.NewPCG(1, 2))
	const many = 1200
	for n := 1; n <= many; n++ {
		w.forge(strange(r, n))
		if n%50 == 0 {
			played(n)
		}
	}
	if n := w.bot.Stats().Faults.Load(); n != 0 {
		t.Errorf("%d turns faulted:\n%s", n, w.log)
	}
	if heard := w.heard(boris, "Течёт кран"); len(heard) != 0 {
		t.Errorf("another resident read %q", heard)
	}
	w.sound()
	w.refused = len(w.telegram.Violations()) // to show files and messages that never were
}
