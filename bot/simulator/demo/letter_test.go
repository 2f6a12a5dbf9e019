package demo

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestParseLetter(t *testing.T) {
	tests := []struct {
		name, letter         string
		text, html, sub, frm string
	}{
		{"plain", "Subject: hello\r\nFrom: a@example.ru\r\n\r\nтекст\r\n", "текст\n", "", "hello", "a@example.ru"},
		{"windows-1251", "Subject: =?windows-1251?B?yu7k?=\r\nContent-Type: text/plain; charset=windows-1251\r\nContent-Transfer-Encoding: base64\r\n\r\nyu7k\r\n", "Код", "", "Код", ""},
		{"quoted-printable", "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: Quoted-Printable\r\n\r\n=D0=9A=D0=BE=D0=B4=\r\n\r\n", "", "Код\n", "", ""},
		{"unknown charset", "Content-Type: text/plain; charset=martian\r\n\r\nab\xff\r\n", "ab\uFFFD\n", "", "", ""},
		{"broken type", "Content-Type: ;;;\r\n\r\nab\r\n", "ab\n", "", "", ""},
		{"broken sender", "From: =?koi8-r?Q?=EB=CF=C4?= <<\r\n\r\nab\r\n", "ab\n", "", "", "Код <<"},
		{"first text wins, attachments are passed over", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Disposition: attachment\r\nContent-Type: text/plain\r\n\r\nfile\r\n--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\n", "one", "", "", ""},
	}
	for _, test := range tests {
		got, err := parseLetter(strings.NewReader(test.letter))
		want := Letter{Text: test.text, HTML: test.html, Subject: test.sub, From: test.frm}
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", test.name, got, err, want)
		}
	}
}

func TestParseLetter_Refused(t *testing.T) {
	deep := ""
	for i := range maxDepth + 1 {
		deep += fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
	}
	many := "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\nContent-Type: a/b\r\n\r\n", maxParts+1)
	for name, test := range map[string]struct {
		letter string
		want   error // nil means any
	}{
		"no letter":    {"hello", nil},
		"no text":      {"Content-Type: image/png\r\n\r\nx", errNoText},
		"cut off":      {"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", nil},
		"bad base64":   {"Content-Transfer-Encoding: base64\r\n\r\n!!!", nil},
		"too deep":     {deep + "\r\nx", errTooDeep},
		"too many":     {many, errTooDeep},
		"no delimiter": {"Content-Type: multipart/mixed\r\n\r\nx", nil},
	} {
		if _, err := parseLetter(strings.NewReader(test.letter)); err == nil || test.want != nil && !errors.Is(err, test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever comes as a letter gives an error or a letter that JSON can carry.
func FuzzParseLetter(f *testing.F) {
	f.Add("Subject: =?utf-8?q?=D0=9A?=\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+\r\n--b--\r\n")
	f.Add("Content-Type: text/plain; charset=utf-16\r\n\r\n\xff\xfe")
	f.Fuzz(func(t *testing.T, letter string) {
		l, err := parseLetter(strings.NewReader(letter))
		if err != nil {
			return
		}
		for _, s := range []string{l.Text, l.HTML, l.Subject, l.From} {
			if !utf8.ValidString(s) {
				t.Errorf("not UTF-8: %q", s)
			}
		}
	})
}

func TestNextNight(t *testing.T) {
	zone := time.FixedZone("MSK", 3*60*60)
	for _, test := range []struct{ at, want string }{
		{"2026-11-23 02:59:59", "2026-11-23 03:00:00"},
		{"2026-11-23 03:00:00", "2026-11-24 03:00:00"},
		{"2026-12-31 14:05:00", "2027-01-01 03:00:00"},
	} {
		at, err := time.ParseInLocation(time.DateTime, test.at, zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := nextNight(at).Format(time.DateTime); got != test.want {
			t.Errorf("the night after %s is %s, want %s", test.at, got, test.want)
		}
	}
}
