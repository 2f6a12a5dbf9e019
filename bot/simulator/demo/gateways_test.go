package demo_test

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	mail "github.com/wneessen/go-mail"

	"mvkbot/bot/simulator/demo"
)

func TestSMS(t *testing.T) {
	r := newRig(t)
	events := r.events()
	query := url.Values{"to": {"+79161112233"}, "text": {"Код 123456"}}
	response := r.get("/gateway/sms?" + query.Encode())
	if response.StatusCode != http.StatusOK {
		t.Fatal(response.Status)
	}
	events.until("sms", `"to":"+79161112233"`, `"text":"Код 123456"`)
	form, err := http.PostForm(r.url+"/gateway/sms", url.Values{"to": {"+79162223344"}, "text": {"Второе"}})
	if err != nil {
		t.Fatal(err)
	}
	form.Body.Close()
	got := r.SMS()
	if len(got) != 2 || got[0].ID != 1 || got[1].ID != 2 || got[1].To != "+79162223344" || got[1].Text != "Второе" || got[1].At.IsZero() {
		t.Errorf("%+v", got)
	}
	for _, bad := range []string{"", "?to=1", "?text=1"} {
		if status := r.get("/gateway/sms" + bad).StatusCode; status != http.StatusBadRequest {
			t.Errorf("%q: %d", bad, status)
		}
	}
	for range 250 {
		r.get("/gateway/sms?to=1&text=1")
	}
	if got = r.SMS(); len(got) != 200 || got[199].ID != 252 {
		t.Errorf("%d SMS are kept, the last is %d", len(got), got[len(got)-1].ID)
	}
}

// A letter sent by go-mail arrives whole: both parts, headers, recipients.
func TestSMTP(t *testing.T) {
	r := newRig(t)
	events := r.events()
	m := mail.NewMsg()
	for _, err := range []error{m.FromFormat("Мой МВК", "noreply@example.ru"), m.To("anna@example.ru")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	m.SetMessageIDWithValue("stable@example.ru")
	m.Subject("Код подтверждения почты, который довольно длинен для одной строки заголовка")
	m.SetBodyString(mail.TypeTextPlain, "Код: 654321\nНикому его не сообщайте.")
	m.AddAlternativeString(mail.TypeTextHTML, `<p style="color:red">Код: <b>654321</b></p><script>alert(1)</script>`)
	r.send(m)

	events.until("letters", `"subject":"Код подтверждения почты`, `"html":"/api/letters/1/html"`, "654321")
	got := r.Letters()
	if len(got) != 1 {
		t.Fatalf("%d letters", len(got))
	}
	l := got[0]
	if l.To != "anna@example.ru" || l.From != "Мой МВК <noreply@example.ru>" || l.MessageID != "stable@example.ru" ||
		!strings.HasSuffix(l.Subject, "строки заголовка") || strings.TrimSpace(l.Text) != "Код: 654321\nНикому его не сообщайте." ||
		!strings.Contains(l.HTML, "<b>654321</b>") || l.At.IsZero() {
		t.Errorf("%+v", l)
	}
	response := r.get("/api/letters/1/html")
	policy := response.Header.Get("Content-Security-Policy")
	if response.StatusCode != http.StatusOK || !strings.Contains(policy, "default-src 'none'") || !strings.HasSuffix(policy, "; sandbox") ||
		strings.Contains(policy, "script") || response.Header.Get("X-Frame-Options") != "SAMEORIGIN" {
		t.Errorf("the letter's frame: %s %v", response.Status, response.Header)
	}
	for _, path := range []string{"/api/letters/2/html", "/api/letters/x/html"} {
		if got := r.get(path).StatusCode; got != http.StatusNotFound {
			t.Errorf("%s: %d", path, got)
		}
	}
}

// A letter that cannot be read is refused for good, and the connection goes on.
func TestSMTP_Unreadable(t *testing.T) {
	r := newRig(t)
	m := mail.NewMsg()
	for _, err := range []error{m.From("noreply@example.ru"), m.To("anna@example.ru")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	m.SetBodyString(mail.TypeAppOctetStream, "no text in it")
	client := r.mailer()
	err := client.DialAndSendWithContext(t.Context(), m)
	var refused *mail.SendError
	if !errors.As(err, &refused) || refused.IsTemp() {
		t.Errorf("sent: %v", err)
	}
	if got := r.Letters(); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

// strange is a listener that other machines could reach, if it were one.
type strange struct{ net.Listener }

func (strange) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 25} }
func (strange) Close() error   { return nil }

func TestSMTP_NotLoopback(t *testing.T) {
	if err := newRig(t).ServeSMTP(strange{}); !errors.Is(err, demo.ErrNotLoopback) {
		t.Error(err)
	}
}

func (r *rig) mailer() *mail.Client {
	r.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		r.t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- r.ServeSMTP(l) }()
	r.t.Cleanup(func() {
		l.Close()
		if err := <-served; err != nil {
			r.t.Error(err)
		}
	})
	client, err := mail.NewClient("127.0.0.1", mail.WithPort(l.Addr().(*net.TCPAddr).Port), mail.WithTLSPolicy(mail.NoTLS), mail.WithHELO("localhost"))
	if err != nil {
		r.t.Fatal(err)
	}
	return client
}

func (r *rig) send(m *mail.Msg) {
	r.t.Helper()
	if err := r.mailer().DialAndSendWithContext(r.t.Context(), m); err != nil {
		r.t.Fatal(err)
	}
}
