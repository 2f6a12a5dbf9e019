package directory_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mvkbot/storage/directory"
)

const (
	english = "number;kind;flat;address;holder;status\n" +
		"1001;flat;12А;\"Москва, ул. Ёлочная, д. 1; корп. 2, \"\"Б\"\"\";person;active\n" +
		"1002;apartments;;Москва, Арбат, 7;company;active\n" +
		"1003;nonresidential;;Москва, Полянка, 3;person;closed\n" +
		"А/1004;house;;Москва, Сосновая, 5;person;active\n"

	russian = "Адрес;СТАТУС;Лицевой счёт;Комментарий;Абонент;Вид помещения;Квартира\n" +
		"\"Москва, ул. Ёлочная, д. 1; корп. 2, \"\"Б\"\"\";Действует;10 01;\"не ; нужен\";Физлицо;Квартира;12А\n" +
		"Москва, Арбат, 7;действует;10-02;;юрлицо;апартаменты;\n" +
		"Москва, Полянка, 3;закрыт;1003;;Физическое  лицо;Нежилое помещение;\n" +
		"Москва, Сосновая, 5;ДЕЙСТВУЕТ;а/1004;;физлицо;Индивидуальный жилой дом;\n"

	commas = "Договор,kind,flat,address,holder,Состояние\n" +
		"1001,flat,12А,\"Москва, ул. Ёлочная, д. 1; корп. 2, \"\"Б\"\"\",person,active\n" +
		"1002,apartments,,\"Москва, Арбат, 7\",company,active\n" +
		"1003,нежилое,,\"Москва, Полянка, 3\",person,closed\n" +
		"А/1004,дом,,\"Москва, Сосновая, 5\",person,active\n"
)

// Ensure that every way to write a file gives the same directory.
func TestImport_CSV(t *testing.T) {
	bom := []byte("\xef\xbb\xbf")
	crlf := func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
	tests := []struct {
		name     string
		content  []byte
		encoding directory.Encoding
	}{
		{"English", []byte(english), directory.UTF8},
		{"Russian", []byte(russian), directory.UTF8},
		{"Commas", []byte(commas), directory.UTF8},
		{"BOM", join(bom, []byte(russian)), directory.UTF8},
		{"BOMQuotedHeader", join(bom, []byte(strings.Replace(english, "number", `"number"`, 1))), directory.UTF8},
		{"CRLF", []byte(crlf(english)), directory.UTF8},
		{"NoLastLineEnd", []byte(strings.TrimSuffix(crlf(english), "\r\n")), directory.UTF8},
		{"BlankLines", []byte("\n \r\n" + strings.ReplaceAll(english, "\n", "\n\n")), directory.UTF8},
		{"Windows1251", windows1251(t, russian), directory.Windows1251},
		{"Windows1251CommasCRLF", windows1251(t, crlf(commas)), directory.Windows1251},
		{"Windows1251EnglishHeader", windows1251(t, english), directory.Windows1251},
		{"SpacesAroundValues", []byte(strings.ReplaceAll(english, ";person;", "; Person ;")), directory.UTF8},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := newPath(t)
			report := imports(t, path, string(test.content), directory.ImportOptions{Strict: true})
			if report.Encoding != test.encoding {
				t.Errorf("read as %s", report.Encoding)
			}
			if report.Read != 4 || report.Good != 4 || report.New != 4 {
				t.Errorf("report %+v", report)
			}
			has(t, open(t, path), sample...)
		})
	}
}

// Ensure that the encoding is judged by the whole file: Russian letters far
// behind an ASCII beginning, and a character cut by a reading buffer.
func TestImport_EncodingLate(t *testing.T) {
	var rows strings.Builder
	rows.WriteString(header)
	for rows.Len() < 256<<10-len(house("1", "street"))-20 {
		rows.WriteString("bad\n")
	}
	rows.WriteString(house("2001", strings.Repeat("x", 200)+strings.Repeat("я", 100)))
	want := houseContract("2001", strings.Repeat("x", 200)+strings.Repeat("я", 100))
	for encoding, content := range map[directory.Encoding]string{
		directory.UTF8:        rows.String(),
		directory.Windows1251: string(windows1251(t, rows.String())),
	} {
		for shift := range 2 {
			path := newPath(t)
			if got := imports(t, path, strings.Repeat("\n", shift)+content, directory.ImportOptions{}).Encoding; got != encoding {
				t.Errorf("encoding %s, want %s", got, encoding)
			}
			has(t, open(t, path), want)
		}
	}
}

// Ensure that one damaged character spoils its row and not the encoding of all.
func TestImport_EncodingDamaged(t *testing.T) {
	path := newPath(t)
	var bad []directory.BadRow
	content := header + house("1", "Мос\xffква") + house("2", "Москва")
	if got := imports(t, path, content, directory.ImportOptions{OnBadRow: collect(&bad)}); got.Encoding != directory.UTF8 {
		t.Errorf("encoding %s", got.Encoding)
	}
	if want := (directory.BadRow{Line: 2, Column: directory.ColumnAddress, Reason: directory.ReasonUnreadable, Value: "U+FFFD"}); len(bad) != 1 || bad[0] != want {
		t.Errorf("bad rows %v", bad)
	}
	has(t, open(t, path), houseContract("2", "Москва"))
}

