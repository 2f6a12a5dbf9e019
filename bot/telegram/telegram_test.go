package telegram

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Ensure bad options are refused with all their faults, none of which repeats the token.
func TestNew_Options(t *testing.T) {
	const short = "1:short"
	tests := []struct {
		name string
		opts Options
		want []string // nil: accepted
	}{
		{"defaults", Options{Token: testBot}, nil},
		{"newline", Options{Token: " " + testBot + "\n"}, nil},
		{"short on loopback", Options{Token: short, API: "http://127.0.0.1:8081"}, nil},
		{"short on localhost", Options{Token: short, API: "http://localhost:8081/"}, nil},
		{"short on IPv6 loopback", Options{Token: short, API: "http://[::1]:8081"}, nil},
		{"own server", Options{Token: testBot, API: "https://bots.example.org/api%20x"}, nil},
		{"shortest poll", Options{Token: testBot, PollTimeout: time.Second}, nil},
		{"short", Options{Token: short}, []string{"telegram token"}},
		{"short elsewhere", Options{Token: short, API: "http://bots.example.org"}, []string{"telegram token"}},
		{"inner newline", Options{Token: "1:" + canary + "\nx"}, []string{"telegram token"}},
		{"slash", Options{Token: testBot + "/getMe"}, []string{"telegram token"}},
		{"missing", Options{}, []string{"telegram token: missing"}},
		{"no URL", Options{Token: testBot, API: "http://[" + testBot}, []string{"telegram api"}},
		{"no scheme", Options{Token: testBot, API: "api.telegram.org"}, []string{"telegram api"}},
		{"no host", Options{Token: testBot, API: "https:///bot"}, []string{"telegram api"}},
		{"query", Options{Token: testBot, API: "https://a.b/?" + testBot}, []string{"telegram api"}},
		{"user", Options{Token: testBot, API: "https://u:p@a.b"}, []string{"telegram api"}},
		{"all at once", Options{Token: "x", API: "ftp://x", PollTimeout: time.Minute},
			[]string{"telegram api", "telegram token", "telegram poll timeout"}},
		{"half a second", Options{Token: testBot, PollTimeout: 1500 * time.Millisecond}, []string{"poll timeout"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := New(tt.opts)
			if tt.want == nil {
				if err != nil || c == nil {
					t.Fatalf("refused: %v", err)
				}
				return
			}
			for _, want := range tt.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("error %v lacks %q", err, want)
				}
			}
			if strings.Contains(err.Error(), canary) {
				t.Errorf("token in %q", err)
			}
		})
	}
}

// Ensure a "%" in the base URL is no verb of the library's format.
func TestNew_PercentInBase(t *testing.T) {
	var path string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path = r.URL.EscapedPath()
		reply(200, okMessage)(w, r)
	}))
	t.Cleanup(server.Close)
	c := clientOf(t, server.URL+"/a%20b%2Fc/", nil)
	if _, err := c.Do(t.Context(), Call{Method: "sendMessage"}); err != nil {
		t.Fatal(err)
	}
	if want := "/a%20b%2Fc/bot" + testBot + "/sendMessage"; path != want {
		t.Errorf("path %s, want %s", path, want)
	}
}

func TestMe(t *testing.T) {
	c := serve(t, reply(200, `{"ok":true,"result":{"id":123456789,"is_bot":true,"first_name":"МВК","username":"mvk_bot"}}`))
	me, err := c.Me(t.Context())
	if err != nil || me.UserName != "mvk_bot" || me.ID != 123456789 {
		t.Errorf("%+v, %v", me, err)
	}
	c = serve(t, reply(401, failure(401, "Unauthorized", "")))
	var e *Error
	if _, err := c.Me(t.Context()); !errors.As(err, &e) || e.Kind != Unauthorized || e.Code != 401 {
		t.Errorf("%v", err)
	}
}

func TestSetCommands(t *testing.T) {
	var path string
	var form url.Values
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		path, form = r.URL.Path, r.PostForm
		_, _ = io.WriteString(w, `{"ok":true,"result":true}`)
	})
	tests := []struct {
		chat     int64
		commands []Command
		method   string
		scope    string
		list     string
	}{
		{0, []Command{{"start", "Начать"}}, "setMyCommands", `{"type":"all_private_chats"}`, `[{"command":"start","description":"Начать"}]`},
		{42, []Command{{"find", "Найти"}}, "setMyCommands", `{"type":"chat","chat_id":42}`, `[{"command":"find","description":"Найти"}]`},
		{42, nil, "deleteMyCommands", `{"type":"chat","chat_id":42}`, ""},
	}
	for _, tt := range tests {
		if err := c.SetCommands(t.Context(), tt.chat, tt.commands); err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(path, "/"+tt.method) || form.Get("scope") != tt.scope || form.Get("commands") != tt.list {
			t.Errorf("%s %v", path, form)
		}
	}
}

