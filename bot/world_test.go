package bot

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"

	"mvkbot/bot/admin"
	"mvkbot/bot/simulator"
	"mvkbot/bot/telegram"
	"mvkbot/flows"
	"mvkbot/flows/text"
	"mvkbot/storage"
	"mvkbot/storage/bolt"
)

const (
	testToken     = "123456789:AAFtestTESTtestTESTtestTESTtestTEST00"
	testCaptcha   = "12345"
	anna          = int64(101)
	boris         = int64(102)
	administrator = int64(900)
)

// world is a bot and everything around it: Telegram behind a real socket, a
// real database file, and a gateway, a mail server and a clock in the hands of
// the test.
type world struct {
	t        testing.TB
	telegram *simulator.Server
	api      *httptest.Server
	dir      string
	rules    flows.Rules
	sms      *gateway
	mail     *postOffice
	time     *clock
	host     *machine
	book     *book
	log      *logBuffer
	refused  int // calls that Telegram must have refused in the end

	db    *bolt.DB
	store *storage.Store
	bot   *Bot
	stop  func() error  // ends Run and tells what it returned
	ended chan struct{} // closed when Run returned

	looked chan struct{} // closed when the bot has looked for troubles at its start
}

// newWorld founds a world in which nobody runs yet.
func newWorld(t testing.TB) *world {
	t.Helper()
	moscow, err := time.LoadLocation("Europe/Moscow")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, dir: t.TempDir(), time: newClock(), book: newBook(), log: &logBuffer{}, sms: newGateway(), mail: newPostOffice(), host: newMachine(t.TempDir()), rules: flows.DefaultRules(moscow)}
	w.rules.Consent = flows.ParseTerms("1\nТекст согласия.")
	w.rules.Agreement = flows.ParseTerms("1\nТекст соглашения.")
	w.rules.TestCaptcha = testCaptcha
	w.rules.Admins = []int64{administrator}
	w.telegram = simulator.New(simulator.Options{Token: testToken, KeepRequests: 10_000, KeepMessages: 200})
	w.api = httptest.NewServer(w.telegram)
	for _, id := range []int64{anna, boris, administrator} {
		w.telegram.AddUser(simulator.User{ID: id, FirstName: "Житель", Phone: fmt.Sprintf("79161234%03d", id)})
	}
	w.open()
	t.Cleanup(func() {
		w.end()
		w.telegram.Close()
		w.api.Close()
		if v := w.telegram.Violations(); len(v) != w.refused {
			t.Errorf("Telegram refused %d calls, want %d:\n%s", len(v), w.refused, strings.Join(v, "\n"))
		}
	})
	return w
}

// open opens the database and puts a bot on it, which does nothing until start.
func (w *world) open() {
	w.t.Helper()
	var err error
	if w.db, err = bolt.Open(w.t.Context(), filepath.Join(w.dir, "mvkbot.db"), bolt.Options{}); err != nil {
		w.t.Fatal(err)
	}
	w.bot = w.newBot(w.db)
}

// newBot puts a bot on a backend.
func (w *world) newBot(b storage.Backend) *Bot {
	w.t.Helper()
	var err error
	w.store, err = storage.Open(w.t.Context(), b, storage.Options{Secret: make([]byte, storage.MinSecret), Contracts: w.book, Now: w.time.now})
	if err != nil {
		w.t.Fatal(err)
	}
	texts, err := text.New(w.rules.Location)
	if err != nil {
		w.t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(w.log, nil))
	client, err := telegram.New(telegram.Options{API: w.api.URL, Token: testToken, Log: log, PollTimeout: time.Second})
	if err != nil {
		w.t.Fatal(err)
	}
	engine := flows.New(w.rules, []byte("key of the codes"), texts.Caption)
	bot := New(Options{
		Store: w.store, Contracts: w.book, Engine: engine, Texts: texts, Desk: admin.New(admin.Options{Engine: engine, Store: w.store, Caption: texts.Caption}),
		Telegram: client, Pacer: telegram.NewPacer(0), SMS: w.sms, Mail: w.mail, Host: w.host,
		Log: log, Now: w.time.now,
	})
	bot.sleep, bot.steady = w.time.sleep, w.time.steady
	looked := make(chan struct{})
	w.looked = looked
	bot.nextLook = func(ctx context.Context) bool { // the test looks itself from then on
		close(looked)
		<-ctx.Done()
		return false
	}
	return bot
}

