package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// fileServer tells a path and a size to every getFile and hands the transfer to content.
func fileServer(path string, size int64, content http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/file/bot") {
			content(w, r)
			return
		}
		result, err := json.Marshal(map[string]any{"file_id": "f", "file_unique_id": "u", "file_size": size, "file_path": path})
		if err != nil {
			panic(err) // texts and numbers encode
		}
		fmt.Fprintf(w, `{"ok":true,"result":%s}`, result)
	}
}

// Ensure that a file arrives whole, from where getFile said.
func TestDownload(t *testing.T) {
	want := bytes.Repeat([]byte("0123456789"), 100_000)
	for _, path := range []string{"documents/file_7.pdf", "photos/file 7?#%2e.jpg", "file_7"} {
		for _, size := range []int64{0, int64(len(want))} {
			var asked []string
			c := serve(t, fileServer(path, size, func(w http.ResponseWriter, r *http.Request) {
				asked = append(asked, r.URL.Path)
				_, _ = w.Write(want)
			}))
			var got bytes.Buffer
			n, err := c.Download(t.Context(), "f", int64(len(want)), &got)
			if err != nil || n != int64(len(want)) || !bytes.Equal(got.Bytes(), want) {
				t.Errorf("%s: %d bytes, %v", path, n, err)
			}
			if !slices.Equal(asked, []string{"/file/bot" + testBot + "/" + path}) {
				t.Errorf("asked for %q", asked)
			}
		}
	}
}

// Ensure that no more than the limit is ever written, whatever the sizes told.
func TestDownload_Limit(t *testing.T) {
	const limit = 1000
	tests := []struct {
		name       string
		told, sent int
		chunked    bool
		written    int64
	}{
		{"told", limit + 1, limit + 1, false, 0},
		{"told by the answer only", 0, limit + 1, false, 0},
		{"told by nobody", 0, limit + 1, true, limit},
		{"told less than sent", limit, limit + 1, true, limit},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := serve(t, fileServer("documents/a", int64(tt.told), func(w http.ResponseWriter, _ *http.Request) {
				if tt.chunked {
					w.(http.Flusher).Flush()
				}
				_, _ = w.Write(make([]byte, tt.sent))
			}))
			var got bytes.Buffer
			n, err := c.Download(t.Context(), "f", limit, &got)
			var e *Error
			if !errors.Is(err, ErrTooLarge) || !errors.As(err, &e) || e.Kind != Refused {
				t.Errorf("error %v", err)
			}
			if n != tt.written || int64(got.Len()) != n {
				t.Errorf("%d bytes, %d written", n, got.Len())
			}
		})
	}
}

// Ensure that each way to fail has its kind, and that no error holds the token.
func TestDownload_Failures(t *testing.T) {
	const path = "documents/a"
	ok := reply(200, "abc")
	told := func(path string) http.HandlerFunc { return fileServer(path, 3, ok) }
	answered := func(code int, description, more string) http.HandlerFunc {
		return fileServer(path, 3, reply(code, failure(code, description, more)))
	}
	tests := []struct {
		name   string
		server http.HandlerFunc
		kind   Kind
		code   int
		cause  error
	}{
		{"too big for Telegram", reply(400, failure(400, "Bad Request: file is too big", "")), Refused, 400, ErrTooLarge},
		{"no such file", reply(400, failure(400, "Bad Request: wrong file_id or the file is temporarily unavailable", "")), Refused, 400, nil},
		{"token revoked", reply(401, failure(401, "Unauthorized", "")), Unauthorized, 401, nil},
		{"getFile of another shape", reply(200, `{"ok":true,"result":7}`), Unknown, 0, errNoAnswer},
		{"no path", told(""), Refused, 0, errNoPath},
		{"path upwards", told("documents/../../getMe"), Refused, 0, errNoPath},
		{"path of a disk", told("/var/lib/telegram/a"), Refused, 0, errNoPath},
		{"path of Windows", told(`documents\..\a`), Refused, 0, errNoPath},
		{"another host", told("http://127.0.0.1/a"), Refused, 0, errNoPath},
		{"another scheme", told("file:a"), Refused, 0, errNoPath},
		{"the folder itself", told("."), Refused, 0, errNoPath},
		{"link expired", answered(404, "Not Found", ""), Refused, 404, nil},
		{"token revoked between", answered(401, "Unauthorized", ""), Unauthorized, 401, nil},
		{"flood", answered(429, "Too Many Requests: retry after 7", `,"parameters":{"retry_after":7}`), Temporary, 429, nil},
		{"server fault", answered(500, "Internal Server Error", ""), Temporary, 500, nil},
		{"page", fileServer(path, 3, reply(502, "<html>")), Unknown, 502, errNoAnswer},
		{"odd success", fileServer(path, 3, reply(206, `{"ok":true}`)), Unknown, 206, errNoAnswer},
		{"cut connection", fileServer(path, 3, cut), Unknown, 0, io.EOF},
		{"cut file", fileServer(path, 3, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "3")
			_, _ = io.WriteString(w, "ab")
		}), Unknown, 0, io.ErrUnexpectedEOF},
		{"short file", fileServer(path, 3, reply(200, "ab")), Unknown, 0, errNotFull},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := serve(t, tt.server).Download(t.Context(), "f", MaxDownload, io.Discard)
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("error %v is no *Error", err)
			}
			if e.Kind != tt.kind || e.Code != tt.code || tt.cause != nil && !errors.Is(err, tt.cause) {
				t.Errorf("%v: %v %d, want %v %d", err, e.Kind, e.Code, tt.kind, tt.code)
			}
			if tt.code == 429 && e.RetryAfter != 7*time.Second {
				t.Errorf("retry after %v", e.RetryAfter)
			}
			if strings.Contains(err.Error(), canary) {
				t.Errorf("the token is in %v", err)
			}
		})
	}
}

