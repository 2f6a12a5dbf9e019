package main

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mvkbot/flows"
	"mvkbot/flows/text"
	"mvkbot/storage/directory"
)

// newImporter returns an importer over a directory of two contracts.
func newImporter(t *testing.T) (importer, func(rows string) string) {
	t.Helper()
	dir := t.TempDir()
	write := func(rows string) string {
		file := filepath.Join(dir, "upload")
		if err := os.WriteFile(file, []byte("number;kind;flat;address;holder;status\n"+rows), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	path := filepath.Join(dir, "contracts.db")
	if _, err := directory.Import(t.Context(), path, write("1;flat;1;А;person;active\n2;flat;2;Б;person;active\n"), directory.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	contracts, err := directory.Open(path, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := contracts.Close(); err != nil {
			t.Error(err)
		}
	})
	texts, err := text.New(time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	return importer{path, contracts, residents(nil), texts}, write
}

// residents hold contracts, each account those of its number.
type residents map[uint64][]flows.Binding

func (r residents) EachHolder(_ context.Context, fn func(uint64, []flows.Binding) error) error {
	for _, account := range slices.Sorted(maps.Keys(r)) {
		if err := fn(account, r[account]); err != nil {
			return err
		}
	}
	return nil
}

// Ensure that a check changes nothing, that what was checked is applied and is
// in use at once, and that a second process that finds it applied says so, with the
// same counts.
func TestImporter(t *testing.T) {
	i, write := newImporter(t)
	file := write("2;flat;2;Б;person;closed\n3;flat;3;В;person;active\n4;castle;;Г;person;active\n")
	r, bad, err := i.Import(t.Context(), file, flows.RunImport{})
	if err != nil || r.New != 1 || r.Changed != 1 || r.Gone != 1 || r.Bad != 1 || r.Fault != "" {
		t.Fatalf("%+v, %v", r, err)
	}
	if len(bad) != 1 || !strings.Contains(string(bad[0].Data), "Вид помещения") {
		t.Errorf("bad rows: %v", bad)
	}
	if _, ok, _ := i.contracts.Contract("3"); ok {
		t.Fatal("a check changed the directory")
	}
	work := flows.RunImport{Apply: true, SHA256: r.SHA256, Edition: r.Edition, Checked: r}
	for range 2 {
		got, _, err := i.Import(t.Context(), file, work)
		if err != nil || got.Fault != "" || got.SHA256 != r.SHA256 || got.Edition == r.Edition || got.Edition != i.contracts.Edition() ||
			got.New != 1 || got.Changed != 1 || got.Gone != 1 || got.Bad != 1 || got.Read != r.Read {
			t.Fatalf("%+v, %v", got, err)
		}
		if _, ok, _ := i.contracts.Contract("3"); !ok {
			t.Fatal("the directory has not the new contract")
		}
	}
	// What was not checked is not applied.
	if got, _, err := i.Import(t.Context(), write("5;flat;5;Д;person;active\n"), work); err != nil || got.Fault != "import.fault_changed" {
		t.Errorf("%+v, %v", got, err)
	}
}

// Ensure that who was to replace the directory by a file is not told that it is done
// where a colleague extended it by the same file, nor the other way round.
func TestImporter_Colleague(t *testing.T) {
	for _, extended := range []bool{false, true} {
		i, write := newImporter(t)
		file := write("2;flat;2;Б;person;closed\n3;flat;3;В;person;active\n3;flat;3;В;person;active\n")
		r, _, err := i.Import(t.Context(), file, flows.RunImport{})
		if err != nil {
			t.Fatal(err)
		}
		work := func(extend bool) flows.RunImport {
			return flows.RunImport{Apply: true, Extend: extend, SHA256: r.SHA256, Edition: r.Edition, Checked: r}
		}
		first, _, err := i.Import(t.Context(), file, work(extended))
		if err != nil || first.Fault != "" {
			t.Fatalf("%+v, %v", first, err)
		}
		if again, _, err := i.Import(t.Context(), file, work(extended)); err != nil || again.Fault != "" || again.Edition != first.Edition {
			t.Errorf("extended %v, the same again: %+v, %v", extended, again, err)
		}
		if other, _, err := i.Import(t.Context(), file, work(!extended)); err != nil || other.Fault != "import.fault_changed" {
			t.Errorf("extended %v, the other way: %+v, %v", extended, other, err)
		}
	}
}

// Ensure that a check counts and lists the contracts of residents that would be
// lost, also in a directory that is only extended, and of which nobody is told
// yet; and that what follows is what was counted.
func TestImporter_Lost(t *testing.T) {
	i, write := newImporter(t)
	if _, err := directory.Import(t.Context(), i.path, write("1;flat;1;А;person;active\n2;flat;2;Б;person;active\n=3;flat;3;В;person;active\n"+
		"4;flat;4;Г;person;closed\n5;flat;5;Д;person;active\n"), directory.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	i.holders = residents{
		7: {{Number: "1"}, {Number: "2"}, {Number: "2000"}},
		8: nil, // does not open
		9: {{Number: "4"}, {Number: "5"}, {Number: "2", Lost: 1}},
	}
	file := write("2;flat;2;Б;person;closed\n5;flat;5;Д;person;active\n")
	r, lists, err := i.Import(t.Context(), file, flows.RunImport{})
	if err != nil || r.Fault != "" || r.Bindings != 6 || r.Lost != 4 || r.LostAnyway != 3 || len(lists) != 1 || lists[0].Name != "lost-contracts.csv" {
		t.Fatalf("%+v, %d lists, %v", r, len(lists), err)
	}
	want := [][]string{
		{"Кабинет", "Лицевой счёт", "Что не так"},
		{"Л7", "1", "нет в файле: исчезнет, если заменить справочник"},
		{"Л7", "2", "закрыт"},
		{"Л7", "2000", "нет ни в файле, ни в справочнике"},
		{"Л9", "4", "нет в файле, в справочнике закрыт"},
	}
	if got := readList(t, lists[0]); !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("rows\n%q\nwant\n%q", got, want)
	}
	for _, extend := range []bool{true, false} {
		work := flows.RunImport{Apply: true, Extend: extend, SHA256: r.SHA256, Edition: r.Edition}
		applied, lists, err := i.Import(t.Context(), file, work)
		if err != nil || applied.Fault != "" || len(lists) != 0 {
			t.Fatalf("%+v, %d lists, %v", applied, len(lists), err)
		}
		lost := 0
		for _, n := range []flows.Number{"1", "2", "2000", "4", "5"} {
			c, known, err := i.contracts.Contract(n)
			if err != nil {
				t.Fatal(err)
			}
			if flows.Lost(c, known) {
				lost++
			}
		}
		if want := map[bool]int{false: r.Lost, true: r.LostAnyway}[extend]; lost != want {
			t.Errorf("extend %v: %d lost, want %d", extend, lost, want)
		}
		r.Edition = applied.Edition
	}
}

// Ensure that a number which is a formula stays one's text in the list, and that
// bindings which cannot be read are a fault of the check.
func TestImporter_LostList(t *testing.T) {
	i, write := newImporter(t)
	file := write("1;flat;1;А;person;active\n")
	i.holders = residents{1: {{Number: "0007"}, {Number: "1234567890123"}}}
	_, lists, err := i.Import(t.Context(), file, flows.RunImport{})
	if err != nil || len(lists) != 1 {
		t.Fatal(lists, err)
	}
	if rows := readList(t, lists[0]); rows[1][1] != "'0007" || rows[2][1] != "'1234567890123" {
		t.Errorf("rows %q", rows)
	}
	i.holders = unreadable{}
	if _, _, err := i.Import(t.Context(), file, flows.RunImport{}); !errors.Is(err, errUnreadable) {
		t.Errorf("error %v", err)
	}
}

// unreadable are holders that a failing disk keeps.
type unreadable struct{}

var errUnreadable = errors.New("input/output error")

func (unreadable) EachHolder(context.Context, func(uint64, []flows.Binding) error) error {
	return errUnreadable
}

// Ensure that every fault of a file is told in words.
func TestImporter_Faults(t *testing.T) {
	i, write := newImporter(t)
	for content, want := range map[string]flows.Text{
		"":                                "import.fault_empty",
		"1;flat\n":                        "import.fault_bad",
		"1;castle;1;А;person;active\n":    "import.fault_bad",
		"\x00\x01\x02\x03 no text at all": "import.fault_bad",
	} {
		r, _, err := i.Import(t.Context(), write(content), flows.RunImport{})
		if err != nil || r.Fault != want {
			t.Errorf("%q: %q, %v, want %q", content, r.Fault, err, want)
		}
	}
	var bomb bytes.Buffer
	archive := zip.NewWriter(&bomb)
	part, err := archive.Create("xl/media/image1.png")
	if err == nil {
		_, err = part.Write(make([]byte, 30<<20))
	}
	if err := errors.Join(err, archive.Close()); err != nil {
		t.Fatal(err)
	}
	file := write("")
	if err := os.WriteFile(file, bomb.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if r, _, err := i.Import(t.Context(), file, flows.RunImport{}); err != nil || r.Fault != "import.fault_unpacked" {
		t.Errorf("bomb: %q, %v", r.Fault, err)
	}
	if err := os.WriteFile(file, []byte("number;address;номер\n1;A\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r, _, err := i.Import(t.Context(), file, flows.RunImport{})
	if err != nil || r.Fault != "import.fault_columns" {
		t.Errorf("columns: %q, %v", r.Fault, err)
	}
	said, err := i.texts.Plain("import.failed", flows.Args{Desk: r})
	want := "В первой строке нет колонок: вид, абонент, статус. В первой строке повторяются колонки: номер. Нужны:"
	if err != nil || !strings.Contains(said, want) {
		t.Errorf("columns: %q, %v", said, err)
	}
	all := flows.ImportReport{Fault: "import.fault_columns", Missing: columnNames(directory.Columns())}
	if said, err := i.texts.Plain("import.failed", flows.Args{Desk: all}); err != nil || strings.Count(said, "номер, вид, квартира, адрес, абонент, статус") != 2 {
		t.Errorf("columns: %q, %v", said, err)
	}
}
