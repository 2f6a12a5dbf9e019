//go:build integration

package main

import (
	"net/mail"
	"strings"
	"testing"
	"time"

	"mvkbot/notify/notifytest"
)

// Ensure that a resident's codes go the whole way through a real Kannel and a
// real mail server with STARTTLS and AUTH; and that with both down for half a
// minute other residents go on, and SMS and letter arrive later, once.
func TestChain(t *testing.T) {
	kannel, smtp := notifytest.StartKannel(t), notifytest.StartSMTP(t)
	w := newTown(t)
	w.env = append(w.env, "MVKBOT_SMS="+kannel.URL(), "MVKBOT_SMTP="+smtp.URL(), "SSL_CERT_FILE="+smtp.CertFile())
	w.start()

	w.register(anna, "+79161234501", "anna@mail.example")
	sms := kannel.Wait(1)[0]
	if !strings.Contains(strings.ToLower(sms.Coding), "ucs") || !strings.Contains(sms.Text, "Мой МВК Портал: код ") {
		t.Errorf("SMS %+v, want Russian in UCS-2", sms)
	}
	t.Logf("SMS as the SMSC got it: %+v", sms)
	w.say(anna, codeIn(t, sms.Text))
	w.wait(anna, "Подтверждение почты")
	raw := smtp.Wait(1)[0].Raw
	letter, err := mail.ReadMessage(strings.NewReader(string(raw)))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("letter: %q, %q", letter.Header.Get("Message-Id"), letter.Header.Get("Received"))
	if !strings.Contains(letter.Header.Get("Received"), "ESMTPSA") {
		t.Errorf("letter was not taken with STARTTLS and AUTH: %q", letter.Header.Get("Received"))
	}

	kannel.Stop()
	smtp.Stop()
	w.register(boris, "+79161234502", "boris@mail.example")
	down, tick := time.After(30*time.Second), time.NewTicker(250*time.Millisecond)
	defer tick.Stop()
	for up := false; !up; {
		select {
		case <-down:
			up = true
		case <-tick.C:
			asked := time.Now()
			w.say(anna, "/help")
			w.wait(anna, "Подтверждение почты")
			if took := time.Since(asked); took > time.Second {
				t.Errorf("another resident waited %s", took)
			}
		}
	}
	kannel.Start()
	smtp.Start()
	if n := len(kannel.Wait(2)); n != 2 {
		t.Errorf("%d SMS, want 2", n)
	}
	w.say(boris, codeIn(t, kannel.Received()[1].Text))
	w.wait(boris, "Подтверждение почты")
	smtp.Wait(2)
	w.stop()
	if sms, letters := len(kannel.Received()), len(smtp.Letters()); sms != 2 || letters != 2 {
		t.Errorf("%d SMS and %d letters in the end, want 2 and 2", sms, letters)
	}
}
