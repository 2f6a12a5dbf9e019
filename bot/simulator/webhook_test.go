package simulator

import (
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"
)

type hooked struct {
	*Server
	*testing.T
}

func newHooked(t *testing.T) hooked {
	s := New(Options{Token: "1:AAA"})
	s.hook.firstPause = time.Millisecond
	s.AddUser(User{ID: 1, FirstName: "Анна"})
	s.AddUser(User{ID: 2, FirstName: "Борис"})
	t.Cleanup(s.Close)
	return hooked{s, t}
}

func (h hooked) call(method string, args ...string) string {
	h.Helper()
	form := url.Values{}
	for i := 0; i < len(args); i += 2 {
		form.Set(args[i], args[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, "/bot1:AAA/"+method, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Body.String()
}

func (h hooked) say(user int64, text string) {
	h.Helper()
	if _, err := h.Say(user, text); err != nil {
		h.Fatal(err)
	}
}

// until waits for what no channel tells; the test's own deadline bounds it.
func until(ok func() bool) {
	for !ok() {
		runtime.Gosched()
	}
}

type got struct {
	secret string
	user   int64
	text   string
}

// receiver is a webhook that answers with the next status; 200 when there is none.
func receiver(statuses chan int, body string) (http.Handler, chan got) {
	arrived := make(chan got, 100)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var u struct {
			Message struct {
				From struct{ ID int64 }
				Text string
			}
		}
		raw, _ := io.ReadAll(r.Body)
		json.Unmarshal(raw, &u)
		select {
		case status := <-statuses:
			w.WriteHeader(status)
		default:
			io.WriteString(w, body)
		}
		arrived <- got{r.Header.Get("X-Telegram-Bot-Api-Secret-Token"), u.Message.From.ID, u.Message.Text}
	}), arrived
}

// Ensure that updates are repeated until accepted, in order within a chat.
func TestWebhook_Delivery(t *testing.T) {
	h := newHooked(t)
	statuses := make(chan int, 2)
	statuses <- 500
	statuses <- 503
	handler, arrived := receiver(statuses, "")
	web := httptest.NewServer(handler)
	defer web.Close()
	h.say(1, "раз")
	h.say(1, "два")
	if out := h.call("setWebhook", "url", web.URL, "secret_token", "s-1", "allowed_updates", `["message"]`); out != `{"ok":true,"result":true}` {
		t.Fatal(out)
	}
	for i, want := range []string{"раз", "раз", "раз", "два"} {
		if g := <-arrived; g.text != want || g.secret != "s-1" || g.user != 1 {
			t.Errorf("%d: %+v", i, g)
		}
	}
	info := h.call("getWebhookInfo")
	for _, want := range []string{web.URL, `"last_error_message":"Wrong response from the webhook: 50`, `"allowed_updates":["message"]`, `"max_connections":40`} {
		if !strings.Contains(info, want) {
			t.Errorf("%s lacks %s", info, want)
		}
	}
	if out := h.call("getUpdates"); !strings.Contains(out, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook") {
		t.Error(out)
	}
	h.say(2, "три")
	if g := <-arrived; g.user != 2 {
		t.Errorf("%+v", g)
	}
	if out := h.call("deleteWebhook", "drop_pending_updates", "true"); !strings.Contains(out, "true") {
		t.Error(out)
	}
	if out := h.call("getWebhookInfo"); out != `{"ok":true,"result":{"url":"","has_custom_certificate":false,"pending_update_count":0,"allowed_updates":["message"]}}` {
		t.Error(out)
	}
	if v := h.Violations(); v != nil {
		t.Error(v)
	}
}

// Ensure that a chat whose update is refused does not hold up the others, and that
// ending the webhook ends the repetition.
func TestWebhook_ChatsApart(t *testing.T) {
	h := newHooked(t)
	h.hook.firstPause = time.Hour
	statuses := make(chan int, 1)
	statuses <- 500
	handler, arrived := receiver(statuses, `{"method":"sendMessage"}`)
	web := httptest.NewServer(handler)
	defer web.Close()
	h.call("setWebhook", "url", web.URL)
	h.say(1, "держит")
	if g := <-arrived; g.user != 1 {
		t.Errorf("%+v", g)
	}
	h.say(1, "ждёт")
	h.say(2, "проходит")
	if g := <-arrived; g.user != 2 {
		t.Errorf("%+v", g)
	}
	until(func() bool { return h.Pending() == 2 })
	h.call("setWebhook", "url", "") // waits for the deliveries
	if n := h.Pending(); n != 2 {
		t.Error(n)
	}
	if v := h.Violations(); len(v) != 1 || !strings.Contains(v[0], "a method in the answer is not simulated") {
		t.Error(v)
	}
}

// Ensure that a certificate of one's own is trusted, and nothing else is.
func TestWebhook_Certificate(t *testing.T) {
	h := newHooked(t)
	handler, arrived := receiver(nil, "")
	web := httptest.NewTLSServer(handler)
	defer web.Close()
	web.Config.ErrorLog = nil
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw})
	p := &params{pairs: []pair{{"url", web.URL}}, files: map[string]*upload{"certificate": {"c.pem", cert}}}
	if _, f := h.setWebhook(p); f != nil {
		t.Fatal(f.text)
	}
	h.say(1, "a")
	if g := <-arrived; g.text != "a" {
		t.Errorf("%+v", g)
	}
	p.files["certificate"].data = []byte("x")
	if _, f := h.setWebhook(p); f == nil || f.text != "Bad Request: bad webhook: Failed to set custom certificate file" {
		t.Error(f)
	}
}

func TestWebhook_Refusals(t *testing.T) {
	h := newHooked(t)
	for _, c := range [][3]string{
		{"%", "", "invalid webhook URL specified"},
		{"http://example.ru/", "", "bad webhook: An HTTPS URL must be provided for webhook"},
		{"https://example.ru:8080/", "", "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"},
		{"https://example.ru/", "пароль", "secret token contains unallowed characters"},
		{"https://example.ru/", strings.Repeat("a", 257), "secret token is too long"},
	} {
		if out := h.call("setWebhook", "url", c[0], "secret_token", c[1]); !strings.Contains(out, c[2]) {
			t.Error(out)
		}
	}
}

// Ensure that setting a webhook ends a waiting poll, and that a dead address shows.
func TestWebhook_EndsPoll(t *testing.T) {
	h := newHooked(t)
	polled := make(chan string)
	go func() { polled <- h.call("getUpdates", "timeout", "40") }()
	until(func() bool {
		h.queue.mu.Lock()
		defer h.queue.mu.Unlock()
		return h.queue.poller != nil
	})
	web := httptest.NewServer(http.NotFoundHandler())
	web.Close()
	h.call("setWebhook", "url", web.URL)
	if out := <-polled; !strings.Contains(out, "Conflict: terminated by setWebhook request") {
		t.Error(out)
	}
	h.say(1, "a")
	until(func() bool {
		return strings.Contains(h.call("getWebhookInfo"), `"last_error_message":"Connection failed"`)
	})
}
