package demo_test

import (
	"net/http"
	"strings"
	"testing"
)

// Every answer of the page forbids what the page does not need.
func TestGuard_Headers(t *testing.T) {
	r := newRig(t)
	for _, path := range []string{"/", "/app.js", "/base.css", "/nothing"} {
		h := r.get(path).Header
		policy := h.Get("Content-Security-Policy")
		for _, want := range []string{
			"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
		} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: the policy lacks %s", path, want)
			}
		}
		if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
			t.Errorf("%s: %s", path, policy)
		}
		if h.Get("X-Frame-Options") != "DENY" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %v", path, h)
		}
	}
}

// Foreign names and foreign sites are refused; programs and the page are not.
func TestGuard_Foreign(t *testing.T) {
	r := newRig(t)
	own := map[string]string{"Origin": r.url, "Sec-Fetch-Site": "same-origin"}
	tests := []struct {
		name, method, path, host string
		header                   map[string]string
		want                     int
	}{
		{"page", "GET", "/", "", nil, http.StatusOK},
		{"page by name", "GET", "/", "localhost:8080", nil, http.StatusOK},
		{"page by IPv6", "GET", "/", "[::1]:8080", nil, http.StatusOK},
		{"page by IPv6 without port", "GET", "/", "[::1]", nil, http.StatusOK},
		{"page from a link", "GET", "/", "", map[string]string{"Sec-Fetch-Site": "cross-site"}, http.StatusOK},
		{"rebound name", "GET", "/", "evil.example:8080", nil, http.StatusMisdirectedRequest},
		{"rebound look-alike", "GET", "/", "127.0.0.1.evil.example", nil, http.StatusMisdirectedRequest},
		{"other machine", "GET", "/", "192.168.1.7", nil, http.StatusMisdirectedRequest},
		{"own script", "POST", "/api/clock", "", own, http.StatusNoContent},
		{"program", "POST", "/api/clock", "", nil, http.StatusNoContent},
		{"foreign form", "POST", "/api/clock", "", map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, http.StatusForbidden},
		{"foreign port", "POST", "/api/clock", "", map[string]string{"Origin": "http://127.0.0.1:1", "Sec-Fetch-Site": "same-site"}, http.StatusForbidden},
		{"old browser", "POST", "/api/clock", "", map[string]string{"Origin": "https://evil.example"}, http.StatusForbidden},
		{"foreign SMS", "GET", "/gateway/sms?to=1&text=1", "", map[string]string{"Sec-Fetch-Site": "cross-site"}, http.StatusForbidden},
		{"foreign events", "GET", "/api/events", "", map[string]string{"Sec-Fetch-Site": "cross-site"}, http.StatusForbidden},
	}
	for _, test := range tests {
		req, err := http.NewRequest(test.method, r.url+test.path, strings.NewReader(`{"to":"now"}`))
		if err != nil {
			t.Fatal(err)
		}
		req.Host = test.host
		for name, value := range test.header {
			req.Header.Set(name, value)
		}
		if got, body := r.do(req); got != test.want {
			t.Errorf("%s: %d %.80s, want %d", test.name, got, body, test.want)
		}
	}
	if got := r.SMS(); len(got) != 0 {
		t.Errorf("a foreign page left an SMS: %v", got)
	}
}
