package telegram

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	canary    = "AAGcanarycanarycanarycanarycanary01"
	testBot   = "123456789:" + canary
	okMessage = `{"ok":true,"result":{"message_id":77,"date":1,"chat":{"id":5,"type":"private"}}}`
)

// serve runs an API server on loopback and a client of it.
func serve(t testing.TB, handler http.HandlerFunc) *Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return clientOf(t, server.URL, nil)
}

func clientOf(t testing.TB, api string, log *slog.Logger) *Client {
	t.Helper()
	c, err := New(Options{API: api, Token: testBot, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if tr, ok := c.wire.(*http.Transport); ok {
			tr.CloseIdleConnections()
		}
	})
	return c
}

// reply answers every call alike.
func reply(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// cut drops the connection without an answer.
func cut(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	panic(http.ErrAbortHandler)
}

const (
	idle = "idle" // no update comes within the poll's timeout
	mute = "mute" // no answer ever
)

// asked is one getUpdates call as a scripted server saw it.
type asked struct {
	at     time.Duration
	params url.Values
}

func (a asked) offset() string { return a.params.Get("offset") }

// script is a Bot API without a network, for tests inside a synctest bubble. It answers
// the n-th call with answers[n], the last answer again and again: a JSON text, or idle
// or mute.
type script struct {
	answers []string

	began time.Time
	mu    sync.Mutex
	calls []asked
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	if trace := httptrace.ContextClientTrace(r.Context()); trace != nil {
		trace.GotConn(httptrace.GotConnInfo{})
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	params, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	answer := s.next(params)
	switch answer {
	case idle:
		timeout, err := time.ParseDuration(params.Get("timeout") + "s")
		if err != nil {
			return nil, err
		}
		sleep(r.Context(), timeout)
		answer = updates()
	case mute:
		<-r.Context().Done()
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, ContentLength: int64(len(answer)),
		Body: io.NopCloser(strings.NewReader(answer))}, nil
}

// next notes a call and returns its answer.
func (s *script) next(params url.Values) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.calls)
	s.calls = append(s.calls, asked{at: time.Since(s.began), params: params})
	return s.answers[min(n, len(s.answers)-1)]
}

func (s *script) asked() []asked {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]asked(nil), s.calls...)
}

// scripted is a client of a script. Call it inside the bubble.
func scripted(t testing.TB, log *slog.Logger, answers ...string) (*Client, *script) {
	t.Helper()
	c, err := New(Options{API: "http://127.0.0.1:1", Token: testBot, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	s := &script{answers: answers, began: time.Now()}
	c.wire = s
	return c, s
}

// lockedBuffer is a log that a test may read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
