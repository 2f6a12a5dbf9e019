package storage_test

import (
	"fmt"
	"testing"

	"mvkbot/flows"
	"mvkbot/storage"
)

// bury puts so many letters to a chat on the pile, and returns their numbers.
func (w *world) bury(chat int64, n int) (numbers []uint64) {
	w.t.Helper()
	w.turn(func(tx *storage.Turn) {
		numbers = nil
		for range n {
			r := storage.Record{Chat: chat, Channel: storage.Mail, To: annaMail, At: w.at.Unix(), NotAfter: 77, Started: true, Payload: []byte("letter")}
			_ = tx.Append(&r)
			_ = tx.Bury(r, "refused")
			numbers = append(numbers, r.Sequence)
		}
	})
	return numbers
}

// damageDead spoils a dead letter.
func (w *world) damageDead(number uint64) {
	w.t.Helper()
	key := []byte{'x', byte(number >> 56), byte(number >> 48), byte(number >> 40), byte(number >> 32), byte(number >> 24), byte(number >> 16), byte(number >> 8), byte(number)}
	if err := w.db.Update(w.t.Context(), func(tx storage.Tx) error { return tx.Put(key, []byte("rubbish")) }); err != nil {
		w.t.Fatal(err)
	}
}

// Ensure that pages of dead letters hold each once, the oldest first, and that a
// damaged one is listed as such.
func TestDeadLetterPage(t *testing.T) {
	w := newWorld(t)
	numbers := w.bury(1, 5)
	w.damageDead(numbers[3])
	var seen []uint64
	for skip := 0; skip < 6; skip += 2 {
		page, all, err := w.DeadLetterPage(t.Context(), skip, 2)
		if err != nil || all != 5 {
			t.Fatal(all, err)
		}
		for _, d := range page {
			seen = append(seen, d.Number)
			if d.Number == numbers[3] && (d.Channel != "" || d.Reason != "damaged") {
				t.Errorf("damaged letter %+v", d)
			}
		}
	}
	if fmt.Sprint(seen) != fmt.Sprint(numbers) {
		t.Errorf("pages hold %v, want %v", seen, numbers)
	}
	want := flows.DeadLetter{Number: numbers[0], Chat: 1, Channel: "mail", To: annaMail, Reason: "refused", At: w.at.Unix(), Until: 77}
	if d, ok, err := w.DeadLetter(t.Context(), numbers[0]); err != nil || !ok || d != want {
		t.Errorf("%+v, %v, %v", d, ok, err)
	}
	if _, ok, err := w.DeadLetter(t.Context(), 5); err != nil || ok {
		t.Error(ok, err)
	}
}

// Ensure that a dead letter that is taken leaves the pile as a fresh record, once.
func TestTakeDead(t *testing.T) {
	w := newWorld(t)
	numbers := w.bury(1, 2)
	w.damageDead(numbers[1])
	w.turn(func(tx *storage.Turn) {
		r, ok, err := tx.TakeDead(numbers[0])
		if err != nil || !ok || r.Started || r.Reason != "" || string(r.Payload) != "letter" {
			t.Errorf("%+v, %v, %v", r, ok, err)
		}
		if err := tx.Append(&r); err != nil || r.Sequence <= numbers[1] {
			t.Errorf("sequence %d, %v", r.Sequence, err)
		}
	})
	w.turn(func(tx *storage.Turn) {
		for _, n := range numbers {
			if _, ok, err := tx.TakeDead(n); ok || err != nil {
				t.Errorf("letter %d: %v, %v", n, ok, err)
			}
		}
		if d, ok := tx.DeadLetter(numbers[1]); !ok || d.Reason != "damaged" {
			t.Errorf("damaged letter %+v, %v", d, ok)
		}
		tx.DropDeadLetter(numbers[1])
	})
	if _, all, err := w.DeadLetterPage(t.Context(), 0, 1); err != nil || all != 0 {
		t.Errorf("%d letters left, %v", all, err)
	}
}

// Ensure that the oldest record that waits, and the newest moment of all, are found.
func TestOldestAndNewest(t *testing.T) {
	w := newWorld(t)
	want := func(oldest, newest int64) {
		t.Helper()
		if at, err := w.OldestWaiting(t.Context()); err != nil || at != oldest {
			t.Errorf("oldest %d, want %d, %v", at, oldest, err)
		}
		if at, err := w.Newest(t.Context()); err != nil || at != newest {
			t.Errorf("newest %d, want %d, %v", at, newest, err)
		}
	}
	want(0, 0)
	w.turn(func(tx *storage.Turn) {
		for _, at := range []int64{20, 10} {
			_ = tx.Append(&storage.Record{Chat: 1, Channel: storage.Telegram, At: at})
		}
	})
	want(20, 20)
	w.turn(func(tx *storage.Turn) { tx.Audit(flows.AuditLine{At: 30}) })
	want(20, 30)
	w.at = w.at.AddDate(1, 0, 0)
	w.bury(1, 1)
	want(20, w.at.Unix())
	first := []byte(w.keys('o')[0])
	w.raw(func(tx storage.Tx) error { return tx.Put(first, []byte("rubbish")) })
	want(10, w.at.Unix()) // one that does not open waits for ever
}

// Ensure that alarms are kept, and that the check knows them and errands.
func TestAlarms(t *testing.T) {
	w := newWorld(t)
	w.turn(func(tx *storage.Turn) {
		_ = tx.Append(&storage.Record{Chat: 1, Channel: storage.Inner})
		for _, again := range []bool{true, false} {
			if flows.RaiseAlarm(tx, flows.AlarmDisk, 7) != again {
				t.Errorf("raised: %v", !again)
			}
		}
		flows.RaiseAlarm(tx, flows.AlarmSMS, 8)
	})
	list, err := w.Alarms(t.Context())
	if err != nil || fmt.Sprint(list) != "[{disk 7} {sms 8}]" {
		t.Errorf("alarms %v, %v", list, err)
	}
	if r, err := w.Check(t.Context()); err != nil || r.FaultCount != 0 {
		t.Errorf("%v, %v", r.Faults, err)
	}
	w.turn(func(tx *storage.Turn) {
		for _, again := range []bool{true, false} {
			if flows.ClearAlarm(tx, flows.AlarmDisk) != again {
				t.Errorf("cleared: %v", !again)
			}
		}
	})
	if list, err = w.Alarms(t.Context()); err != nil || fmt.Sprint(list) != "[{sms 8}]" {
		t.Errorf("alarms %v, %v", list, err)
	}
}
