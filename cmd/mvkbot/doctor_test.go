package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"go.etcd.io/bbolt"

	"mvkbot/bot/simulator"
)

// closedPort is an address of this machine where nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// strictMail is a mail server that lets nobody in.
type strictMail struct{}

type strictSession struct{ smtp.Session }

func (strictMail) NewSession(*smtp.Conn) (smtp.Session, error) { return &strictSession{}, nil }

func (*strictSession) AuthMechanisms() []string { return []string{sasl.Plain} }

func (*strictSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, _, _ string) error { return smtp.ErrAuthFailed }), nil
}

func (*strictSession) Reset()        {}
func (*strictSession) Logout() error { return nil }

func (*strictSession) Mail(string, *smtp.MailOptions) error { return nil }

func startStrictMail(t *testing.T) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(strictMail{})
	server.AllowInsecureAuth = true
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(l) }) // ends with Close
	t.Cleanup(func() { server.Close(); serving.Wait() })
	return l.Addr().String()
}

// doctor runs the diagnosis of a town with some settings changed, and checks
// that no secret shows.
func (w *town) doctor(status int, changed ...string) (out string) {
	w.t.Helper()
	env := append([]string(nil), w.env...)
	for _, c := range changed {
		name, _, _ := strings.Cut(c, "=")
		for i, e := range env {
			if strings.HasPrefix(e, name+"=") {
				env[i] = c
			}
		}
	}
	began := time.Now()
	got, out, stderr := outcome(w.t, env, "doctor")
	if got != status || time.Since(began) > 8*time.Second {
		w.t.Errorf("status %d in %s\n%s%s", got, time.Since(began), out, stderr)
	}
	for _, secret := range append([]string{townToken, townToken[10:], townSecret}, canaries...) {
		if strings.Contains(out+stderr, secret) {
			w.t.Errorf("%q shows in\n%s%s", secret, out, stderr)
		}
	}
	return out
}

func TestDoctorFindsNothing(t *testing.T) {
	w := newTown(t)
	out := w.doctor(exitOK)
	for _, want := range []string{
		"ok    configuration\n", "ok    Telegram: the bot is @mvk_bot\n", "WARN  administrators: there are none: ", "ok    SMS gateway: it can be reached",
		"ok    mail server: it lets us in", "ok    contracts: 6, imported 20", "ok    database: none yet; run makes it\n", "ok    disk: ",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	w.desk().founded("mvkbot.db", townSecret)
	if out := w.doctor(exitOK); !strings.Contains(out, " bytes, opens with the given secret\n") {
		t.Errorf("found\n%s", out)
	}
	w.serve()
	w.say(anna, "/start")
	w.wait(anna, "Кто вы?")
	if out := w.doctor(exitOK); !strings.Contains(out, "ok    database: a bot is running on it") {
		t.Errorf("found\n%s", out)
	}
}

// Ensure that doctor says in plain words what is wrong.
func TestDoctorFinds(t *testing.T) {
	w := newTown(t)
	d := w.desk()
	web := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(web.Close)
	closed, strict := closedPort(t), startStrictMail(t)
	foreign := d.founded("foreign.db", otherSecret)
	garbage := d.file("garbage.db", "garbage")
	const nobody = ": nobody listens there: it is down, or host or port are wrong ("
	for _, tt := range []struct{ name, setting, want string }{
		{"wrong token", "MVKBOT_TELEGRAM_TOKEN=" + testToken, "Telegram: http://127.0.0.1:"},
		{"no Telegram", "MVKBOT_TELEGRAM_API=http://" + closed, "Telegram: http://" + closed + nobody},
		{"not Telegram", "MVKBOT_TELEGRAM_API=" + web.URL, "Telegram: " + web.URL + " answers, but not as a Bot API server should"},
		{"no gateway", "MVKBOT_SMS=kannel://canary:canary@" + closed + "/?from=MVK", "SMS gateway" + nobody},
		{"no such host", "MVKBOT_SMS=kannel://canary:canary@nowhere.invalid:1/?from=MVK", "SMS gateway: the name of the host cannot be looked up"},
		{"gateway of another kind", "MVKBOT_SMS=https+get://" + strict + "/?to={phone}&text={text}", "SMS gateway: TLS handshake with the gateway"},
		{"template without a phone", "MVKBOT_SMS=http+get://h/?text={text}", "SMS gateway: "},
		{"no mail server", "MVKBOT_SMTP=smtp://" + closed + "?tls=none", "mail server" + nobody},
		{"refused", "MVKBOT_SMTP=smtp://canary:canary@" + strict + "?tls=none", "mail server: it refuses user or password (AUTH: server said 535 "},
		{"no STARTTLS", "MVKBOT_SMTP=smtp://" + strict, "mail server: the server offers no STARTTLS, and TLS is mandatory"},
		{"empty directory", "MVKBOT_CONTRACTS=" + w.path("absent.db"), "contracts: " + w.path("absent.db") + ` is empty: import one with "mvkbot contracts import FILE"`},
		{"broken directory", "MVKBOT_CONTRACTS=" + garbage, "contracts: "},
		{"wrong secret", "MVKBOT_STORE=bolt://" + foreign, "database: " + foreign + ": database was sealed with another secret: MVKBOT_SECRET must be"},
		{"damaged database", "MVKBOT_STORE=bolt://" + garbage, "database: open database: " + garbage + ": database file is damaged"},
		{"no folder", "MVKBOT_STORE=bolt://" + w.path("no/such.db"), "disk: statfs " + w.path("no") + ": no such file"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w.t = t
			out := w.doctor(exitFailed, tt.setting)
			if found := lines(out, "FAIL  "); len(found) != 1 || !strings.HasPrefix(found[0], "FAIL  "+tt.want) {
				t.Errorf("found %q", found)
			}
		})
	}
	w.t = t
	if out := w.doctor(exitFailed, "MVKBOT_TELEGRAM_TOKEN="+testToken); !strings.Contains(out, "does not know this token: @BotFather gives a new one") {
		t.Errorf("found\n%s", out)
	}
}

