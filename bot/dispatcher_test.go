package bot

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"mvkbot/bot/simulator"
	"mvkbot/flows"
	"mvkbot/storage"
)

// Ensure that Telegram's retry_after holds up the chat it was said for, in order,
// and nobody else.
func TestFloodWaitHoldsOneChat(t *testing.T) {
	w := newWorld(t).start()
	w.greet(anna, boris)
	w.telegram.Inject(simulator.Fault{Kind: simulator.FaultFlood, Method: "sendMessage", Chat: anna, Times: 1, RetryAfter: time.Second})
	w.bot.out.add(w.posted(w.letter(anna, message{Text: "one"}), w.letter(anna, message{Text: "two"})))
	w.until("the refusal", func() bool { return len(w.requests("sendMessage", anna)) == 2 })
	w.bot.out.add(w.posted(w.letter(boris, message{Text: "other"})))
	w.hear(boris, 0, "other")
	w.hear(anna, 0, "two")
	calls := w.requests("sendMessage", anna) // the greeting, the refused one, and both
	if waited := calls[2].At.Sub(calls[1].At); len(calls) != 4 || waited < time.Second {
		t.Errorf("%d calls, waited %v only", len(calls), waited)
	}
	if waited := w.requests("sendMessage", boris)[1].At.Sub(calls[1].At); waited >= time.Second {
		t.Errorf("who was not refused waited %v", waited)
	}
	all := w.telegram.Chat(anna)
	if got := all[len(all)-2].Text; got != "one" {
		t.Errorf("before «two» came %q", got)
	}
}

// posted puts records into the outbox of a running bot.
func (w *world) posted(records ...storage.Record) []storage.Record {
	w.t.Helper()
	w.post(records...)
	return records
}

// Ensure that messages to nobody are dropped without a dead letter, an alert or a
// warning.
func TestBlockedChat(t *testing.T) {
	w := newWorld(t).start()
	w.greet(anna, administrator)
	before := len(w.log.String())
	if err := w.telegram.Block(anna); err != nil {
		t.Fatal(err)
	}
	w.bot.out.add(w.posted(w.letter(anna, message{Text: "one"}), w.letter(anna, message{Text: "two"})))
	w.settled()
	if n := w.sent(storage.Telegram, flows.Unsent); n != 2 || len(w.deadLetters()) != 0 {
		t.Errorf("%d dropped, %d dead letters", n, len(w.deadLetters()))
	}
	if n := len(w.heard(administrator, "")); n != 1 {
		t.Errorf("administrators got %d messages", n)
	}
	if log := w.log.String()[before:]; strings.Contains(log, "level=WARN") || strings.Contains(log, "level=ERROR") {
		t.Errorf("log:\n%s", log)
	}
}

// Ensure that what Telegram will always refuse, or what cannot be sent at all,
// becomes a dead letter with an alert, and does not stop what is behind it.
func TestDeadLetters(t *testing.T) {
	for _, tt := range []struct {
		name    string
		record  func(w *world) storage.Record
		reason  string
		refused int
	}{
		{"refused", func(w *world) storage.Record { return w.letter(anna, message{Text: "<b>"}) }, "refused", 1},
		{"undecodable", func(*world) storage.Record {
			return storage.Record{Channel: storage.Telegram, Chat: anna, Payload: []byte("rubbish")}
		}, "payload does not decode", 0},
		{"undecodable letter", func(*world) storage.Record {
			return storage.Record{Channel: storage.Mail, Chat: anna, Payload: []byte("rubbish")}
		}, "payload does not decode", 0},
		{"captcha without an answer", func(w *world) storage.Record {
			return w.letter(anna, message{Attach: flows.CaptchaPicture, Answer: "no digits"})
		}, "cannot be drawn", 0},
		{"captcha that cannot be spoken", func(w *world) storage.Record {
			return w.letter(anna, message{Attach: flows.CaptchaSpeech, Answer: "no digits"})
		}, "cannot be drawn", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t).start()
			w.greet(anna, administrator)
			w.refused = tt.refused
			w.bot.out.add(w.posted(tt.record(w), w.letter(anna, message{Text: "behind"})))
			w.hear(anna, 0, "behind")
			w.hear(administrator, 0, "не доставлено")
			w.settled()
			dead := w.deadLetters()
			if len(dead) != 1 || !strings.Contains(dead[0].Reason, tt.reason) {
				t.Errorf("dead letters %v", dead)
			}
		})
	}
}

