package sms

import (
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"mvkbot/notify"
)

const (
	phone = "+79161234567"
	text  = "Мой МВК Портал: код 123456 & никому"
)

var message = Message{ID: "o-42.1", Phone: phone, Text: text}

// trusted is a TLS server whose certificate, alone in the world, is trusted:
// the way of SSL_CERT_FILE. It answers 200.
var trusted *httptest.Server

func TestMain(m *testing.M) {
	os.Exit(func() int {
		trusted = httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		defer trusted.Close()
		dir, err := os.MkdirTemp("", "sms")
		if err != nil {
			panic(err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		file := filepath.Join(dir, "ca.pem")
		block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: trusted.Certificate().Raw})
		if err := os.WriteFile(file, block, 0o600); err != nil {
			panic(err)
		}
		_ = os.Setenv("SSL_CERT_FILE", file)
		return m.Run()
	}())
}

// sender returns a Sender for a URL whose HOST is replaced by the server's address.
func sender(t *testing.T, server *httptest.Server, template string) *Sender {
	t.Helper()
	s, err := New(Options{URL: strings.Replace(template, "HOST", server.Listener.Addr().String(), 1)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// serve starts a gateway.
func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server
}

// expect checks an outcome, and that the error gives nothing away.
func expect(t *testing.T, err error, want notify.Outcome) {
	t.Helper()
	if got := notify.OutcomeOf(err); got != want {
		t.Fatalf("outcome %v (%v), want %v", got, err, want)
	}
	if err == nil {
		return
	}
	for _, secret := range []string{"9161234567", "123456", "hunter2", "МВК", "%D0", "api_id"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error shows %q: %v", secret, err)
		}
	}
}

// Ensure that every form of URL makes the request that the gateway's manual asks for.
func TestRequest(t *testing.T) {
	tests := []struct {
		name, url, method, path string
		query, form, object     map[string]string
		header                  map[string]string
	}{
		{
			name: "kannel", url: "kannel://bot:hun%7Bter2@HOST/?from=MVK&smsc=mts&dlr-url={text}", method: "GET", path: "/cgi-bin/sendsms",
			query: map[string]string{
				"username": "bot", "password": "hun{ter2", "from": "MVK", "smsc": "mts", "dlr-url": "{text}",
				"to": phone, "text": text, "coding": "2", "charset": "UTF-8",
			},
		},
		{
			name: "get", url: "http+get://HOST/sms/send?api_id=hunter2&to={digits}&msg=%3E{text}&id={id}", method: "GET", path: "/sms/send",
			query:  map[string]string{"api_id": "hunter2", "to": phone[1:], "msg": ">" + text, "id": "o-42.1"},
			header: map[string]string{"User-Agent": "", "Authorization": ""},
		},
		{
			name: "post of a form", url: "http+post://u:hunter2@HOST/a%2Fb?to={phone}&t={text}", method: "POST", path: "/a%2Fb",
			form:   map[string]string{"to": phone, "t": text},
			header: map[string]string{"Authorization": "Basic dTpodW50ZXIy", "Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
		},
		{
			name: "post of JSON", url: "http+post://HOST/v1?to={digits}&t={text}#body=json&header=Authorization:Bearer%20hunter2", method: "POST", path: "/v1",
			object: map[string]string{"to": phone[1:], "t": text},
			header: map[string]string{"Authorization": "Bearer hunter2", "Content-Type": "application/json; charset=utf-8"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := serve(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				if r.Method != tt.method || r.URL.EscapedPath() != tt.path {
					t.Errorf("request is %s %s", r.Method, r.URL.EscapedPath())
				}
				same(t, "query", r.URL.Query(), tt.query)
				if tt.form != nil {
					form, _ := url.ParseQuery(string(body))
					same(t, "form", form, tt.form)
				}
				if tt.object != nil {
					var object map[string]string
					if err := json.Unmarshal(body, &object); err != nil || fmt.Sprint(object) != fmt.Sprint(tt.object) {
						t.Errorf("body is %s (%v)", body, err)
					}
				}
				for name, want := range tt.header {
					if got := r.Header.Get(name); got != want {
						t.Errorf("header %s: %q, want %q", name, got, want)
					}
				}
				w.WriteHeader(http.StatusAccepted)
			})
			expect(t, sender(t, server, tt.url).Send(t.Context(), message), notify.Done)
		})
	}
}

func same(t *testing.T, what string, got url.Values, want map[string]string) {
	t.Helper()
	flat := map[string]string{}
	for k, v := range got {
		flat[k] = strings.Join(v, "|")
	}
	if fmt.Sprint(flat) != fmt.Sprint(want) {
		t.Errorf("%s is %v, want %v", what, flat, want)
	}
}

// Ensure that every status of every class has the outcome that is documented.
func TestStatus(t *testing.T) {
	special := map[int]notify.Outcome{504: notify.Unknown, 303: notify.Unknown, 300: notify.Unknown, 304: notify.Unknown, 305: notify.Unknown, 306: notify.Unknown}
	for _, s := range []int{301, 302, 307, 308, 401, 402, 403, 405, 407, 408, 415, 421, 425, 426, 429} {
		special[s] = notify.Temporary
	}
	class := map[int]notify.Outcome{2: notify.Done, 4: notify.Refused, 5: notify.Temporary, 6: notify.Unknown}
	var requests atomic.Int64
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		var status int
		_, _ = fmt.Sscanf(r.URL.Path, "/%d", &status)
		w.Header().Set("Location", "/200?to=%2B79161234567")
		w.WriteHeader(status)
	})
	var sent int64
	for _, status := range []int{
		200, 201, 202, 204, 299, 300, 301, 302, 303, 304, 305, 306, 307, 308, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 413, 414, 415,
		421, 422, 425, 426, 429, 451, 499, 500, 501, 502, 503, 504, 507, 599, 600, 999,
	} {
		want, ok := special[status]
		if !ok {
			want = class[min(status/100, 6)]
		}
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			s := sender(t, server, fmt.Sprintf("http+get://HOST/%d?key=hunter2&to={phone}&text={text}", status))
			expect(t, s.Send(t.Context(), message), want)
		})
		sent++
	}
	if got := requests.Load(); got != sent {
		t.Errorf("%d requests for %d messages: something was repeated or followed", got, sent)
	}
}

