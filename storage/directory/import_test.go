package directory_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mvkbot/storage/directory"
)

const (
	oldRows = header + "1;house;;same;person;active\n2;house;;old;person;active\n3;house;;gone;person;active\n"
	newRows = header + "4;house;;new;person;active\n2;house;;changed;person;active\n1;house;;same;person;active\n"
)

// Ensure that a file replaces the directory and the report tells what changed.
func TestImport_Replace(t *testing.T) {
	path := newPath(t)
	imports(t, path, oldRows, directory.ImportOptions{})
	report := imports(t, path, newRows, directory.ImportOptions{})
	if report.New != 1 || report.Changed != 1 || report.Unchanged != 1 || report.Gone != 1 || report.OldBroken {
		t.Errorf("report %+v", report)
	}
	if report.Took <= 0 {
		t.Error("no time taken")
	}
	has(t, open(t, path), houseContract("1", "same"), houseContract("2", "changed"), houseContract("4", "new"))
}

// Ensure that an extension keeps what the file does not have, and that a row of
// the file is a change of the old one, not a repetition.
func TestImport_Extend(t *testing.T) {
	path := newPath(t)
	if report := imports(t, path, oldRows, directory.ImportOptions{Extend: true, Strict: true}); report.New != 3 {
		t.Errorf("first report %+v", report)
	}
	report := imports(t, path, newRows, directory.ImportOptions{Extend: true, Strict: true})
	if report.Bad != 0 || report.New != 1 || report.Changed != 1 || report.Unchanged != 1 || report.Gone != 1 {
		t.Errorf("report %+v", report)
	}
	has(t, open(t, path), houseContract("1", "same"), houseContract("2", "changed"), houseContract("3", "gone"), houseContract("4", "new"))
}

// Ensure that the directory knows its source, its age and its version.
func TestImport_Info(t *testing.T) {
	path := newPath(t)
	if info := open(t, path).Info(); info != (directory.Info{}) {
		t.Errorf("info of nothing %+v", info)
	}
	imports(t, path, oldRows, directory.ImportOptions{})
	before := time.Now()
	imports(t, path, newRows, directory.ImportOptions{})
	info := open(t, path).Info()
	sum := sha256.Sum256([]byte(newRows))
	if info.Rows != 3 || info.Version != 2 || info.SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("info %+v", info)
	}
	if info.Imported.Before(before) || info.Imported.After(time.Now()) {
		t.Errorf("imported %s", info.Imported)
	}
	stat, err := os.Stat(path)
	if err != nil || stat.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", stat.Mode(), err)
	}
}

// Ensure that progress only grows and ends at the size of the file, and that
// building is told after it.
func TestImport_Progress(t *testing.T) {
	var content strings.Builder
	content.WriteString(header)
	for content.Len() < 3<<20 {
		content.WriteString(house("1", strings.Repeat("x", 500)))
	}
	content.WriteString(house("2", "A"))
	var steps, last int64
	built := false
	imports(t, newPath(t), content.String(), directory.ImportOptions{
		Progress: func(done, total int64) {
			if total != int64(content.Len()) || done < last || built {
				t.Errorf("progress %d of %d after %d", done, total, last)
			}
			last = done
			steps++
		},
		Building: func(done, total int64) { built = done == total },
	})
	if last != int64(content.Len()) || steps < 3 || !built {
		t.Errorf("%d steps up to %d, built %v", steps, last, built)
	}
}

// Ensure that a cancelled import changes nothing, wherever it is.
func TestImport_Cancelled(t *testing.T) {
	path := newPath(t)
	imports(t, path, oldRows, directory.ImportOptions{})
	source := writeFile(t, []byte(newRows+"bad\n"))
	book := writeFile(t, workbook(t, xlsxHeader, []any{1, "дом", nil, "A", "физлицо", "действует"}))
	tests := []struct {
		name   string
		source string
		at     func(cancel func()) directory.ImportOptions
	}{
		{"Before", source, func(cancel func()) directory.ImportOptions { cancel(); return directory.ImportOptions{} }},
		{"BeforeXLSX", book, func(cancel func()) directory.ImportOptions { cancel(); return directory.ImportOptions{} }},
		{"AtBadRow", source, func(cancel func()) directory.ImportOptions {
			return directory.ImportOptions{OnBadRow: func(directory.BadRow) { cancel() }}
		}},
		{"WhenRead", source, func(cancel func()) directory.ImportOptions {
			return directory.ImportOptions{Progress: func(int64, int64) { cancel() }}
		}},
		{"AtRepeat", writeFile(t, []byte(newRows+house("1", "again"))), func(cancel func()) directory.ImportOptions {
			return directory.ImportOptions{OnBadRow: func(directory.BadRow) { cancel() }}
		}},
		{"WhenBuilt", source, func(cancel func()) directory.ImportOptions {
			return directory.ImportOptions{Building: func(int64, int64) { cancel() }}
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if _, err := directory.Import(ctx, path, test.source, test.at(cancel)); !errors.Is(err, context.Canceled) {
				t.Errorf("error %v", err)
			}
			onlyDirectory(t, path)
			has(t, open(t, path), houseContract("1", "same"), houseContract("2", "old"), houseContract("3", "gone"))
		})
	}
}

