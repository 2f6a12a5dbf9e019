//go:build integration

package notifytest_test

import (
	"strings"
	"testing"
	"time"

	"mvkbot/notify"
	"mvkbot/notify/notifytest"
	"mvkbot/notify/sms"
)

const code = "Мой МВК Портал: код 123456. Никому его не сообщайте."

func connect(t *testing.T, url string) *sms.Sender {
	t.Helper()
	s, err := sms.New(sms.Options{URL: url, Timeout: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Ensure that a Russian code reaches a real SMSC as one UCS-2 message, through an
// outage, and that nothing is lost or doubled by it.
func TestKannel(t *testing.T) {
	kannel := notifytest.StartKannel(t)
	s := connect(t, kannel.URL())
	if err := s.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Send(t.Context(), sms.Message{ID: "1", Phone: "+79161234567", Text: code}); err != nil {
		t.Fatal(err)
	}
	want := notifytest.SMS{From: "MVK", To: "+79161234567", Coding: "ucs-2", Text: code}
	if got := kannel.Wait(1); len(got) != 1 || got[0] != want {
		t.Fatalf("the SMSC got %+v", got)
	}

	kannel.Stop()
	for range 2 {
		err := s.Send(t.Context(), sms.Message{ID: "2", Phone: "+79161234568", Text: code})
		if got := notify.OutcomeOf(err); got != notify.Temporary {
			t.Fatalf("without Kannel the outcome is %v (%v)", got, err)
		}
	}
	if got := notify.OutcomeOf(s.Check(t.Context())); got != notify.Temporary {
		t.Errorf("without Kannel a check says %v", got)
	}

	kannel.Start()
	long := strings.Repeat(code+" ", 2)
	if err := s.Send(t.Context(), sms.Message{ID: "2", Phone: "+79161234568", Text: long}); err != nil {
		t.Fatal(err)
	}
	if got := kannel.Wait(3); len(got) != 3 || got[1].To != "+79161234568" {
		t.Errorf("after the outage the SMSC has %+v", got)
	}
}

// Ensure that a wrong password leaves messages waiting.
func TestKannelPassword(t *testing.T) {
	kannel := notifytest.StartKannel(t)
	s := connect(t, strings.Replace(kannel.URL(), "bot:", "bob:", 1))
	err := s.Send(t.Context(), sms.Message{ID: "1", Phone: "+79161234567", Text: code})
	if notify.OutcomeOf(err) != notify.Temporary || !strings.Contains(err.Error(), "403") {
		t.Errorf("a wrong password gives %v", err)
	}
}
