package bolt_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"syscall"
	"testing"

	"mvkbot/storage"
	"mvkbot/storage/bolt"
)

// disk lets a test break the file under an open database: another file takes
// the place of the descriptor that bolt writes to, while its mapping goes on
// showing the true one.
type disk struct {
	t    *testing.T
	file *os.File
	true int // another descriptor of the true file; it also holds the lock
}

func openOnDisk(t *testing.T, path string) (*bolt.DB, *disk) {
	t.Helper()
	k := &disk{t: t}
	d, err := bolt.OpenOn(t.Context(), path, bolt.Options{}, func(name string, flag int, mode os.FileMode) (f *os.File, err error) {
		k.file, err = os.OpenFile(name, flag, mode)
		return k.file, err
	})
	if err != nil {
		t.Fatal(err)
	}
	if k.true, err = syscall.Dup(int(k.file.Fd())); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(k.true) })
	for i := range 20 { // free pages, so that the next commits need not grow the file
		mustUpdate(t, d, put("filler", string(make([]byte, (20-i)<<12))))
	}
	mustUpdate(t, d, put("k", "old"))
	return d, k
}

func (k *disk) swap(path string, flag int) {
	k.t.Helper()
	f, err := os.OpenFile(path, flag, 0)
	if err != nil {
		k.t.Fatal(err)
	}
	defer f.Close()
	if err := syscall.Dup3(int(f.Fd()), int(k.file.Fd()), syscall.O_CLOEXEC); err != nil {
		k.t.Fatal(err)
	}
}

func (k *disk) heal() {
	k.t.Helper()
	if err := syscall.Dup3(k.true, int(k.file.Fd()), syscall.O_CLOEXEC); err != nil {
		k.t.Fatal(err)
	}
}

// Ensure that a full disk is reported as such, changes nothing, and is
// forgotten when there is room again.
func TestDiskFull(t *testing.T) {
	path := newPath(t)
	d, disk := openOnDisk(t, path)
	defer d.Close()
	disk.swap("/dev/full", os.O_RDWR)
	for range 3 {
		if err := d.Update(t.Context(), put("k", "new")); !errors.Is(err, storage.ErrNoSpace) || !errors.Is(err, syscall.ENOSPC) {
			t.Fatalf("update: %v", err)
		}
		mustUpdate(t, d, has("k", "old"))
	}
	disk.heal()
	mustUpdate(t, d, has("k", "old"), put("k", "new"))
	if err := d.Check(t.Context()); err != nil {
		t.Error(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	mustUpdate(t, mustOpen(t, path, bolt.Options{}), has("k", "new"))
}

// Ensure that any other error of a commit stops the database for good, and that
// the file is sound.
func TestDiskFault(t *testing.T) {
	for _, tc := range []struct {
		name, path string
		flag       int
		want       error
	}{
		{"write", "/dev/zero", os.O_RDONLY, syscall.EBADF},
		{"sync", "/dev/null", os.O_RDWR, syscall.EINVAL},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path := newPath(t)
			d, disk := openOnDisk(t, path)
			disk.swap(tc.path, tc.flag)
			err := d.Update(t.Context(), put("k", "new"))
			if !errors.Is(err, storage.ErrUnknownOutcome) || !errors.Is(err, tc.want) {
				t.Fatalf("update: %v", err)
			}
			disk.heal() // too late
			for name, err := range refusals(t, d) {
				if !errors.Is(err, storage.ErrUnknownOutcome) {
					t.Errorf("%s after the fault: %v", name, err)
				}
			}
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			for name, err := range refusals(t, d) {
				if !errors.Is(err, storage.ErrClosed) {
					t.Errorf("%s after close: %v", name, err)
				}
			}
			mustUpdate(t, mustOpen(t, path, bolt.Options{}), has("k", "old"), put("k", "new"))
		})
	}
}

// refusals tries everything a database does.
func refusals(t *testing.T, d *bolt.DB) map[string]error {
	_, backup := d.Backup(t.Context(), new(bytes.Buffer))
	ran := func() error { return fmt.Errorf("the function ran") }
	return map[string]error{
		"update": d.Update(t.Context(), func(storage.Tx) error { return ran() }),
		"view":   d.View(t.Context(), func(storage.Snapshot) error { return ran() }),
		"check":  d.Check(t.Context()),
		"backup": backup,
	}
}