// start lets the bot run, and waits until it does or has given up.
func (w *world) start() *world {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	var result error
	go func() {
		defer close(ended)
		result = w.bot.Run(ctx)
	}()
	w.ended = ended
	w.stop = func() error {
		cancel()
		<-ended
		return result
	}
	select {
	case <-w.looked:
	case <-ended:
	}
	return w
}

// end stops the bot and closes its database.
func (w *world) end() {
	w.t.Helper()
	if w.stop != nil {
		if err := w.stop(); err != nil {
			w.t.Errorf("Run returned %v", err)
		}
		w.stop = nil
	}
	if w.db != nil {
		if err := w.db.Close(); err != nil {
			w.t.Error(err)
		}
		w.db = nil
	}
}

// restart stops the bot and starts another one on the same database.
func (w *world) restart() {
	w.t.Helper()
	w.end()
	w.open()
	w.start()
}

// say lets a resident write, and waits for the answer.
func (w *world) say(user int64, message, answer string) {
	w.t.Helper()
	id, err := w.telegram.Say(user, message)
	if err != nil {
		w.t.Fatal(err)
	}
	w.hear(user, id, answer)
}

// press lets a resident press the newest button of that caption.
func (w *world) press(user int64, caption, answer string) {
	w.t.Helper()
	before := w.last(user).ID
	if _, err := w.telegram.PressCaption(user, caption); err != nil {
		w.t.Fatalf("%s: %v, last: %q", caption, err, w.last(user).Text)
	}
	w.hear(user, before, answer)
}

// hear waits until the bot's newest message, later than one, holds a text.
func (w *world) hear(user int64, after int, answer string) simulator.Message {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 20*time.Second)
	defer cancel()
	var last simulator.Message
	err := w.telegram.WaitFor(ctx, user, func([]simulator.Message) bool {
		last = w.last(user)
		return last.ID > after && strings.Contains(last.Text, answer)
	})
	if err != nil {
		w.t.Fatalf("waiting for %q: %v\nlast: %q\nlog:\n%s", answer, err, last.Text, w.log)
	}
	return last
}

// last is the bot's newest message to a resident.
func (w *world) last(user int64) simulator.Message {
	all := w.telegram.Chat(user)
	for _, m := range slices.Backward(all) {
		if m.FromBot && !m.Deleted {
			return m
		}
	}
	return simulator.Message{}
}

