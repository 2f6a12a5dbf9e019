package bot

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"strings"
	"testing"
	"time"

	"mvkbot/bot/simulator"
	"mvkbot/flows"
	"mvkbot/storage"
)

// Ensure that a turn which always panics ends with an apology whose number the
// log and the administrators know, and that the chat goes on.
func TestPoisonTurn(t *testing.T) {
	w := newWorld(t)
	w.rules.ResendPause = nil // what asks for the next pause panics
	w.bot = w.newBot(w.db)
	w.plant(flows.Conversation{Chat: anna, State: "enter_phone_code", Dialog: 1, Registration: flows.Registration{
		Submitted: 1, Phone: "+79161234501", Email: "anna@mail.example", PhoneCode: flows.Challenge{Sent: 1, LastAt: 1},
	}})
	w.meet(administrator)
	w.start()
	apology := w.hear(anna, 0, "ошибка на нашей стороне").Text
	incident := regexp.MustCompile(`[0-9a-f]{8}`).FindString(apology)
	if incident == "" {
		t.Fatalf("no number in %q", apology)
	}
	w.until("an alert", func() bool { return len(w.heard(administrator, incident)) == 1 })
	if !w.log.has("incident="+incident) || !w.log.has("panic") {
		t.Errorf("log:\n%s", w.log)
	}
	w.say(anna, "/cancel", "Удалить регистрацию?")
	w.settled()
	if n := len(w.heard(anna, "ошибка")); n != 1 || w.bot.Stats().Faults.Load() != 1 {
		t.Errorf("%d apologies, %d faults", n, w.bot.Stats().Faults.Load())
	}
	if w.bot.Stats().Sent[storage.Telegram][flows.Delivered].Load() == 0 {
		t.Error("deliveries are not counted")
	}
}

// Ensure that a reported delivery whose turn is poison is given up, too: the
// record must not come back for ever.
func TestPoisonReport(t *testing.T) {
	w := newWorld(t)
	w.plant(w.filled(anna))
	w.start()
	w.greet(administrator)
	w.hear(anna, 0, "Инструкция")
	w.sms.answer(errRefused)
	w.bot.Engine.Rules().ResendPause = nil
	if _, err := w.telegram.Say(anna, "Зарегистрироваться"); err != nil {
		t.Fatal(err)
	}
	w.hear(anna, 0, "ошибка на нашей стороне")
	w.settled()
}

// Ensure that deadlines which came due while the bot was down, or while it runs,
// wake their conversations once.
func TestDeadlines(t *testing.T) {
	w := newWorld(t)
	for _, u := range []int64{anna, boris} {
		c := w.filled(u)
		c.Form.Until = w.time.now().Add(time.Duration(u-anna) * time.Hour).Unix()
		w.plant(c)
	}
	w.start()
	w.hear(anna, 0, "мы её удалили")
	w.hear(boris, 0, "Инструкция")
	w.until("the watch over deadlines", func() bool { return w.time.sleeping(time.Second, time.Second) > 0 })
	w.time.pass(time.Hour)
	w.hear(boris, 0, "мы её удалили")
	w.until("the watch over deadlines", func() bool { return w.time.sleeping(time.Second, time.Second) > 0 })
	w.time.pass(time.Second)
	w.settled()
	for _, u := range []int64{anna, boris} {
		if n := len(w.heard(u, "мы её удалили")); n != 1 {
			t.Errorf("%d was woken %d times", u, n)
		}
	}
}

// Ensure that more conversations than one look finds are all woken without a pause.
func TestManyDeadlines(t *testing.T) {
	w := newWorld(t)
	const many = 150
	for i := range int64(many) {
		c := flows.Conversation{Chat: 2000 + i, State: "section", Form: flows.Form{Until: 1}}
		if err := w.store.Turn(t.Context(), func(tx *storage.Turn) error {
			if _, err := tx.Conversation(c.Chat); err != nil {
				return err
			}
			return tx.SaveConversation(c)
		}); err != nil {
			t.Fatal(err)
		}
	}
	w.start()
	w.until("all", func() bool { return w.bot.Stats().Turns.Load() == many })
	w.settled()
	w.refused = many // nobody has written to the bot
}

// Ensure that an update whose turn cannot be stored is not confirmed: it comes
// again and is taken then, once.
func TestFullDisk(t *testing.T) {
	w := newWorld(t)
	gate := &gatedBackend{Backend: w.db}
	w.bot = w.newBot(gate)
	gate.breakWith(storage.ErrNoSpace)
	w.start()
	if _, err := w.telegram.Say(anna, "/start"); err != nil {
		t.Fatal(err)
	}
	w.until("the failure", func() bool { return w.log.has("handle updates") })
	if err := w.bot.Ready(); err == nil {
		t.Error("a bot that cannot store is ready")
	}
	gate.breakWith(nil)
	w.hear(anna, 0, "Кто вы?")
	if n := len(w.heard(anna, "")); n != 1 {
		t.Errorf("%d answers", n)
	}
	w.until("readiness", func() bool { return w.bot.Ready() == nil })
}

