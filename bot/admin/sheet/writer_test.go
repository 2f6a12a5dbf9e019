package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// cellsOf reads a file as a program would, and checks its form.
func cellsOf(t *testing.T, data []byte) [][]string {
	t.Helper()
	text, ok := strings.CutPrefix(string(data), bom)
	if !ok || strings.Count(text, "\n") != strings.Count(text, "\r\n") || !strings.HasSuffix(text, "\r\n") {
		t.Fatalf("%.200q", data)
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatalf("%v: %.200q", err, data)
	}
	return rows
}

// parts writes rows through a writer of small parts.
func parts(t *testing.T, rows [][]string, maxRows, maxLen int) (sent []Part) {
	t.Helper()
	w := NewWriter("accounts", []string{"Кабинет", "Имя"}, func(p Part) error { sent = append(sent, p); return nil })
	w.maxRows, w.maxLen = maxRows, maxLen
	for _, r := range rows {
		if err := w.Write(r...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return sent
}

// Ensure that a file has its BOM, captions and quoted cells, and reads back.
func TestWriter(t *testing.T) {
	rows := [][]string{{"Л1", `Анна "Аня"`}, {"Л2", "a;b\r\nc"}, {"=1", ""}}
	sent := parts(t, rows, maxRows, maxBytes)
	want := bom + "\"Кабинет\";\"Имя\"\r\n\"Л1\";\"Анна \"\"Аня\"\"\"\r\n\"Л2\";\"a;b  c\"\r\n\"'=1\";\"\"\r\n"
	if len(sent) != 1 || sent[0].Name != "accounts.csv" || string(sent[0].Data) != want {
		t.Errorf("%q", sent)
	}
	if got := cellsOf(t, sent[0].Data); len(got) != 4 || got[1][1] != `Анна "Аня"` {
		t.Errorf("%q", got)
	}
}

// Ensure that a table without rows is a file with captions.
func TestWriterEmpty(t *testing.T) {
	sent := parts(t, nil, maxRows, maxBytes)
	if len(sent) != 1 || sent[0].Name != "accounts.csv" || string(sent[0].Data) != bom+"\"Кабинет\";\"Имя\"\r\n" {
		t.Errorf("%q", sent)
	}
}

// Ensure that parts keep both bounds, each with captions, and hold all rows in
// order; that what was sent is not written to again.
func TestWriterParts(t *testing.T) {
	var rows [][]string
	for i := range 25 {
		rows = append(rows, []string{fmt.Sprintf("Л%d", i), strings.Repeat("я", i)})
	}
	for _, tt := range []struct{ rows, bytes, want int }{{10, maxBytes, 3}, {25, maxBytes, 1}, {24, maxBytes, 2}, {maxRows, 200, 6}, {maxRows, 1, 25}} {
		sent := parts(t, rows, tt.rows, tt.bytes)
		if len(sent) != tt.want {
			t.Errorf("%+v: %d parts", tt, len(sent))
		}
		var got [][]string
		for i, p := range sent {
			name := fmt.Sprintf("accounts-%d.csv", i+1)
			if len(sent) == 1 {
				name = "accounts.csv"
			}
			cells := cellsOf(t, p.Data)
			if n := len(cells) - 1; p.Name != name || cells[0][0] != "Кабинет" || n > tt.rows || n > 1 && len(p.Data) > tt.bytes {
				t.Errorf("%+v: part %s of %d rows and %d bytes", tt, p.Name, n, len(p.Data))
			}
			got = append(got, cells[1:]...)
		}
		if !reflect.DeepEqual(got, rows) {
			t.Errorf("%+v: rows %q", tt, got)
		}
	}
}

// Ensure that a part that cannot be sent stops the table.
func TestWriterFails(t *testing.T) {
	broken := errors.New("broken")
	w := NewWriter("a", nil, func(Part) error { return broken })
	w.maxRows = 1
	if err := w.Write("1"); err != nil {
		t.Fatal(err)
	}
	if err := w.Write("2"); !errors.Is(err, broken) {
		t.Error(err)
	}
	if err := w.Close(); !errors.Is(err, broken) {
		t.Error(err)
	}
}

// Ensure that a full part fits a spreadsheet and Telegram.
func TestWriterBounds(t *testing.T) {
	if maxRows+1 > 1_048_576 || maxBytes > 50_000_000 {
		t.Errorf("%d rows, %d bytes", maxRows, maxBytes)
	}
}

// Ensure that a table larger than memory may be passes in parts.
func TestWriterStreams(t *testing.T) {
	var sent, largest int
	w := NewWriter("a", []string{"x"}, func(p Part) error {
		sent += bytes.Count(p.Data, []byte("\r\n")) - 1
		largest = max(largest, len(p.Data))
		return nil
	})
	w.maxLen = 1_000_000
	cell := strings.Repeat("x", 1000)
	for range 20_000 {
		if err := w.Write(cell); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil || sent != 20_000 || largest > 1_000_000 || w.part.Len() != 0 {
		t.Errorf("%v: %d rows, a part of %d bytes", err, sent, largest)
	}
}