func TestAnswer(t *testing.T) {
	const smsRu = `#ok="status_code":\s*100[\s\S]*"status_code":\s*100`
	good := `{"status":"OK","status_code": 100,"sms":{"79161234567":{"status":"OK","status_code": 100}}}`
	bad := `{"status":"OK","status_code": 100,"sms":{"79161234567":{"status":"ERROR","status_code": 207}}}`
	tests := []struct {
		name, options, body string
		status              int
		want                notify.Outcome
	}{
		{"kannel takes 202", "kannel", "0: Accepted for delivery", 202, notify.Done},
		{"kannel never says 200", "kannel", "", 200, notify.Unknown},
		{"kannel has no SMSC", "kannel", "Temporal failure", 503, notify.Temporary},
		{"kannel knows no such user", "kannel", "Authorization failed", 403, notify.Temporary},
		{"both codes are good", smsRu, good, 200, notify.Done},
		{"overall OK, number refused", smsRu, bad, 200, notify.Refused},
		{"status in the range", "#status=200-201", "", 201, notify.Done},
		{"status outside of the range", "#status=200-201", "", 202, notify.Unknown},
		{"only the first 64 KiB count", "#ok=OK", strings.Repeat(" ", maxBody) + "OK", 200, notify.Refused},
		{"the last of 64 KiB counts", "#ok=OK", strings.Repeat(" ", maxBody-2) + "OK", 200, notify.Done},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, tt.body)
			})
			template := "http+get://HOST/?key=hunter2&to={phone}&text={text}" + tt.options
			if tt.options == "kannel" {
				template = "kannel://u:hunter2@HOST"
			}
			expect(t, sender(t, server, template).Send(t.Context(), message), tt.want)
		})
	}
}

func TestTrustedTLS(t *testing.T) {
	s := sender(t, trusted, "https+post://HOST/?to={phone}&text={text}#header=User-Agent:mvk")
	expect(t, s.Check(t.Context()), notify.Done)
	expect(t, s.Send(t.Context(), message), notify.Done)
}

// Ensure that a check costs nothing: the gateway sees a connection, no request.
func TestCheckSendsNothing(t *testing.T) {
	server := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a request came") })
	expect(t, sender(t, server, "kannel://u:hunter2@HOST").Check(t.Context()), notify.Done)
}

func TestAddress(t *testing.T) {
	for template, want := range map[string]string{
		"kannel://u:p@[::1]":                        "[::1]:13013",
		"http+get://h/?to={phone}&text={text}":      "h:80",
		"https+get://h/?to={phone}&text={text}":     "h:443",
		"https+get://h:8443?to={phone}&text={text}": "h:8443",
	} {
		s, err := New(Options{URL: template})
		if err != nil {
			t.Fatal(err)
		}
		if got := s.gateway.address(); got != want {
			t.Errorf("%s: address %s, want %s", template, got, want)
		}
	}
}

// Ensure that a message that cannot be right is refused before anybody is asked.
func TestFaultyMessage(t *testing.T) {
	server := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a request came") })
	s := sender(t, server, "http+get://HOST/?to={phone}&text={text}&id={id}")
	for _, m := range []Message{
		{ID: "1", Phone: "89161234567", Text: text},
		{ID: "1", Phone: "+7916123456789012", Text: text},
		{ID: "1", Phone: phone + "&text=x", Text: text},
		{ID: "1", Phone: phone, Text: " \n"},
		{Phone: phone, Text: text},
	} {
		expect(t, s.Send(t.Context(), m), notify.Refused)
	}
}
