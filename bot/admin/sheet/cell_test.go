package sheet

import (
	"strings"
	"testing"
	"unicode"
)

// planted are texts that a spreadsheet would evaluate, change or break, and what
// their cells must hold.
var planted = []struct{ text, cell string }{
	{"", ""}, {"Соколова", "Соколова"}, {"anna@mail.example", "anna@mail.example"}, {"O'Нил", "O'Нил"}, {"Л42", "Л42"}, {"a-b=c+d", "a-b=c+d"},
	{"=cmd|' /C calc'!A0", "'=cmd|'' /C calc'!A0"}, {"=HYPERLINK(\"http://evil\";\"x\")", "'=HYPERLINK(\"http://evil\";\"x\")"}, {"=1+1", "'=1+1"},
	{"+1", "'+1"}, {"-1", "'-1"}, {"@x", "'@x"}, {"@SUM(1+9)*cmd|' /C calc'!A0", "'@SUM(1+9)*cmd|'' /C calc'!A0"}, {"+79161234501", "'+79161234501"}, {"−5", "'−5"},
	{"＝1+1", "'＝1+1"}, {"＋1", "'＋1"}, {"－1", "'－1"}, {"＠x", "'＠x"},
	{" =1", "' =1"}, {"\u00a0=1", "'\u00a0=1"}, {"\u200b=1", "'\u200b=1"}, {"\ufeff=1", "'\ufeff=1"}, {`"=1"`, `'"=1"`},
	{"\t=1", "' =1"}, {"\r=1", "' =1"}, {"\n=1", "' =1"}, {"\x00=1", "'=1"}, {"\x1b\x7f=1", "'=1"}, {"=\x001", "'=1"},
	{"a\r\n=1", "a  =1"}, {"a\tb", "a b"}, {"a\u2028b", "a b"}, {"a\u0085b", "a b"}, {"a\x00b", "ab"}, {"\xff", "\ufffd"},
	{"a,=1+1", "a,'=1+1"}, {"a; -1;b", "a;' -1;b"}, {"a|@x", "a|'@x"}, {`a,"=1"`, `a,'"=1"`}, {"a,'=1", "a,''=1"}, {"кв. 5, корп. 2", "кв. 5, корп. 2"},
	{"'", "''"}, {"'a", "''a"}, {"'=1", "''=1"},
	{"0", "0"}, {"1234567890", "1234567890"}, {"12345678901", "12345678901"}, {"2026-11-24 03:00:00", "2026-11-24 03:00:00"},
	{"123456789012", "'123456789012"}, {"0012", "'0012"}, {"12E5", "'12E5"}, {"12/5", "'12/5"}, {"1.5", "'1.5"}, {" 12", "' 12"}, {".5", "'.5"},
	{"1 мая", "'1 мая"}, {"2026-11-24", "'2026-11-24"}, {"2026-13-24 03:00:00", "'2026-13-24 03:00:00"}, {"１２", "'１２"},
}

// Ensure that what a spreadsheet would evaluate or change is escaped, and that
// all else stays as it is.
func TestEscape(t *testing.T) {
	for _, p := range planted {
		if got := Escape(p.text); got != p.cell {
			t.Errorf("%q: %q, want %q", p.text, got, p.cell)
		}
	}
}

// plain takes the escape off a cell.
func plain(cell string) string {
	var b strings.Builder
	for {
		cell = strings.TrimPrefix(cell, "'")
		i := strings.IndexAny(cell, separators)
		b.WriteString(cell[:i+1])
		if i < 0 {
			return b.String() + cell
		}
		cell = cell[i+1:]
	}
}

// harmless reports whether no spreadsheet evaluates a cell, whatever it takes for
// a separator.
func harmless(cell string) bool {
	for _, part := range strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(";,|\t\n\r", r) }) {
		part = strings.TrimLeftFunc(part, func(r rune) bool { return r == '"' || unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) })
		if part != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(part)[0]) {
			return false
		}
	}
	return !strings.ContainsFunc(cell, unicode.IsControl)
}

// Ensure that no text becomes a cell that is evaluated, and that the text can be
// read back, but for control characters.
func FuzzEscape(f *testing.F) {
	for _, p := range planted {
		f.Add(p.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		cell := Escape(text)
		if !harmless(cell) {
			t.Errorf("%q becomes %q", text, cell)
		}
		if got := plain(cell); got != clean(text) {
			t.Errorf("%q becomes %q and is read as %q", text, cell, got)
		}
	})
}
