package bot

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"mvkbot/flows"
	"mvkbot/storage"
)

func (w *world) conversation(chat int64) flows.Conversation {
	w.t.Helper()
	c, err := w.store.Conversation(w.t.Context(), chat)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// Ensure that a code is sent by both channels, and lives from its delivery on.
func TestCodesAreSent(t *testing.T) {
	w := newWorld(t)
	w.submit(anna)
	w.settled()
	if s, m := w.sms.said(), w.mail.said(); len(s) != 1 || len(m) != 1 || !strings.Contains(s[0], "код") {
		t.Errorf("SMS %d, letters %d", len(s), len(m))
	}
	r := w.conversation(anna).Registration
	if at := w.time.now(); r.PhoneCode.Until != at.Add(w.rules.SMSLife).Unix() || r.EmailCode.Until != at.Add(w.rules.MailLife).Unix() {
		t.Errorf("codes live until %d and %d", r.PhoneCode.Until, r.EmailCode.Until)
	}
}

// Ensure that a SMS whose fate is unknown is never sent again, and that its code
// lives: it may have arrived.
func TestSMSAtMostOnce(t *testing.T) {
	w := newWorld(t)
	w.sms.answer(errUnknown)
	w.submit(anna)
	w.settled()
	w.restart()
	w.settled()
	if n := len(w.sms.calls()); n != 1 {
		t.Errorf("%d SMS", n)
	}
	if w.conversation(anna).Registration.PhoneCode.Until == 0 || w.spent("contact", phone(anna)) != 1 {
		t.Error("the code is dead, or was given back")
	}
}

// Ensure that a SMS that an earlier process had begun to send is not sent again.
func TestSMSBegunBefore(t *testing.T) {
	w := newWorld(t)
	w.post(storage.Record{Channel: storage.SMS, Chat: anna, To: phone(anna), Payload: []byte("код"), Started: true})
	w.start()
	w.settled()
	if n := len(w.sms.calls()); n != 0 || w.sent(storage.SMS, flows.Unknown) != 1 {
		t.Errorf("%d SMS", n)
	}
}

// Ensure that a SMS is marked before the gateway is called.
func TestSMSIsMarkedFirst(t *testing.T) {
	w := newWorld(t)
	release := w.sms.hold()
	defer release()
	w.submit(anna)
	<-w.sms.entered
	marked := slices.ContainsFunc(w.outbox(), func(r storage.Record) bool { return r.Channel == storage.SMS && r.Started })
	if !marked {
		t.Error("the gateway was called first")
	}
}

// Ensure that a SMS which the gateway refuses is told, that its code is dead, and
// that it counts: asking again and again must not work around the budgets.
func TestRefusedSMS(t *testing.T) {
	w := newWorld(t)
	w.sms.answer(errRefused)
	w.submit(anna)
	w.hear(anna, 0, "не принял SMS")
	w.settled()
	if n := w.spent("contact", phone(anna)); n != 1 {
		t.Errorf("%d spends are left, want 1", n)
	}
	if h := w.conversation(anna).Registration.PhoneCode.Hash; h != [32]byte{} {
		t.Error("a code that was never sent can be entered")
	}
	w.press(anna, "Отправить повторно", "пока рано")
	w.settled()
	if n := len(w.sms.calls()); n != 1 {
		t.Errorf("%d SMS", n)
	}
}

// Ensure that a gateway that is down for a while sends later, once, by the same
// id; that administrators hear of it once; and that nobody else waits.
func TestGatewayIsDown(t *testing.T) {
	w := newWorld(t)
	w.sms.fail(errTemporary)
	w.submit(anna)
	w.say(administrator, "/start", "Кто вы?")
	for _, wait := range []time.Duration{time.Second, 2 * time.Second} {
		w.afterPause(wait)
	}
	w.hear(administrator, 0, "Не работает отправка SMS")
	w.say(boris, "/start", "Кто вы?")
	w.sms.fail(nil)
	w.afterPause(4 * time.Second)
	w.hear(administrator, 0, "восстановлена")
	w.settled()
	ids := w.sms.calls()
	if len(ids) != 4 || len(slices.Compact(ids)) != 1 {
		t.Errorf("SMS %v", ids)
	}
	if n := len(w.heard(administrator, "Не работает")); n != 1 {
		t.Errorf("%d alerts", n)
	}
	if n := w.spent("sms_minute", ""); n != 1 {
		t.Errorf("the minute was charged %d times", n)
	}
}

// Ensure that a gateway that hangs counts as one that does not work.
func TestGatewayHangs(t *testing.T) {
	w := newWorld(t).start()
	w.greet(administrator)
	w.sms.fail(errUnknown)
	for range 3 {
		w.bot.out.add(w.posted(storage.Record{Channel: storage.SMS, Chat: anna, To: phone(anna)}))
		w.settled()
	}
	w.hear(administrator, 0, "Не работает отправка SMS")
}

// Ensure that failures with a refusal between them are no row: whoever refuses works.
func TestGatewayAnswersBetween(t *testing.T) {
	w := newWorld(t).start()
	w.greet(administrator)
	for _, err := range []error{errUnknown, errUnknown, errRefused, errUnknown} {
		w.sms.fail(err)
		w.bot.out.add(w.posted(storage.Record{Channel: storage.SMS, Chat: anna, To: phone(anna)}))
		w.settled()
	}
	if told := w.heard(administrator, "Не работает"); len(told) != 0 {
		t.Errorf("told %q", told)
	}
}

// Ensure that a gateway that refuses whatever it gets counts as one that does not
// work, until it takes a message; and that refusals of few chats, however many, are
// none of its doing.
func TestGatewayRefuses(t *testing.T) {
	w := newWorld(t).start()
	w.greet(administrator)
	give := func(times, chats int, err error) {
		w.sms.fail(err)
		for i := range times {
			chat := firstMember + int64(i%chats)
			w.bot.out.add(w.posted(storage.Record{Channel: storage.SMS, Chat: chat, To: phone(chat)}))
			w.settled()
		}
	}
	give(3*refusingAfter, refusingAfter-1, errRefused)
	give(1, 1, nil)
	give(refusingAfter-1, refusingAfter-1, errRefused)
	if told := w.heard(administrator, "Не работает"); len(told) != 0 {
		t.Errorf("told %q", told)
	}
	give(refusingAfter, refusingAfter, errRefused)
	w.hear(administrator, 0, "Проверьте у шлюза баланс и имя отправителя. Ответ: refused")
	w.restart()
	give(1, 1, errRefused)
	if told := w.heard(administrator, "восстановлена"); len(told) != 0 {
		t.Errorf("told %q", told)
	}
	give(1, 1, nil)
	w.hear(administrator, 0, "Отправка SMS восстановлена")
}

// Ensure that a code that dies before it could be sent is dropped, its budgets
// given back and the resident told.
func TestCodeDiesUnsent(t *testing.T) {
	w := newWorld(t)
	w.sms.fail(errTemporary)
	w.submit(anna)
	w.until("the pause", func() bool { return w.time.sleeping(time.Second/2+1, time.Second) == 2 })
	w.time.pass(w.rules.SMSLife)
	w.hear(anna, 0, "Отправить SMS не удалось")
	w.settled()
	if calls, spent := len(w.sms.calls()), w.spent("contact", phone(anna)); calls != 1 || spent != 0 {
		t.Errorf("%d SMS, %d spends", calls, spent)
	}
}

// Ensure that a code which was replaced before it could be sent is dropped.
func TestReplacedCodeIsNotSent(t *testing.T) {
	w := newWorld(t)
	w.sms.fail(errTemporary)
	w.submit(anna)
	w.until("the pause", func() bool { return w.time.sleeping(time.Second/2+1, time.Second) == 2 })
	w.say(anna, "/cancel", "Удалить регистрацию?")
	w.say(anna, "Удалить регистрацию", "Регистрация удалена")
	w.sms.fail(nil)
	w.time.pass(time.Second)
	w.settled()
	if n := len(w.sms.calls()); n != 1 {
		t.Errorf("%d SMS", n)
	}
}

// Ensure that a SMS beyond the minute's budget waits for the next minute.
func TestMinuteBudget(t *testing.T) {
	w := newWorld(t)
	w.rules.SMSPerMinute = 1
	w.bot = w.newBot(w.db)
	w.submit(anna, boris)
	rest := time.Minute - w.time.now().Sub(w.time.now().Truncate(time.Minute))
	w.until("the wait", func() bool { return w.time.sleeping(rest, rest) == 1 && len(w.sms.calls()) == 1 })
	w.time.pass(rest)
	w.settled()
	if n := len(w.sms.calls()); n != 2 || w.sent(storage.SMS, flows.Delivered) != 2 {
		t.Errorf("%d SMS", n)
	}
	if r := w.conversation(boris).Registration.PhoneCode; r.Until == 0 {
		t.Error("the code's life did not start")
	}
}

// Ensure that a letter whose fate is unknown is repeated once, as the same letter.
func TestLetterIsRepeatedOnce(t *testing.T) {
	for _, tt := range []struct {
		name    string
		answers []error
		calls   int
		outcome flows.Outcome
	}{
		{"unknown", []error{errUnknown}, 2, flows.Delivered},
		{"unknown twice", []error{errUnknown, errUnknown}, 2, flows.Unknown},
		{"busy and unknown", []error{errTemporary, errUnknown}, 3, flows.Delivered},
		{"foreign error", []error{errors.New("foreign")}, 2, flows.Delivered},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.mail.answer(tt.answers...)
			w.submit(anna)
			for i := range tt.calls - 1 {
				w.afterPause(time.Second << i)
			}
			w.settled()
			ids := w.mail.calls()
			if len(ids) != tt.calls || len(slices.Compact(ids)) != 1 || w.sent(storage.Mail, tt.outcome) != 1 {
				t.Errorf("letters %v", ids)
			}
		})
	}
}

