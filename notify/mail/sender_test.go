package mail

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"strings"
	"sync"
	"testing"

	"mvkbot/notify"
)

// via returns a Sender for a URL whose HOST is replaced.
func via(t *testing.T, template, host string) *Sender {
	t.Helper()
	s, err := New(Options{URL: strings.Replace(template, "HOST", host, 1), From: "Мой МВК Портал <noreply@пример.рф>"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Ensure that a letter arrives whole, over TLS and signed in, and says nothing about this machine.
func TestSend(t *testing.T) {
	r := startRelay(t, func(r *relayServer) { r.EnableSMTPUTF8 = true })
	s := via(t, "smtp://bot:hunter2@HOST", r.addr)
	l := letter()
	l.To = "resident@почта.рф"
	l.Subject = "Код\r\nBcc: victim@example.ru\tподтверждения"
	expect(t, s.Send(t.Context(), l), notify.Done)
	expect(t, s.Send(t.Context(), l), notify.Done)
	inbox := r.inbox()
	if len(inbox) != 2 {
		t.Fatalf("%d letters", len(inbox))
	}
	got := inbox[0]
	if got.from != "noreply@xn--e1afmkfd.xn--p1ai" || got.to != "resident@xn--80a1acny.xn--p1ai" ||
		got.helo != "xn--e1afmkfd.xn--p1ai" || got.utf8 || !got.secure {
		t.Errorf("envelope is %+v", got)
	}
	m, err := mail.ReadMessage(strings.NewReader(got.data))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Message-Id": "<o-42.1@xn--e1afmkfd.xn--p1ai>", "Date": "Mon, 23 Nov 2026 14:05:00 +0000", "Auto-Submitted": "auto-generated",
		"User-Agent": "", "X-Mailer": "", "Bcc": "", "Subject": "Код  Bcc: victim@example.ru подтверждения",
	} {
		value, _ := new(mime.WordDecoder).DecodeHeader(m.Header.Get(name))
		if value != want {
			t.Errorf("%s is %q, want %q", name, value, want)
		}
	}
	from, err := m.Header.AddressList("From")
	if err != nil || from[0].Name != "Мой МВК Портал" {
		t.Errorf("From is %v, %v", from, err)
	}
	parts := readParts(t, m)
	if text := strings.ReplaceAll(parts["text/plain"], "\r\n", "\n"); text != l.Text || parts["text/html"] != l.HTML {
		t.Errorf("parts are %q", parts)
	}
	again, err := mail.ReadMessage(strings.NewReader(inbox[1].data))
	if err != nil || again.Header.Get("Message-Id") != m.Header.Get("Message-Id") || again.Header.Get("Date") != m.Header.Get("Date") {
		t.Errorf("the second attempt differs: %v, %v", again.Header, err)
	}
}

// readParts returns the decoded parts of a multipart/alternative by their types.
func readParts(t *testing.T, m *mail.Message) map[string]string {
	t.Helper()
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("Content-Type is %q, %v", kind, err)
	}
	parts := map[string]string{}
	for reader := multipart.NewReader(m.Body, params["boundary"]); ; {
		part, err := reader.NextRawPart()
		if err == io.EOF {
			return parts
		}
		if err != nil {
			t.Fatal(err)
		}
		kind, params, _ := mime.ParseMediaType(part.Header.Get("Content-Type"))
		if !strings.EqualFold(params["charset"], "UTF-8") {
			t.Errorf("%s has charset %q", kind, params["charset"])
		}
		var body io.Reader = part
		switch part.Header.Get("Content-Transfer-Encoding") {
		case "quoted-printable":
			body = quotedprintable.NewReader(part)
		case "base64":
			body = base64.NewDecoder(base64.StdEncoding, part)
		}
		var decoded bytes.Buffer
		if _, err := decoded.ReadFrom(body); err != nil {
			t.Fatal(err)
		}
		parts[kind] = decoded.String()
	}
}

func TestTextOnly(t *testing.T) {
	r := startRelay(t, nil)
	l := letter()
	l.HTML = ""
	expect(t, via(t, "smtp://bot:hunter2@HOST", r.addr).Send(t.Context(), l), notify.Done)
	m, err := mail.ReadMessage(strings.NewReader(r.inbox()[0].data))
	if err != nil || !strings.HasPrefix(m.Header.Get("Content-Type"), "text/plain; charset=UTF-8") {
		t.Errorf("Content-Type is %q, %v", m.Header.Get("Content-Type"), err)
	}
}

// Ensure what each form of URL does with TLS, and that a refusal gives no byte of
// letter or password to the network.
func TestTLS(t *testing.T) {
	noTLS := func(r *relayServer) { r.TLSConfig = nil }
	noTLSInsecure := func(r *relayServer) { r.TLSConfig, r.AllowInsecureAuth = nil, true }
	localhost := func(addr string) string { return strings.Replace(addr, "127.0.0.1", "localhost", 1) }
	same := func(addr string) string { return addr }
	tests := []struct {
		name, url string
		setup     func(*relayServer)
		host      func(string) string
		want      notify.Outcome
		reason    string
	}{
		{"mandatory", "smtp://bot:hunter2@HOST?tls=mandatory", nil, same, notify.Done, ""},
		{"opportunistic, offered", "smtp://bot:hunter2@HOST?tls=opportunistic", nil, same, notify.Done, ""},
		{"smtps", "smtps://bot:hunter2@HOST", func(r *relayServer) { r.Domain = "smtps" }, same, notify.Done, ""},
		{"mandatory, not offered", "smtp://bot:hunter2@HOST", noTLS, same, notify.Temporary, "no STARTTLS"},
		{"mandatory, wrong name", "smtp://bot:hunter2@HOST", nil, localhost, notify.Temporary, "STARTTLS: tls: failed to verify"},
		{"opportunistic, wrong name", "smtp://bot:hunter2@HOST?tls=opportunistic", nil, localhost, notify.Temporary, "failed to verify"},
		{"opportunistic, not offered", "smtp://bot:hunter2@HOST?tls=opportunistic", noTLSInsecure, same, notify.Temporary, "no way to sign in that is safe"},
		{"smtps, wrong name", "smtps://bot:hunter2@HOST", func(r *relayServer) { r.Domain = "smtps" }, localhost, notify.Temporary, "TLS handshake"},
		{"smtps to a plain port", "smtps://bot:hunter2@HOST", noTLS, same, notify.Temporary, "does not speak TLS"},
		{"wrong password", "smtp://bot:hunter3@HOST", nil, same, notify.Temporary, "AUTH: server said 454"},
		{"no user where one is wanted", "smtp://HOST", nil, same, notify.Temporary, "MAIL FROM: server said 502 5.7.0"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := startRelay(t, tt.setup)
			s := via(t, tt.url, tt.host(r.addr))
			err := s.Send(t.Context(), letter())
			expect(t, err, tt.want)
			if err != nil && !strings.Contains(err.Error(), tt.reason) {
				t.Errorf("the error is %v, want %q", err, tt.reason)
			}
			if got := len(r.inbox()); (got == 1) != (tt.want == notify.Done) {
				t.Errorf("%d letters", got)
			}
			plain := base64.StdEncoding.EncodeToString([]byte("\x00bot\x00hunter2"))
			for _, secret := range []string{"MAIL", "RCPT", recipient, "Auto-Submitted", "hunter2", plain} {
				if strings.Contains(r.onWire(), secret) {
					t.Errorf("%q went over the wire in clear", secret)
				}
			}
		})
	}
}

// Ensure that one Sender serves many goroutines.
func TestConcurrent(t *testing.T) {
	r := startRelay(t, nil)
	s := via(t, "smtp://bot:hunter2@HOST", r.addr)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := s.Send(t.Context(), letter()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := len(r.inbox()); got != 8 {
		t.Errorf("%d letters", got)
	}
}
