package directory_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.etcd.io/bbolt"

	"mvkbot/flows"
	"mvkbot/storage/directory"
)

func TestOpen_Missing(t *testing.T) {
	path := newPath(t)
	d := open(t, path)
	has(t, d)
	if _, ok, err := d.Contract("1"); ok || err != nil {
		t.Errorf("contract of an empty directory: %v, %v", ok, err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Error("opening made a file")
	}
	imports(t, path, oldRows, directory.ImportOptions{})
	if err := d.Refresh(); err != nil {
		t.Fatal(err)
	}
	has(t, d, houseContract("1", "same"), houseContract("2", "old"), houseContract("3", "gone"))
	for _, n := range []flows.Number{"", "4", flows.Number(strings.Repeat("9", 40_000))} {
		if _, ok, err := d.Contract(n); ok || err != nil {
			t.Errorf("unknown contract: %v, %v", ok, err)
		}
	}
}

// Ensure that files which are no directory are told apart from a missing one.
func TestOpen_Broken(t *testing.T) {
	good := newPath(t)
	imports(t, good, manyRows(2_000), directory.ImportOptions{})
	content, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string][]byte{
		"Empty":   {},
		"Text":    []byte("number;kind\n"),
		"Garbage": bytes.Repeat([]byte{0xa5}, 64<<10),
		"Cut":     content[:len(content)/2],
		"OneByte": content[:1],
	}
	for name, content := range tests {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := directory.Open(path, slog.New(slog.DiscardHandler)); !errors.Is(err, directory.ErrBroken) || !strings.Contains(err.Error(), path) {
				t.Errorf("error %v", err)
			}
		})
	}
}

// Ensure that a foreign bolt file and one of a newer schema are refused.
func TestOpen_Foreign(t *testing.T) {
	for name, about := range map[string]string{
		"NoBuckets": "", "NoJSON": "?", "NewerSchema": `{"schema":99}`,
	} {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			editFile(t, path, func(tx *bbolt.Tx) error {
				if about == "" {
					return nil
				}
				_, err := tx.CreateBucket([]byte("contracts"))
				meta, err2 := tx.CreateBucket([]byte("meta"))
				return errors.Join(err, err2, meta.Put([]byte("meta"), []byte(about)))
			})
			if _, err := directory.Open(path, slog.New(slog.DiscardHandler)); !errors.Is(err, directory.ErrBroken) {
				t.Errorf("error %v", err)
			}
		})
	}
}

// Ensure that a record which cannot be decoded is an error of its look-up.
func TestContract_BrokenRecord(t *testing.T) {
	for i, value := range []string{"", "\x01\x00\x00", "\x02\x00\x00\x00\x00", "\x01\x09\x00\x00\x00", "\x01\x00\x00\x00\x05a", "\x01\x00\x00\x00\xff"} {
		path := newPath(t)
		imports(t, path, oldRows, directory.ImportOptions{})
		editFile(t, path, func(tx *bbolt.Tx) error { return tx.Bucket([]byte("contracts")).Put([]byte("2"), []byte(value)) })
		d := open(t, path)
		if _, ok, err := d.Contract("2"); !errors.Is(err, directory.ErrBroken) || ok {
			t.Errorf("value %d: %v, %v", i, ok, err)
		}
		if _, ok, err := d.Contract("1"); !ok || err != nil {
			t.Errorf("its neighbour: %v, %v", ok, err)
		}
	}
}

// Ensure that damaged pages, and a file cut under a reader, break a look-up and
// not the process; and that an import heals them.
func TestContract_DamagedPages(t *testing.T) {
	for name, damage := range map[string]func(*os.File, int64) error{
		"Overwritten": func(f *os.File, size int64) error {
			_, err := f.WriteAt(bytes.Repeat([]byte{0xa5}, int(size)-8192), 8192)
			return err
		},
		"Cut": func(f *os.File, size int64) error { return f.Truncate(8192) },
	} {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			imports(t, path, manyRows(2_000), directory.ImportOptions{})
			d := open(t, path)
			f, err := os.OpenFile(path, os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			stat, err := f.Stat()
			if err = errors.Join(err, damage(f, stat.Size()), f.Close()); err != nil {
				t.Fatal(err)
			}
			if _, _, err := d.Contract("101000"); !errors.Is(err, directory.ErrBroken) {
				t.Errorf("error %v", err)
			}
			if report := imports(t, path, oldRows, directory.ImportOptions{}); !report.OldBroken {
				t.Errorf("report %+v", report)
			}
			if err := d.Refresh(); err != nil {
				t.Fatal(err)
			}
			has(t, d, houseContract("1", "same"), houseContract("2", "old"), houseContract("3", "gone"))
		})
	}
}

