package bot

import (
	"strings"
	"testing"

	"mvkbot/bot/admin"
	"mvkbot/bot/simulator"
	"mvkbot/bot/telegram"
	"mvkbot/flows"
	"mvkbot/storage"
)

// Ensure that no command and no button of the desk works in a group, whoever
// gives it.
func TestNoDeskInGroups(t *testing.T) {
	w := newWorld(t)
	w.bot.out.start(t.Context())
	lines := append([]admin.MenuLine{{Name: "approve"}, {Name: "decline"}}, w.bot.Desk.Menu(flows.Administrator)...)
	for _, line := range lines {
		for _, u := range []telegram.Update{
			{ID: 1, Kind: telegram.KindText, Chat: -100, From: administrator, Text: "/" + line.Name + " 101"},
			{ID: 2, Kind: telegram.KindText, Chat: -100, From: administrator, Text: "/" + line.Name + "@mvk_bot 101"},
			{ID: 3, Kind: telegram.KindText, Chat: administrator, From: anna, Private: true, Text: "/" + line.Name + " 101"},
			{ID: 4, Kind: telegram.KindCallback, Chat: -100, From: administrator, Callback: &telegram.Callback{ID: "1", Data: "desk_" + line.Name + ":0:1:65"}},
		} {
			if _, ok := w.bot.read(u); ok {
				t.Errorf("/%s in chat %d is taken", line.Name, u.Chat)
			}
		}
	}
	w.bot.asides.close()
	w.refused = len(w.telegram.Violations()) // to leave a group that Telegram does not know
}

// Ensure that a command that somebody of the staff forwards is nobody's.
func TestForwardedCommand(t *testing.T) {
	w := newWorld(t).start()
	w.greet(administrator)
	id, err := w.telegram.Forward(administrator, simulator.User{ID: boris, FirstName: "Борис"}, "/staff")
	if err != nil {
		t.Fatal(err)
	}
	if told := w.hear(administrator, id, ""); strings.Contains(told.Text, "Сотрудники") {
		t.Errorf("the command ran: %q", told.Text)
	}
}

// account gives a resident an account.
func (w *world) account(chat int64) {
	w.t.Helper()
	err := w.store.Turn(w.t.Context(), func(tx *storage.Turn) error {
		a := flows.Account{Chat: chat, Surname: "Соколова", Name: "Анна", Phone: "+79161234567", Email: "anna@mail.ru"}
		c, err := tx.Conversation(chat)
		if err != nil {
			return err
		}
		c.State, c.Account = "main_menu", tx.OpenAccount(a)
		return tx.SaveConversation(c)
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// Ensure that a table comes as files, and that after a crash the files that were
// sent are not sent again.
func TestTableIsSent(t *testing.T) {
	w := newWorld(t).start()
	w.account(anna)
	w.greet(administrator)
	w.say(administrator, "/export accounts", "Выгрузить")
	if _, err := w.telegram.PressCaption(administrator, "Да"); err != nil {
		t.Fatal(err)
	}
	w.until("the file", func() bool { return w.last(administrator).Document != nil })
	file := w.last(administrator).Document
	data, _, err := w.telegram.File(file.ID)
	if err != nil || file.Name != "accounts.csv" || !strings.HasPrefix(string(data), "\ufeff") || !strings.Contains(string(data), "Соколова") {
		t.Errorf("%s: %q", file.Name, data)
	}
	w.settled()
	// The errand of another process that had sent the only file.
	before := len(w.requests("sendDocument", administrator))
	record, err := renderErrand(administrator, errand{Table: "accounts", Sent: 1})
	if err != nil {
		t.Fatal(err)
	}
	w.bot.out.recover(w.posted(record))
	w.settled()
	if n := len(w.requests("sendDocument", administrator)) - before; n != 0 {
		t.Errorf("%d files were sent again", n)
	}
	if left := w.outbox(); len(left) != 0 {
		t.Errorf("outbox %v", left)
	}
}

// Ensure that a table goes to nobody who lost their role meanwhile, and shows
// an operator no more than the desk does.
func TestTableWantsARole(t *testing.T) {
	w := newWorld(t).start()
	w.account(anna)
	w.greet(boris)
	for _, list := range [][]flows.Member{nil, {{Chat: boris, Role: flows.Operator}}} {
		if err := w.store.Turn(t.Context(), func(tx *storage.Turn) error { tx.SetStaff(list); return nil }); err != nil {
			t.Fatal(err)
		}
		record, err := renderErrand(boris, errand{Table: "accounts"})
		if err != nil {
			t.Fatal(err)
		}
		w.bot.out.add(w.posted(record))
		w.settled()
		file := w.last(boris).Document
		if list == nil {
			if file != nil {
				t.Error("a resident got a table")
			}
			continue
		}
		data, _, _ := w.telegram.File(file.ID)
		if s := string(data); !strings.Contains(s, "С***") || strings.Contains(s, "Соколова") {
			t.Errorf("an operator got %s", s)
		}
	}
}
