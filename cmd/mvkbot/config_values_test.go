package main

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"
)

func TestParseSpan(t *testing.T) {
	const day = 24 * time.Hour
	for in, want := range map[string]time.Duration{
		"7d": 7 * day, "+36h": 36 * time.Hour, "-36h": -36 * time.Hour, "1d12h": 36 * time.Hour, "-1d1s": -day - time.Second,
		"0": 0, "0d": 0, "1h30m": 90 * time.Minute, "1.5h": 90 * time.Minute,
	} {
		if got, err := parseSpan(in); err != nil || got != want {
			t.Errorf("%q: %s, %v; want %s", in, got, err, want)
		}
	}
	for _, in := range []string{"", "d", "7", "1.5d", "+-1h", "--1h", "1d-1h", "1d+1h", "1d1d", "1h1d", "70000d", "65535d2500000h", "1 d", "h", "+", "1d5"} {
		if got, err := parseSpan(in); err == nil {
			t.Errorf("%q: %s, want an error", in, got)
		}
	}
}

func FuzzParseSpan(f *testing.F) {
	for _, s := range []string{"7d", "1d12h", "+36h", "-0d", "65535d", "9223372036s"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		span, err := parseSpan(s)
		if err != nil {
			return
		}
		if again, err := parseSpan(span.String()); err != nil || again != span {
			t.Errorf("%q: %s, and %s read again (%v)", s, span, again, err)
		}
		if !strings.HasPrefix(s, "-") && span < 0 {
			t.Errorf("%q is negative: %s", s, span)
		}
	})
}

func TestParseKey(t *testing.T) {
	raw := []byte(strings.Repeat("\xfb\xef\xbe\x01", 8)) // needs + and / or - and _
	for name, text := range map[string]string{
		"hex": strings.Repeat("fbefbe01", 8), "HEX": strings.Repeat("FBEFBE01", 8),
		"standard": base64.StdEncoding.EncodeToString(raw), "standard without padding": base64.RawStdEncoding.EncodeToString(raw),
		"URL": base64.URLEncoding.EncodeToString(raw), "URL without padding": base64.RawURLEncoding.EncodeToString(raw),
	} {
		if key, err := parseKey(text); err != nil || string(key) != string(raw) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, text := range map[string]string{
		"31 bytes of hex": strings.Repeat("ab", 31), "24 bytes of hex, 36 of base64": strings.Repeat("ab", 24),
		"31 bytes of base64": base64.StdEncoding.EncodeToString(raw[:31]), "with a line break": base64.StdEncoding.EncodeToString(raw) + "\n!",
		"a sentence": "the quick brown fox jumps over the lazy dog and more",
	} {
		if _, err := parseKey(text); err != errKey {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// check gives a reader values that it has to take, and to refuse.
func check[T any](t *testing.T, name string, parse func(string) (T, error), taken, refused []string) {
	t.Helper()
	for _, s := range taken {
		if _, err := parse(s); err != nil {
			t.Errorf("%s refuses %q: %v", name, s, err)
		}
	}
	for _, s := range refused {
		if v, err := parse(s); err == nil {
			t.Errorf("%s takes %q as %v", name, s, v)
		}
	}
}

func TestReaders(t *testing.T) {
	check(t, "token", parseToken, []string{testToken},
		[]string{"123456789:short", "x" + testToken, testToken + "\n", "bot" + testToken, ":" + strings.Repeat("a", 35), testToken + " "})
	check(t, "API", parseAPI, []string{"https://api.telegram.org", "http://127.0.0.1:8081/", "http://bot-api:8081/base"},
		[]string{"api.telegram.org", "http://", "http://:80", "https://u:p@h", "https://h/?x", "https://h/#x", "https://h:port", "https://h?", "https://h#"})
	check(t, "rate", parseRate, []string{"0", "30"}, []string{"-1", "0.5", "NaN", "Inf", "1e999", "x", ""})
	check(t, "store", parseStore, []string{"bolt:///a/b.db", "bolt://b.db", "bolt://../a b.db"},
		[]string{"bolt:", "bolt://", "bolt:///a/", "b.db", "bolt:///a?x=1", "bolt:///a\x00b", "BOLT://a", "etcd://h/p"})
	check(t, "SMS", parseSMS, []string{testSMS, "https+post://h"}, []string{"kannel://", "kannel:h", "http://h", "https://h", "smpp://h", "h"})
	check(t, "SMTP", parseSMTP, []string{testSMTP, "smtps://h"}, []string{"smtp://", "smtp:h", "mailto:a@b", "h:587"})
	check(t, "address", parseAddress, []string{"a@example.ru", "МВК <a@example.ru>"}, []string{"a", "a@", "a@b, c@d", "a@b\nBcc: c@d"})
	check(t, "listen", parseListen, []string{":80", "127.0.0.1:0", "[::1]:9", "host:65535"}, []string{"80", ":", "h:", ":x", ":65536", ":-1", "::1:80"})
	check(t, "digits", parseDigits, []string{"00000"}, []string{"1234", "123456", "1234x", "١٢٣٤٥", ""})
	check(t, "admins", parseAdmins, []string{"1", "1, 2"}, []string{"0", "-5", "1,,2", "1;2", "4503599627370496", "x", "1,"})
	check(t, "zone", parseZone, []string{"UTC", "Europe/Moscow"}, []string{"MSK+3", "../etc/passwd", "Europe"})
	check(t, "purge", parsePurge, []string{"00:00", "23:59"}, []string{"24:00", "3:00", "03:60", "03:00:00", "0300", "٠٣:٠٠"})
	check(t, "pauses", parsePauses, []string{"1s", "60s,2m"}, []string{"", "0s", "1m,", "x"})
	check(t, "count", count(1), []string{"1", "2147483647"}, []string{"0", "2147483648", "1.0", "x", " 1"})
}
