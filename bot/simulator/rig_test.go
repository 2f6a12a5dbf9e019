package simulator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"mvkbot/bot/simulator"
)

const (
	token = "4200042:AAF-simulated-token-of-thirty-five-xy"
	anna  = int64(501)
	boris = int64(502)
)

var start = time.Date(2026, 11, 23, 14, 5, 0, 0, time.UTC)

// rig is a server on loopback with two residents, of whom Anna has written.
type rig struct {
	*testing.T
	*simulator.Server
	web *httptest.Server
	now time.Time
}

func newRig(t *testing.T, change ...func(*simulator.Options)) *rig {
	t.Helper()
	r := &rig{T: t, now: start}
	opts := simulator.Options{Token: token, Username: "mvk_test_bot", Now: func() time.Time { return r.now }, KeepRequests: 100}
	for _, f := range change {
		f(&opts)
	}
	r.Server = simulator.New(opts)
	r.web = httptest.NewServer(r.Server)
	t.Cleanup(func() {
		r.Server.Close()
		r.web.Close()
	})
	r.AddUser(simulator.User{ID: anna, FirstName: "Анна", LastName: "Смирнова", Username: "anna", Phone: "79161234567", LanguageCode: "ru"})
	r.AddUser(simulator.User{ID: boris, FirstName: "Борис"})
	r.must(r.Say(anna, "/start"))
	return r
}

func (r *rig) must(id int, err error) int {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
	return id
}

// bot is the library that the real bot uses.
func (r *rig) bot() *tgbotapi.BotAPI {
	r.Helper()
	bot, err := tgbotapi.NewBotAPIWithClient(token, r.web.URL+"/bot%s/%s", r.web.Client())
	if err != nil {
		r.Fatal(err)
	}
	return bot
}

// answer is what a raw call brings.
type answer struct {
	OK          bool
	Code        int `json:"error_code"`
	Description string
	Result      json.RawMessage
	Parameters  struct {
		RetryAfter int `json:"retry_after"`
	}
}

// call posts a form: name, value, name, value, …
func (r *rig) call(method string, args ...string) answer {
	r.Helper()
	form := url.Values{}
	for i := 0; i < len(args); i += 2 {
		form.Set(args[i], args[i+1])
	}
	resp, err := r.web.Client().PostForm(r.web.URL+"/bot"+token+"/"+method, form)
	return r.read(resp, err)
}

func (r *rig) read(resp *http.Response, err error) answer {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
	defer resp.Body.Close()
	var a answer
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		r.Fatal(err)
	}
	return a
}

// sent calls and returns the id of the message in the result.
func (r *rig) sent(method string, args ...string) int {
	r.Helper()
	a := r.call(method, args...)
	if !a.OK {
		r.Fatalf("%s: %s", method, a.Description)
	}
	var m struct {
		ID int `json:"message_id"`
	}
	if err := json.Unmarshal(a.Result, &m); err != nil {
		r.Fatal(err)
	}
	return m.ID
}

// updates asks once, without waiting.
func (r *rig) updates(args ...string) []tgbotapi.Update {
	r.Helper()
	a := r.call("getUpdates", args...)
	if !a.OK {
		r.Fatal(a.Description)
	}
	var list []tgbotapi.Update
	if err := json.Unmarshal(a.Result, &list); err != nil {
		r.Fatal(err)
	}
	return list
}

// next returns the newest update.
func (r *rig) next() tgbotapi.Update {
	r.Helper()
	list := r.updates("offset", "-1")
	if len(list) != 1 {
		r.Fatalf("%d updates", len(list))
	}
	return list[0]
}

func (r *rig) last(user int64) simulator.Message {
	r.Helper()
	all := r.Chat(user)
	if len(all) == 0 {
		r.Fatal("the chat is empty")
	}
	return all[len(all)-1]
}

// blameless fails the test if the bot was wrong in any call.
func (r *rig) blameless() {
	r.Helper()
	if v := r.Violations(); len(v) > 0 {
		r.Errorf("violations:\n%s", strings.Join(v, "\n"))
	}
}

func (r *rig) context() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	r.Cleanup(cancel)
	return ctx
}

func picture(t testing.TB, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
