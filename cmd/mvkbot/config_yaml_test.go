package main

import (
	"reflect"
	"strings"
	"testing"
)

func TestParseYAML(t *testing.T) {
	const text = "\ufeff# settings\n" +
		"purge-at: 03:00\n" +
		"test-captcha: 01234\n" +
		"admins:\n  - 0123 # kept as written\n  - 456\n" +
		"sms: |\n  kannel://h\n" +
		"store: \"bolt://\\u0061\"\n" +
		"listen: ~\n" +
		"telegram-rate: 1_0.5\n" +
		"log-format: yes\n" +
		"log-level: .inf\n" +
		"mail-from: 'МВК <a@example.ru>'\n"
	got, faults := parseYAML([]byte(text), "f")
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	want := map[string]given{
		"purge-at": {"03:00", "f:2: purge-at"}, "test-captcha": {"01234", "f:3: test-captcha"}, "admins": {"0123,456", "f:4: admins"},
		"sms": {"kannel://h", "f:7: sms"}, "store": {"bolt://a", "f:9: store"}, "listen": {"", "f:10: listen"},
		"telegram-rate": {"1_0.5", "f:11: telegram-rate"}, "log-format": {"yes", "f:12: log-format"},
		"log-level": {".inf", "f:13: log-level"}, "mail-from": {"МВК <a@example.ru>", "f:14: mail-from"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

// Whatever the bytes: no panic, no setting that does not exist, and lines that
// fit a terminal.
func FuzzParseYAML(f *testing.F) {
	for _, s := range []string{"", "store: a", "admins: [1, 2]", "a: &b c\nd: *b", "? x\n: y", "- 1", "store: |\n  x\n", "---\n...\n---", "\"\x00\": 1", "<<: {store: x}", "store: !!str x"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		values, faults := parseYAML(text, "f")
		if values == nil && len(faults) == 0 {
			t.Error("neither values nor a fault")
		}
		for name := range values {
			if _, ok := defaults[name]; !ok {
				t.Errorf("setting %q", name)
			}
		}
		for _, fault := range faults {
			if line := fault.Error(); strings.ContainsAny(line, "\n\r\x1b\x00") || len(line) > 400 {
				t.Errorf("line %q", line)
			}
		}
	})
}

func FuzzDidYouMean(f *testing.F) {
	f.Add("smpt", "smtp")
	f.Add("", "x")
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a)+len(b) > 200 {
			return
		}
		d := distance(a, b)
		if d != distance(b, a) || (d == 0) != (a == b) || d > max(len(a), len(b)) {
			t.Errorf("%q, %q: %d", a, b, d)
		}
	})
}