// Ensure that an alert that cannot be delivered causes no further alert.
func TestNoAlertAboutAnAlert(t *testing.T) {
	w := newWorld(t).start()
	w.greet(administrator)
	w.refused = 1
	w.bot.out.add(w.posted(w.letter(administrator, message{Text: "<b>"})))
	w.until("a dead letter", func() bool { return len(w.deadLetters()) == 1 })
	w.settled()
	if n := len(w.heard(administrator, "")); n != 1 {
		t.Errorf("administrators got %d messages", n)
	}
}

// Ensure that a message whose answer was lost is repeated once, and once only.
func TestLostAnswers(t *testing.T) {
	for _, tt := range []struct {
		name    string
		kind    simulator.FaultKind
		lost    int
		copies  int
		outcome flows.Outcome
	}{
		{"one cut after", simulator.FaultDrop, 1, 2, flows.Delivered},
		{"two cut after", simulator.FaultDrop, 2, 2, flows.Unknown},
		{"one cut before", simulator.FaultRefuse, 1, 1, flows.Delivered},
		{"two cut before", simulator.FaultRefuse, 2, 0, flows.Unknown},
		{"a page instead", simulator.FaultPage, 1, 1, flows.Delivered},
		{"half an answer", simulator.FaultTruncate, 1, 2, flows.Delivered},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t).start()
			w.greet(anna)
			before := w.sent(storage.Telegram, tt.outcome)
			w.telegram.Inject(simulator.Fault{Kind: tt.kind, Method: "sendMessage", Times: tt.lost})
			w.bot.out.add(w.posted(w.letter(anna, message{Text: "once or twice"})))
			w.afterPause(time.Second)
			w.settled()
			if n := len(w.heard(anna, "once or twice")); n != tt.copies {
				t.Errorf("%d copies, want %d", n, tt.copies)
			}
			if n := w.sent(storage.Telegram, tt.outcome) - before; n != 1 {
				t.Errorf("%d records ended so", n)
			}
		})
	}
}

// Ensure that what an earlier process left is sent, once more if it may have
// been sent already, but never a third time; and in order.
func TestRecoveredRecords(t *testing.T) {
	w := newWorld(t).start()
	w.greet(anna)
	w.end()
	w.open()
	again := w.letter(anna, message{Text: "repeated before"})
	again.Started = true
	w.post(w.letter(anna, message{Text: "first"}), again, w.letter(anna, message{Text: "last"}))
	w.telegram.Inject(simulator.Fault{Kind: simulator.FaultDrop, Method: "sendMessage", Times: 1})
	w.start()
	w.settled()
	if n := len(w.heard(anna, "repeated before")); n != 0 {
		t.Error("a repeated message came a third time")
	}
	all := w.telegram.Chat(anna)
	if n := len(all); all[n-2].Text != "first" || all[n-1].Text != "last" || len(w.heard(anna, "first")) != 1 {
		t.Errorf("%q, %q", all[n-2].Text, all[n-1].Text)
	}
	if u, d := w.sent(storage.Telegram, flows.Unknown), w.sent(storage.Telegram, flows.Delivered); u != 2 || d != 1 {
		t.Errorf("%d unknown, %d delivered", u, d)
	}
}

// Ensure that a message whose answer was lost is repeated by the next process
// when this one stops before it could, and that the note of that repetition
// outlives a restart: there is no third.
func TestRepetitionIsRemembered(t *testing.T) {
	w := newWorld(t).start()
	w.greet(anna)
	w.telegram.Inject(simulator.Fault{Kind: simulator.FaultDrop, Method: "sendMessage", Times: 1})
	w.bot.out.add(w.posted(w.letter(anna, message{Text: "hello"})))
	w.until("the loss", func() bool { return w.log.has("message not sent") })
	w.bot.finishing = 0
	w.end() // in the pause before the repetition
	w.open()
	w.telegram.Inject(simulator.Fault{Kind: simulator.FaultDelay, Method: "sendMessage", Times: 1, Delay: time.Minute})
	w.start()
	w.until("the repetition", func() bool { return len(w.heard(anna, "hello")) == 2 })
	if o := w.outbox(); len(o) != 1 || !o[0].Started {
		t.Errorf("outbox %v", o)
	}
	w.bot.finishing = 0
	w.restart() // before its answer
	w.settled()
	if n := len(w.heard(anna, "hello")); n != 2 || w.sent(storage.Telegram, flows.Unknown) != 1 {
		t.Errorf("%d copies", n)
	}
}

