//go:build integration

package notifytest_test

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"mvkbot/notify"
	"mvkbot/notify/mail"
	"mvkbot/notify/notifytest"
)

func letter() mail.Letter {
	return mail.Letter{
		ID: "o-42.1", To: "resident@example.ru", Subject: "Код подтверждения", Text: "Ваш код: 123456\n.\nНикому его не сообщайте.",
		HTML: "<p>Ваш код: <b>123456</b></p>", Date: time.Date(2026, 11, 23, 14, 5, 0, 0, time.UTC),
	}
}

// attempt sends the letter through a URL.
func attempt(t *testing.T, url string) error {
	t.Helper()
	s, err := mail.New(mail.Options{URL: url, From: "Мой МВК Портал <noreply@example.org>", Timeout: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	checked, sent := s.Check(t.Context()), s.Send(t.Context(), letter())
	if sent == nil && checked != nil {
		t.Errorf("a letter went through, but a check says %v", checked)
	}
	return sent
}

// Ensure that letters reach a real relay over STARTTLS and AUTH, whole, the same
// in every attempt, and through an outage.
func TestPostfix(t *testing.T) {
	relay := notifytest.StartSMTP(t)
	if err := attempt(t, relay.URL()); err != nil {
		t.Fatal(err)
	}
	verify(t, relay.Wait(1)[0])

	relay.Stop()
	if err := attempt(t, relay.URL()); notify.OutcomeOf(err) != notify.Temporary {
		t.Fatalf("without the relay: %v", err)
	}

	relay.Start()
	if err := attempt(t, relay.URL()); err != nil {
		t.Fatal(err)
	}
	if got := relay.Wait(2); len(got) != 2 {
		t.Fatalf("%d letters", len(got))
	}
	verify(t, relay.Letters()[1])
}

// Ensure that the relay turns away what is not encrypted or not signed in, and
// that we say why and keep the letter.
func TestPostfixRefusals(t *testing.T) {
	relay := notifytest.StartSMTP(t)
	noTLS := strings.Replace(relay.URL(), "mandatory", "none", 1)
	user := relay.URL()[len("smtp://") : strings.Index(relay.URL(), "@")+1]
	for url, reason := range map[string]string{
		noTLS:                               "offers no AUTH",
		strings.Replace(noTLS, user, "", 1): "MAIL FROM: server said 530 5.7.0",
		strings.Replace(relay.URL(), user, "", 1):       "RCPT TO: server said 554 5.7.1",
		strings.Replace(relay.URL(), "bot:", "bob:", 1): "AUTH: server said 535",
	} {
		err := attempt(t, url)
		if notify.OutcomeOf(err) != notify.Temporary || !strings.Contains(err.Error(), reason) {
			t.Errorf("the attempt gave %v, want %q", err, reason)
		}
	}
	if got := relay.Letters(); len(got) != 0 {
		t.Errorf("%d letters came through", len(got))
	}
}

// verify compares a delivered letter with the one that was sent.
func verify(t *testing.T, got notifytest.Letter) {
	t.Helper()
	if got.From != "noreply@example.org" || got.To != letter().To {
		t.Errorf("envelope is %q, %q", got.From, got.To)
	}
	m, err := netmail.ReadMessage(strings.NewReader(got.Raw))
	if err != nil {
		t.Fatal(err)
	}
	if id := m.Header.Get("Message-Id"); id != "<o-42.1@example.org>" {
		t.Errorf("Message-ID is %q", id)
	}
	if !strings.Contains(m.Header.Get("Received"), "with ESMTPSA") {
		t.Errorf("Received is %q: not over TLS, or not signed in", m.Header.Get("Received"))
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	reader := multipart.NewReader(m.Body, params["boundary"])
	for _, want := range []struct{ kind, body string }{{"text/plain", letter().Text}, {"text/html", letter().HTML}} {
		part, err := reader.NextPart() // decodes quoted-printable
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(part)
		if err != nil || string(body) != want.body || !strings.HasPrefix(part.Header.Get("Content-Type"), want.kind) {
			t.Errorf("part is %s %q, %v", part.Header.Get("Content-Type"), body, err)
		}
	}
	if _, err := reader.NextPart(); !errors.Is(err, io.EOF) {
		t.Errorf("a third part: %v", err)
	}
}
