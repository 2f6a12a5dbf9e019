//go:build integration

package sheet

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// calc converts a file as LibreOffice Calc opens it: it may guess numbers and
// dates, and evaluates formulas.
func calc(t *testing.T, file, separator string) *excelize.File {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	dir := t.TempDir()
	// Separator, quote and UTF-8 by their numbers, the first row, no column
	// formats, language, quoted cells may be numbers, numbers are detected.
	filter := "Text - txt - csv (StarCalc):" + separator + ",34,76,1,,0,false,true"
	out, err := exec.CommandContext(ctx, "soffice", "-env:UserInstallation=file://"+filepath.Join(dir, "profile"),
		"--headless", "--infilter="+filter, "--convert-to", "xlsx", "--outdir", dir, file).CombinedOutput()
	if err != nil {
		t.Fatalf("soffice is needed (Debian: libreoffice-calc): %v\n%s", err, out)
	}
	x, err := excelize.OpenFile(filepath.Join(dir, strings.TrimSuffix(filepath.Base(file), ".csv")+".xlsx"))
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Cleanup(func() { _ = x.Close() })
	return x
}

// write puts a table of one column of texts, with a neighbour, into a file.
func write(t *testing.T, encode func(text string) []byte) string {
	t.Helper()
	data := append([]byte(bom), row([]string{"Текст", "Сосед"})...)
	for _, p := range planted {
		data = append(data, encode(p.text)...)
	}
	file := filepath.Join(t.TempDir(), "planted.csv")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// formulas lists the cells of a sheet that hold one.
func formulas(t *testing.T, x *excelize.File) (found []string) {
	t.Helper()
	name := x.GetSheetName(0)
	rows, err := x.GetRows(name)
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		for j := range 20 {
			at, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				t.Fatal(err)
			}
			formula, err := x.GetCellFormula(name, at)
			if err != nil {
				t.Fatal(err)
			}
			if formula != "" {
				found = append(found, at+": "+formula)
			}
		}
	}
	return found
}

// Ensure that LibreOffice Calc shows every cell as it was written, and evaluates
// none, whatever it takes for the separator; and that it does evaluate and change
// what is not escaped: without that the first half could not fail.
func TestCalc(t *testing.T) {
	file := write(t, func(text string) []byte { return row([]string{text, "рядом"}) })
	x := calc(t, file, "59")
	rows, err := x.GetRows(x.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(planted)+1 {
		t.Fatalf("%d rows, want %d", len(rows), len(planted)+1)
	}
	for i, p := range planted {
		if got := rows[i+1]; len(got) != 2 || got[0] != p.cell || got[1] != "рядом" {
			t.Errorf("%q is shown as %q, want %q", p.text, got, p.cell)
		}
	}
	for _, separator := range []string{"59", "44", "9", "124"} {
		if found := formulas(t, calc(t, file, separator)); len(found) > 0 {
			t.Errorf("separator %s: formulas %q", separator, found)
		}
	}

	bare := write(t, func(text string) []byte {
		return []byte(`"` + strings.ReplaceAll(strings.ReplaceAll(text, "\x00", ""), `"`, `""`) + "\";\"рядом\"\r\n")
	})
	if found := formulas(t, calc(t, bare, "59")); len(found) == 0 {
		t.Error("nothing is evaluated that is not escaped: the test sees nothing")
	}
}
