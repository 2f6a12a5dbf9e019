package flows

import (
	"strings"
	"testing"
)

func TestReadLink(t *testing.T) {
	long := strings.Repeat("0", 60)
	for text, want := range map[string]Link{
		"/start ls_1234567890":            {Number: "1234567890"},
		"/start ls_1234567890_":           {Number: "1234567890"},
		"/start ls_1234567890_12A":        {Number: "1234567890", Flat: "12А"}, // in Cyrillic, as on the bill
		"/start ls_12-34_k-7":             {Number: "1234", Flat: "К-7"},
		"/START@mvk_bot\tls_1a":           {Number: "1A"},
		"/start":                          {},
		"ls_1234567890":                   {},
		"hello ls_1234567890":             {},
		"/help ls_1234567890":             {},
		"/start ls_":                      {},
		"/start ls__12":                   {},
		"/start ls_abc":                   {},
		"/start LS_1234567890":            {},
		"/start ls_1234567890_1_2":        {},
		"/start ls_1234567890_-":          {},
		"/start ls_1 ls_2":                {},
		"/start ls_1<b>":                  {},
		"/start ls_12345678901234567890":  {Number: "12345678901234567890"},
		"/start ls_123456789012345678901": {},
		"/start ls_1_12345678901234567":   {},
		"/start ls_1_" + long:             {},
		"/start ls_" + long + "00":        {},
		"/start ls_１２":                    {},
	} {
		got, ok := readLink(text)
		if got != want || ok != (want != Link{}) {
			t.Errorf("readLink(%q) = %+v, %v; want %+v", text, got, ok, want)
		}
	}
}

// Ensure that a contract's own link names it, and that a flat that cannot be
// written in one has none.
func TestStartParameter(t *testing.T) {
	tests := []struct {
		number Number
		flat   string
		want   string // "" for none
	}{
		{"1234567890", "", "ls_1234567890"},
		{"1234567890", "12", "ls_1234567890_12"},
		{"1234567890", "кв. 012А", "ls_1234567890_12a"},
		{"1234567890", "7-Н", "ls_1234567890_7-h"},
		{"12А", "", ""},           // a Cyrillic letter in the number
		{"1234567890", "12Д", ""}, // has no Latin look-alike
		{"1234567890", "12/1", ""},
	}
	for _, test := range tests {
		got, ok := StartParameter(Contract{Number: test.number, Flat: test.flat})
		if ok != (test.want != "") || ok && got != test.want {
			t.Errorf("StartParameter(%s, %q) = %q, %v; want %q", test.number, test.flat, got, ok, test.want)
		}
		if l, _ := readLink("/start " + got); ok && (l.Number != test.number || NormalFlat(l.Flat) != NormalFlat(test.flat)) {
			t.Errorf("%q is read as %+v", got, l)
		}
	}
}

func FuzzReadLink(f *testing.F) {
	for _, seed := range []string{"/start ls_1234567890_12A", "/start ls_", "/start ls_\xff", "/start@b ls_1_к"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l, ok := readLink(text)
		if !ok {
			if l != (Link{}) {
				t.Errorf("readLink(%q) refused and returned %+v", text, l)
			}
			return
		}
		if n, ok := ParseNumber(string(l.Number)); !ok || n != l.Number {
			t.Errorf("readLink(%q): number %q is not in its normal form", text, l.Number)
		}
		if flat, ok := ParseFlat(l.Flat); l.Flat != "" && (!ok || flat != l.Flat) {
			t.Errorf("readLink(%q): %q is no flat", text, l.Flat)
		}
	})
}