// Ensure that the token goes nowhere else: a redirect is not followed.
func TestDownload_Redirect(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the redirect was followed")
	}))
	defer elsewhere.Close()
	c := serve(t, fileServer("documents/a", 3, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusFound)
	}))
	_, err := c.Download(t.Context(), "f", MaxDownload, io.Discard)
	var e *Error
	if !errors.As(err, &e) || e.Kind != Unknown || e.Code != http.StatusFound || strings.Contains(err.Error(), canary) {
		t.Errorf("error %v", err)
	}
}

var errFull = errors.New("no space left")

// full is a disk without space.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

// Ensure that a failing writer is told apart from Telegram.
func TestDownload_Writer(t *testing.T) {
	c := serve(t, fileServer("documents/a", 3, reply(200, "abc")))
	n, err := c.Download(t.Context(), "f", MaxDownload, full{})
	var e *Error
	if n != 0 || !errors.Is(err, errFull) || errors.As(err, &e) {
		t.Errorf("%d bytes, error %v", n, err)
	}
}

// Ensure that a transfer that stands still ends with the context, and by itself.
func TestDownload_Ends(t *testing.T) {
	begun := make(chan struct{}, 1)
	c := serve(t, fileServer("documents/a", 9, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "abc")
		w.(http.Flusher).Flush()
		begun <- struct{}{}
		<-r.Context().Done()
	}))
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-begun
		cancel()
	}()
	var e *Error
	if _, err := c.Download(ctx, "f", MaxDownload, io.Discard); !errors.As(err, &e) || e.Kind != Unknown || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	c.downloadTimeout = 50 * time.Millisecond
	if _, err := c.Download(t.Context(), "f", MaxDownload, io.Discard); !errors.As(err, &e) || e.Kind != Unknown || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("timed out: %v", err)
	}
}

// FuzzDownload: whatever path a server tells, the request stays below the bot's folder of
// that server, and no error holds the token.
func FuzzDownload(f *testing.F) {
	for _, path := range []string{"documents/a", "../a", "a/%2e%2e/b", "//host/a", "http:a", "a\x00b", "a?b#c", "\xff"} {
		f.Add(path)
	}
	told, asked := "", ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/getFile") {
			asked = r.URL.Path
		}
		fileServer(told, 0, reply(200, ""))(w, r)
	}))
	f.Cleanup(server.Close)
	c := clientOf(f, server.URL, nil)
	f.Fuzz(func(t *testing.T, path string) {
		told, asked = path, ""
		_, err := c.Download(t.Context(), "f", MaxDownload, io.Discard)
		if rest, ok := strings.CutPrefix(asked, "/file/bot"+testBot+"/"); asked != "" && (!ok || slices.Contains(strings.Split(rest, "/"), "..")) {
			t.Errorf("asked for %q", asked)
		}
		if err != nil && strings.Contains(err.Error(), canary) {
			t.Errorf("the token is in %v", err)
		}
	})
}
