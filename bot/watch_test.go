package bot

import (
	"strings"
	"testing"
	"time"

	"mvkbot/bot/admin"
	"mvkbot/bot/simulator"
	"mvkbot/bot/telegram"
	"mvkbot/flows"
	"mvkbot/storage"
)

// inspect lets the watch over troubles look once more, and counts what the
// administrator has heard that holds a text.
func (w *world) inspect(text string) int {
	w.t.Helper()
	w.bot.watch.look(w.t.Context())
	w.settled()
	return len(w.heard(administrator, text))
}

// trouble is one that the watch sees.
type trouble struct {
	begins, over string
	begin, end   func(w *world)
}

var troubles = map[string]trouble{
	"disk": {
		begins: "Кончается место", over: "снова хватает",
		begin: func(w *world) { w.host.has(LowDisk - 1) }, end: func(w *world) { w.host.has(roomyDisk) },
	},
	"clock": {
		begins: "перескочили вперёд на 2 минуты", over: "час идут ровно",
		begin: func(w *world) { w.time.jump(61 * time.Second) }, end: func(w *world) { w.time.pass(time.Hour) },
	},
	"tickets": {
		begins: "Житель ждёт ответа поддержки", over: "Никто не ждёт ответа",
		begin: func(w *world) { w.ticket(flows.TicketOpen) }, end: func(w *world) { w.ticket(flows.TicketAnswered) },
	},
	"conflict": {
		begins: "другая программа с тем же токеном", over: "снова забирает только этот бот",
		begin: func(w *world) { w.polls(telegram.Conflicted, telegram.Conflicted) },
		end:   func(w *world) { w.polls(telegram.Polling, telegram.Polling) },
	},
}

