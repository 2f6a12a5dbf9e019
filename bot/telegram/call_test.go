package telegram

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func failure(code int, description, more string) string {
	return fmt.Sprintf(`{"ok":false,"error_code":%d,"description":%q%s}`, code, description, more)
}

// Ensure every answer has its kind, whether the call carries a file or not.
func TestDo_Answers(t *testing.T) {
	const (
		send = "sendMessage"
		edit = "editMessageText"
		del  = "deleteMessage"
		ack  = "answerCallbackQuery"
	)
	success := Kind(-1)
	tests := []struct {
		method string
		status int
		body   string
		kind   Kind
		code   int
		result Result
	}{
		{send, 200, okMessage, success, 0, Result{MessageID: 77}},
		{ack, 200, `{"ok":true,"result":true}`, success, 0, Result{}},
		{send, 200, `{"ok":true}`, success, 0, Result{}},
		{send, 200, `{"ok":true,"result":{"message_id":"odd"}}`, success, 0, Result{}},

		{edit, 400, failure(400, "Bad Request: message is not modified: specified new message content and reply markup are exactly the same", ""), success, 0, Result{}},
		{"editMessageMedia", 400, failure(400, "Bad Request: message to edit not found", ""), success, 0, Result{EditGone: true}},
		{edit, 400, failure(400, "Bad Request: message can't be edited", ""), success, 0, Result{EditGone: true}},
		{edit, 400, failure(400, "Bad Request: MESSAGE_ID_INVALID", ""), success, 0, Result{EditGone: true}},
		{del, 400, failure(400, "Bad Request: message to delete not found", ""), success, 0, Result{}},
		{del, 400, failure(400, "Bad Request: message can't be deleted for everyone", ""), success, 0, Result{}},
		{ack, 400, failure(400, "Bad Request: query is too old and response timeout expired or query ID is invalid", ""), success, 0, Result{}},
		// The same words from another method are a refusal.
		{send, 400, failure(400, "Bad Request: message is not modified", ""), Refused, 400, Result{}},
		{send, 400, failure(400, "Bad Request: message to edit not found", ""), Refused, 400, Result{}},
		{edit, 400, failure(400, "Bad Request: message to delete not found", ""), Refused, 400, Result{}},
		{del, 400, failure(400, "Bad Request: query is too old", ""), Refused, 400, Result{}},

		{send, 400, failure(400, "Bad Request: message text is empty", ""), Refused, 400, Result{}},
		{send, 413, failure(413, "Request Entity Too Large", ""), Refused, 413, Result{}},
		{send, 404, failure(404, "Not Found: method not found", ""), Refused, 404, Result{}},
		{send, 403, failure(403, "Forbidden: bot was blocked by the user", ""), Gone, 403, Result{}},
		{send, 403, failure(403, "Forbidden: user is deactivated", ""), Gone, 403, Result{}},
		{edit, 403, failure(403, "Forbidden: bot can't initiate conversation with a user", ""), Gone, 403, Result{}},
		{send, 400, failure(400, "Bad Request: chat not found", ""), Gone, 400, Result{}},
		{send, 400, failure(400, "Bad Request: PEER_ID_INVALID", ""), Gone, 400, Result{}},
		{send, 401, failure(401, "Unauthorized", ""), Unauthorized, 401, Result{}},
		{send, 404, failure(404, "Not Found", ""), Unauthorized, 404, Result{}},
		{send, 409, failure(409, "Conflict: terminated by other getUpdates request", ""), Conflict, 409, Result{}},
		{send, 429, failure(429, "Too Many Requests: retry after 7", `,"parameters":{"retry_after":7}`), Temporary, 429, Result{}},
		{send, 500, failure(500, "Internal Server Error", ""), Temporary, 500, Result{}},
		{send, 502, failure(502, "Bad Gateway", ""), Temporary, 502, Result{}},

		{send, 502, "<html><h1>502 Bad Gateway</h1></html>", Unknown, 502, Result{}},
		{send, 200, "", Unknown, 200, Result{}},
		{send, 200, okMessage[:40], Unknown, 200, Result{}},
		{send, 200, `{}`, Unknown, 200, Result{}},
		{send, 200, `{"ok":false}`, Unknown, 200, Result{}},
		{send, 200, `{"ok":"yes"}`, Unknown, 200, Result{}},
		{send, 200, `[]`, Unknown, 200, Result{}},
		{send, 200, strings.Repeat(" ", maxAnswer) + okMessage, Unknown, 0, Result{}},
	}
	for _, tt := range tests {
		for _, file := range []*File{nil, {Field: "photo", Name: "a.png", Data: []byte("png")}} {
			name := fmt.Sprintf("%s/%.60s/file=%v", tt.method, tt.body, file != nil)
			t.Run(name, func(t *testing.T) {
				c := serve(t, reply(tt.status, tt.body))
				got, err := c.Do(t.Context(), Call{Method: tt.method, File: file})
				if got != tt.result {
					t.Errorf("result %+v, want %+v", got, tt.result)
				}
				if tt.kind == success {
					if err != nil {
						t.Errorf("error %v", err)
					}
					return
				}
				var e *Error
				if !errors.As(err, &e) {
					t.Fatalf("error %v is no *Error", err)
				}
				if e.Kind != tt.kind || e.Code != tt.code || e.Method != tt.method {
					t.Errorf("%v %d %s, want %v %d", e.Kind, e.Code, e.Method, tt.kind, tt.code)
				}
				if tt.code == 429 && e.RetryAfter != 7*time.Second {
					t.Errorf("retry after %v", e.RetryAfter)
				}
			})
		}
	}
}