// Ensure that readers see one version or the other while imports of this and of
// another process swap, and never an error.
func TestDirectory_SwapUnderReaders(t *testing.T) {
	path := newPath(t)
	imports(t, path, oldRows, directory.ImportOptions{})
	d := open(t, path)
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				c, ok, err := d.Contract("2")
				if err != nil || !ok || c.Address != "old" && c.Address != "changed" {
					t.Errorf("contract %+v, %v, %v", c, ok, err)
					return
				}
				if err := d.Refresh(); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for i := range 10 {
		content := oldRows
		if i%2 == 0 {
			content = newRows
		}
		imports(t, path, content, directory.ImportOptions{})
	}
	if out, err := child(t, path, writeFile(t, []byte(newRows+"bad\n")), "").Output(); err != nil {
		t.Errorf("other process: %v, %s", err, out)
	}
	if err := d.Refresh(); err != nil {
		t.Error(err)
	}
	close(stop)
	readers.Wait()
	if version := d.Info().Version; version != 12 {
		t.Errorf("version %d", version)
	}
	has(t, d, houseContract("1", "same"), houseContract("2", "changed"), houseContract("4", "new"))
}

// Ensure that a broken or missing newer file leaves the old one in use.
func TestDirectory_RefreshRefused(t *testing.T) {
	path := newPath(t)
	imports(t, path, oldRows, directory.ImportOptions{})
	d := open(t, path)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := d.Refresh(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
	if err := os.WriteFile(path, []byte("garbage"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.Refresh(); !errors.Is(err, directory.ErrBroken) {
		t.Errorf("broken: %v", err)
	}
	has(t, d, houseContract("1", "same"), houseContract("2", "old"), houseContract("3", "gone"))
}

func TestDirectory_Close(t *testing.T) {
	path := newPath(t)
	imports(t, path, oldRows, directory.ImportOptions{})
	d := open(t, path)
	if err := errors.Join(d.Close(), d.Close()); err != nil {
		t.Error(err)
	}
	if _, _, err := d.Contract("1"); !errors.Is(err, directory.ErrClosed) {
		t.Errorf("contract: %v", err)
	}
	if err := d.Refresh(); !errors.Is(err, directory.ErrClosed) {
		t.Errorf("refresh: %v", err)
	}
	if d.Info() != (directory.Info{}) {
		t.Error("info after close")
	}
}

// Ensure that a watched directory takes up an import within the interval and
// tells a lasting fault once.
func TestDirectory_Watch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := newPath(t)
		var lines bytes.Buffer
		d, err := directory.Open(path, slog.New(slog.NewTextHandler(&lines, nil)))
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { d.Watch(ctx, time.Second); close(done) }()

		imports(t, path, oldRows, directory.ImportOptions{})
		<-time.After(1500 * time.Millisecond)
		has(t, d, houseContract("1", "same"), houseContract("2", "old"), houseContract("3", "gone"))
		if err := os.WriteFile(path+".x", []byte("garbage"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(path+".x", path); err != nil {
			t.Fatal(err)
		}
		<-time.After(10 * time.Second)
		cancel()
		<-done
		if n := strings.Count(lines.String(), "contract directory is not renewed"); n != 1 {
			t.Errorf("told %d times: %s", n, lines.String())
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		d.Watch(t.Context(), time.Second) // ends by itself: the directory is closed
	})
}

func manyRows(n int) string {
	var s strings.Builder
	s.WriteString(header)
	for i := range n {
		s.WriteString(house(fmt.Sprint(100_000+i), "Москва"))
	}
	return s.String()
}

// editFile changes a directory's file behind its back.
func editFile(t *testing.T, path string, fn func(*bbolt.Tx) error) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(fn), db.Close()); err != nil {
		t.Fatal(err)
	}
}
