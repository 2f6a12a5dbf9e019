package directory_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"mvkbot/storage/directory"
)

var testWords = directory.BadRowWords{
	Header: [3]string{"line", "reason", "row"},
	Reason: func(b directory.BadRow) (string, error) { return string(b.Column) + " " + b.Reason.String(), nil },
	More:   func(n int64) (string, error) { return fmt.Sprint(n, " more"), nil },
}

// cells reads a file of bad rows back.
func cells(t *testing.T, file []byte) [][]string {
	t.Helper()
	text, ok := bytes.CutPrefix(file, []byte("\ufeff"))
	if !ok {
		t.Error("no byte order mark")
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// Ensure that the file names line, reason and row of every bad row, whatever is
// wrong with it, and that a spreadsheet evaluates none of them.
func TestBadRowFile(t *testing.T) {
	content := header +
		house("1", "A") +
		"=cmd|' /C calc'!A0;x\n" +
		"+1;house;;A;person;active\n" +
		" @x;house;;\x07\tA;person;active\n" +
		"5;house;;\"A\n" +
		house("1", "B") +
		"6;house;;" + strings.Repeat("я", 600) + ";person;active\n"
	var out bytes.Buffer
	f := directory.NewBadRowFile(&out, testWords)
	imports(t, newPath(t), content, directory.ImportOptions{OnBadRow: f.Add})
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"line", "reason", "row"},
		{"3", " number of columns differs from the header row's", "'=cmd|' /C calc'!A0;x"},
		{"4", "number not a contract number", "'+1;house;;A;person;active"},
		{"5", "address control, invisible or undecodable character", "' @x;house;;  A;person;active"},
		{"6", " quotes are not closed on the line, or not doubled inside a field", `5;house;;"A`},
		{"8", "address too long", "6;house;;" + strings.Repeat("я", 291) + "…"},
		{"7", "number contract number repeats an earlier line", "1;house;;B;person;active"},
	}
	got := cells(t, out.Bytes())
	if !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("file\n%q\nwant\n%q", got, want)
	}
}

// Ensure that the file is bounded and counts what it leaves out.
func TestBadRowFile_Bounded(t *testing.T) {
	var out bytes.Buffer
	f := directory.NewBadRowFile(&out, testWords)
	for i := range directory.MaxListed + 7 {
		f.Add(directory.BadRow{Line: int64(i), Reason: directory.ReasonEmpty, Row: ";;;;;"})
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	rows := cells(t, out.Bytes())
	if last := rows[len(rows)-1]; len(rows) != 1+directory.MaxListed+1 || last[1] != "7 more" {
		t.Errorf("%d rows, last %q", len(rows), last)
	}
	out.Reset()
	f = directory.NewBadRowFile(&out, testWords)
	for range directory.MaxListed {
		f.Add(directory.BadRow{Reason: directory.ReasonEmpty, Row: strings.Repeat("𝄞", 300)})
	}
	if err := f.Close(); err != nil || out.Len() > 41<<20 {
		t.Errorf("%d bytes, %v", out.Len(), err)
	}
}

// Ensure that a file which could not be written, or worded, is not passed for a
// whole one.
func TestBadRowFile_Fails(t *testing.T) {
	broken := errors.New("broken")
	f := directory.NewBadRowFile(failingWriter{broken}, testWords)
	f.Add(directory.BadRow{})
	if err := f.Close(); !errors.Is(err, broken) {
		t.Errorf("write: %v", err)
	}
	words := testWords
	words.Reason = func(directory.BadRow) (string, error) { return "", broken }
	f = directory.NewBadRowFile(new(bytes.Buffer), words)
	f.Add(directory.BadRow{})
	if err := f.Close(); !errors.Is(err, broken) {
		t.Errorf("word: %v", err)
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

// Ensure that every reason has words.
func TestReasons(t *testing.T) {
	for _, r := range directory.Reasons() {
		if r.String() == "" {
			t.Errorf("reason %s has none", string(r))
		}
	}
}
