package bot

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"mvkbot/bot/simulator"
	"mvkbot/flows"
	"mvkbot/storage"
)

// Ends of what is told about a lost contract.
const (
	isGone   = "больше не значится"
	isClosed = "закрыт. Адрес"
)

// settle gives residents accounts with one contract each, the number of the n-th
// being number(n).
func (w *world) settle(users ...int64) {
	w.t.Helper()
	for i, u := range users {
		if !slices.Contains([]int64{anna, boris, administrator}, u) {
			w.telegram.AddUser(simulator.User{ID: u, FirstName: "Житель"})
		}
		w.meet(u)
		if err := w.store.Turn(w.t.Context(), func(tx *storage.Turn) error {
			c, err := tx.Conversation(u)
			if err != nil {
				return err
			}
			c.State = "main_menu"
			c.Account = tx.OpenAccount(flows.Account{Chat: u})
			tx.SetBindings(c.Account, []flows.Binding{{Number: number(i)}})
			return tx.SaveConversation(c)
		}); err != nil {
			w.t.Fatal(err)
		}
	}
}

func number(n int) flows.Number { return flows.Number(fmt.Sprintf("8%09d", n)) }

// numbers are the contracts from one number up to before another.
func numbers(from, to int) (list []flows.Number) {
	for n := from; n < to; n++ {
		list = append(list, number(n))
	}
	return list
}

// crowd are chats of residents beside Anna and Boris.
func crowd(n int) (users []int64) {
	for i := range n {
		users = append(users, int64(2000+i))
	}
	return users
}

// reviewed waits until the bindings were compared with an edition to the end.
func (w *world) reviewed(edition string) flows.BindingReview {
	w.t.Helper()
	var r flows.BindingReview
	w.until("the review of "+edition, func() bool {
		w.time.pass(reviewEvery)
		var err error
		r, err = w.store.BindingReview(w.t.Context())
		return err == nil && r.Edition == edition && r.Done
	})
	w.settled()
	return r
}

// told is how often a resident heard something about a lost contract.
func (w *world) told(user int64) int {
	return len(w.heard(user, isGone)) + len(w.heard(user, isClosed))
}

// marked counts the bindings of all accounts that have a mark.
func (w *world) marked() (n int) {
	w.t.Helper()
	if err := w.store.EachHolder(w.t.Context(), func(_ uint64, list []flows.Binding) error {
		for _, b := range list {
			if b.Lost != 0 {
				n++
			}
		}
		return nil
	}); err != nil {
		w.t.Fatal(err)
	}
	return n
}

// Ensure that whose contract closed or vanished is told once, also by a bot that
// was down when it happened, that one in force again is no news, and that the
// administrators get one sum of each edition.
func TestReview(t *testing.T) {
	w := newWorld(t)
	w.settle(anna, boris)
	w.meet(administrator)
	w.book.publish("1", numbers(0, 2), nil)
	w.start()
	w.reviewed("1")
	if w.told(anna)+w.told(boris) != 0 || len(w.heard(administrator, "предупреждены")) != 0 {
		t.Error("somebody was told of nothing")
	}
	w.book.publish("2", nil, numbers(0, 1))
	if r := w.reviewed("2"); r.Lost != 2 || r.Bindings != 2 {
		t.Errorf("review %+v", r)
	}
	if len(w.heard(anna, isClosed)) != 1 || len(w.heard(boris, isGone)) != 1 || len(w.heard(administrator, "исчезли: 2")) != 1 {
		t.Errorf("anna %q, boris %q, admin %q", w.last(anna).Text, w.last(boris).Text, w.last(administrator).Text)
	}
	w.end()
	w.book.publish("3", numbers(1, 2), nil) // closed and now gone is no news, back in force neither
	w.open()
	w.start()
	if r := w.reviewed("3"); r.Lost != 0 {
		t.Errorf("review %+v", r)
	}
	if n := w.marked(); n != 1 || w.told(anna) != 1 || w.told(boris) != 1 {
		t.Errorf("%d marks, anna heard %d, boris %d", n, w.told(anna), w.told(boris))
	}
	w.book.publish("4", nil, numbers(0, 2))
	w.reviewed("4")
	w.restart()
	w.reviewed("4")
	if w.told(anna) != 1 || w.told(boris) != 2 || len(w.heard(administrator, "предупреждены")) != 2 {
		t.Errorf("anna heard %d, boris %d, admin %q", w.told(anna), w.told(boris), w.heard(administrator, "предупреждены"))
	}
}

