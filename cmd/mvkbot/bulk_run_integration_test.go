//go:build integration

package main

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"mvkbot/bot/simulator"
	"mvkbot/flows"
	"mvkbot/storage"
	"mvkbot/storage/bolt"
)

const (
	editor      = int64(900)     // the administrator who broadcasts
	firstMember = int64(100_000) // the chat of account 1
	kills       = 3
	blockedOf   = 50 // one chat of so many has blocked the bot
)

// bulkRun is a broadcast to many by a bot that is killed.
type bulkRun struct {
	*town
	members, rate int
	blocked       int
	storms        int
}

// newBulkRun founds a town of members whose accounts stand in the database before
// the bot starts.
func newBulkRun(t *testing.T, members, rate int) *bulkRun {
	w := &bulkRun{members: members, rate: rate, town: newTown(t, func(o *simulator.Options) { o.KeepRequests = 2*members + 1000 })}
	w.env = append(w.env, "MVKBOT_ADMINS="+strconv.FormatInt(editor, 10), "MVKBOT_TELEGRAM_RATE="+strconv.Itoa(rate))
	meet := func(chat int64) {
		w.telegram.AddUser(simulator.User{ID: chat, FirstName: "Житель"})
		if _, err := w.telegram.Say(chat, "/start"); err != nil {
			t.Fatal(err)
		}
	}
	meet(editor)
	for i := range members {
		meet(firstMember + int64(i))
		if i%blockedOf == blockedOf/2 {
			w.blocked++
			if err := w.telegram.Block(firstMember + int64(i)); err != nil {
				t.Fatal(err)
			}
		}
	}
	resp, err := http.Get(w.api() + "/bot" + townToken + "/deleteWebhook?drop_pending_updates=true")
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status, err)
	}
	w.inStore(func(s *storage.Store) {
		for first := 0; first < members; first += 500 {
			if err := s.Turn(t.Context(), func(tx *storage.Turn) error { return openAccounts(tx, first, min(first+500, members)) }); err != nil {
				t.Fatal(err)
			}
		}
	})
	return w
}

// api is where the bot finds Telegram.
func (w *town) api() string {
	for _, v := range w.env {
		if base, ok := strings.CutPrefix(v, "MVKBOT_TELEGRAM_API="); ok {
			return base
		}
	}
	w.t.Fatal("the town has no Telegram")
	return ""
}

func openAccounts(tx *storage.Turn, first, end int) error {
	for i := first; i < end; i++ {
		chat := firstMember + int64(i)
		c, err := tx.Conversation(chat)
		if err != nil {
			return err
		}
		a := flows.Account{Chat: chat, Phone: flows.Phone(fmt.Sprintf("+7916%07d", i)), Email: flows.Email(fmt.Sprintf("r%d@mail.example", i))}
		c.State, c.Account = "main_menu", tx.OpenAccount(a)
		tx.SetOwner(flows.Contact{Channel: flows.ByPhone, Value: string(a.Phone)}, flows.Owner{Account: c.Account})
		tx.SetOwner(flows.Contact{Channel: flows.ByEmail, Value: string(a.Email)}, flows.Owner{Account: c.Account})
		if err := tx.SaveConversation(c); err != nil {
			return err
		}
	}
	return nil
}

// inStore opens the database of a bot that does not run.
func (w *town) inStore(do func(*storage.Store)) {
	w.t.Helper()
	key, err := hex.DecodeString(townSecret)
	if err != nil {
		w.t.Fatal(err)
	}
	db, err := bolt.Open(w.t.Context(), w.path("mvkbot.db"), bolt.Options{})
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			w.t.Error(err)
		}
	}()
	s, err := storage.Open(w.t.Context(), db, storage.Options{Secret: key, Now: time.Now})
	if err != nil {
		w.t.Fatal(err)
	}
	do(s)
}

// begin writes the broadcast and has it begin.
func (w *bulkRun) begin() {
	w.t.Helper()
	w.start()
	w.say(editor, "/broadcast")
	w.wait(editor, "Напишите текст")
	w.say(editor, "Первого декабря воды не будет с 10 до 14 часов.")
	w.wait(editor, "Кому отправить")
	w.press(editor, "Все, у кого есть кабинет")
	w.wait(editor, strconv.Itoa(w.members)+" получателей")
	for _, step := range []struct{ caption, shown string }{{"Отправить", "Отправить рассылку"}, {"Да", "ещё раз"}, {"Да", "идёт"}} {
		w.press(editor, step.caption)
		w.before[editor] = 0 // the answer comes in place
		w.wait(editor, step.shown)
	}
}

// accepted are the messages to members that Telegram took so far.
func (w *bulkRun) accepted() []simulator.Sent {
	return slices.DeleteFunc(w.telegram.Sends(), func(s simulator.Sent) bool { return s.Chat < firstMember })
}

// reach waits until so many messages were accepted, or the broadcast is over.
func (w *bulkRun) reach(n int) {
	w.t.Helper()
	last, since := 0, time.Now()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		now := len(w.accepted())
		if now > last {
			last, since = now, time.Now()
		}
		if now >= n {
			return
		}
		if time.Since(since) > time.Minute || w.gone.Err() != nil {
			w.t.Fatalf("%d messages, want %d\nlog:\n%s", now, n, w.log)
		}
	}
}

// storm makes Telegram demand pauses for a while.
func (w *bulkRun) storm() {
	w.storms++
	w.telegram.Inject(simulator.Fault{Kind: simulator.FaultFlood, Method: "sendMessage", For: 2 * time.Second})
}

// run plays the broadcast to its end, with a storm before each quarter and one
// under way when the bot is killed for the second time.
func (w *bulkRun) run() {
	w.t.Helper()
	w.begin()
	for i := 1; i <= kills; i++ {
		w.reach(w.members * (4*i - 2) / 16)
		w.storm()
		w.reach(w.members * 4 * i / 16)
		if i == 2 {
			w.storm()
		}
		w.kill()
		w.start()
	}
	w.reach(w.members * 15 / 16)
	w.storm()
	w.reach(w.members - w.blocked)
	w.before[editor] = 0
	w.wait(editor, "закончена")
	w.stop()
}
