package directory_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"mvkbot/flows"
	"mvkbot/storage/directory"
)

// The variables make the test binary a process that imports childSource into
// childPath; with childStop it stands still for ever at that point, for the
// parent to kill it; else it tells how many bytes of memory it took.
const (
	childPath   = "DIRECTORY_TEST_PATH"
	childSource = "DIRECTORY_TEST_SOURCE"
	childStop   = "DIRECTORY_TEST_STOP"
)

func TestMain(m *testing.M) {
	if os.Getenv(childPath) == "" {
		os.Exit(m.Run())
	}
	stop := func(point string) {
		if os.Getenv(childStop) == point {
			fmt.Println("here")
			select {}
		}
	}
	_, err := directory.Import(context.Background(), os.Getenv(childPath), os.Getenv(childSource), directory.ImportOptions{
		OnBadRow: func(directory.BadRow) { stop("bad row") },
		Progress: func(int64, int64) { stop("read") },
		Building: func(int64, int64) { stop("built") },
	})
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	fmt.Println(memory.Sys) // at its most: what was taken from the system stays counted
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

const header = "number;kind;flat;address;holder;status\n"

// sample is what most test files say, in the order of numbers.
var sample = []flows.Contract{
	{Number: "1001", Kind: flows.KindFlat, Flat: "12А", Address: "Москва, ул. Ёлочная, д. 1; корп. 2, \"Б\"", Holder: flows.HolderPerson, Status: flows.StatusActive},
	{Number: "1002", Kind: flows.KindApartments, Address: "Москва, Арбат, 7", Holder: flows.HolderCompany, Status: flows.StatusActive},
	{Number: "1003", Kind: flows.KindNonresidential, Address: "Москва, Полянка, 3", Holder: flows.HolderPerson, Status: flows.StatusClosed},
	{Number: "А/1004", Kind: flows.KindHouse, Address: "Москва, Сосновая, 5", Holder: flows.HolderPerson, Status: flows.StatusActive},
}

func writeFile(t testing.TB, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "source")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func windows1251(t testing.TB, s string) []byte {
	t.Helper()
	b, err := charmap.Windows1251.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func newPath(t testing.TB) string { return filepath.Join(t.TempDir(), "contracts.db") }

// imports makes the directory at path what content says.
func imports(t testing.TB, path, content string, o directory.ImportOptions) directory.Report {
	t.Helper()
	report, err := directory.Import(t.Context(), path, writeFile(t, []byte(content)), o)
	if err != nil {
		t.Fatal(err)
	}
	onlyDirectory(t, path)
	return report
}

// onlyDirectory ensures that nothing lies around but the directory and its lock.
func onlyDirectory(t testing.TB, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != filepath.Base(path) && e.Name() != filepath.Base(path)+".lock" {
			t.Errorf("left behind: %s", e.Name())
		}
	}
}

func open(t testing.TB, path string) *directory.Directory {
	t.Helper()
	d, err := directory.Open(path, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// has ensures that d holds exactly these contracts.
func has(t testing.TB, d *directory.Directory, want ...flows.Contract) {
	t.Helper()
	for _, c := range want {
		got, ok, err := d.Contract(c.Number)
		if err != nil || !ok || got != c {
			t.Errorf("contract %s = %+v, %v, %v; want %+v", string(c.Number), got, ok, err, c)
		}
	}
	if rows := d.Info().Rows; rows != int64(len(want)) {
		t.Errorf("%d rows, want %d", rows, len(want))
	}
}

// house is the simplest good row.
func house(number, address string) string {
	return number + ";house;;" + address + ";person;active\n"
}

func houseContract(number flows.Number, address string) flows.Contract {
	return flows.Contract{Number: number, Kind: flows.KindHouse, Address: address, Holder: flows.HolderPerson, Status: flows.StatusActive}
}

// collect appends bad rows to a list, without what stood in them.
func collect(rows *[]directory.BadRow) func(directory.BadRow) {
	return func(b directory.BadRow) { b.Row = ""; *rows = append(*rows, b) }
}

func equalRows(a, b []directory.BadRow) bool { return slices.Equal(a, b) }

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