// Ensure a pause told by the header alone is kept, and no number overflows.
func TestDo_RetryAfter(t *testing.T) {
	tests := []struct {
		header, body string
		want         time.Duration
	}{
		{"9", failure(429, "Too Many Requests", ""), 9 * time.Second},
		{"9", failure(429, "", `,"parameters":{"retry_after":34433}`), 34433 * time.Second},
		{"9999999999999", failure(429, "", ""), 7 * 24 * time.Hour},
		{"-1", failure(429, "", ""), 0},
		{"Wed, 21 Oct 2026 07:28:00 GMT", failure(429, "", ""), 0},
		{"3", "<html>slow down</html>", 3 * time.Second},
	}
	for _, tt := range tests {
		c := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", tt.header)
			reply(429, tt.body)(w, r)
		})
		_, err := c.Do(t.Context(), Call{Method: "sendMessage"})
		var e *Error
		if !errors.As(err, &e) || e.RetryAfter != tt.want {
			t.Errorf("%s %s: %v, want %v", tt.header, tt.body, e.RetryAfter, tt.want)
		}
	}
}

// Ensure a call whose bytes may have arrived is told from one that never left.
func TestDo_Connection(t *testing.T) {
	release := make(chan struct{})
	hang := func(_ http.ResponseWriter, r *http.Request) { <-release }
	truncate := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "500")
		_, _ = io.WriteString(w, okMessage[:30])
	}
	chunk := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, okMessage[:30])
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	tests := []struct {
		name    string
		ctx     context.Context
		handler http.HandlerFunc // nil: nobody listens
		kind    Kind
		cause   error
	}{
		{"refused", t.Context(), nil, Temporary, nil},
		{"cancelled before", cancelled, reply(200, okMessage), Temporary, context.Canceled},
		{"dropped", t.Context(), cut, Unknown, io.EOF},
		{"truncated", t.Context(), truncate, Unknown, io.ErrUnexpectedEOF},
		{"truncated chunk", t.Context(), chunk, Unknown, io.ErrUnexpectedEOF},
		{"timeout", t.Context(), hang, Unknown, context.DeadlineExceeded},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := clientOf(t, "http://127.0.0.1:1", nil)
			if tt.handler != nil {
				c = serve(t, tt.handler)
			}
			if tt.name == "timeout" {
				t.Cleanup(func() { close(release) })
				c.sendTimeout, c.uploadTimeout = 50*time.Millisecond, 50*time.Millisecond
			}
			for _, file := range []*File{nil, {Field: "photo", Name: "a.png", Data: []byte("png")}} {
				_, err := c.Do(tt.ctx, Call{Method: "sendPhoto", File: file})
				var e *Error
				if !errors.As(err, &e) || e.Kind != tt.kind {
					t.Errorf("file %v: %v, want %v", file != nil, err, tt.kind)
				}
				if tt.cause != nil && !errors.Is(err, tt.cause) {
					t.Errorf("file %v: %v does not wrap %v", file != nil, err, tt.cause)
				}
			}
		})
	}
}

// Ensure a certificate that is not trusted is a connection never had.
func TestDo_UntrustedCertificate(t *testing.T) {
	server := httptest.NewUnstartedServer(reply(200, okMessage))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	_, err := clientOf(t, server.URL, nil).Do(t.Context(), Call{Method: "sendMessage"})
	var e *Error
	var cert *tls.CertificateVerificationError
	if !errors.As(err, &e) || e.Kind != Temporary || !errors.As(err, &cert) {
		t.Error(err)
	}
}

