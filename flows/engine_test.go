package flows_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"mvkbot/flows"
)

// Ensure that what cannot happen is an error that names chat and state, and no panic.
func TestStep_Faults(t *testing.T) {
	w := newTown(t)
	w.ledger.OpenAccount(flows.Account{Chat: 42})
	c := flows.Conversation{Chat: 42, State: "main_menu", Account: 1}
	_, _, err := w.engine.Step(c, flows.Turn{Kind: 99, At: w.now}, w.ledger)
	if err == nil || !strings.Contains(err.Error(), "chat 42, state main_menu") {
		t.Errorf("unknown kind: %v", err)
	}
	c.Registration.PurgeAt = w.now.Unix() // an account has no registration
	if _, _, err := w.engine.Step(c, flows.Turn{Kind: flows.Woke, At: w.now}, w.ledger); err == nil {
		t.Error("an event without a row was taken")
	}
	c.Registration.PurgeAt = 0 // the engine is as good as before
	if _, _, err := w.engine.Step(c, flows.Turn{Kind: flows.Said, Text: "/start", At: w.now}, w.ledger); err != nil {
		t.Error(err)
	}
}

// Ensure that a conversation whose state this version does not know goes on
// where it can, also when it is woken.
func TestStep_VanishedState(t *testing.T) {
	at := time.Date(2026, 11, 22, 14, 5, 0, 0, moscow())
	registered := flows.Registration{Submitted: 1, PurgeAt: at.Unix(), Phone: "+79161234567", Email: "anna@mail.ru"}
	proven := registered
	proven.PhoneAt = 2
	tests := []struct {
		name string
		c    flows.Conversation
		turn flows.Turn
		want flows.State
	}{
		{"nothing", flows.Conversation{}, flows.Turn{Kind: flows.Said}, "choose_person"},
		{"account", flows.Conversation{Account: 1}, flows.Turn{Kind: flows.Said}, "main_menu"},
		{"registration", flows.Conversation{Registration: registered}, flows.Turn{Kind: flows.Said}, "enter_phone_code"},
		{"phone verified", flows.Conversation{Registration: proven}, flows.Turn{Kind: flows.Said}, "enter_email_code"},
		{"woken to be deleted", flows.Conversation{Registration: proven}, flows.Turn{Kind: flows.Woke}, "choose_person"},
		{"woken for nothing", flows.Conversation{}, flows.Turn{Kind: flows.Woke}, "choose_person"},
		{"delivery", flows.Conversation{}, flows.Turn{Kind: flows.Reported, Ref: flows.Ref{Kind: flows.RefPhoneCode}, Outcome: flows.Unsent}, "choose_person"},
		{"interrupted", flows.Conversation{State: "confirm_leave", Resume: "gone"}, flows.Turn{Kind: flows.Said, Text: "/start"}, "choose_person"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := newTown(t)
			c := test.c
			if c.State == "" {
				c.State = "gone"
			}
			w.chats[7] = c
			w.turn(7, test.turn)
			if got := w.chats[7].State; got != test.want {
				t.Errorf("in %s, want %s", got, test.want)
			}
		})
	}
}

// Ensure that a picture or a code that was replaced is known to mean nothing any more.
func TestConversation_Live(t *testing.T) {
	w := newTown(t)
	if c := (flows.Conversation{}); !c.Live(flows.Ref{}) || c.Live(flows.Ref{Kind: flows.RefCaptcha}) || c.Live(flows.Ref{Kind: flows.RefPhoneCode}) {
		t.Error("an empty conversation waits for something")
	}
	w.fill(1, "+79161234567", "anna@mail.ru")
	w.press(1, "submit_pressed")
	refs := map[flows.RefKind]flows.Ref{}
	for _, p := range w.open {
		refs[p.ref.Kind] = p.ref
	}
	live := func() (phone, email bool) {
		c := w.chats[1]
		return c.Live(refs[flows.RefPhoneCode]), c.Live(refs[flows.RefEmailCode])
	}
	if phone, email := live(); !phone || !email {
		t.Errorf("new codes are live: %v, %v", phone, email)
	}
	w.now = w.now.Add(time.Minute)
	w.press(1, "resend_pressed")
	if phone, email := live(); phone || !email {
		t.Errorf("after a resend: %v, %v", phone, email)
	}
}

// Ensure that a test run's captcha has the answer that it was given.
func TestRules_TestCaptcha(t *testing.T) {
	rules := testRules()
	rules.TestCaptcha = "54321"
	w := newTown(t)
	w.engine = flows.New(rules, []byte("key"), testTexts().Caption)
	w.fill(1, "+79161234567", "anna@mail.ru")
	if got := w.last[1][flows.RefCaptcha]; got != "54321" {
		t.Errorf("captcha %q", got)
	}
}

// Ensure that a verified e-mail is told of the deletion by letter, and a code
// that is entered before the gateway's answer counts as used.
func TestPurge_Letter(t *testing.T) {
	w := newTown(t)
	w.register(1, "+79161234567", "anna@mail.ru")
	c := w.chats[1]
	c.Registration.EmailAt = 1
	w.chats[1] = c
	w.now = w.now.Add(72 * time.Hour)
	w.log = nil
	w.wake()
	letters := 0
	for _, e := range w.log {
		switch e := e.(type) {
		case flows.Mail:
			if e.To != "anna@mail.ru" || e.Text != "mail.purged" || !e.NotAfter.After(w.now) {
				t.Errorf("letter %+v", e)
			}
			letters++
		case flows.SMS:
			t.Errorf("SMS %+v to a phone that was not verified", e)
		}
	}
	if letters != 1 {
		t.Errorf("%d letters", letters)
	}
}

// Ensure that a code that is entered before the gateway's answer comes counts as used.
func TestPumping_EarlyEntry(t *testing.T) {
	w := newTown(t)
	w.fill(1, "+79161234567", "anna@mail.ru")
	w.press(1, "submit_pressed")
	w.say(1, w.last[1][flows.RefPhoneCode])
	w.report(flows.Delivered)
	u := w.ledger.Usage(flows.Budget{Name: "sms_sample"})
	if len(u.Spends) != 1 || u.Spends[0].At != 1 {
		t.Errorf("sample %+v", u)
	}
}

// Ensure that a resident who writes after the pause, before the bot calls back, goes on at once.
func TestPause_Written(t *testing.T) {
	w := newTown(t)
	w.chats[1] = flows.Conversation{State: "captcha_paused", Dialog: 1, Limits: flows.Limits{CaptchaUntil: w.now.Unix()}}
	w.say(1, "12345")
	if c := w.chats[1]; c.State != "ask_captcha" || c.Captcha.Answer == "" || c.Deadline().Unix() != c.Forget {
		t.Errorf("in %s until %v", c.State, c.Deadline())
	}
}

// Ensure that an account that the storage does not find shows no nonsense.
func TestData_NoAccount(t *testing.T) {
	w := newTown(t)
	w.chats[1] = flows.Conversation{State: "main_menu", Account: 99, Dialog: 1}
	w.say(1, "мои данные")
	s, err := testTexts().Plain(w.stands[1].Text, w.stands[1].Args)
	if err != nil || strings.Contains(s, "1 января") {
		t.Errorf("%v: %s", err, s)
	}
}

// Ensure that one engine serves many chats at once.
func TestStep_Concurrent(t *testing.T) {
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() { newTown(t).join(1, "+79161234567", "anna@mail.ru") })
	}
	group.Wait()
}
