package main

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"
	"time"

	"mvkbot/bot"
	"mvkbot/flows/text"
	"mvkbot/storage/directory"
)

func newTestBadRows(t *testing.T) badRowFile {
	t.Helper()
	texts, err := text.New(time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	return newBadRowFile(texts)
}

// listed reads finished bad rows back, without their captions.
func listed(t *testing.T, f badRowFile) [][]string {
	t.Helper()
	lists, err := f.finish()
	if err != nil || len(lists) != 1 || lists[0].Name != "bad-rows.csv" {
		t.Fatal(lists, err)
	}
	rows := readList(t, lists[0])
	if want := []string{"Строка", "Что не так", "Как записано в файле"}; !slices.Equal(rows[0], want) {
		t.Errorf("captions %q", rows[0])
	}
	return rows[1:]
}

// readList reads the cells of a list.
func readList(t *testing.T, l bot.ImportList) [][]string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(l.Data), "\ufeff")))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// Ensure that every reason and every column has its words.
func TestBadRowFile_Words(t *testing.T) {
	f := newTestBadRows(t)
	for _, r := range directory.Reasons() {
		f.add(directory.BadRow{Line: 7, Reason: r})
	}
	for _, c := range directory.Columns() {
		f.add(directory.BadRow{Line: 7, Column: c, Reason: directory.ReasonEmpty})
	}
	said := map[string]bool{}
	for _, row := range listed(t, f) {
		said[row[1]] = true
	}
	if want := len(directory.Reasons()) + len(directory.Columns()); len(said) != want || said[""] {
		t.Errorf("%d wordings, want %d: %v", len(said), want, said)
	}
}

// Ensure that an import lists every bad row with its line, its reason and what
// stood there, whatever is wrong with it, and nothing that is a formula.
func TestBadRowFile_Import(t *testing.T) {
	d := newDesk(t)
	source := d.file("bad.csv", "number;kind;flat;address;holder;status\n"+
		"1;дом;;А;физлицо;действует\n"+
		"=cmd|' /C calc'!A0;x\n"+
		"+1;дом;;А;физлицо;действует\n"+
		"5;дом;;\"А\n"+
		"1;house;;Б;person;active\n"+
		"6;дом;;"+strings.Repeat("я", 600)+";физлицо;действует\n")
	f := newTestBadRows(t)
	if _, err := directory.Check(t.Context(), d.path("contracts.db"), source, directory.ImportOptions{OnBadRow: f.add}); err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"3", "столбцов не столько, сколько в заголовке", "'=cmd|'' /C calc'!A0;x"},
		{"4", "Лицевой счёт: это не номер договора: +1", "'+1;дом;;А;физлицо;действует"},
		{"5", "кавычки не закрыты в этой строке или не удвоены внутри поля", `'5;дом;;"А`},
		{"7", "Адрес: слишком длинно: " + strings.Repeat("я", 40) + "…", "'6;дом;;" + strings.Repeat("я", 293) + "…"},
		{"6", "Лицевой счёт: такой номер уже был выше: 1 (строка 2)", "'1;house;;Б;person;active"},
	}
	if got := listed(t, f); !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("rows\n%q\nwant\n%q", got, want)
	}
}

// Ensure that the file is bounded and counts what it leaves out.
func TestBadRowFile_Bounded(t *testing.T) {
	f := newTestBadRows(t)
	for range maxListed + 7 {
		f.add(directory.BadRow{Reason: directory.ReasonEmpty, Row: ";;;;;"})
	}
	rows := listed(t, f)
	if last := rows[len(rows)-1]; len(rows) != maxListed+1 || !strings.HasPrefix(last[1], "И ещё 7 строк") {
		t.Errorf("%d rows, last %q", len(rows), last)
	}
	f = newTestBadRows(t)
	for range maxListed {
		f.add(directory.BadRow{Reason: directory.ReasonEmpty, Row: strings.Repeat("𝄞", 300)})
	}
	if lists, err := f.finish(); err != nil || len(lists) != 1 || len(lists[0].Data) > maxListedBytes+maxListedBytes/10 {
		t.Errorf("%d files, %v", len(lists), err)
	}
}