// Ensure that doctor tells whom an alert would not reach.
func TestDoctorAdministrators(t *testing.T) {
	w := newTown(t)
	finds := func(want string) {
		t.Helper()
		if out := w.doctor(exitOK); !strings.Contains(out, "  administrators: "+want+"\n") {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	stop := w.serve()
	w.say(boris, "/start")
	w.wait(boris, "Кто вы?")
	finds("MVKBOT_ADMINS names none, and whether the role was granted to anybody cannot be read now: /staff in the chat tells")
	stop()
	w.env = append(w.env, "MVKBOT_ADMINS=101,999")
	finds("101, 999 never pressed Start in the bot's chat: alerts reach nobody")
	stop = w.serve()
	for _, step := range []struct{ says, then string }{{"/start", "Кто вы?"}, {"/grant 777 администратор", "Дать 777"}} {
		w.say(anna, step.says)
		w.wait(anna, step.then)
	}
	w.press(anna, "Да")
	w.waitFor("the grant", func() bool { return strings.HasPrefix(newest(w.telegram.Chat(anna)).Text, "✅ 777") })
	finds("999 never pressed Start in the bot's chat: alerts reach only the others")
	stop()
	finds("999, 777 never pressed Start in the bot's chat: alerts reach only the others")
	w.env[len(w.env)-1] = "MVKBOT_ADMINS="
	finds("777 never pressed Start in the bot's chat: alerts reach nobody")
	w.env[len(w.env)-1], w.env[3] = "MVKBOT_ADMINS=101", "MVKBOT_STORE=bolt://"+w.path("other.db")
	finds("1, and a message can reach each")
	w.telegram.Inject(simulator.Fault{Kind: simulator.FaultPage, Method: "getChat"})
	if out := w.doctor(exitFailed); len(lines(out, "FAIL  administrators: no answer from Telegram: ")) != 1 {
		t.Errorf("found\n%s", out)
	}
}

// Ensure that doctor tries what can be tried beside a wrong configuration.
func TestDoctorWithoutConfiguration(t *testing.T) {
	status, out, stderr := outcome(t, []string{"MVKBOT_STORE=bolt://" + t.TempDir() + "/mvkbot.db", "MVKBOT_SMTP=ftp://canary"}, "doctor")
	if status != exitUsage || len(lines(out, "FAIL  configuration: MVKBOT_")) != 5 || strings.Count(out, errNotSet.Error()) != 4 || strings.Contains(out+stderr, "canary") {
		t.Errorf("status %d\n%s%s", status, out, stderr)
	}
	if stderr != "mvkbot: 5 of 7 checks failed\n" {
		t.Error(stderr)
	}
}

// Ensure that a database that hangs in another process is told from one that a
// bot works on, and a slow Telegram from a dead one.
func TestDoctorLocked(t *testing.T) {
	w := newTown(t)
	held, err := bbolt.Open(w.desk().founded("mvkbot.db", townSecret), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	w.telegram.Inject(simulator.Fault{Kind: simulator.FaultPage, Method: "getMe"})
	out := w.doctor(exitFailed)
	if found := lines(out, "FAIL  "); len(found) != 2 || !strings.Contains(found[0], "answers, but not as a Bot API server should") ||
		!strings.Contains(found[1], "database is in use by another process") {
		t.Errorf("found\n%s", out)
	}
}

func TestRoomLeft(t *testing.T) {
	if s, err := roomLeft(5 << 30); err != nil || s != "5 GiB are left" {
		t.Error(s, err)
	}
	if _, err := roomLeft(100 << 20); err == nil || !strings.HasPrefix(err.Error(), "100 MiB are left, want 1024 or more") {
		t.Error(err)
	}
}

func TestPlain(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{&net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}, "no answer in time: it hangs, or a firewall is in between ("},
		{t.Context().Err(), ""},
		{net.ErrClosed, net.ErrClosed.Error()},
	} {
		if tt.err != nil && !strings.HasPrefix(plain(tt.err), tt.want) {
			t.Errorf("%v: %s", tt.err, plain(tt.err))
		}
	}
}
