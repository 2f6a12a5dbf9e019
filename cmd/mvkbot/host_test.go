package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mvkbot/storage/bolt"
	"mvkbot/storage/directory"
)

// newHost is a database that is open, and its host.
func newHost(t *testing.T) (h host, folder string) {
	t.Helper()
	d := newDesk(t)
	path := d.founded("mvkbot.db", townSecret)
	db, err := bolt.Open(t.Context(), path, bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	contracts, err := directory.Open(d.path("contracts"), slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	h = host{&stores{db: db, contracts: contracts}, path}
	t.Cleanup(func() {
		if err := h.close(); err != nil {
			t.Error(err)
		}
	})
	return h, filepath.Dir(path)
}

// Ensure that a copy beside an open database is private and good, that one which
// is there is not made again, and that what a killed process left is removed.
func TestHostBackup(t *testing.T) {
	h, folder := newHost(t)
	left := filepath.Join(folder, "copy.db.part-123")
	other := filepath.Join(folder, "other.db.part-123")
	for _, path := range []string{left, other} {
		if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	path, size, err := h.Backup(t.Context(), "copy.db")
	if err != nil || path != filepath.Join(folder, "copy.db") {
		t.Fatal(path, err)
	}
	first, err := os.Stat(path)
	if err != nil || first.Mode() != 0o600 || first.Size() != size {
		t.Fatalf("copy %v, %d bytes, %v", first.Mode(), size, err)
	}
	if err := bolt.Check(t.Context(), path); err != nil {
		t.Error(err)
	}
	if again, n, err := h.Backup(t.Context(), "copy.db"); err != nil || again != path || n != size {
		t.Error(again, n, err)
	}
	if second, err := os.Stat(path); err != nil || !os.SameFile(first, second) {
		t.Error("the copy was made again", err)
	}
	names, err := filepath.Glob(filepath.Join(folder, "*.part-*"))
	if err != nil || !slices.Equal(names, []string{other}) {
		t.Errorf("left behind: %v, %v", names, err)
	}
}

// Ensure that what is fetched is private and beside the database, and that what a
// killed process left of it is removed, and nothing else.
func TestHostFetched(t *testing.T) {
	h, folder := newHost(t)
	before, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	f, err := h.NewFetched()
	if err != nil {
		t.Fatal(err)
	}
	info, err := f.Stat()
	if err := errors.Join(err, f.Close()); err != nil || info.Mode() != 0o600 || filepath.Dir(f.Name()) != folder {
		t.Errorf("%s, mode %v, %v", f.Name(), info.Mode(), err)
	}
	if err := h.RemoveFetched(); err != nil {
		t.Error(err)
	}
	if after, err := os.ReadDir(folder); err != nil || len(after) != len(before) {
		t.Errorf("%v are left of %v, %v", after, before, err)
	}
}

// Ensure that a copy which is broken off leaves nothing.
func TestHostBackup_Stopped(t *testing.T) {
	h, folder := newHost(t)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, _, err := h.Backup(ctx, "copy.db"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want the stop", err)
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.HasPrefix(f.Name(), "copy.db") {
			t.Errorf("%s is left behind", f.Name())
		}
	}
}

// Ensure that the host tells of the database and of its disk.
func TestHost(t *testing.T) {
	h, _ := newHost(t)
	if d := h.Database(); d.Size <= 0 || d.Free <= 0 {
		t.Errorf("database %+v", d)
	}
	if d := h.Directory(); d.Version != 0 || d.Rows != 0 {
		t.Errorf("directory %+v", d)
	}
	h.path = "/no/such/folder/mvkbot.db"
	if d := h.Database(); d.Free != -1 {
		t.Errorf("%d bytes free where nothing is", d.Free)
	}
}