// child is a process that imports a file into path.
func child(t *testing.T, path, source, stop string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childPath+"="+path, childSource+"="+source, childStop+"="+stop)
	cmd.Stderr = os.Stderr
	return cmd
}

// Ensure that an import killed at any point changes nothing, and that the next
// one clears what it left.
func TestImport_Killed(t *testing.T) {
	for _, stop := range []string{"bad row", "read", "built"} {
		t.Run(stop, func(t *testing.T) {
			path := newPath(t)
			imports(t, path, oldRows, directory.ImportOptions{})
			cmd := child(t, path, writeFile(t, []byte(newRows+"bad\n")), stop)
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if line, err := bufio.NewReader(out).ReadString('\n'); line != "here\n" {
				t.Errorf("child said %q, %v", line, err)
			}
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); err == nil {
				t.Error("child was not killed")
			}
			if _, err := os.Stat(path + ".import"); err != nil {
				t.Errorf("the kill came too late: %v", err)
			}
			has(t, open(t, path), houseContract("1", "same"), houseContract("2", "old"), houseContract("3", "gone"))
			imports(t, path, newRows, directory.ImportOptions{})
			has(t, open(t, path), houseContract("1", "same"), houseContract("2", "changed"), houseContract("4", "new"))
		})
	}
}

// Ensure that a second import is refused while one runs, and does not disturb
// it.
func TestImport_Concurrent(t *testing.T) {
	path := newPath(t)
	source := writeFile(t, []byte(newRows))
	var once bool
	imports(t, path, oldRows, directory.ImportOptions{Progress: func(int64, int64) {
		once = true
		if _, err := directory.Import(t.Context(), path, source, directory.ImportOptions{}); !errors.Is(err, directory.ErrImporting) {
			t.Errorf("second import: %v", err)
		}
		if out, err := child(t, path, writeFile(t, []byte(newRows+"bad\n")), "").CombinedOutput(); err == nil {
			t.Errorf("import by another process: %s", out)
		}
	}})
	if !once {
		t.Error("nothing was tried")
	}
	has(t, open(t, path), houseContract("1", "same"), houseContract("2", "old"), houseContract("3", "gone"))
}

// Ensure that a directory that cannot be read is replaced, and not extended.
func TestImport_OldBroken(t *testing.T) {
	path := newPath(t)
	garbage := []byte(strings.Repeat("garbage ", 4096))
	if err := os.WriteFile(path, garbage, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := directory.Import(t.Context(), path, writeFile(t, []byte(newRows)), directory.ImportOptions{Extend: true}); !errors.Is(err, directory.ErrBroken) {
		t.Errorf("extended: %v", err)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != string(garbage) {
		t.Error("the refused extension touched the file")
	}
	if report := imports(t, path, newRows, directory.ImportOptions{}); !report.OldBroken || report.New != 3 {
		t.Errorf("report %+v", report)
	}
	has(t, open(t, path), houseContract("1", "same"), houseContract("2", "changed"), houseContract("4", "new"))
}

// Ensure that the folder of a directory that cannot be swapped in stays clean.
func TestImport_SwapRefused(t *testing.T) {
	path := newPath(t)
	if err := os.MkdirAll(filepath.Join(path, "occupied"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := directory.Import(t.Context(), path, writeFile(t, []byte(newRows)), directory.ImportOptions{}); err == nil {
		t.Error("a folder was replaced")
	}
	onlyDirectory(t, path)
}
