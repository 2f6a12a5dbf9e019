package mail

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"mvkbot/notify"
)

const recipient = "resident@example.ru"

func letter() Letter {
	return Letter{
		ID: "o-42.1", To: recipient, Subject: "Код подтверждения", Text: "Ваш код: 123456\n.\nНикому его не сообщайте.",
		HTML: "<p>Ваш код: <b>123456</b></p>", Date: time.Date(2026, 11, 23, 14, 5, 0, 0, time.UTC),
	}
}

// to returns a Sender to a relay of this machine, without TLS.
func to(t *testing.T, addr string) *Sender {
	t.Helper()
	s, err := New(Options{URL: "smtp://bot:hunter2@" + addr + "?tls=none", From: "Мой МВК Портал <noreply@example.org>"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// expect checks an outcome, and that the error gives nothing away.
func expect(t *testing.T, err error, want notify.Outcome) {
	t.Helper()
	if got := notify.OutcomeOf(err); got != want {
		t.Fatalf("outcome %v (%v), want %v", got, err, want)
	}
	if err == nil {
		return
	}
	for _, secret := range []string{"resident", "example.ru", "123456", "hunter2", "bot", "aHVudGVyMg"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error shows %q: %v", secret, err)
		}
	}
}

// Ensure that the outcome of every reply at every stage is exact.
func TestOutcomes(t *testing.T) {
	tests := []struct {
		stage, reply string
		want         notify.Outcome
	}{
		{"none", "", notify.Done},
		// Before a recipient is named nothing is a resident's fault.
		{"hello", "421 4.3.2 busy", notify.Temporary},
		{"hello", "554 5.7.1 no service for bot@example.ru", notify.Temporary},
		{"hello", "drop", notify.Temporary},
		{"hello", "garbage resident@example.ru", notify.Temporary},
		{"EHLO", "421 closing", notify.Temporary},
		{"EHLO", "drop", notify.Temporary},
		{"AUTH", "454 4.7.0 later", notify.Temporary},
		{"AUTH", "535 5.7.8 bot may not", notify.Temporary},
		{"AUTH", "drop", notify.Temporary},
		{"MAIL", "421 4.3.2 closing", notify.Temporary},
		{"MAIL", "451 4.3.0 later", notify.Temporary},
		{"MAIL", "550 5.7.1 sender refused", notify.Temporary},
		{"MAIL", "drop", notify.Temporary},
		// The recipient.
		{"RCPT", "421 4.3.2 closing", notify.Temporary},
		{"RCPT", "450 4.2.1 greylisted", notify.Temporary},
		{"RCPT", "550 5.1.1 <resident@example.ru> unknown", notify.Refused},
		{"RCPT", "550 no such user", notify.Refused},
		{"RCPT", "501 5.1.3 bad address", notify.Refused},
		{"RCPT", "553 5.1.2 no such domain", notify.Refused},
		{"RCPT", "554 5.7.1 relay access denied", notify.Temporary},
		{"RCPT", "530 5.7.0 sign in first", notify.Temporary},
		{"RCPT", "503 need MAIL", notify.Temporary},
		{"RCPT", "354 nonsense", notify.Temporary},
		{"RCPT", "drop", notify.Temporary},
		// The letter.
		{"DATA", "421 closing", notify.Temporary},
		{"DATA", "451 4.3.0 later", notify.Temporary},
		{"DATA", "554 5.5.1 no", notify.Refused},
		{"DATA", "503 5.5.1 no valid recipients", notify.Temporary},
		{"DATA", "drop", notify.Temporary},
		{"body", "drop", notify.Unknown}, // the dot may be on its way already
		// After the dot.
		{"dot", "421 4.3.2 closing", notify.Temporary},
		{"dot", "451 4.3.0 not taken", notify.Temporary},
		{"dot", "550 5.7.1 spam", notify.Refused},
		{"dot", "552 5.3.4 too big", notify.Refused},
		{"dot", "drop", notify.Unknown},
		{"dot", "354 nonsense", notify.Unknown},
		{"dot", "garbage", notify.Unknown},
		// After acceptance nothing matters any more.
		{"QUIT", "421 closing", notify.Done},
		{"QUIT", "500 what?", notify.Done},
		{"QUIT", "drop", notify.Done},
		{"RSET", "500 what?", notify.Done},
		{"NOOP", "500 what?", notify.Done},
	}
	for _, tt := range tests {
		t.Run(tt.stage+" "+tt.reply, func(t *testing.T) {
			p := start(t, map[string]string{tt.stage: tt.reply})
			expect(t, to(t, p.addr).Send(t.Context(), letter()), tt.want)
			if n := p.letters.Load(); n > 1 || tt.want == notify.Done && n != 1 {
				t.Errorf("the relay saw %d letters", n)
			}
		})
	}
}

// Ensure that a cancellation ends an exchange at any stage, and that only
// silence after the dot is doubtful.
func TestCancel(t *testing.T) {
	for stage, want := range map[string]notify.Outcome{
		"hello": notify.Temporary, "EHLO": notify.Temporary, "AUTH": notify.Temporary, "MAIL": notify.Temporary,
		"RCPT": notify.Temporary, "DATA": notify.Temporary, "dot": notify.Unknown,
	} {
		t.Run(stage, func(t *testing.T) {
			p := start(t, map[string]string{stage: "hang"})
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				<-p.hung
				cancel()
			}()
			s := to(t, p.addr)
			s.timeout = time.Hour
			expect(t, s.Send(ctx, letter()), want)
		})
	}
}

// Ensure that a relay cannot hold a worker longer than the timeout.
func TestTimeout(t *testing.T) {
	p := start(t, map[string]string{"hello": "hang"})
	s := to(t, p.addr)
	s.timeout = 80 * time.Millisecond
	expect(t, s.Send(t.Context(), letter()), notify.Temporary)
	expect(t, s.Check(t.Context()), notify.Temporary)
}

// Ensure that a relay which falls silent after acceptance holds nobody up for long.
func TestHangAtQuit(t *testing.T) {
	p := start(t, map[string]string{"QUIT": "hang"})
	begin := time.Now()
	expect(t, to(t, p.addr).Send(t.Context(), letter()), notify.Done)
	if took := time.Since(begin); took > farewell+5*time.Second {
		t.Errorf("took %v", took)
	}
}

// Ensure that a connection lost within a letter is no doubt: the dot was never said.
func TestLostWithinLetter(t *testing.T) {
	p := start(t, map[string]string{"body": "drop"})
	l := letter()
	l.Text = strings.Repeat("Очень длинное письмо.\n", 1<<16)
	expect(t, to(t, p.addr).Send(t.Context(), l), notify.Temporary)
	if p.letters.Load() != 0 {
		t.Error("the relay saw a whole letter")
	}
}

func TestUnreachable(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_ = l.Close()
	s := to(t, addr)
	expect(t, s.Send(t.Context(), letter()), notify.Temporary)
	expect(t, s.Check(t.Context()), notify.Temporary)
}

// Ensure that a faulty letter is refused before anybody is called.
func TestFaultyLetter(t *testing.T) {
	for name, spoil := range map[string]func(*Letter){
		"no recipient":         func(l *Letter) { l.To = "" },
		"injected recipient":   func(l *Letter) { l.To = "a> ORCPT=x@example.ru" },
		"Cyrillic local part":  func(l *Letter) { l.To = "почта@example.ru" },
		"no ID":                func(l *Letter) { l.ID = "" },
		"ID with a line break": func(l *Letter) { l.ID = "a\r\nBcc: b@example.ru" },
		"no date":              func(l *Letter) { l.Date = time.Time{} },
		"no text":              func(l *Letter) { l.Text = "" },
	} {
		t.Run(name, func(t *testing.T) {
			l := letter()
			spoil(&l)
			expect(t, to(t, "127.0.0.1:1").Send(t.Context(), l), notify.Refused)
		})
	}
}

// Ensure that a check says at which step it failed, and sends nothing.
func TestCheck(t *testing.T) {
	tests := []struct{ stage, reply, want string }{
		{"hello", "554 5.7.1 go away bot@example.ru " + strings.Repeat("x", 500), "greeting: server said 554 5.7.1 go away … xxx"},
		{"EHLO", "drop", "EHLO: the connection was closed"},
		{"EHLO", "250 relay", "the server offers no AUTH"},
		{"EHLO", "250-relay\r\n250 AUTH GSSAPI", "AUTH: the server offers no way to sign in"},
		{"AUTH", "535 5.7.8 bot may not", "AUTH: server said 535 sign-in was refused"},
		{"QUIT", "drop", "QUIT: the connection was closed"},
	}
	for _, tt := range tests {
		t.Run(tt.stage+" "+tt.reply, func(t *testing.T) {
			p := start(t, map[string]string{tt.stage: tt.reply})
			err := to(t, p.addr).Check(t.Context())
			if err == nil || !strings.Contains(err.Error(), tt.want) || len(err.Error()) > 300 {
				t.Errorf("Check: %v, want %q", err, tt.want)
			}
			expect(t, err, notify.Temporary)
		})
	}
	p := start(t, nil)
	expect(t, to(t, p.addr).Check(t.Context()), notify.Done)
	if said := <-p.seen; strings.Contains(said, "MAIL") || !strings.HasSuffix(said, "QUIT\n") {
		t.Errorf("a check said %q", said)
	}
}