// Ensure Telegram's text is short, on one line, and quotes nobody.
func TestDo_Description(t *testing.T) {
	tests := []struct{ said, want string }{
		{`Bad Request: unsupported start tag "Пётр" at byte 5`, `Bad Request: unsupported start tag "…" at byte 5`},
		{`Bad Request: unclosed "Пётр`, `Bad Request: unclosed "…"`},
		{"a\r\nlevel=ERROR\x00", "a  level=ERROR "},
		{strings.Repeat("я", 300), strings.Repeat("я", 200)},
	}
	for _, tt := range tests {
		said, _ := json.Marshal(tt.said)
		c := serve(t, reply(400, `{"ok":false,"error_code":400,"description":`+string(said)+`}`))
		_, err := c.Do(t.Context(), Call{Method: "sendMessage"})
		var e *Error
		if !errors.As(err, &e) || e.Description != tt.want {
			t.Errorf("%q", e.Description)
		}
	}
}

// Ensure a call arrives as it was made, with and without a file.
func TestDo_Request(t *testing.T) {
	var got struct {
		path, contentType string
		params            map[string]string
		name, data        string
	}
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got.path, got.contentType = r.URL.Path, r.Header.Get("Content-Type")
		if err := r.ParseMultipartForm(1 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
			t.Error(err)
		}
		got.params = map[string]string{}
		for k := range r.Form {
			got.params[k] = r.FormValue(k)
		}
		if f, h, err := r.FormFile("photo"); err == nil {
			b, _ := io.ReadAll(f)
			got.name, got.data = h.Filename, string(b)
		}
		_, _ = io.WriteString(w, okMessage)
	})
	params := map[string]string{"chat_id": "5", "text": "Здравствуйте & <b>&amp;</b> +7%"}
	if _, err := c.Do(t.Context(), Call{Method: "sendMessage", Params: params}); err != nil {
		t.Fatal(err)
	}
	if got.path != "/bot"+testBot+"/sendMessage" || got.contentType != "application/x-www-form-urlencoded" {
		t.Errorf("%s %s", got.path, got.contentType)
	}
	if !reflect.DeepEqual(got.params, params) {
		t.Errorf("params %v", got.params)
	}
	call := Call{Method: "sendPhoto", Params: params, File: &File{Field: "photo", Name: "captcha.png", Data: []byte("\x89PNG\x00")}}
	if _, err := c.Do(t.Context(), call); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got.params, params) || got.name != "captcha.png" || got.data != "\x89PNG\x00" {
		t.Errorf("params %v, file %s %q", got.params, got.name, got.data)
	}
}

// Ensure what is no call is refused without a request.
func TestDo_NotACall(t *testing.T) {
	c := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a request was made") })
	for _, call := range []Call{
		{}, {Method: "send Message"}, {Method: "../getMe"}, {Method: "getMe?x=1"}, {Method: "%s"}, {Method: "метод"},
		{Method: "sendPhoto", File: &File{Name: "a"}}, {Method: "sendPhoto", File: &File{Field: "photo"}},
	} {
		_, err := c.Do(t.Context(), call)
		var e *Error
		if !errors.As(err, &e) || e.Kind != Refused {
			t.Errorf("%q: %v", call.Method, err)
		}
	}
}

// Ensure the library's uploading goroutine ends when there is no connection: the
// bubble fails a test that leaves one behind.
func TestDo_UploadWithoutConnectionEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clientOf(t, "http://127.0.0.1:1", nil)
		c.wire = roundTrip(func(r *http.Request) (*http.Response, error) {
			_ = r.Body.Close() // what http.RoundTripper promises
			return nil, errors.New("no route")
		})
		_, err := c.Do(t.Context(), Call{Method: "sendPhoto", File: &File{Field: "photo", Name: "a", Data: make([]byte, 1<<20)}})
		if err == nil {
			t.Error("no error")
		}
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// Ensure a call survives an encoding and shows nothing when printed or logged.
func TestCall_Data(t *testing.T) {
	call := Call{Method: "sendPhoto", Params: map[string]string{"caption": "секрет"}, File: &File{Field: "photo", Name: "n", Data: []byte("секрет")}}
	text, err := json.Marshal(call)
	if err != nil {
		t.Fatal(err)
	}
	var back Call
	if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(call, back) {
		t.Errorf("%+v, %v", back, err)
	}
	var log lockedBuffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("call", "call", call)
	for _, shown := range []string{fmt.Sprintf("%v", call), fmt.Sprintf("%+v", call), log.String()} {
		if strings.Contains(shown, "секрет") || !strings.Contains(shown, "sendPhoto") {
			t.Errorf("shown as %q", shown)
		}
	}
}
