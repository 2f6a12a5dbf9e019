package main

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"mvkbot/bot/simulator"
	"mvkbot/bot/simulator/demo"
	"mvkbot/storage/directory"
)

// town is everything around a bot that runs as a process of its own: Telegram,
// an SMS gateway, a mail server, and the contracts.
type town struct {
	t        *testing.T
	telegram *simulator.Server
	outside  *demo.Server
	dir      string
	env      []string
	clock    time.Duration
	bot      *exec.Cmd
	ended    chan error // how the bot ended, once
	gone     context.Context
	log      *logBuffer
	before   map[int64]int // the bot's newest message when a resident last did something
}

const (
	townToken  = "123456789:AAFtestTESTtestTESTtestTESTtestTEST00"
	townSecret = "6d766b626f742074657374207365637265742c20333220627974657320616e6420"
	anna       = int64(101)
	boris      = int64(102)
)

const townContracts = `number;kind;flat;address;holder;status
1234567890;квартира;12;Москва, ул. Лесная, д. 5, кв. 12;физлицо;действует
2000000001;апартаменты;7;Москва, Ходынский б-р, д. 2, ап. 7;физлицо;действует
3000000001;нежилое;;Москва, ул. Правды, д. 8;физлицо;действует
4000000001;дом;;Москва, пос. Рублёво, д. 3;физлицо;действует
5000000001;квартира;1;Москва, ул. Новая, д. 1, кв. 1;юрлицо;действует
6000000001;квартира;2;Москва, ул. Новая, д. 1, кв. 2;физлицо;закрыт
`

// noBot stands in where the page would have power over the bot.
type noBot struct{}

func (noBot) Kill() error                  { return nil }
func (noBot) SetClock(time.Duration) error { return nil }
func (noBot) Status() demo.Status          { return demo.Status{} }

func newTown(t *testing.T, change ...func(*simulator.Options)) *town {
	t.Helper()
	w := &town{t: t, dir: t.TempDir(), before: map[int64]int{}}
	options := simulator.Options{Token: townToken, Username: "mvk_bot"}
	for _, f := range change {
		f(&options)
	}
	w.telegram = simulator.New(options)
	var err error
	w.outside, err = demo.New(demo.Options{Simulator: w.telegram, Bot: noBot{}, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	api := httptest.NewServer(w.telegram)
	gateway := httptest.NewServer(w.outside)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		if err := w.outside.ServeSMTP(l); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		w.kill()
		w.telegram.Close()
		w.outside.Close()
		api.Close()
		gateway.Close()
		serving.Wait()
		if v := w.telegram.Violations(); len(v) > 0 {
			t.Errorf("Telegram refused:\n%s", strings.Join(v, "\n"))
		}
	})
	csv := filepath.Join(w.dir, "contracts.csv")
	if err := os.WriteFile(csv, []byte(townContracts), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := directory.Import(t.Context(), w.path("contracts.db"), csv, directory.ImportOptions{Strict: true}); err != nil {
		t.Fatal(err)
	}
	w.env = []string{
		"MVKBOT_TELEGRAM_TOKEN=" + townToken, "MVKBOT_TELEGRAM_API=" + api.URL, "MVKBOT_TELEGRAM_RATE=0",
		"MVKBOT_STORE=bolt://" + w.path("mvkbot.db"), "MVKBOT_CONTRACTS=" + w.path("contracts.db"), "MVKBOT_SECRET=" + townSecret,
		"MVKBOT_SMS=http+post://" + strings.TrimPrefix(gateway.URL, "http://") + "/gateway/sms?to={phone}&text={text}",
		"MVKBOT_SMTP=smtp://" + l.Addr().String() + "?tls=none", "MVKBOT_MAIL_FROM=noreply@mvk.example",
		"MVKBOT_TEST_CAPTCHA=12345", "TMPDIR=" + w.dir,
	}
	for id, phone := range map[int64]string{anna: "79161234501", boris: "79161234502"} {
		w.telegram.AddUser(simulator.User{ID: id, FirstName: "Житель", Phone: phone})
	}
	return w
}

func (w *town) path(name string) string { return filepath.Join(w.dir, name) }

// start runs the bot.
func (w *town) start(extra ...string) {
	w.t.Helper()
	env := append(append([]string(nil), w.env...), extra...)
	if w.clock != 0 {
		env = append(env, "MVKBOT_TEST_CLOCK="+w.clock.String())
	}
	w.bot = mvkbot(w.t, "mvkbot", env, "run")
	w.log = &logBuffer{}
	w.bot.Stdout, w.bot.Stderr = w.log, w.log
	if err := w.bot.Start(); err != nil {
		w.t.Fatal(err)
	}
	gone, tell := context.WithCancel(context.Background())
	bot, ended := w.bot, make(chan error, 1)
	w.ended, w.gone = ended, gone
	go func() {
		ended <- bot.Wait()
		tell()
	}()
}

// kill ends the bot as a power cut does; stop asks it to end.
func (w *town) kill() { w.end(syscall.SIGKILL) }

func (w *town) stop() {
	w.t.Helper()
	if err := w.end(syscall.SIGTERM); err != nil {
		w.t.Errorf("bot stopped with %v:\n%s", err, w.log)
	}
}

func (w *town) end(s syscall.Signal) error {
	if w.bot == nil || w.bot.Process == nil {
		return nil
	}
	if err := w.bot.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	w.bot = nil
	return <-w.ended
}

// whileRunning bounds a wait: it ends when the bot does.
func (w *town) whileRunning() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(w.t.Context(), 20*time.Second)
	if w.bot != nil {
		context.AfterFunc(w.gone, cancel)
	}
	return ctx, cancel
}

