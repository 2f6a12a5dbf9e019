package flows_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"unicode/utf8"

	"mvkbot/flows"
)

func TestParseNumber(t *testing.T) {
	tests := []struct {
		in   string
		want flows.Number
		ok   bool
	}{
		{"1234567890", "1234567890", true},
		{" 12 34-567—890 ", "1234567890", true},
		{"12\u00a034\t5", "12345", true},
		{"№ 12345", "12345", true}, {"12№5", "", false},
		{"007", "007", true},
		{"аб-12/3", "АБ12/3", true},
		{"ab12", "AB12", true},
		{strings.Repeat("9", flows.MaxNumber), flows.Number(strings.Repeat("9", flows.MaxNumber)), true},
		{strings.Repeat("9", flows.MaxNumber+1), "", false},
		{"", "", false},
		{" - — ", "", false},
		{"///", "", false},
		{"договор", "", false},
		{"12?3", "", false},
		{"1.5E+10", "", false},
		{"12\u200b3", "", false},
		{"12\u04833", "", false}, // a Cyrillic combining mark is no letter
		{"１２", "", false},
		{"12\xff", "", false},
		{"12\x003", "", false},
	}
	for _, test := range tests {
		got, ok := flows.ParseNumber(test.in)
		if got != test.want || ok != test.ok {
			t.Errorf("ParseNumber(%q) = %q, %v; want %q, %v", test.in, got, ok, test.want, test.ok)
		}
	}
}

func FuzzParseNumber(f *testing.F) {
	for _, seed := range []string{"1234567890", "аб-12/3", " ", "12\u04833", "ß1", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, ok := flows.ParseNumber(s)
		if !ok {
			if n != "" {
				t.Errorf("ParseNumber(%q) refused and returned %q", s, n)
			}
			return
		}
		if count := utf8.RuneCountInString(string(n)); count == 0 || count > flows.MaxNumber {
			t.Errorf("ParseNumber(%q) has %d characters", s, count)
		}
		if again, ok := flows.ParseNumber(string(n)); !ok || again != n {
			t.Errorf("ParseNumber is not idempotent: %q, %q, %v", n, again, ok)
		}
	})
}

func TestNormalFlat(t *testing.T) {
	same := [][]string{
		{"12", "012", " 12 ", "кв. 12", "кв12", "КВ.012", "Квартира 12", "kb 12", "№12", "кв. № 12", "кв.кв.12", "0кв12", "1 2"},
		{"12а", "12А", "12 а", "12a", "12A", "012 А"},
		{"0", "00", "000", "кв 0"},
		{"7в", "7B", "7b"},
		{"", " ", ".", "№"},
		{"кв", "КВ.", "kb"},
	}
	for i, group := range same {
		for _, flat := range group {
			if got, want := flows.NormalFlat(flat), flows.NormalFlat(group[0]); got != want {
				t.Errorf("NormalFlat(%q) = %q, want %q as for %q", flat, got, want, group[0])
			}
			for j, other := range same {
				if i != j && flows.NormalFlat(flat) == flows.NormalFlat(other[0]) {
					t.Errorf("NormalFlat takes %q for %q", flat, other[0])
				}
			}
		}
	}
}

func FuzzNormalFlat(f *testing.F) {
	for _, seed := range []string{"12", "кв. 012А", "0кв0", "апартаменты 5", "İ", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := flows.NormalFlat(s)
		if twice := flows.NormalFlat(once); twice != once {
			t.Errorf("NormalFlat is not idempotent: %q, %q, %q", s, once, twice)
		}
	})
}

func TestNumber_LogValue(t *testing.T) {
	var out bytes.Buffer
	slog.New(slog.NewTextHandler(&out, nil)).Info("bound", "contract", flows.Number("1234567890"), "short", flows.Number("12"))
	if s := out.String(); strings.Contains(s, "4567") || !strings.Contains(s, "*******890") || !strings.Contains(s, "short=**") {
		t.Errorf("log line: %s", s)
	}
}
