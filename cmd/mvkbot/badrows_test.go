package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"mvkbot/flows/text"
	"mvkbot/storage/directory"
)

// Ensure that the file of bad rows is Russian: every reason and every column has
// its words.
func TestBadRowFile(t *testing.T) {
	texts, err := text.New(time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	list := func(b directory.BadRow) string {
		var out bytes.Buffer
		f, err := newBadRowFile(&out, texts)
		if err != nil {
			t.Fatal(err)
		}
		f.Add(b)
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		rows, ok := strings.CutPrefix(out.String(), "\ufeffСтрока;Что не так;Как записано в файле\r\n")
		if !ok {
			t.Errorf("file %q", out.String())
		}
		return rows
	}
	said := map[string]bool{}
	for _, r := range directory.Reasons() {
		said[list(directory.BadRow{Line: 7, Reason: r})] = true
	}
	for _, c := range []directory.Column{
		directory.ColumnNumber, directory.ColumnKind, directory.ColumnFlat, directory.ColumnAddress, directory.ColumnHolder, directory.ColumnStatus,
	} {
		said[list(directory.BadRow{Line: 7, Column: c, Reason: directory.ReasonEmpty})] = true
	}
	if want := len(directory.Reasons()) + 6; len(said) != want || said["7;;\r\n"] {
		t.Errorf("%d wordings, want %d: %v", len(said), want, said)
	}
	got := list(directory.BadRow{Line: 9, Column: directory.ColumnNumber, Reason: directory.ReasonRepeats, Value: "12", First: 2, Row: "12;дом"})
	if want := "9;Лицевой счёт: такой номер уже был выше: 12 (строка 2);\"12;дом\"\r\n"; got != want {
		t.Errorf("row %q, want %q", got, want)
	}
}