// newest is the resident's last message that counts: what wait looks at.
func newest(messages []simulator.Message) simulator.Message {
	for i := len(messages) - 1; i >= 0; i-- {
		if messages[i].FromBot && !messages[i].Deleted {
			return messages[i]
		}
	}
	return simulator.Message{}
}

// wait blocks until the bot answered what a resident did last with a text.
func (w *town) wait(user int64, text string) simulator.Message {
	w.t.Helper()
	ctx, cancel := w.whileRunning()
	defer cancel()
	var last simulator.Message
	err := w.telegram.WaitFor(ctx, user, func(all []simulator.Message) bool {
		last = newest(all)
		return last.ID > w.before[user] && strings.Contains(last.Text, text)
	})
	if err != nil {
		w.t.Fatalf("waiting for %q: %v\nlast: %q\nlog:\n%s", text, err, last.Text, w.log)
	}
	return last
}

// waitFor blocks until a condition of the world holds.
func (w *town) waitFor(what string, ok func() bool) {
	w.t.Helper()
	ctx, cancel := w.whileRunning()
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			w.t.Fatalf("waiting for %s\nlog:\n%s", what, w.log)
		}
	}
}

// code is the code in the newest SMS to a phone.
func (w *town) smsCode(phone string, number int) string {
	w.t.Helper()
	var texts []string
	w.waitFor("sms", func() bool {
		texts = nil
		for _, s := range w.outside.SMS() {
			if s.To == phone {
				texts = append(texts, s.Text)
			}
		}
		return len(texts) >= number
	})
	return codeIn(w.t, texts[number-1])
}

func (w *town) mailCode(to string, number int) string {
	w.t.Helper()
	var texts []string
	w.waitFor("letter", func() bool {
		texts = nil
		for _, l := range w.outside.Letters() {
			if l.To == to {
				texts = append(texts, l.Text)
			}
		}
		return len(texts) >= number
	})
	return codeIn(w.t, texts[number-1])
}

func codeIn(t *testing.T, text string) string {
	t.Helper()
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r < '0' || r > '9' }) {
		if len(word) == 6 {
			return word
		}
	}
	t.Fatalf("no code in %q", text)
	return ""
}

func (w *town) say(user int64, text string) {
	w.t.Helper()
	w.before[user] = newest(w.telegram.Chat(user)).ID
	if _, err := w.telegram.Say(user, text); err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) press(user int64, caption string) {
	w.t.Helper()
	w.before[user] = newest(w.telegram.Chat(user)).ID
	if _, err := w.telegram.PressCaption(user, caption); err != nil {
		w.t.Fatalf("%s: %v\nlast: %q\nlog:\n%s", caption, err, newest(w.telegram.Chat(user)).Text, w.log)
	}
}

// logBuffer keeps what a process wrote.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}