// Ensure that restarts during an outage lose nothing that was surely never
// accepted, neither a message nor a letter.
func TestRestartsDuringAnOutage(t *testing.T) {
	w := newWorld(t).start()
	w.greet(anna)
	w.end()
	w.open()
	letter := storage.Record{Channel: storage.Mail, Chat: anna, Payload: w.letter(anna, message{Text: "subject"}).Payload}
	w.post(w.letter(anna, message{Text: "never sent"}), letter)
	w.mail.fail(errTemporary)
	for range 3 {
		w.telegram.Inject(simulator.Fault{Kind: simulator.FaultUnauthorized, Method: "sendMessage", Times: 1})
		w.start()
		w.until("the pauses", func() bool {
			return w.time.sleeping(time.Minute, time.Minute) == 1 && w.time.sleeping(time.Second/2, time.Second) == 2
		})
		w.bot.finishing = 0
		w.end()
		w.open()
	}
	w.mail.fail(nil)
	w.start()
	w.settled()
	if n := len(w.heard(anna, "never sent")); n != 1 || w.sent(storage.Mail, flows.Delivered) != 1 {
		t.Errorf("%d copies, %d letters", n, w.sent(storage.Mail, flows.Delivered))
	}
}

// Ensure that a full disk costs no message of an earlier process.
func TestFullDiskLosesNoMessage(t *testing.T) {
	w := newWorld(t).start()
	w.greet(anna)
	w.end()
	w.open()
	w.post(w.letter(anna, message{Text: "hello"}))
	gate := &fullBackend{Backend: w.db}
	w.bot = w.newBot(gate)
	gate.full.Store(true)
	w.start()
	w.until("the failure", func() bool { return w.log.has("mark record") })
	gate.full.Store(false)
	w.afterPause(time.Second)
	w.settled()
	if n := len(w.heard(anna, "hello")); n != 1 || w.sent(storage.Telegram, flows.Delivered) != 1 {
		t.Errorf("%d copies", n)
	}
}

// Ensure that the end of a message which cannot be noted is noted later by the
// same process: the next one would send it once more.
func TestEndIsNotedAgain(t *testing.T) {
	w := newWorld(t)
	gate := &gatedBackend{Backend: w.db}
	w.bot = w.newBot(gate)
	w.start()
	w.greet(anna)
	records := w.posted(w.letter(anna, message{Text: "hello"}))
	gate.breakWith(storage.ErrNoSpace)
	w.bot.out.add(records)
	w.until("the failure", func() bool { return w.log.has("note deliveries") })
	gate.breakWith(nil)
	w.afterPause(time.Second)
	w.until("the note", func() bool { return len(w.outbox()) == 0 })
}

// Ensure that a report which cannot be stored is made again by the same process.
func TestReportIsMadeAgain(t *testing.T) {
	w := newWorld(t)
	gate := &gatedBackend{Backend: w.db}
	w.bot = w.newBot(gate)
	release := w.sms.hold()
	w.submit(anna)
	<-w.sms.entered
	w.until("the letter", func() bool { return len(w.outbox()) == 1 })
	gate.breakWith(storage.ErrNoSpace)
	release()
	w.until("the failure", func() bool { return w.log.has("report delivery") })
	gate.breakWith(nil)
	w.until("the pause", func() bool { return w.time.sleeping(time.Second, time.Second) == 2 })
	w.time.pass(time.Second)
	w.settled()
	if w.conversation(anna).Registration.PhoneCode.Until == 0 {
		t.Error("the conversation heard nothing")
	}
}

// Ensure that a conversation hears of its message that became a dead letter.
func TestDeadLetterIsReported(t *testing.T) {
	w := newWorld(t)
	release := w.mail.hold()
	defer release()
	w.submit(anna)
	w.say(administrator, "/start", "Кто вы?")
	<-w.mail.entered
	c := w.conversation(anna)
	ref := flows.Ref{Kind: flows.RefEmailCode, Serial: c.Registration.EmailCode.Serial}
	if !c.Live(ref) {
		t.Fatal("the code is not asked for")
	}
	w.bot.out.bury(w.posted(storage.Record{Channel: storage.Mail, Chat: anna, Ref: ref})[0], "no reason")
	w.until("the report", func() bool { return w.conversation(anna).Registration.EmailCode.Hash == [32]byte{} })
}

