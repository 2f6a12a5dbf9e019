package sms

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"mvkbot/notify"
)

// raw starts a gateway that reads one request and then does as it likes.
func raw(t *testing.T, then func(net.Conn)) *httptest.Server {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		then(conn)
		_ = conn.Close()
	})
}

// Ensure that after the first byte of a request nothing but an answer is taken for a "no".
func TestBrokenAnswer(t *testing.T) {
	write := func(s string) func(net.Conn) {
		return func(c net.Conn) { _, _ = io.WriteString(c, s) }
	}
	tests := []struct {
		name string
		then func(net.Conn)
	}{
		{"closed without a word", write("")},
		{"garbage that repeats the request", write("to=%2B79161234567 hunter2\r\n\r\n")},
		{"half a header", write("HTTP/1.1 200 OK\r\nContent-Le")},
		{"half a body", write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := sender(t, raw(t, tt.then), "http+get://HOST/?key=hunter2&to={phone}&text={text}#ok=OK")
			expect(t, s.Send(t.Context(), message), notify.Unknown)
		})
	}
}

// Ensure that silence after the request is doubtful.
func TestNoAnswer(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		cancel()
		<-r.Context().Done()
	})
	expect(t, sender(t, server, "http+post://HOST/?to={phone}&text={text}").Send(ctx, message), notify.Unknown)
}

// Ensure that a message is asked for once, even where net/http would repeat a
// GET: on a connection that has served before and then breaks.
func TestNeverRepeated(t *testing.T) {
	var requests atomic.Int64
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if requests.Add(1) > 1 {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				_ = conn.Close()
			}
		}
	})
	s := sender(t, server, "http+get://HOST/?to={phone}&text={text}")
	expect(t, s.Send(t.Context(), message), notify.Done)
	expect(t, s.Send(t.Context(), message), notify.Unknown)
	if n := requests.Load(); n != 2 {
		t.Errorf("%d requests for 2 messages", n)
	}
}

func TestCancelledBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := sender(t, trusted, "https+get://HOST/?to={phone}&text={text}")
	expect(t, s.Send(ctx, message), notify.Temporary)
}

// silent is an address that accepts connections and says nothing.
func silent(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l.Addr().String()
}

// closed is an address where nobody listens.
func closed(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// Ensure that without a connection a message has surely not been accepted.
func TestNoConnection(t *testing.T) {
	plain := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a request came through") })
	_, port, _ := net.SplitHostPort(trusted.Listener.Addr().String())
	tests := []struct{ name, scheme, host string }{
		{"refused", "http+get", closed(t)},
		{"no such host", "http+get", "gateway.invalid"},
		{"no TLS there", "https+get", plain.Listener.Addr().String()},
		{"handshake hangs", "https+get", silent(t)},
		{"certificate of somebody else", "https+get", "localhost:" + port},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := New(Options{URL: tt.scheme + "://" + tt.host + "/?key=hunter2&to={phone}&text={text}", Timeout: 300 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			expect(t, s.Send(t.Context(), message), notify.Temporary)
			expect(t, s.Check(t.Context()), notify.Temporary)
		})
	}
}
