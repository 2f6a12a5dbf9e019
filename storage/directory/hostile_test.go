package directory_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
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

// evil is a sheet with a row that is longer than a row may be.
var evil = `<worksheet><sheetData><row r="1">` + pieces("<c><v>", "</v></c>") + `</row></sheetData></worksheet>`

// Ensure that a workbook made to exhaust memory is refused in clear words.
func TestImport_XLSXHostile(t *testing.T) {
	row := []any{7, "дом", nil, "Тверь", "физлицо", "действует"}
	whole := workbook(t, xlsxHeader, row)
	inSheet := func(put string) []byte {
		return patched(t, whole, func(sheet string) string { return strings.Replace(sheet, "</sheetData>", put+"</sheetData>", 1) })
	}
	inPart := func(name string, change func(string) string) []byte { return patchedPart(t, whole, name, change) }
	const relations, sheet = "xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml"
	elsewhere := func(target string) []byte {
		book := inPart(relations, func(s string) string {
			s = strings.Replace(s, `Target="/xl/`+sheet, `Target="`+sheet, 1)
			return strings.Replace(s, `Target="`+sheet, `Target="`+target, 1)
		})
		return with(t, book, evil, "xl/media/evil.xml")
	}
	twoRelations := inPart(relations, func(s string) string {
		from := strings.LastIndex(s[:strings.Index(s, sheet)], "<Relationship ")
		one := s[from : from+strings.Index(s[from:], ">")+1]
		return strings.Replace(s, one, one+"</Relationship>"+strings.Replace(strings.Replace(one, "/xl/", "", 1), sheet, "media/evil.xml", 1), 1)
	})
	tests := []struct {
		name    string
		content []byte
		text    string
	}{
		{"Bomb", with(t, whole, strings.Repeat("\x00", 30<<20), "xl/media/image1.png"), "unpacks to too much: xl/media/image1.png: more than 100 times"},
		{"BombSheet", inSheet(strings.Repeat(" ", 30<<20)), "more than 100 times"},
		{"ManyParts", with(t, whole, noise(22<<20), "a.bin", "b.bin", "c.bin"), "more than 64 MiB beside"},
		{"ManySheets", with(t, whole, noise(1<<20), sheets(70)...), "more than 64 MiB beside"},
		{"Overlap", overlapping(t, 200), "more than 100 times its size"},
		{"LongText", inSheet(`<row r="9"><c t="inlineStr"><is><t>` + noise(6<<20) + `</t></is></c></row>`), "longer than 4 MiB"},
		{"LongComment", inSheet("<!--" + noise(6<<20) + "-->"), "longer than 4 MiB"},
		{"WideRow", inSheet(`<row r="9">` + pieces("<c><v>", "</v></c>") + `</row>`), "longer than 4 MiB"},
		{"CellOfPieces", inSheet(`<row r="9"><c t="inlineStr"><is>` + pieces("<r><t>", "</t></r>") + `</is></c></row>`), "longer than 4 MiB"},
		{"RowTwice", inSheet(`<row r="9"></row><row r="9"></row>`), `row "9" behind row 9`},
		{"RowsBackwards", inSheet(`<row r="9"></row><row r="3"></row>`), `row "3" behind row 9`},
		{"RowTooHigh", inSheet(`<row r="99999999999"></row>`), `row "99999999999"`},
		{"SharedTextOfPieces", inPart("xl/sharedStrings.xml", func(string) string { return "<sst><si>" + pieces("<r><t>", "</t></r>") + "</si></sst>" }), "longer than 4 MiB"},
		{"SheetElsewhere", elsewhere("media/evil.xml"), "xl/media/evil.xml: row or text is longer than 4 MiB"},
		{"SheetAbsolute", elsewhere("/xl/media/evil.xml"), "xl/media/evil.xml: row or text is longer than 4 MiB"},
		{"SheetByDots", elsewhere("worksheets/../../xl//media/./evil.xml"), "xl/media/evil.xml: row or text is longer than 4 MiB"},
		{"SheetByBackslash", elsewhere(`media\evil.xml`), "xl/media/evil.xml: row or text is longer than 4 MiB"},
		{"SheetEscaped", elsewhere("media&#x2f;ev&#105;l.xml"), "xl/media/evil.xml: row or text is longer than 4 MiB"},
		{"RelationTwice", with(t, twoRelations, evil, "xl/media/evil.xml"), "xl/media/evil.xml: row or text is longer than 4 MiB"},
		{"TargetTwice", elsewhere(`worksheets/sheet1.xml" x:Target="media/evil.xml`), "two attributes"},
		{"TargetRewritten", elsewhere("http://purl.oclc.org/ooxml/spreadsheetml/main"), "ambiguous"},
		{"PartTwice", with(t, whole, "<x/>", "xl/_RELS/workbook.xml.rels"), "there twice"},
		{"OtherCharset", inPart("xl/_rels/workbook.xml.rels", func(s string) string { return strings.Replace(s, "UTF-8", "UTF-16", 1) }), "UTF-16"},
		{"ManyStyles", inPart("xl/styles.xml", func(s string) string {
			return strings.Replace(s, "</cellXfs>", strings.Repeat("<xf/>", 1<<20)+noise(1<<20)+"</cellXfs>", 1)
		}), "xl/styles.xml: longer than 4 MiB"},
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

// Ensure that no workbook of the size of a chat's file takes much memory, wherever
// its sheet lies and whatever else it has.
func TestImport_XLSXMemory(t *testing.T) {
	whole := workbook(t, xlsxHeader, []any{7, "дом", nil, "Тверь", "физлицо", "действует"})
	cells := "<worksheet><sheetData><row>" + strings.Repeat("<c><v>1</v></c>", 3<<20) + noise(1<<20) + "</row></sheetData></worksheet>"
	moved := patchedPart(t, whole, "xl/_rels/workbook.xml.rels", func(s string) string {
		return strings.Replace(s, "worksheets/sheet1.xml", "media/evil.xml", 1)
	})
	styles := "<styleSheet><cellXfs>" + strings.Repeat("<xf/>", 10<<20) + noise(1<<20) + "</cellXfs></styleSheet>"
	for name, content := range map[string][]byte{
		"Sheet":  with(t, moved, cells, "xl/media/evil.xml"),
		"Styles": patchedPart(t, whole, "xl/styles.xml", func(string) string { return styles }),
	} {
		t.Run(name, func(t *testing.T) {
			cmd := child(t, newPath(t), writeFile(t, content), "")
			cmd.Stderr = nil // it fails
			out, err := cmd.Output()
			took, parseErr := strconv.Atoi(strings.TrimSpace(string(out)))
			if err == nil || parseErr != nil || took > 150<<20 {
				t.Errorf("%d MiB for %d KiB, %v, %v", took>>20, len(content)>>10, err, parseErr)
			}
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