// heard are the texts of the bot's messages to a resident that hold a text.
func (w *world) heard(user int64, holding string) (texts []string) {
	for _, m := range w.telegram.Chat(user) {
		if m.FromBot && strings.Contains(m.Text, holding) {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

// until waits for a condition of the world that nothing announces.
func (w *world) until(what string, ok func() bool) {
	w.t.Helper()
	deadline := time.After(20 * time.Second)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			w.t.Fatalf("waiting for %s\nlog:\n%s", what, w.log)
		}
	}
}

// settled waits until every record of the outbox has come to its end.
func (w *world) settled() {
	w.t.Helper()
	w.until("an empty outbox", func() bool { return len(w.outbox()) == 0 })
}

func (w *world) outbox() []storage.Record {
	w.t.Helper()
	records, err := w.store.Outbox(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return records
}

func (w *world) deadLetters() []storage.Record {
	w.t.Helper()
	records, err := w.store.DeadLetters(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return records
}

// logBuffer keeps what the bot logged.
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

func (l *logBuffer) has(s string) bool { return strings.Contains(l.String(), s) }

// meet makes a chat known to Telegram by a message that nobody waits for.
func (w *world) meet(user int64) {
	w.t.Helper()
	if _, err := w.telegram.Say(user, "/help"); err != nil {
		w.t.Fatal(err)
	}
}

// plant stores a conversation, and makes the chat known to Telegram.
func (w *world) plant(c flows.Conversation) {
	w.t.Helper()
	w.meet(c.Chat)
	if err := w.store.Turn(w.t.Context(), func(tx *storage.Turn) error {
		if _, err := tx.Conversation(c.Chat); err != nil {
			return err
		}
		return tx.SaveConversation(c)
	}); err != nil {
		w.t.Fatal(err)
	}
}

// post puts records into the outbox, as an earlier process would have left them.
func (w *world) post(records ...storage.Record) {
	w.t.Helper()
	if err := w.store.Turn(w.t.Context(), func(tx *storage.Turn) error {
		for i := range records {
			if err := tx.Append(&records[i]); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		w.t.Fatal(err)
	}
}

// letter is a record of a message to a chat.
func (w *world) letter(chat int64, m message) storage.Record {
	w.t.Helper()
	payload, err := cbor.Marshal(m)
	if err != nil {
		w.t.Fatal(err)
	}
	return storage.Record{Channel: storage.Telegram, Chat: chat, Payload: payload, At: w.time.now().Unix()}
}

// greet makes chats known to Telegram by a message that the bot answers.
func (w *world) greet(users ...int64) {
	w.t.Helper()
	for _, u := range users {
		w.say(u, "/start", "Кто вы?")
	}
	w.settled()
}

// requests are the calls of a method for a chat, 0 for all chats.
func (w *world) requests(method string, chat int64) (found []simulator.Request) {
	for _, r := range w.telegram.Requests() {
		if r.Method == method && (chat == 0 || r.Chat == chat) {
			found = append(found, r)
		}
	}
	return found
}

// filled is a conversation whose form is complete: «Зарегистрироваться» submits it.
func (w *world) filled(user int64) flows.Conversation {
	v := func(s string) flows.Field { return flows.Field{Value: s} }
	at := w.time.now().Unix()
	proof := func(t flows.Terms) flows.Acceptance {
		return flows.Acceptance{Version: t.Version, SHA256: t.SHA256, At: at}
	}
	return flows.Conversation{Chat: user, State: "review_form", Dialog: 1, Form: flows.Form{
		Until: at + 7*24*3600, Consent: proof(w.rules.Consent), Agreement: proof(w.rules.Agreement),
		Surname: v("Соколова"), Name: v("Анна"), Phone: v(phone(user)), Email: v(fmt.Sprintf("r%d@mail.example", user)),
	}}
}

func phone(user int64) string { return fmt.Sprintf("+79161234%03d", user) }

// submit has residents with filled forms, whose bot then starts, submit them.
func (w *world) submit(users ...int64) {
	w.t.Helper()
	for _, u := range users {
		w.plant(w.filled(u))
	}
	w.start()
	for _, u := range users {
		w.hear(u, 0, "Инструкция")
		w.say(u, "Зарегистрироваться", "Подтверждение телефона")
	}
}

// afterPause waits until somebody pauses before another try, at most for a
// time, and lets that time pass.
func (w *world) afterPause(most time.Duration) {
	w.t.Helper()
	want := 1
	if most == time.Second {
		want++ // the watch over deadlines
	}
	w.until("a pause of "+most.String(), func() bool { return w.time.sleeping(most/2+1, most) == want })
	w.time.pass(most)
}

// sent counts the records of a channel that ended in some way.
func (w *world) sent(ch storage.Channel, o flows.Outcome) uint64 {
	return w.bot.Stats().Sent[ch][o].Load()
}

// spent is what a budget has seen.
func (w *world) spent(name, subject string) (n int) {
	w.t.Helper()
	if err := w.store.Turn(w.t.Context(), func(tx *storage.Turn) error {
		u := tx.Usage(flows.Budget{Name: name, Subject: subject})
		n = len(u.Spends) + u.Count
		return nil
	}); err != nil {
		w.t.Fatal(err)
	}
	return n
}