// Ensure that messages which depend on a conversation that is damaged are buried.
func TestMessagesOfADamagedConversation(t *testing.T) {
	w := newWorld(t)
	w.damage(anna)
	w.meet(anna)
	w.meet(administrator)
	ref := flows.Ref{Kind: flows.RefPhoneCode, Serial: 1}
	w.post(storage.Record{Channel: storage.SMS, Chat: anna, Ref: ref}, storage.Record{Channel: storage.Mail, Chat: anna, Ref: ref,
		Payload: w.letter(anna, message{}).Payload}, storage.Record{Channel: storage.Telegram, Chat: administrator, Ref: ref})
	w.damage(administrator)
	w.start()
	w.until("dead letters", func() bool { return len(w.deadLetters()) == 3 })
	w.settled()
}

// Ensure that a SMS whose record is gone is not sent, and costs no budget.
func TestSMSWhoseRecordIsGone(t *testing.T) {
	w := newWorld(t)
	w.submit(anna)
	w.settled()
	c := w.conversation(anna)
	ref := flows.Ref{Kind: flows.RefPhoneCode, Serial: c.Registration.PhoneCode.Serial}
	before := w.spent("sms_minute", "")
	w.bot.out.deliver(anna, delivery{Record: storage.Record{Sequence: 1, Channel: storage.SMS, Chat: anna, Ref: ref}})
	if n := len(w.sms.calls()); n != 1 || w.spent("sms_minute", "") != before {
		t.Errorf("%d SMS", n)
	}
}

// Ensure that the log tells of an administrator whom no alert can reach.
func TestUnreachableAdministrator(t *testing.T) {
	w := newWorld(t).start()
	w.refused = 1 // the administrator has not written to the bot
	w.bot.out.add(w.posted(w.letter(administrator, message{Text: "alert"})))
	w.until("the log", func() bool { return w.log.has("alert not delivered\" admin=900") })
	w.settled()
}

// Ensure that a stopping bot waits for the calls under way and notes how they
// ended: the next process must not repeat them.
func TestStopNotesWhatIsUnderWay(t *testing.T) {
	w := newWorld(t)
	release := w.sms.hold()
	w.submit(anna)
	<-w.sms.entered
	w.until("the SMS alone to be under way", func() bool {
		left := w.outbox()
		return len(left) == 1 && left[0].Channel == storage.SMS
	})
	w.bot.finishing = 0
	stopped := make(chan error)
	stop := w.stop
	go func() { stopped <- stop() }()
	w.until("the end of the sends", func() bool { return w.bot.out.ctx.Err() != nil })
	release()
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if left := w.outbox(); len(left) != 0 {
		t.Errorf("%d records are left", len(left))
	}
}

// Ensure that a token that is not accepted for a while loses nothing.
func TestRejectedToken(t *testing.T) {
	w := newWorld(t).start()
	w.greet(anna)
	w.telegram.Inject(simulator.Fault{Kind: simulator.FaultUnauthorized, Method: "sendMessage", Times: 2})
	w.bot.out.add(w.posted(w.letter(anna, message{Text: "hello"})))
	for range 2 {
		w.until("the pause", func() bool { return w.time.sleeping(time.Minute, time.Minute) == 1 })
		w.time.pass(time.Minute)
	}
	w.hear(anna, 0, "hello")
	w.settled()
}

// Ensure that a message that fails for a day is given up.
func TestOldMessages(t *testing.T) {
	w := newWorld(t).start()
	w.greet(anna, administrator)
	old := w.letter(anna, message{Text: "hello"})
	old.At -= int64(25 * 3600)
	w.telegram.Inject(simulator.Fault{Kind: simulator.FaultFlood, Method: "sendMessage", Chat: anna, Times: 1, RetryAfter: time.Second})
	w.bot.out.add(w.posted(old))
	w.hear(administrator, 0, "не доставлено")
}

// Ensure that a captcha is sent only while it is the one that is asked for.
func TestStaleMessages(t *testing.T) {
	w := newWorld(t).start()
	w.greet(anna)
	stale := w.letter(anna, message{Text: "a captcha that was replaced"})
	stale.Ref = flows.Ref{Kind: flows.RefCaptcha, Serial: 3}
	late := w.letter(anna, message{Text: "too late"})
	late.NotAfter = w.time.now().Unix()
	w.bot.out.add(w.posted(stale, late, w.letter(anna, message{Text: "behind"})))
	w.hear(anna, 0, "behind")
	w.settled()
	if n := w.sent(storage.Telegram, flows.Unsent); n != 2 || len(w.heard(anna, "late"))+len(w.heard(anna, "replaced")) != 0 {
		t.Errorf("%d unsent", n)
	}
}