// Ensure that a directory that would lose too much tells no resident and marks
// nothing, that the administrators hear of it once, and that the next one counts.
func TestReviewDoubtful(t *testing.T) {
	w := newWorld(t)
	users := crowd(60)
	w.settle(users...)
	w.meet(administrator)
	w.book.publish("1", numbers(0, 47), numbers(50, 60)) // 13 of 60
	w.start()
	w.settled()
	if r := w.reviewed("1"); !r.Doubtful || r.Lost != 13 || r.Bindings != 60 {
		t.Errorf("review %+v", r)
	}
	w.restart()
	w.reviewed("1")
	heard := 0
	for _, u := range users {
		heard += w.told(u)
	}
	if n := w.marked(); n != 0 || heard != 0 || len(w.heard(administrator, "похожа на неполную")) != 1 {
		t.Errorf("%d marks, %d messages, admin %q", n, heard, w.heard(administrator, ""))
	}
	if list, err := w.store.Alarms(t.Context()); err != nil || len(list) != 1 || list[0].Name != flows.AlarmDirectory {
		t.Errorf("alarms %v, %v", list, err)
	}
	w.book.publish("2", numbers(0, 48), nil) // 12 of 60 is a fifth and not more
	if r := w.reviewed("2"); r.Doubtful || r.Lost != 12 {
		t.Errorf("review %+v", r)
	}
	if list, err := w.store.Alarms(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("alarms %v, %v", list, err)
	}
	if n := w.marked(); n != 12 || w.told(users[59]) != 1 || w.told(users[0]) != 0 {
		t.Errorf("%d marks, %d and %d messages", n, w.told(users[59]), w.told(users[0]))
	}
}

// Ensure that an administrator who takes a doubtful directory for right has its
// residents told, each once, also where the bot is restarted.
func TestReviewConfirmed(t *testing.T) {
	w := newWorld(t)
	users := crowd(40)
	w.settle(users...)
	w.meet(administrator)
	w.book.publish("1", numbers(0, 20), nil)
	w.start()
	w.reviewed("1")
	w.say(administrator, "/import confirm", "Справочник верный?")
	if w.marked() != 0 {
		t.Error("something was marked before it was confirmed")
	}
	w.decide("Да", "подтверждён")
	if r := w.reviewed("1"); r.Doubtful || r.Lost != 20 {
		t.Errorf("review %+v", r)
	}
	w.restart()
	w.reviewed("1")
	heard := 0
	for _, u := range users {
		heard += w.told(u)
	}
	if n := w.marked(); n != 20 || heard != 20 || w.told(users[0]) != 0 || len(w.heard(administrator, "предупреждены")) != 1 {
		t.Errorf("%d marks, %d messages, admin %q", n, heard, w.heard(administrator, ""))
	}
}

// Ensure that a directory is not judged by the answers of the one after it.
func TestReviewDoubtfulSuperseded(t *testing.T) {
	w := newWorld(t)
	w.settle(crowd(60)...)
	w.meet(administrator)
	w.book.publish("1", numbers(0, 60), nil)
	looked := 0
	w.book.onLookUp(func() {
		if looked++; looked == 1 {
			w.book.publish("2", numbers(0, 40), nil)
		}
	})
	w.start()
	if r := w.reviewed("2"); !r.Doubtful || r.Lost != 20 {
		t.Errorf("review %+v", r)
	}
	if n := len(w.heard(administrator, "похожа на неполную")); n != 1 {
		t.Errorf("%d alerts, want one", n)
	}
}

// Ensure that a few lost contracts are told however large their share is.
func TestReviewFew(t *testing.T) {
	w := newWorld(t)
	users := crowd(10)
	w.settle(users...)
	w.meet(administrator)
	w.book.publish("1", nil, nil)
	w.start()
	if r := w.reviewed("1"); r.Doubtful || r.Lost != 10 {
		t.Errorf("review %+v", r)
	}
}

