package directory_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"mvkbot/flows"
	"mvkbot/storage/directory"
	"mvkbot/storage/directory/directorytest"
)

func generate(t testing.TB, rows, badEvery int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "generated.csv")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := directorytest.Generate(f, rows, badEvery, 1); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// Ensure that a generated file has as many bad rows as asked for, of every
// kind, and that every bad row is told on its line.
func TestImport_Generated(t *testing.T) {
	const rows, badEvery = 2_000, 50
	reasons := map[directory.Reason]int{}
	path := newPath(t)
	report, err := directory.Import(t.Context(), path, generate(t, rows, badEvery), directory.ImportOptions{
		OnBadRow: func(b directory.BadRow) {
			reasons[b.Reason]++
			if (b.Line-1)%badEvery != 0 {
				t.Errorf("%s", b)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if report.Read != rows || report.Bad != rows/badEvery || report.Encoding != directory.Windows1251 {
		t.Errorf("report %+v", report)
	}
	if len(reasons) != 7 {
		t.Errorf("reasons %v", reasons)
	}
	number := flows.Number(fmt.Sprint(directorytest.FirstNumber))
	if c, ok, err := open(t, path).Contract(number); err != nil || !ok || c.Address == "" {
		t.Errorf("contract %+v, %v, %v", c, ok, err)
	}
}

// FuzzImport feeds any bytes: the import ends, counts every row once, and gives
// either an error that leaves no directory or one with as many rows as told.
func FuzzImport(f *testing.F) {
	for _, seed := range []string{english, russian, commas, header, "\xef\xbb\xbf" + header + "\"", header + house("1", "\xff"), "PK\x03\x04", header + "1;\"\n\";;;;\r\r\n" + house("1", "A")} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		path := newPath(t)
		var bad int64
		lines := int64(bytes.Count(content, []byte("\n"))) + 1
		report, err := directory.Import(t.Context(), path, writeFile(t, content), directory.ImportOptions{
			OnBadRow: func(b directory.BadRow) {
				bad++
				if b.Line < 2 || b.Line > lines {
					t.Errorf("%s of %d lines", b, lines)
				}
			},
		})
		onlyDirectory(t, path)
		if report.Bad != bad || report.Read != report.Good+report.Bad {
			t.Errorf("report %+v with %d bad rows", report, bad)
		}
		want := report.New
		if err != nil {
			want = 0
		}
		if rows := open(t, path).Info().Rows; rows != want || err == nil && rows != report.Good {
			t.Errorf("%d rows, report %+v, error %v", rows, report, err)
		}
	})
}

// BenchmarkImport is one import of 100,000 rows, 1 % of them bad.
func BenchmarkImport(b *testing.B) {
	const rows = 100_000
	source, path := generate(b, rows, 100), newPath(b)
	for b.Loop() {
		if _, err := directory.Import(b.Context(), path, source, directory.ImportOptions{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkContract(b *testing.B) {
	path := newPath(b)
	if _, err := directory.Import(b.Context(), path, generate(b, 100_000, 0), directory.ImportOptions{}); err != nil {
		b.Fatal(err)
	}
	d := open(b, path)
	number := flows.Number(fmt.Sprint(directorytest.FirstNumber + 77_777))
	for b.Loop() {
		if _, ok, err := d.Contract(number); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}