// Ensure that a letter which an earlier process may have sent is sent once more
// and no third time.
func TestRecoveredLetters(t *testing.T) {
	w := newWorld(t)
	payload := w.letter(anna, message{Text: "subject"}).Payload
	first := storage.Record{Channel: storage.Mail, Chat: anna, Payload: payload, At: 7}
	second := first
	second.Started = true
	w.post(first, second)
	w.mail.answer(errUnknown)
	w.start()
	w.settled()
	if n := len(w.mail.calls()); n != 1 || w.sent(storage.Mail, flows.Unknown) != 2 {
		t.Errorf("%d letters", n)
	}
}

// Ensure that a letter that lost its meaning is dropped.
func TestStaleLetter(t *testing.T) {
	w := newWorld(t)
	w.mail.fail(errTemporary)
	w.submit(anna)
	w.until("the pause", func() bool { return w.time.sleeping(time.Second/2+1, time.Second) == 2 })
	w.time.pass(w.rules.MailLife)
	w.settled()
	if n := len(w.mail.calls()); n != 1 || w.sent(storage.Mail, flows.Unsent) != 1 {
		t.Errorf("%d letters", n)
	}
}

// Ensure that a gateway and a mail server that do not answer stop nobody: other
// residents go on, and so does the one who waits for a code.
func TestSlowGatewayStopsNobody(t *testing.T) {
	w := newWorld(t)
	defer w.sms.hold()()
	defer w.mail.hold()()
	w.submit(anna)
	<-w.sms.entered
	<-w.mail.entered
	w.say(boris, "/start", "Кто вы?")
	w.say(anna, "123", "6 цифр")
	w.say(boris, "Физическое лицо", "Раздел")
}

// Ensure that SMS which pause before another try take no place from others.
func TestPausesGiveTheirPlaceAway(t *testing.T) {
	w := newWorld(t)
	w.sms.fail(errTemporary)
	const many = smsSlots + 1
	for chat := range int64(many) {
		w.post(storage.Record{Channel: storage.SMS, Chat: 3000 + chat, To: phone(chat), Payload: []byte("код")})
	}
	w.start()
	w.meet(administrator)
	w.until("all to be tried", func() bool { return len(w.sms.calls()) == many })
	w.sms.fail(nil)
	w.until("all to pause", func() bool { return w.time.sleeping(time.Second/2+1, time.Second) == many+1 })
	w.time.pass(time.Second)
	w.until("all to be sent", func() bool { return w.sent(storage.SMS, flows.Delivered) == many })
}