// ticket puts the only ticket into a state that began four hours ago.
func (w *world) ticket(state flows.TicketState) {
	w.t.Helper()
	err := w.store.Turn(w.t.Context(), func(tx *storage.Turn) error {
		t := tx.Ticket(1)
		if t.Number == 0 {
			t.Account = tx.OpenAccount(flows.Account{Chat: anna})
			t = tx.Ticket(tx.OpenTicket(t))
		}
		t.State, t.Since = state, w.time.now().Add(-admin.WaitsLate).Unix()
		tx.SaveTicket(t)
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// polls lets the poller be in some states, a little more than a minute each.
func (w *world) polls(states ...telegram.State) {
	for _, s := range states {
		w.bot.watch.polling = func() telegram.State { return s }
		w.bot.watch.look(w.t.Context())
		w.time.pass(conflictTime + time.Second)
	}
}

// Ensure that the alarm about the day's SMS ends when the day does, by the clock of
// the place, and that nobody hears of that twice.
func TestWatch_Day(t *testing.T) {
	w := newWorld(t).start()
	w.greet(administrator)
	const over = "Начались новые сутки"
	midnight := time.Date(2027, 1, 16, 0, 0, 0, 0, w.rules.Location)
	w.time.pass(midnight.Add(-time.Hour).Sub(w.time.now()))
	if err := w.store.Turn(t.Context(), func(tx *storage.Turn) error {
		flows.RaiseAlarm(tx, flows.AlarmDay, w.time.now().Unix())
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	w.time.pass(midnight.Add(-time.Second).Sub(w.time.now()))
	if n := w.inspect(over); n != 0 {
		t.Errorf("told %d times before midnight", n)
	}
	w.time.pass(time.Second)
	for range 2 {
		if n := w.inspect(over); n != 1 {
			t.Errorf("told %d times after midnight", n)
		}
	}
}

// Ensure that a trouble is told once, also over a restart, that its end is told
// once, and that it is told again when it begins again.
func TestWatch(t *testing.T) {
	for name, tr := range troubles {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t).start()
			w.greet(administrator)
			count := func(when string, begun, over int) {
				t.Helper()
				if n := w.inspect(tr.begins); n != begun {
					t.Fatalf("%s: told %d times, want %d\n%s", when, n, begun, w.log)
				}
				if n := w.inspect(tr.over); n != over {
					t.Fatalf("%s: the end was told %d times, want %d", when, n, over)
				}
				log := w.log.String()
				if b, o := strings.Count(log, "msg=trouble "), strings.Count(log, `msg="trouble is over"`); b != begun || o != over {
					t.Fatalf("%s: the log tells of %d troubles and %d ends\n%s", when, b, o, log)
				}
			}
			count("before", 0, 0)
			tr.begin(w)
			count("begun", 1, 0)
			w.restart()
			count("restarted", 1, 0)
			tr.begin(w)
			count("begun in another process", 1, 0)
			tr.end(w)
			count("over", 1, 1)
			w.restart()
			count("restarted", 1, 1)
			tr.begin(w)
			count("begun again", 2, 1)
		})
	}
}

// Ensure that a trouble of before any administrator pressed Start is told once one has.
func TestWatch_NobodyHears(t *testing.T) {
	w := newWorld(t).start()
	tr := troubles["tickets"]
	tr.begin(w)
	w.inspect(tr.begins)
	w.greet(administrator)
	if n := w.inspect(tr.begins); n != 1 {
		t.Errorf("told %d times\n%s", n, w.log)
	}
	if n := w.inspect(tr.begins); n != 1 {
		t.Errorf("told %d times", n)
	}
}

// Ensure that supervisors hear of a resident who waits too long, also before any
// administrator pressed Start, and of nothing else; and that operators do not.
func TestWatch_Supervisors(t *testing.T) {
	w := newWorld(t)
	for _, id := range []int64{olga, clara} {
		w.telegram.AddUser(simulator.User{ID: id, FirstName: "Человек"})
	}
	if err := w.store.Turn(t.Context(), func(tx *storage.Turn) error {
		tx.SetStaff([]flows.Member{{Chat: olga, Role: flows.Operator}, {Chat: clara, Role: flows.Supervisor}})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	w.start()
	w.greet(olga, clara)
	troubles["tickets"].begin(w)
	troubles["disk"].begin(w)
	w.inspect("")
	if n := len(w.heard(clara, troubles["tickets"].begins)); n != 1 || len(w.heard(clara, troubles["disk"].begins)) != 0 {
		t.Errorf("the supervisor heard %q", w.heard(clara, ""))
	}
	if got := w.heard(olga, "⚠️"); len(got) != 0 {
		t.Errorf("the operator heard %q", got)
	}
	w.refused = 1 // for the administrator
}

// Ensure that what is no trouble yet, or no end yet, is not told.
func TestWatch_Bounds(t *testing.T) {
	w := newWorld(t).start()
	w.greet(administrator)
	w.host.has(LowDisk)
	w.time.jump(clockJump)
	w.polls(telegram.Conflicted, telegram.Polling, telegram.Failing, telegram.Polling)
	w.time.pass(24 * time.Hour) // no jump
	w.host.has(-1)              // the system does not tell
	if n := w.inspect(""); n != 1 {
		t.Fatalf("administrators heard %d messages: %q", n, w.heard(administrator, ""))
	}
	w.host.has(1)
	w.inspect("")
	w.host.has(roomyDisk - 1)
	if n := w.inspect("снова хватает"); n != 0 {
		t.Error("the disk is told to be roomy")
	}
	w.time.jump(-time.Hour)
	if n := w.inspect("перескочили назад"); n != 1 {
		t.Errorf("a clock set back was told %d times", n)
	}
	w.time.pass(clockSteady - time.Second)
	if n := w.inspect("идут ровно"); n != 0 {
		t.Error("the clock is told to be steady")
	}
}

// Ensure that a clock behind the newest record is told at the start.
func TestWatch_ClockBehind(t *testing.T) {
	w := newWorld(t).start()
	w.greet(administrator)
	if err := w.store.Turn(t.Context(), func(tx *storage.Turn) error {
		tx.Audit(flows.AuditLine{At: w.time.now().Add(time.Hour).Unix(), Action: "staff_health"})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		w.restart()
		if n := w.inspect("отстают: в базе уже есть запись"); n != 1 {
			t.Fatalf("told %d times", n)
		}
	}
	w.time.pass(time.Hour)
	if n := w.inspect("больше не отстают"); n != 1 {
		t.Fatalf("the end was told %d times", n)
	}
	w.restart()
	if n := w.inspect("отстают"); n != 2 {
		t.Errorf("told %d times", n)
	}
}

// Ensure that turns which are given up in a row are told once, and that they are
// over after a while without one.
func TestWatch_Faults(t *testing.T) {
	w := newWorld(t).start()
	w.greet(administrator, anna)
	w.damage(anna)
	for range 2 {
		w.say(anna, "/start", "происшествия")
	}
	w.restart()
	w.say(anna, "/start", "происшествия")
	if n := w.inspect("не обработано"); n != 1 {
		t.Fatalf("told %d times", n)
	}
	w.time.pass(faultless - time.Second)
	if n := w.inspect("Сбоев больше нет"); n != 0 {
		t.Fatal("the end was told too early")
	}
	w.time.pass(time.Second)
	if n := w.inspect("Сбоев больше нет"); n != 1 {
		t.Fatalf("the end was told %d times", n)
	}
	w.say(anna, "/start", "происшествия")
	if n := w.inspect("не обработано"); n != 2 {
		t.Errorf("told %d times", n)
	}
}

// Ensure that a gateway that is down is told once over restarts, and its end by
// the process that sees it work again.
func TestGatewayAlarmOutlivesRestart(t *testing.T) {
	w := newWorld(t).start()
	w.greet(administrator)
	fail := func(n int) {
		for range n {
			w.bot.out.add(w.posted(storage.Record{Channel: storage.SMS, Chat: anna, To: phone(anna)}))
			w.settled()
		}
	}
	w.sms.fail(errUnknown)
	fail(downAfter)
	w.hear(administrator, 0, "Не работает отправка SMS")
	down := w.time.now()
	w.time.pass(time.Minute)
	w.restart()
	fail(downAfter)
	if g := w.bot.Health().Gateways[0]; g.Channel != "sms" || !g.Down || !g.Since.Equal(down) {
		t.Errorf("gateway %+v, down since %v", g, down)
	}
	w.sms.fail(nil)
	fail(2)
	if a, b := w.inspect("Не работает"), w.inspect("восстановлена"); a != 1 || b != 1 {
		t.Errorf("told %d times, its end %d times", a, b)
	}
	if g := w.bot.Health().Gateways[0]; g.Down || !g.Since.Equal(w.time.now()) {
		t.Errorf("gateway %+v", g)
	}
}

// Ensure that a moment without a conflict does not end it, and neither does a
// restart.
func TestWatch_ConflictGoesOn(t *testing.T) {
	w := newWorld(t).start()
	w.greet(administrator)
	w.polls(telegram.Conflicted)
	for range 3 {
		w.polls(telegram.Conflicted)
		w.time.pass(-30 * time.Second) // half a minute later
		w.polls(telegram.Polling)
	}
	w.restart()
	w.polls(telegram.Polling, telegram.Conflicted)
	if a, b := w.inspect("другая программа"), w.inspect("только этот бот"); a != 1 || b != 0 {
		t.Errorf("told %d times, its end %d times", a, b)
	}
}