// Ensure that the bot ends when it cannot know what a commit came to.
func TestUnknownOutcomeEndsTheBot(t *testing.T) {
	for _, when := range []string{"turn", "note of deliveries", "mark", "deadline"} {
		t.Run(when, func(t *testing.T) {
			w := newWorld(t)
			gate := &gatedBackend{Backend: w.db}
			w.bot = w.newBot(gate)
			w.start()
			w.greet(anna)
			record := w.posted(w.letter(anna, message{Text: "hello"}))[0]
			gate.breakWith(storage.ErrUnknownOutcome)
			switch when {
			case "turn":
				if _, err := w.telegram.Say(anna, "/start"); err != nil {
					t.Fatal(err)
				}
			case "note of deliveries":
				w.bot.out.finish(&attempt{delivery: delivery{Record: storage.Record{Sequence: 1}}}, flows.Delivered, func() {})
			case "mark":
				w.bot.out.recover([]storage.Record{record})
			case "deadline":
				if err := w.bot.wakeAll([]storage.Deadline{{At: w.time.now(), Chat: anna}}); !errors.Is(err, storage.ErrUnknownOutcome) {
					t.Errorf("wakeAll = %v", err)
				}
			}
			<-w.ended
			stop := w.stop
			w.stop = nil
			if err := stop(); !errors.Is(err, storage.ErrUnknownOutcome) {
				t.Errorf("Run returned %v", err)
			}
		})
	}
}

// Ensure that a note of deliveries whose outcome is unknown is not tried again: no
// try can succeed before the next process.
func TestUnknownOutcomeEndsTheSweep(t *testing.T) {
	w := newWorld(t)
	gate := &gatedBackend{Backend: w.db}
	w.bot = w.newBot(gate)
	w.bot.out.start(t.Context())
	gate.breakWith(storage.ErrUnknownOutcome)
	w.bot.out.finish(&attempt{delivery: delivery{Record: storage.Record{Sequence: 1}}}, flows.Delivered, func() {})
	w.until("the end", func() bool {
		select {
		case <-w.bot.out.done:
			return true
		default:
			return false
		}
	})
	w.bot.out.wait()
	if n := strings.Count(w.log.String(), "note deliveries"); n != 1 {
		t.Errorf("%d tries\n%s", n, w.log)
	}
}

// Ensure that a damaged record of the outbox, or of a conversation, stops
// nobody else, and that its resident hears of it.
func TestDamagedRecords(t *testing.T) {
	w := newWorld(t)
	outbox := append([]byte("o"), make([]byte, 8)...)
	conversation := binary.BigEndian.AppendUint64([]byte("c"), uint64(anna)+1<<63)
	err := w.db.Update(t.Context(), func(tx storage.Tx) error {
		return errors.Join(tx.Put(outbox, []byte("rubbish")), tx.Put(conversation, []byte("rubbish")))
	})
	if err != nil {
		t.Fatal(err)
	}
	w.meet(administrator)
	w.start()
	w.until("the damage in the log", func() bool { return w.log.has("outbox record is damaged") })
	w.say(anna, "/start", "Номер происшествия")
	w.say(boris, "/start", "Кто вы?")
}

// damage spoils the conversation of a chat.
func (w *world) damage(chat int64) {
	w.t.Helper()
	key := binary.BigEndian.AppendUint64([]byte("c"), uint64(chat)+1<<63)
	if err := w.db.Update(w.t.Context(), func(tx storage.Tx) error { return tx.Put(key, []byte("rubbish")) }); err != nil {
		w.t.Fatal(err)
	}
}

// look lets the watch over deadlines look once more.
func (w *world) look() {
	w.t.Helper()
	w.until("the watch", func() bool { return w.time.sleeping(time.Second, time.Second) > 0 })
	w.time.pass(time.Second)
	w.until("the watch", func() bool { return w.time.sleeping(time.Second, time.Second) > 0 })
	w.settled()
}

// Ensure that a conversation that cannot be woken does not trouble its resident,
// and is woken once an hour.
func TestDamagedDeadline(t *testing.T) {
	w := newWorld(t)
	w.meet(administrator)
	c := w.filled(anna)
	c.Form.Until = w.time.now().Unix()
	w.plant(c)
	w.damage(anna)
	w.start()
	// It may come before the answer to the message that made the chat known.
	w.until("the alert", func() bool { return len(w.heard(administrator, "роисшестви")) == 1 })
	// The message that made the chat known and the deadline, in either order.
	w.until("both faults", func() bool { return w.bot.Stats().Faults.Load() == 2 })
	w.hear(anna, 0, "роисшестви")
	for range 3 {
		w.look()
	}
	if n := w.bot.Stats().Faults.Load(); n != 2 {
		t.Fatalf("%d faults, want 2", n)
	}
	w.time.pass(time.Hour)
	w.look()
	if n := w.bot.Stats().Faults.Load(); n != 3 {
		t.Errorf("%d faults, want 3", n)
	}
	if n := len(w.heard(anna, "роисшестви")); n != 1 {
		t.Errorf("%d apologies", n)
	}
}

