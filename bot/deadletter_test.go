package bot

import (
	"fmt"
	"testing"
	"time"

	"mvkbot/bot/simulator"
	"mvkbot/storage"
)

// buried puts a message to a chat on the pile, as if nobody had been told.
func (w *world) buried(chat int64, text string) storage.Record {
	w.t.Helper()
	r := w.letter(chat, message{Text: text})
	r.Started = true
	if err := w.store.Turn(w.t.Context(), func(tx *storage.Turn) error {
		if err := tx.Append(&r); err != nil {
			return err
		}
		return tx.Bury(r, "refused")
	}); err != nil {
		w.t.Fatal(err)
	}
	return r
}

// Ensure that a dead letter that is tried again is sent at once, behind what
// waits for its chat, and counts as never tried.
func TestRedeliver(t *testing.T) {
	w := newWorld(t).start()
	w.greet(anna, administrator)
	r := w.buried(anna, "late news")
	w.say(administrator, fmt.Sprintf("/outbox %d retry", r.Sequence), "снова в очереди")
	w.hear(anna, 0, "late news")
	w.settled()
	if n := len(w.deadLetters()); n != 0 {
		t.Errorf("%d dead letters", n)
	}
	w.say(administrator, fmt.Sprintf("/outbox %d retry", r.Sequence), "нет")
	w.settled()
	if n := len(w.heard(anna, "late news")); n != 1 {
		t.Errorf("heard %d times", n)
	}
}

// Ensure that a letter that cannot be sent again dies again, as another one.
func TestRedeliver_DiesAgain(t *testing.T) {
	w := newWorld(t).start()
	w.greet(anna, administrator)
	r := w.buried(anna, "<b>")
	w.refused = 1
	w.say(administrator, fmt.Sprintf("/outbox %d retry", r.Sequence), "")
	w.until("a dead letter", func() bool { d := w.deadLetters(); return len(d) == 1 && d[0].Sequence > r.Sequence })
	w.settled()
}

// Ensure that administrators are told of the first dead letter since one of them
// looked, over restarts, and when none is left.
func TestDeadLetterAlarm(t *testing.T) {
	w := newWorld(t).start()
	w.greet(anna, administrator)
	die := func() {
		w.bot.out.add(w.posted(storage.Record{Channel: storage.Telegram, Chat: anna, Payload: []byte("rubbish")}))
		w.settled()
	}
	count := func(when string, told, over int) {
		t.Helper()
		if n := w.inspect("не доставлено"); n != told {
			t.Fatalf("%s: told %d times, want %d", when, n, told)
		}
		if n := w.inspect("сообщений не осталось"); n != over {
			t.Fatalf("%s: the end was told %d times, want %d", when, n, over)
		}
	}
	die()
	die()
	count("two died", 1, 0)
	w.restart()
	die()
	count("another process", 1, 0)
	w.say(administrator, "/outbox", "Недоставленные сообщения: 3")
	count("looked at", 1, 0)
	die()
	count("after the look", 2, 0)
	for _, r := range w.deadLetters() {
		w.say(administrator, fmt.Sprintf("/outbox %d drop", r.Sequence), "Удалить сообщение")
		if _, err := w.telegram.PressCaption(administrator, "Да"); err != nil {
			t.Fatal(err)
		}
		w.until("the letter to go", func() bool {
			for _, left := range w.deadLetters() {
				if left.Sequence == r.Sequence {
					return false
				}
			}
			return true
		})
		w.settled()
	}
	count("none left", 2, 1)
}

// Ensure that the time to be tried of a letter that is tried again begins anew.
func TestRedeliver_Old(t *testing.T) {
	w := newWorld(t).start()
	w.greet(anna, administrator)
	r := w.buried(anna, "old news")
	w.time.pass(2 * maxAge)
	w.telegram.Inject(simulator.Fault{Kind: simulator.FaultPage, Method: "sendMessage", Chat: anna, Times: 1})
	w.say(administrator, fmt.Sprintf("/outbox %d retry", r.Sequence), "снова в очереди")
	w.afterPause(time.Second)
	w.hear(anna, 0, "old news")
	w.settled()
}
