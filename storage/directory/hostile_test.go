package directory_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"mvkbot/storage/directory"
)

// with adds parts of the same content to a sound workbook.
func with(t testing.TB, book []byte, content string, names ...string) []byte {
	t.Helper()
	var buf bytes.Buffer
	out := zip.NewWriter(&buf)
	if book != nil {
		in, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range in.File {
			if err := out.Copy(part); err != nil {
				t.Fatal(err)
			}
		}
	}
	method := zip.Deflate
	if len(names) > 1 { // packing them takes long and changes nothing
		method = zip.Store
	}
	for _, name := range names {
		w, err := out.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		if err == nil {
			_, err = io.WriteString(w, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// noise does not pack well enough to pass for a bomb by its ratio.
func noise(n int) string {
	b, state := make([]byte, n), uint32(1)
	for i := range b {
		state = state*1664525 + 1013904223
		b[i] = 'a' + byte(state>>24)%26
	}
	return string(b)
}

// sheets are names of further sheets.
func sheets(n int) (names []string) {
	for i := range n {
		names = append(names, fmt.Sprintf("xl/worksheets/sheet%d.xml", i+2))
	}
	return names
}

// overlapping is an archive whose parts all lie in the same packed bytes.
func overlapping(t testing.TB, parts int) []byte {
	t.Helper()
	book := with(t, nil, strings.Repeat("ab", 1<<20)+noise(1<<16), "xl/worksheets/sheet1.xml")
	end := bytes.LastIndex(book, []byte("PK\x05\x06"))
	begin := bytes.LastIndex(book, []byte("PK\x01\x02"))
	out := append([]byte(nil), book[:begin]...)
	for range parts {
		out = append(out, book[begin:end]...)
	}
	tail := append([]byte(nil), book[end:]...)
	binary.LittleEndian.PutUint16(tail[8:], uint16(parts))
	binary.LittleEndian.PutUint16(tail[10:], uint16(parts))
	binary.LittleEndian.PutUint32(tail[12:], uint32(parts*(end-begin)))
	return append(out, tail...)
}

// pieces is more than a row may have, cut into elements.
func pieces(begin, end string) string {
	var b strings.Builder
	for text := range slices.Chunk([]byte(noise(6<<20)), 1000) {
		b.WriteString(begin + string(text) + end)
	}
	return b.String()
}

// Ensure that a workbook made to exhaust memory is refused in clear words.
func TestImport_XLSXHostile(t *testing.T) {
	row := []any{7, "дом", nil, "Тверь", "физлицо", "действует"}
	whole := workbook(t, xlsxHeader, row)
	inSheet := func(put string) []byte {
		return patched(t, whole, func(sheet string) string { return strings.Replace(sheet, "</sheetData>", put+"</sheetData>", 1) })
	}
	tests := []struct {
		name    string
		content []byte
		text    string
	}{
		{"Bomb", with(t, whole, strings.Repeat("\x00", 30<<20), "xl/media/image1.png"), "more than 100 times"},
		{"BombSheet", inSheet(strings.Repeat(" ", 30<<20)), "more than 100 times"},
		{"ManyParts", with(t, whole, noise(22<<20), "a.bin", "b.bin", "c.bin"), "more than 64 MiB beside"},
		{"ManySheets", with(t, whole, noise(1<<20), sheets(70)...), "more than 64 MiB beside"},
		{"Overlap", overlapping(t, 200), "unpacked more than 100 times its size"},
		{"LongText", inSheet(`<row r="9"><c t="inlineStr"><is><t>` + noise(6<<20) + `</t></is></c></row>`), "longer than 4 MiB"},
		{"LongComment", inSheet("<!--" + noise(6<<20) + "-->"), "longer than 4 MiB"},
		{"WideRow", inSheet(`<row r="9">` + pieces("<c><v>", "</v></c>") + `</row>`), "longer than 4 MiB"},
		{"CellOfPieces", inSheet(`<row r="9"><c t="inlineStr"><is>` + pieces("<r><t>", "</t></r>") + `</is></c></row>`), "longer than 4 MiB"},
		{"RowTwice", inSheet(`<row r="9"></row><row r="9"></row>`), `row "9" behind row 9`},
		{"RowsBackwards", inSheet(`<row r="9"></row><row r="3"></row>`), `row "3" behind row 9`},
		{"RowTooHigh", inSheet(`<row r="99999999999"></row>`), `row "99999999999"`},
		{"SharedTextOfPieces", with(t, whole, "<sst><si>"+pieces("<r><t>", "</t></r>")+"</si></sst>", "xl/sharedStrings.xml"), "longer than 4 MiB"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := newPath(t)
			_, err := directory.Import(t.Context(), path, writeFile(t, test.content), directory.ImportOptions{})
			if !errors.Is(err, directory.ErrFormat) || !strings.Contains(err.Error(), test.text) {
				t.Errorf("error %v, want %q", err, test.text)
			}
			onlyDirectory(t, path)
		})
	}
}

// Ensure that lines as long as a chat's file may be, and zeros among them, are
// bad rows and nothing worse.
func TestImport_CSVHostile(t *testing.T) {
	path := newPath(t)
	content := header + house("1", "A") +
		strings.Repeat("x", 9<<20) + "\n" + strings.Repeat(";", 60<<10) + "\n" + strings.Repeat("\x00", 9<<20) + "\n" +
		strings.Repeat("\"", 60<<10) + "\n" + house("2", "\x00")
	var bad []directory.BadRow
	imports(t, path, content, directory.ImportOptions{OnBadRow: collect(&bad)})
	want := []directory.Reason{directory.ReasonLongLine, directory.ReasonWidth, directory.ReasonLongLine, directory.ReasonWidth, directory.ReasonUnreadable}
	if len(bad) != len(want) {
		t.Fatalf("bad rows %v", bad)
	}
	for i, b := range bad {
		if b.Reason != want[i] {
			t.Errorf("line %d is bad for %s, want %s", b.Line, b.Reason, want[i])
		}
	}
	has(t, open(t, path), houseContract("1", "A"))
}

// FuzzCheck feeds any bytes, of texts and of workbooks: an import does exactly
// what the check before it told.
func FuzzCheck(f *testing.F) {
	for _, seed := range []string{"", header, english, russian, commas, newRows + "bad\n", "\"number;kind\n", "PK\x03\x04", "\xff\xfe1"} {
		f.Add([]byte(seed))
	}
	f.Add(windows1251(f, russian))
	f.Add(workbook(f, xlsxHeader, []any{7, "дом", nil, "Тверь", "физлицо", "действует"}))
	f.Fuzz(func(t *testing.T, content []byte) {
		path, source := newPath(t), writeFile(t, content)
		heard := int64(0)
		report, err := directory.Check(t.Context(), path, source, directory.ImportOptions{OnBadRow: func(b directory.BadRow) {
			if heard++; b.Reason.String() == "" || b.Line == 0 {
				t.Errorf("bad row %+v", b)
			}
		}})
		if heard != report.Bad || report.Good+report.Bad != report.Read {
			t.Errorf("%d bad rows heard of, report %+v", heard, report)
		}
		onlyDirectory(t, path)
		got, importErr := directory.Import(t.Context(), path, source, directory.ImportOptions{Expect: report.Basis})
		if (err == nil) != (importErr == nil) || !sameCounts(got, report) {
			t.Fatalf("check %+v, %v\nimport %+v, %v", report, err, got, importErr)
		}
		if err == nil && open(t, path).Info().Rows != report.Good {
			t.Errorf("%d rows, report %+v", open(t, path).Info().Rows, report)
		}
	})
}