// Ensure that of two deadlines which are due in the same second the one that is
// still due after the wake waits an hour, instead of waking without a pause.
func TestTwoDeadlinesAtOnce(t *testing.T) {
	w := newWorld(t)
	c := w.filled(anna)
	c.Form.Until = w.time.now().Unix()
	c.Link = flows.Link{Number: "1234567890", Until: c.Form.Until}
	w.plant(c)
	w.start()
	w.hear(anna, 0, "мы её удалили")
	for range 4 {
		w.look()
	}
	if link := w.conversation(anna).Link; link.Until == 0 {
		t.Error("woken again without a pause")
	}
	w.time.pass(wakeAgain)
	w.look()
	if link := w.conversation(anna).Link; link.Until != 0 {
		t.Errorf("not woken again: %+v", link)
	}
}

// Ensure that a row of the index that belongs to no deadline wakes nobody twice.
func TestStrayDeadline(t *testing.T) {
	w := newWorld(t)
	row := append(binary.BigEndian.AppendUint64([]byte("d"), 100), binary.BigEndian.AppendUint64(nil, uint64(anna)+1<<63)...)
	if err := w.db.Update(t.Context(), func(tx storage.Tx) error { return tx.Put(row, []byte{1}) }); err != nil {
		t.Fatal(err)
	}
	w.start()
	for range 3 {
		w.look()
	}
	if n := w.bot.Stats().Turns.Load(); n != 1 {
		t.Errorf("woken %d times", n)
	}
}

// Ensure that a menu of commands that Telegram refuses is set later.
func TestMenuIsSetAgain(t *testing.T) {
	w := newWorld(t)
	w.telegram.Inject(simulator.Fault{Method: "setMyCommands", Times: 1})
	w.start()
	w.until("the refusal", func() bool { return w.log.has("set commands") })
	w.until("the pause", func() bool { return w.time.sleeping(time.Second, time.Second) == 2 }) // and the watch over deadlines
	w.time.pass(time.Second)
	w.until("the menu", func() bool {
		all := w.requests("setMyCommands", 0)
		return len(all) == 2 && all[1].Status == 200
	})
}

// Ensure that Telegram shows everybody the commands that the bot says there are.
func TestMenuOfEverybody(t *testing.T) {
	w := newWorld(t)
	w.start()
	w.until("the menu", func() bool { return len(w.requests("setMyCommands", 0)) == 1 })
	w.greet(anna)
	w.say(anna, "/nothing", "Такой команды нет")
	menu := w.requests("setMyCommands", 0)[0].Params["commands"]
	for _, c := range regexp.MustCompile(`/([a-z]+) —`).FindAllStringSubmatch(w.heard(anna, "Такой команды нет")[0], -1) {
		if !strings.Contains(menu, fmt.Sprintf(`"command":%q`, c[1])) {
			t.Errorf("/%s is not in the menu %s", c[1], menu)
		}
	}
}

// Ensure that old updates are forgotten daily.
func TestPruneDaily(t *testing.T) {
	w := newWorld(t)
	w.start()
	w.greet(anna)
	for range 5 {
		w.until("the daily pause", func() bool { return w.time.sleeping(24*time.Hour, 24*time.Hour) == 1 })
		w.time.pass(24 * time.Hour)
	}
	w.until("forgetting", func() bool {
		r, err := w.store.Check(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return r.Seen == 0
	})
}

// Ensure that what a turn counts is kept with it, and that an update which comes
// again counts nothing.
func TestTurnCountsOnce(t *testing.T) {
	w := newWorld(t)
	for range 2 {
		for i, says := range []string{"/start", "Физическое лицо", "Регистрация", "Согласен", "12345"} {
			turn := flows.Turn{Kind: flows.Said, Text: says}
			if _, err := w.bot.try(t.Context(), anna, job{turn: turn, update: int64(i + 1)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	today := flows.DayOf(w.time.now().In(w.rules.Location))
	days, err := w.store.Tallies(t.Context(), today, today)
	want := map[flows.Counter]uint64{"funnel.came": 1, "funnel.started": 1, "funnel.consent": 1, "failure.name_letters": 1}
	if err != nil || len(days) != 1 || !maps.Equal(days[0].Counts, want) {
		t.Errorf("counted %v, want %v, %v", days, want, err)
	}
}
