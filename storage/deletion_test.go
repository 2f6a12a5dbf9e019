package storage_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"mvkbot/bot/admin"
	"mvkbot/flows"
	"mvkbot/flows/flowtest"
	"mvkbot/flows/text"
	"mvkbot/storage/storagetest"
)

// aLife is everything that an account sees, up to its deletion.
const aLife = `contract: 1234567890 flat 12 person active Москва, ул. Лесная, д. 5, кв. 12
as: anna
username: Anna_Sokolova
user: /start ls_1234567890_12
registered: +79161234501 anna@mail.example
as: boss
user: /start
as: olga
staff: olga supervisor
user: /start
as: boss
user: /verify 102 phone Соколова так просила
as: anna
user: {sms}
user: {mail}
press: Квартира
press: Привязать
press: Мои договоры
press: Назвать 1
user: Дачаслон
press: Назад
press: Мои данные
press: Изменить номер
user: +79161234502
user: {sms}
press: Изменить почту
user: inna@mail.example
user: {mail}
press: Выгрузить мои данные
press: Назад
press: Поддержка
user: Протечка в ванной
send: <document> Протечка на кухне
edit: Протечка в ванной | Протечка в коридоре
press: Назад
press: Мои данные
as: boss
user: /find +79161234502
user: /block Л1 Соколова Анна грубит
as: anna
`

const aDeath = `press: Удалить кабинет
press: Да, удалить
press: Удалить насовсем
`

// boss is the chat of the staff in aLife.
const boss = 103

// of what the person was, in the spellings that records use.
var traces = []string{
	"9161234501", "9161234502", "anna@mail", "inna@mail", "Соколова", "Петровна", "Анна", "Дачаслон", "1234567890", "Лесная", "Anna_Sokolova",
	"Протечка", "document.bin",
}

// Ensure that a deleted account leaves nothing of its person: not in the file,
// not in any record that the secret opens, not in a copy taken later; that what
// the audit log said of them cannot be opened; and that its chain still holds.
func TestDeletionLeavesNothing(t *testing.T) {
	w := emptyWorld(t)
	w.openFile()
	moscow, err := time.LoadLocation("Europe/Moscow")
	if err != nil {
		t.Fatal(err)
	}
	texts, err := text.New(moscow)
	if err != nil {
		t.Fatal(err)
	}
	rules := flows.DefaultRules(moscow)
	rules.Consent, rules.Agreement = flows.ParseTerms("1\nТекст согласия."), flows.ParseTerms("1\nТекст соглашения.")
	rules.Admins = []int64{boss}
	scripted := storagetest.NewWorld(t, w.db)
	w.Store = scripted.Store
	player := flowtest.NewPlayer(scripted, rules, texts).WithDesk(func(e *flows.Engine) flowtest.Before {
		desk := admin.New(admin.Options{Engine: e, Store: w.Store, Caption: texts.Caption})
		return func(chat int64, turn flows.Turn) (flows.StepFunc, error) { return desk.Before(t.Context(), chat, turn) }
	})
	if _, err := player.Play(aLife); err != nil {
		t.Fatal(err)
	}
	before := w.tracesIn(t)
	for _, trace := range []string{
		"9161234502", "inna@mail", "Соколова", "Дачаслон", "1234567890", "Anna_Sokolova", "Протечка", "document.bin",
	} {
		if before[trace] == 0 {
			t.Errorf("%q is not there before the deletion: the scan sees nothing", trace)
		}
	}
	if n := len(w.keys('y')); n != 6 { // two messages, each here and at the two of the staff
		t.Errorf("%d places of messages before the deletion, want 6", n)
	}
	if _, err := player.Play(aDeath); err != nil {
		t.Fatal(err)
	}
	for trace, n := range w.tracesIn(t) {
		t.Errorf("%q stands in %d records after the deletion", trace, n)
	}
	for _, kind := range []byte("nejkqty") {
		if rows := w.keys(kind); len(rows) != 0 {
			t.Errorf("%d records of kind %c are left", len(rows), kind)
		}
	}
	if lines, err := w.CheckAudit(t.Context()); err != nil || lines < 8 {
		t.Errorf("audit log: %d lines, %v", lines, err)
	}
	var copied bytes.Buffer
	if _, err := w.db.Backup(t.Context(), &copied); err != nil {
		t.Fatal(err)
	}
	for _, trace := range traces {
		if strings.Contains(copied.String(), trace) {
			t.Errorf("%q stands in the copy", trace)
		}
	}
}

// tracesIn counts the records in which a trace of the person stands.
func (w *world) tracesIn(t *testing.T) map[string]int {
	t.Helper()
	found := map[string]int{}
	err := w.Unsealed(t.Context(), func(_, plain []byte) {
		for _, trace := range traces {
			if bytes.Contains(plain, []byte(trace)) {
				found[trace]++
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
