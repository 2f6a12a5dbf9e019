package text

import (
	"strings"
	"testing"
	"time"

	"mvkbot/flows"
)

func logTexts(t *testing.T) *Texts {
	t.Helper()
	texts, err := New(time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// Ensure that notes are read in Russian, the longest phrase first, and that what
// is no word of the program stays.
func TestNote(t *testing.T) {
	texts := logTexts(t)
	for note, want := range map[string]string{
		"": "", "Л12": "Л12", "102 phone asked by 103": "102 телефон по просьбе 103", "7 of 103": "7 от 103", "1 begun": "1 начато",
		"consent 1.0 (образец), agreement 2": "согласие 1.0 (образец), соглашение 2", "not verified in time": "не подтвердил вовремя", "not": "not",
		"replace by file 5eed: 0 new, 2 changed, 7 gone, 3 bad rows": "заменить из файла 5eed: 0 новых, 2 изменено, 7 исчезло, 3 с ошибками",
		"by file " + strings.Repeat("5eed", 16):                      "из файла 5eed5eed…",
		"replace by file " + strings.Repeat("5eed", 16) + ": 0 new":  "заменить из файла 5eed5eed…: 0 новых",
		"103 operator": "103 оператор", "1800 drop": "1800 удалить", "phones": "phones",
	} {
		if got := texts.note(note); got != want {
			t.Errorf("note(%q) = %q, want %q", note, got, want)
		}
	}
}

// Ensure that staff read every action in Russian, what they did by its command, and
// one of another version of the program as it is.
func TestDeed(t *testing.T) {
	texts := logTexts(t)
	for action, want := range map[flows.Action]string{
		flows.ActionRegistered: "зарегистрировался", flows.ActionNewsOff: "отказался от новостей", flows.ActionNewsOn: "снова получает новости",
		flows.StaffAction + "close": "/close", flows.ActionEdited: "исправил ответ или заметку", "danced": "danced",
	} {
		if got := texts.deed(action); got != want {
			t.Errorf("deed(%q) = %q, want %q", action, got, want)
		}
	}
}

// Ensure that residents read no command, and no word of the program.
func TestPlainDeed(t *testing.T) {
	texts := logTexts(t)
	for action, want := range map[flows.Action]string{
		flows.ActionBound: "привязал договор", flows.StaffAction + "user": "Карточка жителя", flows.ActionEdited: "исправил ответ или заметку",
		flows.StaffAction + "dance": "/dance",
	} {
		if got := texts.plainDeed(action); got != want {
			t.Errorf("plainDeed(%q) = %q, want %q", action, got, want)
		}
	}
}

// Ensure that results are read in Russian, and those of another version of the
// program as they are.
func TestResult(t *testing.T) {
	texts := logTexts(t)
	for result, want := range map[string]string{
		"waits for a second person": "ждёт второго сотрудника", "alone, asked twice": "второго сотрудника нет, переспрошено", "nobody found": "никого не нашлось", "asked": "переспрошено",
		"the others never wrote, asked twice": "второй сотрудник не нажал Start, переспрошено",
		"refused: desk.nobody":                "отказ: такого жителя нет", "refused: desk.take_usage": "отказ: неверно набрано", "refused: operator": "отказ: роль — оператор",
		"refused: verify.budget": "отказ: предел сообщений", "refused: import.fault_busy": "отказ: справочник занят", "refused: disk full": "отказ: disk full", "else": "else",
	} {
		if got := texts.result(result); got != want {
			t.Errorf("result(%q) = %q, want %q", result, got, want)
		}
	}
}

// Ensure that a reason of a dead letter is told in Russian and exactly.
func TestReason(t *testing.T) {
	texts := logTexts(t)
	for why, want := range map[string]string{
		"sendMessage: chat gone: 403: bot was blocked": "житель остановил бота или удалил Telegram (sendMessage: chat gone: 403: bot was blocked)",
		"sendPhoto: refused: 400: wrong file":          "Telegram не принял (sendPhoto: refused: 400: wrong file)",
		"payload does not decode":                      "запись повреждена (payload does not decode)",
		"of its own":                                   "of its own",
	} {
		if got := texts.reason(why); got != want {
			t.Errorf("reason(%q) = %q, want %q", why, got, want)
		}
	}
}