// Ensure that a file without flats is read, and its contracts of flats are bad.
func TestImport_NoFlatColumn(t *testing.T) {
	path := newPath(t)
	var bad []directory.BadRow
	imports(t, path, "number,kind,address,holder,status\n1,house,A,person,active\n2,flat,B,person,active\n",
		directory.ImportOptions{OnBadRow: collect(&bad)})
	if !equalRows(bad, []directory.BadRow{{Line: 3, Column: directory.ColumnFlat, Reason: directory.ReasonNoFlat}}) {
		t.Errorf("bad rows %v", bad)
	}
	has(t, open(t, path), houseContract("1", "A"))
}

// Ensure that a file which cannot be imported is refused in clear words and
// leaves the directory as it was.
func TestImport_Refused(t *testing.T) {
	long := strings.Repeat("x", 70<<10)
	tests := []struct {
		name    string
		content string
		want    error
		text    string
	}{
		{"Empty", "", directory.ErrEmpty, ""},
		{"BlankOnly", "\n\r\n  \n", directory.ErrEmpty, ""},
		{"BOMOnly", "\xef\xbb\xbf", directory.ErrEmpty, ""},
		{"HeaderOnly", header, directory.ErrNoRows, ""},
		{"NoGoodRow", header + "bad\n", directory.ErrNoGoodRows, ""},
		{"MissingColumn", "number;flat;address;holder\n1;;A;person\n", nil, "header row: column kind (вид) is missing, column status (статус) is missing"},
		{"NoHeader", house("1", "A"), nil, "column number (лицевой счет) is missing"},
		{"RepeatedColumn", "лицевой счет;" + header + "1;" + house("1", "A"), nil, "column number (лицевой счет) is named twice"},
		{"HeaderQuotes", "\"number;kind\n", directory.ErrFormat, "quotes"},
		{"HeaderLong", long + "\n", directory.ErrFormat, "64 KiB"},
		{"UTF16", "\xff\xfen\x00u\x00", directory.ErrFormat, "UTF-16"},
		{"OldExcel", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", directory.ErrFormat, "XLSX"},
		{"BrokenXLSX", "PK\x03\x04 and so on", directory.ErrFormat, ""},
		{"Binary", "\x7fELF\x00\x01\x02", directory.ErrFormat, "not a text"},
		{"Picture", "\x89PNG\r\n\x1a\n", nil, "is missing"},
		{"Zeros", strings.Repeat("\x00", 1<<20), directory.ErrFormat, "64 KiB"},
		{"OneLine", strings.Repeat("number;", 1<<20), directory.ErrFormat, "64 KiB"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := newPath(t)
			imports(t, path, english, directory.ImportOptions{})
			before := open(t, path).Info()
			_, err := directory.Import(t.Context(), path, writeFile(t, []byte(test.content)), directory.ImportOptions{})
			if err == nil || test.want != nil && !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.text) {
				t.Fatalf("error %v, want %v with %q", err, test.want, test.text)
			}
			var columns *directory.ColumnsError
			if test.want == nil && !errors.As(err, &columns) {
				t.Errorf("error %T", err)
			}
			onlyDirectory(t, path)
			d := open(t, path)
			if d.Info() != before {
				t.Errorf("info %+v, was %+v", d.Info(), before)
			}
			has(t, d, sample...)
		})
	}
}

// Ensure that paths which lead nowhere are plain errors.
func TestImport_Paths(t *testing.T) {
	good := writeFile(t, []byte(english))
	tests := []struct {
		name, path, source string
		want               error
	}{
		{"SourceMissing", newPath(t), filepath.Join(t.TempDir(), "none"), os.ErrNotExist},
		{"SourceIsFolder", newPath(t), t.TempDir(), directory.ErrFormat},
		{"FolderMissing", filepath.Join(t.TempDir(), "none", "contracts.db"), good, os.ErrNotExist},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := directory.Import(t.Context(), test.path, test.source, directory.ImportOptions{}); !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
		})
	}
}

// Ensure that a file which is written to during the import is refused.
func TestImport_SourceChanges(t *testing.T) {
	path := newPath(t)
	source := writeFile(t, []byte(english))
	_, err := directory.Import(t.Context(), path, source, directory.ImportOptions{
		Building: func(int64, int64) {
			if err := os.WriteFile(source, []byte(header+house("1", "A")), 0o600); err != nil {
				t.Error(err)
			}
		},
	})
	if !errors.Is(err, directory.ErrChanged) {
		t.Errorf("error %v", err)
	}
	has(t, open(t, path))
}