// Ensure that a bot that dies anywhere in a review, before or after a commit, goes
// on at its next start and tells everybody exactly once.
func TestReviewKilled(t *testing.T) {
	const lost, all = 6, 40
	for updates := range lost + 2 { // the beginning, each holder, the end
		for _, committed := range []bool{false, true} {
			t.Run(fmt.Sprint(updates, committed), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				users := crowd(all)
				w.settle(users...)
				w.meet(administrator)
				w.start()
				w.until("all to be greeted", func() bool { return len(w.heard(administrator, "")) > 0 && len(w.heard(users[all-1], "")) > 0 })
				w.settled()
				w.end()
				w.open()
				w.book.publish("1", numbers(lost, all), nil)
				w.bot = w.newBot(&mortalBackend{Backend: w.db, left: updates, committed: committed})
				w.bot.finishing = time.Millisecond
				for _, u := range append(users, administrator) { // nothing goes out that could not be noted
					w.bot.Pacer.Hold(u, time.Hour)
				}
				w.start()
				<-w.ended
				if err := w.stop(); !errors.Is(err, storage.ErrUnknownOutcome) {
					t.Errorf("Run returned %v", err)
				}
				w.stop = nil
				w.restart()
				r := w.reviewed("1")
				for i, u := range users {
					if want := map[bool]int{true: 1}[i < lost]; w.told(u) != want {
						t.Errorf("resident %d was told %d times, want %d", i, w.told(u), want)
					}
				}
				if r.Lost != lost || w.marked() != lost || len(w.heard(administrator, "исчезли: 6")) != 1 {
					t.Errorf("review %+v, %d marks, admin %q", r, w.marked(), w.heard(administrator, "предупреждены"))
				}
			})
		}
	}
}

// Ensure that a directory that is replaced under a review is not the one that
// holders are told of, wherever that happens.
func TestReviewSuperseded(t *testing.T) {
	// Two answers to judge the directory, then two for each resident: one to find
	// that there is something to tell, one to tell it.
	const answers = 6
	sumUntil := func(after int) int { return max(0, (after-2)/2) }
	for after := range answers + 1 {
		w := newWorld(t)
		w.settle(anna, boris)
		w.meet(administrator)
		w.book.publish("1", nil, numbers(0, 2))
		looked := 0
		w.book.onLookUp(func() {
			if looked++; looked == after+1 {
				w.book.publish("2", numbers(0, 2), nil)
			}
		})
		w.start()
		if after == answers { // the first review has ended
			w.reviewed("1")
			w.book.publish("2", numbers(0, 2), nil)
		}
		w.reviewed("2")
		told := w.told(anna) + w.told(boris)
		if n := w.marked(); n != 0 || told != sumUntil(after) {
			t.Errorf("replaced after %d answers: %d marks, %d messages", after, n, told)
		}
		w.end()
	}
}

// Ensure that bindings which do not open keep nobody else from being told.
func TestReviewDamaged(t *testing.T) {
	w := newWorld(t)
	w.settle(anna, boris)
	w.meet(administrator)
	if err := w.db.Update(t.Context(), func(tx storage.Tx) error {
		return tx.Put([]byte{'b', 0, 0, 0, 0, 0, 0, 0, 1}, []byte("damaged"))
	}); err != nil {
		t.Fatal(err)
	}
	w.book.publish("1", nil, nil)
	w.start()
	if r := w.reviewed("1"); r.Lost != 1 || w.told(boris) != 1 {
		t.Errorf("review %+v, Boris was told %d times", r, w.told(boris))
	}
	if !w.log.has("bindings are damaged") {
		t.Error("nothing is logged")
	}
}

// Ensure that holders are not told faster than messages go out.
func TestReviewBehind(t *testing.T) {
	w := newWorld(t)
	w.settle(anna)
	w.meet(administrator)
	w.start()
	w.settled()
	w.bot.out.lines[storage.Telegram].mu.Lock()
	w.bot.out.lines[storage.Telegram].chats[1] = &line[delivery]{items: make([]delivery, maxBehind)}
	w.bot.out.lines[storage.Telegram].mu.Unlock()
	w.book.publish("1", nil, nil)
	w.time.pass(reviewEvery)
	w.until("the wait", func() bool { return w.time.sleeping(time.Second, time.Second) >= 2 })
	if w.marked() != 0 {
		t.Error("marked already")
	}
	l := w.bot.out.lines[storage.Telegram]
	l.mu.Lock()
	delete(l.chats, 1)
	l.mu.Unlock()
	w.reviewed("1")
	if w.told(anna) != 1 {
		t.Errorf("Anna was told %d times", w.told(anna))
	}
}

// Ensure that administrators hear of what a review told that was broken off by the
// next directory.
func TestReviewSumsUpWhatWasBrokenOff(t *testing.T) {
	w := newWorld(t)
	w.settle(anna)
	w.meet(administrator)
	if err := w.store.Turn(t.Context(), func(tx *storage.Turn) error {
		tx.SaveBindingReview(flows.BindingReview{Edition: "1", Bindings: 7, Lost: 3})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	w.book.publish("2", numbers(0, 1), nil)
	w.start()
	if r := w.reviewed("2"); r.Lost != 3 || len(w.heard(administrator, "предупреждены")) != 1 {
		t.Errorf("%+v, told %d times", r, len(w.heard(administrator, "предупреждены")))
	}
}
