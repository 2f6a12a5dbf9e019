package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

func TestHealthPages(t *testing.T) {
	failing := map[string]bool{}
	check := func(name string) func() error {
		return func() error {
			if failing[name] {
				return errors.New("canary")
			}
			return nil
		}
	}
	registry := newRegistry()
	turns := prometheus.NewCounter(prometheus.CounterOpts{Name: "mvkbot_turns_total", Help: "Turns."})
	registry.MustRegister(turns)
	turns.Add(7)
	h := newHealth(map[string]func() error{"telegram": check("telegram"), "storage": check("storage"), "sms": check("sms")}, registry)
	get := func(method, path string) (int, string) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(method, path, nil))
		return w.Code, w.Body.String()
	}

	for _, tt := range []struct {
		failing string
		status  int
		body    string
	}{
		{"", 200, "ok\n"},
		{"storage", 503, "storage\n"},
		{"telegram sms", 503, "sms\ntelegram\n"},
	} {
		clear(failing)
		for _, name := range strings.Fields(tt.failing) {
			failing[name] = true
		}
		if status, body := get("GET", "/readyz"); status != tt.status || body != tt.body {
			t.Errorf("failing %q: %d %q, want %d %q", tt.failing, status, body, tt.status, tt.body)
		}
		if status, body := get("GET", "/healthz"); status != 200 || body != "ok\n" {
			t.Errorf("healthz: %d %q", status, body)
		}
	}
	status, body := get("GET", "/metrics")
	for _, name := range []string{"mvkbot_turns_total 7", "go_goroutines", "process_open_fds"} {
		if status != 200 || !strings.Contains(body, name) {
			t.Errorf("%d, %s is missing", status, name)
		}
	}
	if status, _ := get("HEAD", "/healthz"); status != 200 {
		t.Errorf("HEAD: %d", status)
	}
	if status, _ := get("POST", "/healthz"); status != 405 {
		t.Errorf("POST: %d", status)
	}
	if status, _ := get("GET", "/"); status != 404 {
		t.Errorf("/: %d", status)
	}
}

// pipes is a listener without a network: time stands still in a bubble only while
// nobody waits for one.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	close  func()
}

func newPipes() *pipes {
	p := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	p.close = sync.OnceFunc(func() { close(p.closed) })
	return p
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.close(); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{} }

// client makes requests through the listener.
func (p *pipes) client() *http.Client {
	dial := func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		select {
		case p.conns <- far:
			return near, nil
		case <-p.closed:
			return nil, net.ErrClosed
		}
	}
	return &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: dial}}
}

// Ensure that a request in flight is answered although the context ends, and that
// the listener is closed then.
func TestServeHealthStopsGracefully(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newPipes()
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			stop()
			time.Sleep(4 * time.Second) // of the bubble
			if len(ended) != 0 {
				t.Error("did not wait")
			}
			io.WriteString(w, "answered")
		})
		go func() { ended <- serveHealth(ctx, l, slow, slog.New(slog.DiscardHandler)) }()
		answer, err := l.client().Get("http://health")
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		if body, err := io.ReadAll(answer.Body); err != nil || string(body) != "answered" {
			t.Errorf("%q, %v", body, err)
		}
		if err := <-ended; err != nil {
			t.Errorf("ended with %v", err)
		}
		if _, err := l.client().Get("http://health"); !errors.Is(err, net.ErrClosed) {
			t.Errorf("the listener is open: %v", err)
		}
	})
}

func TestServeHealthReportsALostListener(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if err := serveHealth(t.Context(), l, http.NotFoundHandler(), slog.New(slog.DiscardHandler)); err == nil {
		t.Error("no error")
	}
}

// A handler's panic goes to the log, without secrets, and the next request is
// answered.
func TestServeHealthLogs(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var logged bytes.Buffer
	ended := make(chan error, 1)
	panics := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(testToken) })
	go func() { ended <- serveHealth(ctx, l, panics, newLogger(&logged, "text", slog.LevelInfo)) }()
	if answer, err := http.Get("http://" + l.Addr().String()); err == nil {
		answer.Body.Close()
		t.Errorf("answered %s", answer.Status)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if text := logged.String(); !strings.Contains(text, "[token]") || strings.Contains(text, "canary") {
		t.Errorf("logged %q", text)
	}
}