// Ensure that pictures, speech and terms are sent as what they are, and that a
// picture takes the place of another or, when that is gone, comes anew.
func TestAttachments(t *testing.T) {
	w := newWorld(t).start()
	w.greet(anna)
	send := func(m message) simulator.Message {
		t.Helper()
		w.bot.out.add(w.posted(w.letter(anna, m)))
		w.settled()
		return w.last(anna)
	}
	first := send(message{Text: "picture", Attach: flows.CaptchaPicture, Answer: testCaptcha})
	if first.Photo == nil || first.Text != "picture" {
		t.Fatalf("sent %+v", first)
	}
	second := send(message{Text: "another", Attach: flows.CaptchaPicture, Answer: "54321", Replace: first.ID})
	if second.ID != first.ID || second.Text != "another" || second.Photo.ID == first.Photo.ID {
		t.Errorf("replaced by %+v", second)
	}
	w.refused = 1
	if third := send(message{Text: "anew", Attach: flows.CaptchaPicture, Answer: "54321", Replace: 90_000}); third.ID == first.ID || third.Photo == nil {
		t.Errorf("sent anew as %+v", third)
	}
	if m := send(message{Text: "speech", Attach: flows.CaptchaSpeech, Answer: testCaptcha}); m.Voice == nil && m.Document == nil {
		t.Errorf("speech as %+v", m)
	}
	for kind, name := range map[flows.AttachmentKind]string{flows.ConsentTerms: "soglasie.txt", flows.AgreementTerms: "soglashenie.txt"} {
		if m := send(message{Text: "terms", Attach: kind}); m.Document == nil || m.Document.Name != name {
			t.Errorf("%s as %+v", name, m)
		}
	}
}

// Ensure that a bot that stops finishes what is under way, and leaves the rest
// for the next process, which sends it once.
func TestShutdown(t *testing.T) {
	w := newWorld(t)
	w.plant(w.filled(anna))
	w.start()
	w.greet(administrator)
	w.hear(anna, 0, "Инструкция")
	release := w.sms.hold()
	w.say(anna, "Зарегистрироваться", "Подтверждение телефона")
	<-w.sms.entered
	stopped := make(chan error)
	stop := w.stop
	go func() { stopped <- stop() }()
	w.until("polling to end", func() bool { return w.bot.Telegram.Health().State.String() == "idle" })
	release()
	if err := <-stopped; err != nil {
		t.Errorf("Run returned %v", err)
	}
	if left := w.outbox(); len(left) != 0 {
		t.Errorf("%d records are left: %v", len(left), left)
	}
	if n := w.sent(storage.SMS, flows.Delivered); n != 1 {
		t.Errorf("%d SMS delivered", n)
	}
	w.restart()
	w.say(anna, "000000", "Осталось 4")
	if n := len(w.sms.calls()); n != 1 {
		t.Errorf("%d SMS", n)
	}
}

// Ensure that a message which waits for its next try when the bot stops is sent
// by the next process.
func TestShutdownLeavesWhatFails(t *testing.T) {
	w := newWorld(t)
	w.sms.fail(errTemporary)
	w.submit(anna)
	w.until("the pause", func() bool { return w.time.sleeping(time.Second/2, time.Second) == 2 && len(w.outbox()) == 1 })
	w.bot.finishing = 0 // it would wait for what pauses
	w.end()
	w.open()
	if left := w.outbox(); len(left) != 1 || left[0].Started {
		t.Fatalf("outbox %v", left)
	}
	w.sms.fail(nil)
	w.start()
	w.settled()
	if ids := w.sms.calls(); len(ids) != 2 || ids[0] != ids[1] {
		t.Errorf("SMS %v", ids)
	}
}

// Ensure that the measures of waiting work tell what waits.
func TestWaiting(t *testing.T) {
	w := newWorld(t)
	release := w.mail.hold()
	defer release()
	w.submit(anna)
	<-w.mail.entered
	var letters []storage.Record
	for i := range 3 {
		letters = append(letters, storage.Record{Channel: storage.Mail, Chat: anna, Payload: w.letter(anna, message{Text: fmt.Sprint(i)}).Payload})
	}
	w.bot.out.add(w.posted(letters...))
	w.until("the letter under way and three that wait", func() bool {
		turns, messages := w.bot.Waiting()
		return turns == 0 && messages[storage.Mail] == 4
	})
}
