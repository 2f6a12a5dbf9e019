package directory_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"mvkbot/storage/directory"
)

// checks looks at content without importing it.
func checks(t testing.TB, path, content string, o directory.ImportOptions) directory.Report {
	t.Helper()
	report, err := directory.Check(t.Context(), path, writeFile(t, []byte(content)), o)
	if err != nil {
		t.Fatal(err)
	}
	onlyDirectory(t, path)
	return report
}

// sameCounts compares reports but for the time taken.
func sameCounts(a, b directory.Report) bool {
	a.Took, b.Took = 0, 0
	return a == b
}

// Ensure that a check leaves the directory as it is, and counts what an import
// that expects the same will do.
func TestCheck(t *testing.T) {
	for _, extend := range []bool{false, true} {
		path := newPath(t)
		imports(t, path, oldRows, directory.ImportOptions{})
		before := open(t, path).Info()
		var checked, imported []directory.BadRow
		content := newRows + "bad\n" + house("4", "again")
		report := checks(t, path, content, directory.ImportOptions{Extend: extend, OnBadRow: collect(&checked)})
		if report.New != 1 || report.Changed != 1 || report.Unchanged != 1 || report.Gone != 1 || report.Bad != 2 || report.Basis.SHA256 == "" {
			t.Errorf("report %+v", report)
		}
		if after := open(t, path).Info(); after != before || report.Basis.Edition != before.Edition() {
			t.Errorf("edition %q, directory %+v, was %+v", report.Basis.Edition, after, before)
		}
		got := imports(t, path, content, directory.ImportOptions{Extend: extend, Expect: report.Basis, OnBadRow: collect(&imported)})
		if !sameCounts(got, report) || !equalRows(checked, imported) {
			t.Errorf("import %+v %v\nafter check %+v %v", got, imported, report, checked)
		}
		if after := open(t, path).Info(); after.Version != before.Version+1 {
			t.Errorf("directory %+v", after)
		}
	}
}

// Ensure that a check of the first file makes no directory, and that its import
// is refused once another one was imported meanwhile.
func TestCheck_First(t *testing.T) {
	path := newPath(t)
	report := checks(t, path, newRows, directory.ImportOptions{})
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) || report.Basis.Edition != "" || report.New != 3 {
		t.Errorf("report %+v, %v", report, err)
	}
	imports(t, path, oldRows, directory.ImportOptions{})
	_, err := directory.Import(t.Context(), path, writeFile(t, []byte(newRows)), directory.ImportOptions{Expect: report.Basis})
	if !errors.Is(err, directory.ErrSuperseded) {
		t.Errorf("error %v", err)
	}
	has(t, open(t, path), houseContract("1", "same"), houseContract("2", "old"), houseContract("3", "gone"))
}

// Ensure that nothing is imported but what was checked, against what it was
// checked: a directory that was begun anew has the number of the old one.
func TestImport_Expect(t *testing.T) {
	path := newPath(t)
	imports(t, path, oldRows, directory.ImportOptions{})
	basis := checks(t, path, newRows, directory.ImportOptions{}).Basis
	refused := func(content string, want error) {
		t.Helper()
		_, err := directory.Import(t.Context(), path, writeFile(t, []byte(content)), directory.ImportOptions{Expect: basis})
		if !errors.Is(err, want) {
			t.Errorf("error %v, want %v", err, want)
		}
		has(t, open(t, path), houseContract("1", "same"), houseContract("2", "old"), houseContract("3", "gone"))
	}
	refused(newRows+house("5", "one more"), directory.ErrChanged)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	imports(t, path, oldRows, directory.ImportOptions{})
	refused(newRows, directory.ErrSuperseded)
}

// Ensure that the new directory is shown before it is in use, with all that was
// found, while no other import can run; and that an error then ends the import.
func TestImport_Built(t *testing.T) {
	path := newPath(t)
	imports(t, path, oldRows, directory.ImportOptions{})
	before := open(t, path).Info()
	errNo := errors.New("no")
	shown := 0
	o := directory.ImportOptions{Built: func(next *directory.Directory, r directory.Report) error {
		shown++
		has(t, next, houseContract("1", "same"), houseContract("2", "changed"), houseContract("4", "new"))
		if r.New != 1 || r.Gone != 1 || next.Info().Version != before.Version+1 || open(t, path).Info() != before {
			t.Errorf("report %+v, next %+v", r, next.Info())
		}
		_, err := directory.Check(t.Context(), path, writeFile(t, []byte(newRows)), directory.ImportOptions{})
		if !errors.Is(err, directory.ErrImporting) {
			t.Errorf("another one: %v", err)
		}
		return errNo
	}}
	for _, do := range []func() (directory.Report, error){
		func() (directory.Report, error) {
			return directory.Import(t.Context(), path, writeFile(t, []byte(newRows)), o)
		},
		func() (directory.Report, error) {
			return directory.Check(t.Context(), path, writeFile(t, []byte(newRows)), o)
		},
	} {
		if r, err := do(); !errors.Is(err, errNo) || r.Gone != 1 {
			t.Errorf("report %+v, %v", r, err)
		}
		onlyDirectory(t, path)
		has(t, open(t, path), houseContract("1", "same"), houseContract("2", "old"), houseContract("3", "gone"))
	}
	if shown != 2 {
		t.Errorf("shown %d times", shown)
	}
	edition := ""
	o.Built = func(next *directory.Directory, _ directory.Report) error { edition = next.Edition(); return nil }
	imports(t, path, newRows, o)
	if got := open(t, path).Edition(); edition != got {
		t.Errorf("edition %q was shown, it is %q", edition, got)
	}
}

// Ensure that a check refuses what an import would.
func TestCheck_Refused(t *testing.T) {
	path := newPath(t)
	for content, want := range map[string]error{"": directory.ErrEmpty, header: directory.ErrNoRows, newRows + "bad\n": directory.ErrBadRows} {
		report, err := directory.Check(t.Context(), path, writeFile(t, []byte(content)), directory.ImportOptions{Strict: true})
		if !errors.Is(err, want) {
			t.Errorf("error %v, want %v", err, want)
		}
		if want == directory.ErrBadRows && (report.Bad != 1 || report.New != 3) {
			t.Errorf("report %+v", report)
		}
		onlyDirectory(t, path)
	}
}

// Ensure that the format is told by what a file holds, never by its name.
func TestImport_Names(t *testing.T) {
	book := workbook(t, xlsxHeader, []any{"7", "дом", nil, "Тверь", "физлицо", "действует"})
	text := []byte(header + house("7", "Тверь"))
	for _, name := range []string{"file", "file.csv", "file.xlsx", "file.XLS", "file.pdf", "Выгрузка за май"} {
		for _, content := range [][]byte{book, text} {
			source := filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(source, content, 0o600); err != nil {
				t.Fatal(err)
			}
			path := newPath(t)
			if _, err := directory.Import(t.Context(), path, source, directory.ImportOptions{Strict: true}); err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			has(t, open(t, path), houseContract("7", "Тверь"))
		}
	}
}