func TestEscapeHTML(t *testing.T) {
	if got := EscapeHTML(`<a href="x">Анна & 'О''</a>`); got != `&lt;a href=&quot;x&quot;&gt;Анна &amp; 'О''&lt;/a&gt;` {
		t.Error(got)
	}
}

// Ensure no error, no printed client and no log line holds the token, whatever fails.
func TestToken_NeverShown(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("a redirect was followed")
	}))
	t.Cleanup(elsewhere.Close)
	handlers := map[string]http.HandlerFunc{
		"page":     reply(502, "<html>"+testBot+"</html>"),
		"echo":     reply(400, failure(400, "Bad Request: /bot"+testBot+"/x", "")),
		"echo 404": reply(404, failure(404, "Not Found: "+testBot, "")),
		"drop":     cut,
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusTemporaryRedirect)
		},
		"location": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", ":"+testBot)
			w.WriteHeader(http.StatusFound)
		},
		"no host": nil,
		"timeout": func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // the end of the connection is noticed after it
			<-r.Context().Done()
		},
	}
	for name, handler := range handlers {
		t.Run(name, func(t *testing.T) {
			c := clientOf(t, "http://127.0.0.1:1", nil)
			if handler != nil {
				c = serve(t, handler)
			}
			c.sendTimeout, c.uploadTimeout = 100*time.Millisecond, 100*time.Millisecond
			_, text := c.Do(t.Context(), Call{Method: "sendMessage"})
			_, file := c.Do(t.Context(), Call{Method: "sendPhoto", File: &File{Field: "photo", Name: "a", Data: []byte("b")}})
			_, me := c.Me(t.Context())
			for _, err := range []error{text, file, me} {
				checkNoToken(t, err, c)
			}
		})
	}
	t.Run("wrapped URL error", func(t *testing.T) {
		c := clientOf(t, "http://127.0.0.1:1", nil)
		c.wire = roundTrip(func(r *http.Request) (*http.Response, error) {
			_ = r.Body.Close()
			inner := &url.Error{Op: "Post", URL: r.URL.String(), Err: errors.New("proxy said " + testBot)}
			return nil, fmt.Errorf("outer %s: %w", r.URL, inner)
		})
		_, err := c.Do(t.Context(), Call{Method: "sendMessage"})
		checkNoToken(t, err, c)
	})
}

func checkNoToken(t *testing.T, err error, c *Client) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	var log lockedBuffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "err", err, "client", c)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "err", err, "client", c)
	shown := []string{err.Error(), fmt.Sprintf("%v %+v %#v", c, c, c), log.String(), fmt.Sprintf("%v %+v", c.Health(), err)}
	for e := err; e != nil; e = errors.Unwrap(e) {
		shown = append(shown, e.Error(), fmt.Sprintf("%+v", e))
	}
	for _, text := range shown {
		if strings.Contains(text, canary) {
			t.Errorf("token shown: %s", text)
		}
		if strings.Contains(text, "http://") {
			t.Errorf("URL shown: %s", text)
		}
	}
}

// Ensure what Poll logs and shows holds neither the token nor what a person wrote.
func TestToken_NeverLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log lockedBuffer
		c, s := scripted(t, slog.New(slog.NewJSONHandler(&log, nil)),
			failure(401, "Unauthorized: "+testBot, ""),
			failure(400, `Bad Request: can't parse entities: unsupported start tag "Пётр" at byte offset 5`, ""),
			"<html>"+testBot+"</html>", idle)
		done := start(t, c, func([]Update) error { return nil })
		time.Sleep(10 * time.Minute)
		if n := len(s.asked()); n < 4 {
			t.Errorf("%d calls", n)
		}
		done()
		for _, secret := range []string{canary, "Пётр"} {
			if text := log.String() + fmt.Sprint(c.Health()); strings.Contains(text, secret) {
				t.Errorf("%q is in %s", secret, text)
			}
		}
		if !strings.Contains(log.String(), "unauthorized") {
			t.Error("nothing was logged")
		}
	})
}
