package admin_test

import (
	"fmt"
	"strings"
	"testing"
)

// play plays a script that goes well: a message that the messenger would refuse
// is an error.
func play(t *testing.T, script ...string) string {
	t.Helper()
	got, err := newPlayer(t).Play(strings.Join(script, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// lastOf is what follows the last line of a transcript that begins so.
func lastOf(transcript, line string) string {
	return transcript[strings.LastIndex(transcript, "\n"+line):]
}

var longReason = strings.Repeat("а", 500)

// Ensure that a reason is one line of a length that can be shown: whoever gives
// one can neither write what looks like another line of the log, nor make it
// unreadable, nor tell a second person more than the reason.
func TestReasons(t *testing.T) {
	forged := `грубость\n\n17. 22.11 14:05 /unblock, 102, сотрудник 999` + "\u202e\u200b"
	got := play(t, "as: anna", "registered: +79161234567 anna@mail.ru", "as: olga", "user: /start", "as: resident",
		`user: "/block 102 `+forged+`"`, "press: Да", "user: /audit",
		"user: /verify 102 phone "+longReason+".")
	page := lastOf(got, "user: /audit")
	if !strings.Contains(page, "[102 грубость 17. 22.11 14:05 /unblock, 102, сотрудник 999]") {
		t.Error(page)
	}
	if last := lastOf(got, "user: /verify"); !strings.Contains(last, "Слишком длинная причина") {
		t.Error(last)
	}
}

// Ensure that a page of the log shows as many lines as a message takes, and that
// its next page goes on behind them.
func TestAuditPageFits(t *testing.T) {
	script := []string{"as: anna", "user: /start", "registered: +79161234567 anna@mail.ru", "as: resident"}
	for range 4 { // the question is a line as well
		script = append(script, "user: /block 102 "+longReason, "press: Да", "wait: 3s", "user: /unblock 102")
	}
	script = append(script, "user: /audit")
	for range 2 {
		script = append(script, "press: Раньше ▶️", "wait: 3s")
	}
	if n := strings.Count(lastOf(play(t, script...), "user: /audit"), longReason); n != 8 {
		t.Errorf("%d of 8 reasons are shown", n)
	}
}

// Ensure that a thread can be shown whatever the resident wrote in it: as many
// signs as a message takes, each of two UTF-16 units.
func TestThreadFits(t *testing.T) {
	script := []string{"as: anna", "member: +79161234567 anna@mail.ru", "press: Поддержка"}
	for range 6 {
		script = append(script, "user: "+strings.Repeat("😀", 1700))
	}
	if thread := play(t, append(script, "as: resident", "user: /ticket 1")...); strings.Count(lastOf(thread, "user: /ticket"), "😀") < 900 {
		t.Error(thread)
	}
}

// Ensure that a thread of edited messages can be shown, and that each tells the
// supervisor what it was.
func TestEditedThreadFits(t *testing.T) {
	address := strings.Repeat("Москва, ", 63)
	script := []string{"as: anna", "member: +79161234567 anna@mail.ru"}
	for i := range 3 {
		script = append(script, fmt.Sprintf("contract: 101123456%d house - person active %s", i, address), fmt.Sprintf("vanished: 101123456%d", i))
	}
	script = append(script, "press: Поддержка", "user: Вопрос", "as: resident", "username: "+strings.Repeat("x", 32))
	for i := range 6 {
		script = append(script, fmt.Sprintf("user: /reply 1 Ответ%d", i))
		for j := range 10 {
			script = append(script, fmt.Sprintf("edit: Ответ%d | Ответ%d %d %s", i, i, j, strings.Repeat("ж", 3400)))
		}
	}
	thread := lastOf(play(t, append(script, "as: olga", "staff: olga supervisor", "user: /ticket 1")...), "user: /ticket")
	if strings.Count(thread, "было: ") != 18 || strings.Count(thread, "и ещё 7 правок") != 6 {
		t.Error(thread)
	}
}

// Ensure that the list of staff has pages.
func TestStaffPages(t *testing.T) {
	var script []string
	for i := range 150 {
		script = append(script, fmt.Sprintf("staff: m%d administrator", i))
	}
	script = append(script, "as: resident", "user: /staff", "press: Дальше ▶️", "press: Дальше ▶️", "press: Дальше ▶️")
	if got := play(t, script...); strings.Count(lastOf(got, "user: /staff"), "— администратор") != 151 {
		t.Error(got)
	}
}

// Ensure that the card can be shown of a resident with many contracts at long
// addresses and a long history.
func TestCardFits(t *testing.T) {
	address := strings.Repeat("Москва, ", 63)
	script := []string{"as: anna", "member: +79161234567 anna@mail.ru"}
	for i := range 10 {
		script = append(script, fmt.Sprintf("contract: 101123456%d house - person active %s", i, address), fmt.Sprintf("vanished: 101123456%d", i))
	}
	script = append(script, "as: resident")
	for range 25 {
		script = append(script, "user: /verify Л1 phone", "user: /resend Л1 email", "user: /unbind Л1 ?")
	}
	card := lastOf(play(t, append(script, "user: /user 102")...), "user: /user")
	if strings.Count(card, "№ 101") != 8 || strings.Count(card, "сотрудник") < 10 {
		t.Error(card)
	}
}

// Ensure that nobody can have more than so many deeds wait for a second person,
// and that one which takes the place of another is no more.
func TestApprovalsAreBounded(t *testing.T) {
	script := []string{"as: olga", "user: /start", "staff: olga supervisor"}
	for i := range 21 {
		script = append(script, fmt.Sprintf("as: r%d", i), fmt.Sprintf("registered: +7916%03d4567 r%d@mail.ru", i, i))
	}
	script = append(script, "as: resident")
	for i := range 21 {
		script = append(script, fmt.Sprintf("user: /verify %d phone", 103+i))
	}
	script = append(script, "user: /verify 122 phone паспорт предъявлен")
	if got := play(t, script...); strings.Count(got, "bot: Нужен второй сотрудник") != 21 || !strings.Contains(lastOf(got, "user: /verify 123"), "Ответа ждут уже") {
		t.Error(got)
	}
}

// Ensure that a member of staff looks at so many residents within an hour and at
// no more, that administrators hear of it once, and that an hour later they may.
func TestLooksAreBounded(t *testing.T) {
	var script []string
	add := func(n int, line string) {
		for range n {
			script = append(script, line)
		}
	}
	add(1, "as: anna")
	add(1, "registered: +79161234567 anna@mail.ru")
	add(1, "as: olga")
	add(1, "staff: olga supervisor")
	add(59, "user: /user 102")
	add(1, "user: /reveal 102")
	add(59, "user: /find Соколова")
	add(1, "user: /contract 1011234567")
	script = append(script, "user: /user 102", "user: /find Соколова", "wait: 61m", "user: /find Соколова")
	got := play(t, script...)
	if n := strings.Count(got, "слишком много данных"); n != 2 {
		t.Errorf("%d of 122 looks are refused, want 2", n)
	}
	if n := strings.Count(got, "alert: ⚠️ Сотрудник 103"); n != 1 {
		t.Errorf("administrators heard of it %d times", n)
	}
	if last := lastOf(got, "user: /find"); !strings.Contains(last, "С*** А***") {
		t.Error(last)
	}
}

// Ensure that a deed on somebody tells as little as a card, whether there is such a
// resident or not, and that what is done on the one who was looked at last is free.
func TestDeedsAreLooks(t *testing.T) {
	deeds := []string{
		"/reset %d", "/resend %d phone", "/unlock %d", "/verify %d phone", "/block %d x", "/unblock %d", "/unbind %d", "/reset Л%d", "/audit %d",
	}
	var script []string
	for i := range 121 {
		script = append(script, "user: "+fmt.Sprintf(deeds[i%len(deeds)], 1000+i))
	}
	if n := strings.Count(play(t, script...), "слишком много данных"); n != 1 {
		t.Errorf("%d of 121 deeds are refused, want 1", n)
	}
	script = []string{"as: anna", "member: +79161234567 anna@mail.ru", "as: boris", "user: /start", "as: resident", "user: /user 102"}
	for range 119 {
		script = append(script, "user: /unlock Л1", "user: /unbind 102", "user: /audit Л1", "press: Вернуть диалог к началу", "press: Да", "wait: 1s")
	}
	script = append(script, "user: /unlock 103")
	for range 118 {
		script = append(script, "user: /unlock 102", "user: /unlock 103")
	}
	got := play(t, script...)
	if n := strings.Count(got, "слишком много данных"); n != 59 { // every other: the last one goes on being free
		t.Errorf("%d deeds are refused, want 59", n)
	}
}

// Ensure that a yes is no second look at whom its question was about, whoever was
// looked at in between.
func TestYesIsNoLook(t *testing.T) {
	script := []string{"as: anna", "member: +79161234567 anna@mail.ru", "as: boris", "user: /start", "as: resident"}
	for range 100 {
		script = append(script, "user: /reset 102", "user: /user 103", "press: Да", "wait: 1s")
	}
	if got := play(t, script...); strings.Contains(got, "слишком много данных") || !strings.Contains(got, "bot edits:") {
		t.Error("a yes is counted as a look")
	}
}

// Ensure that whoever reads tickets which are not theirs looks at residents as
// well, and that the one who has the ticket reads it as often as they like.
func TestLooksAtTickets(t *testing.T) {
	script := []string{"as: anna", "member: +79161234567 anna@mail.ru", "press: Поддержка", "user: Нет воды", "as: olga", "staff: olga operator", "user: /take 1"}
	for range 121 {
		script = append(script, "user: /ticket 1")
	}
	script = append(script, "as: boris", "staff: boris operator")
	for range 121 {
		script = append(script, "user: /ticket 1")
	}
	mine, others, _ := strings.Cut(play(t, script...), "as: boris")
	if n := strings.Count(mine, "слишком много данных"); n != 0 {
		t.Errorf("%d looks at the own ticket are refused", n)
	}
	if n := strings.Count(others, "слишком много данных"); n != 1 {
		t.Errorf("%d of 121 looks at another's ticket are refused, want 1", n)
	}
}

// Ensure that taking or closing a ticket by its button, which shows it, counts as a look
// unless whoever presses has the ticket already; and that a command, which shows
// nothing, does not.
func TestTicketDeedsAreLooks(t *testing.T) {
	script := []string{"as: anna", "member: +79161234567 anna@mail.ru", "press: Поддержка", "user: Вопрос", "as: resident", "user: /ticket 1"}
	for range 119 {
		script = append(script, "user: /find Иванова", "wait: 3s")
	}
	got := play(t, append(script, "press: Взять", "user: /take 1", "user: /ticket 1", "wait: 3s", "press: Закрыть")...)
	if last := lastOf(got, "press: Взять"); strings.Count(last, "слишком много данных") != 1 || !strings.Contains(last, "№ 1 ваше") || !strings.Contains(last, "закрыто") {
		t.Error(last)
	}
}
