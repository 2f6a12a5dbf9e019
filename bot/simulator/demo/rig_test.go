package demo_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"mvkbot/bot/simulator"
	"mvkbot/bot/simulator/demo"
	"mvkbot/flows"
)

const (
	anna  = int64(5_000_000_001)
	petr  = int64(5_000_000_002)
	token = "4200042:test-test-test-test-test-test-test-test"
)

// fakeBot is the process that the page thinks it has power over.
type fakeBot struct {
	mu     sync.Mutex
	offset time.Duration
	status demo.Status
	err    error
}

func (b *fakeBot) Kill() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.status.Restarts++
	return b.err
}

func (b *fakeBot) SetClock(offset time.Duration) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err == nil {
		b.offset = offset
	}
	return b.err
}

func (b *fakeBot) Status() demo.Status {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.status
}

func (b *fakeBot) now() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return time.Now().Add(b.offset)
}

// rig is a page over a simulator, on real sockets.
type rig struct {
	*demo.Server
	t         *testing.T
	bot       *fakeBot
	simulator *simulator.Server
	url       string // of the page
	api       string // of the Bot API
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t, bot: &fakeBot{status: demo.Status{Running: true, Log: []string{"started"}}}}
	r.simulator = simulator.New(simulator.Options{Token: token, Now: r.bot.now})
	var err error
	r.Server, err = demo.New(demo.Options{
		Simulator: r.simulator, Bot: r.bot, Now: r.bot.now,
		Contracts: []flows.Contract{
			{Number: "1234567890", Kind: flows.KindFlat, Flat: "12", Address: "Москва, ул. Плющиха, д. 7, кв. 12"},
			{Number: "5234567890", Kind: flows.KindHouse, Address: "Москва, ул. Лесная, д. 3", Holder: flows.HolderCompany, Status: flows.StatusClosed},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	page := httptest.NewServer(r)
	api := httptest.NewServer(r.simulator)
	r.url, r.api = page.URL, api.URL
	t.Cleanup(func() {
		r.simulator.Close()
		if err := r.Close(); err != nil {
			t.Error(err)
		}
		page.Close()
		api.Close()
	})
	return r
}

// post sends a request as the page's own script does.
func (r *rig) post(path, body string) (int, string) {
	r.t.Helper()
	req, err := http.NewRequest(http.MethodPost, r.url+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Origin", r.url)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return r.do(req)
}

// mustPost is post for a request that has nothing to answer.
func (r *rig) mustPost(path, body string) {
	r.t.Helper()
	if status, answer := r.post(path, body); status != http.StatusNoContent {
		r.t.Fatalf("POST %s: %d %s", path, status, answer)
	}
}

func (r *rig) do(req *http.Request) (int, string) {
	r.t.Helper()
	client := http.Client{Timeout: 20 * time.Second}
	response, err := client.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func (r *rig) get(path string) *http.Response {
	r.t.Helper()
	response, err := http.Get(r.url + path)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { response.Body.Close() })
	return response
}

// call calls the Bot API as the bot does and returns the result.
func (r *rig) call(method, params string) json.RawMessage {
	r.t.Helper()
	result, err := r.try(method, params)
	if err != nil {
		r.t.Fatal(err)
	}
	return result
}

func (r *rig) try(method, params string) (json.RawMessage, error) {
	return r.upload(method, "application/json", strings.NewReader(params))
}

func (r *rig) upload(method, kind string, body io.Reader) (json.RawMessage, error) {
	response, err := http.Post(r.api+"/bot"+token+"/"+method, kind, body)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var answer struct {
		OK          bool
		Description string
		Result      json.RawMessage
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || !answer.OK {
		return nil, fmt.Errorf("%s: %w %s", method, err, answer.Description)
	}
	return answer.Result, nil
}

// stream reads the page's live updates.
type stream struct {
	t     *testing.T
	lines *bufio.Scanner
}

func (r *rig) events() *stream {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), 20*time.Second)
	r.t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url+"/api/events", nil)
	if err != nil {
		r.t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { response.Body.Close() })
	if kind := response.Header.Get("Content-Type"); kind != "text/event-stream" {
		r.t.Errorf("Content-Type of the events: %q", kind)
	}
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	return &stream{r.t, lines}
}

// until reads on until an event of this name contains all of the texts.
func (s *stream) until(event string, texts ...string) string {
	s.t.Helper()
	name := ""
	for s.lines.Scan() {
		if n, ok := strings.CutPrefix(s.lines.Text(), "event: "); ok {
			name = n
		}
		data, ok := strings.CutPrefix(s.lines.Text(), "data: ")
		if !ok || name != event {
			continue
		}
		missing := false
		for _, text := range texts {
			missing = missing || !strings.Contains(data, text)
		}
		if !missing {
			return data
		}
	}
	s.t.Fatalf("no event %s with %q before the end: %v", event, texts, s.lines.Err())
	return ""
}
