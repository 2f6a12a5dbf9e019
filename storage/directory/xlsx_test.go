package directory_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"mvkbot/flows"
	"mvkbot/storage/directory"
)

// workbook writes cells into the first sheet; nil leaves a cell out.
func workbook(t testing.TB, rows ...[]any) []byte {
	t.Helper()
	book := excelize.NewFile()
	padded, err := book.NewStyle(&excelize.Style{CustomNumFmt: new("0000000000")})
	if err != nil {
		t.Fatal(err)
	}
	for y, row := range rows {
		for x, value := range row {
			cell, err := excelize.CoordinatesToCellName(x+1, y+1)
			if err != nil {
				t.Fatal(err)
			}
			if n, ok := value.(zeroPadded); ok {
				value = int(n)
				err = book.SetCellStyle("Sheet1", cell, cell, padded)
			}
			if value != nil {
				err = errors.Join(err, book.SetCellValue("Sheet1", cell, value))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	var out bytes.Buffer
	if err := errors.Join(book.Write(&out), book.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// zeroPadded is a number that its cell's format shows with ten digits.
type zeroPadded int

var xlsxHeader = []any{"Договор", "Вид помещения", "Кв.", "Адрес", "Абонент", "Статус"}

// Ensure that a workbook is read as a person sees it: numbers with the zeros of
// their format, rows counted as Excel does, empty rows and cells passed over.
func TestImport_XLSX(t *testing.T) {
	content := workbook(t,
		nil,
		xlsxHeader,
		[]any{zeroPadded(42), "квартира", 12, "Москва", "физлицо", "действует"},
		nil,
		[]any{123456789012, "дом", nil, "Тверь", "физлицо", "действует", nil, " "},
		[]any{7, "дом", nil, "Тверь", "физлицо"},
		[]any{8, "дом", nil, "Тверь", "физлицо", "действует", "лишнее"},
		[]any{int64(1234567890123456), "дом", nil, "Тверь", "физлицо", "действует"},
	)
	path := newPath(t)
	var bad []directory.BadRow
	var done, total int64
	report := imports(t, path, string(content), directory.ImportOptions{OnBadRow: collect(&bad), Progress: func(d, t int64) { done, total = d, t }})
	if report.Encoding != directory.UTF8 || report.Read != 5 || report.Good != 2 {
		t.Errorf("report %+v", report)
	}
	if done != total || total != int64(len(content)) {
		t.Errorf("progress %d of %d", done, total)
	}
	want := []directory.BadRow{
		{Line: 6, Column: directory.ColumnStatus, Reason: directory.ReasonEmpty},
		{Line: 7, Reason: directory.ReasonWidth, Value: "7 instead of 6"},
		{Line: 8, Column: directory.ColumnNumber, Reason: directory.ReasonNotNumber, Value: "1.23456789012346E+15"},
	}
	if !equalRows(bad, want) {
		t.Errorf("bad rows %+v", bad)
	}
	first := flows.Contract{Number: "0000000042", Kind: flows.KindFlat, Flat: "12", Address: "Москва", Holder: flows.HolderPerson, Status: flows.StatusActive}
	has(t, open(t, path), first, houseContract("123456789012", "Тверь"))
}

// Ensure that a workbook larger than what is kept in memory is read whole.
func TestImport_XLSXSpilled(t *testing.T) {
	rows := [][]any{xlsxHeader}
	for i := range 4_500 {
		address := fmt.Sprint(i, " ", strings.Repeat("я", 100+i%100))
		rows = append(rows, []any{100_000 + i, "дом", nil, address, "физлицо", "действует"})
	}
	path := newPath(t)
	if report := imports(t, path, string(workbook(t, rows...)), directory.ImportOptions{Strict: true}); report.Good != 4_500 {
		t.Errorf("report %+v", report)
	}
	if c, ok, err := open(t, path).Contract("104499"); err != nil || !ok || c.Kind != flows.KindHouse {
		t.Errorf("last contract %+v, %v, %v", c, ok, err)
	}
}

// Ensure that damaged workbooks are refused as a whole.
func TestImport_XLSXDamaged(t *testing.T) {
	row := []any{7, "дом", nil, "Тверь", "физлицо", "действует"}
	whole := workbook(t, xlsxHeader, row, row)
	tests := []struct {
		name    string
		content []byte
		want    error
	}{
		{"CutFile", whole[:len(whole)/2], directory.ErrFormat},
		{"FlippedByte", flipped(whole), directory.ErrFormat},
		{"CutSheet", patched(t, whole, func(sheet string) string { return sheet[:strings.LastIndex(sheet, "<row")+20] }), directory.ErrFormat},
		{"BrokenSheet", patched(t, whole, func(sheet string) string { return strings.Replace(sheet, "</row>", "<<", 1) }), directory.ErrFormat},
		{"OtherZip", otherZip(t), directory.ErrFormat},
		{"EmptySheet", workbook(t), directory.ErrEmpty},
		{"HeaderOnly", workbook(t, xlsxHeader), directory.ErrNoRows},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := newPath(t)
			_, err := directory.Import(t.Context(), path, writeFile(t, test.content), directory.ImportOptions{})
			if !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
			onlyDirectory(t, path)
		})
	}
}

// flipped damages the packed bytes of the sheet.
func flipped(book []byte) []byte {
	book = bytes.Clone(book)
	at := bytes.Index(book, []byte("xl/worksheets/sheet1.xml")) + 100
	book[at] ^= 0xff
	return book
}

// patched changes the text of the sheet inside a sound archive.
func patched(t *testing.T, book []byte, change func(string) string) []byte {
	t.Helper()
	return patchedPart(t, book, "xl/worksheets/sheet", change)
}

// patchedPart changes the parts whose names begin so.
func patchedPart(t *testing.T, book []byte, name string, change func(string) string) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	out := zip.NewWriter(&buf)
	for _, part := range in.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(part.Name, name) {
			text = []byte(change(string(text)))
		}
		addPart(t, out, part.Name, text)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func otherZip(t *testing.T) []byte {
	t.Helper()
	var buf bytes.Buffer
	out := zip.NewWriter(&buf)
	addPart(t, out, "letter.txt", []byte("hello"))
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func addPart(t *testing.T, out *zip.Writer, name string, text []byte) {
	t.Helper()
	w, err := out.Create(name)
	if err == nil {
		_, err = w.Write(text)
	}
	if err != nil {
		t.Fatal(err)
	}
}
