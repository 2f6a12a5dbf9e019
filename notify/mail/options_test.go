package mail

import (
	"errors"
	"strings"
	"testing"
)

func TestNewFaults(t *testing.T) {
	const from = "noreply@example.org"
	tests := []struct {
		url, from string
		want      []error // all of them and no other
	}{
		{"smtp://relay", from, nil},
		{"smtp://u:p%40ss@relay:25/?tls=opportunistic", from, nil},
		{"smtps://relay", "Мой МВК Портал <noreply@example.org>", nil},
		{"smtp://[::1]:25?tls=none", `"Мой МВК, Портал" <noreply@пример.рф>`, nil},
		{"smtp://localhost?tls=none", from, nil},
		{"smtp://127.0.0.2?tls=none", from, nil},

		{"", "", []error{errScheme, errHost, errFromMissing}},
		{"relay:25", from, []error{errScheme, errHost, errTail}},
		{"smtp://u:p/w@relay", from, []error{errURL}},
		{"http://relay", from, []error{errScheme}},
		{"smtp://", from, []error{errHost}},
		{"smtp://relay:0", from, []error{errPort}},
		{"smtp://relay:65536", from, []error{errPort}},
		{"smtp://relay/path", from, []error{errTail}},
		{"smtp://relay#x", from, []error{errTail}},
		{"smtp://relay?timeout=3", from, []error{errTail}},
		{"smtp://relay?tls=none&x=1", from, []error{errTail, errTLSNone}},
		{"smtp://relay?tls=%zz", from, []error{errTail}},
		{"smtp://relay?tls=yes", from, []error{errTLS}},
		{"smtp://relay?tls=mandatory&tls=none", from, []error{errTLS}},
		{"smtps://relay?tls=mandatory", from, []error{errTLSTwice}},
		{"smtp://relay?tls=none", from, []error{errTLSNone}},
		{"smtp://127.0.0.1.example.org?tls=none", from, []error{errTLSNone}},
		{"smtp://user@relay", from, []error{errPassword}},
		{"smtp://:pass@relay", from, []error{errPassword}},
		{"smtp://relay", "noreply", []error{errFrom}},
		{"smtp://relay", "noreply@localhost", []error{errFrom}},
		{"smtp://relay", "почта@example.org", []error{errFrom}},
		{"smtp://relay", "a@example.org, b@example.org", []error{errFrom}},
	}
	all := []error{
		errURL, errScheme, errHost, errPort, errTail, errTLS, errTLSTwice, errTLSNone, errPassword, errFrom, errFromMissing,
	}
	for _, tt := range tests {
		_, err := New(Options{URL: tt.url, From: tt.from})
		for _, fault := range all {
			want := false
			for _, w := range tt.want {
				want = want || w == fault
			}
			if got := errors.Is(err, fault); got != want {
				t.Errorf("New(%q, %q): reports %q: %v, want %v", tt.url, tt.from, fault, got, want)
			}
		}
	}
}

func TestDefaults(t *testing.T) {
	for url, want := range map[string]relay{
		"smtp://h":                           {host: "h", port: "587", tls: tlsMandatory},
		"smtps://u:p@h":                      {host: "h", port: "465", tls: tlsImplicit, user: "u", password: "p"},
		"smtp://h:25?tls=opportunistic":      {host: "h", port: "25", tls: tlsOpportunistic},
		"smtp://u:%3A%40%2F@h?tls=mandatory": {host: "h", port: "587", tls: tlsMandatory, user: "u", password: ":@/"},
	} {
		if got, err := parseRelay(url); err != nil || got != want {
			t.Errorf("parseRelay(%q) = %+v, %v", url, got, err)
		}
	}
}

// FuzzNew: whatever stands where a secret may stand, errors keep it to themselves.
func FuzzNew(f *testing.F) {
	f.Add("smtp://user:", "@relay:25?tls=mandatory")
	f.Add("smtp://user:a/", "@relay")
	f.Add("smtps://relay?tls=", "&x#y")
	f.Add("", ":99999")
	const secret = "hunter2QX"
	f.Fuzz(func(t *testing.T, before, after string) {
		s, err := New(Options{URL: before + secret + after, From: "noreply@example.org"})
		if err != nil {
			if strings.Contains(err.Error(), secret) {
				t.Fatalf("the error shows the secret: %v", err)
			}
			return
		}
		if s.relay.tls == tlsNone && !loopback(s.relay.host) {
			t.Fatalf("no TLS to %s", s.relay.host)
		}
	})
}

func TestASCIIAddress(t *testing.T) {
	long := strings.Repeat("a", 64) + "@" + strings.Repeat(strings.Repeat("b", 60)+".", 3) + "ru"
	tests := []struct{ in, want string }{
		{"Resident.Name+mvk@Example.RU", "Resident.Name+mvk@example.ru"},
		{"box@почта.рф", "box@xn--80a1acny.xn--p1ai"},
		{long, long},
		{"a" + long, "a" + long},
		{"aaaa" + strings.Repeat("a", 254-len(long)) + long, ""},
		{"почта@example.ru", ""},
		{`"quoted"@example.ru`, ""},
		{"Name <a@example.ru>", ""},
		{"a@localhost", ""},
		{"a@example.ru.", ""},
		{"a@.ru", ""},
		{"a@[127.0.0.1]", ""},
		{"a@b@example.ru", ""},
		{"a..b@example.ru", ""},
		{"a@example.ru\r\nRCPT TO:<b@example.ru>", ""},
		{`a> ORCPT=x@example.ru`, ""},
		{"", ""},
	}
	for _, tt := range tests {
		got, err := asciiAddress(tt.in)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("asciiAddress(%q) = %q, %v; want %q", tt.in, got, err, tt.want)
		}
	}
}
