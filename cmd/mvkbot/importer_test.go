package main

import (
	"log/slog"
	"os"
	"path/filepath"
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
	return importer{path, contracts, texts}, write
}

// Ensure that a check changes nothing, that what was checked is applied and is
// in use at once, and that a second process that finds it applied says so.
func TestImporter(t *testing.T) {
	i, write := newImporter(t)
	file := write("2;flat;2;Б;person;closed\n3;flat;3;В;person;active\n4;castle;;Г;person;active\n")
	r, bad, err := i.Import(t.Context(), file, flows.RunImport{})
	if err != nil || r.New != 1 || r.Changed != 1 || r.Gone != 1 || r.Bad != 1 || r.Fault != "" {
		t.Fatalf("%+v, %v", r, err)
	}
	if !strings.Contains(string(bad), "Вид помещения") {
		t.Errorf("bad rows: %s", bad)
	}
	if _, ok, _ := i.contracts.Contract("3"); ok {
		t.Fatal("a check changed the directory")
	}
	work := flows.RunImport{Apply: true, SHA256: r.SHA256, Edition: r.Edition}
	for range 2 {
		got, _, err := i.Import(t.Context(), file, work)
		if err != nil || got.Fault != "" || got.SHA256 != r.SHA256 {
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
	file := write("")
	if err := os.WriteFile(file, []byte("number;address\n1;A\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r, _, err := i.Import(t.Context(), file, flows.RunImport{}); err != nil || r.Fault != "import.fault_columns" {
		t.Errorf("columns: %q, %v", r.Fault, err)
	}
}
