package directory

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// workshop is where an import works: a folder beside the directory, hence on
// the same file system. Whoever has it is the only one who imports; what is in
// it when it is opened was left by a dead import.
type workshop struct {
	lock *os.File
	path string // of the directory
	dir  string
}

// openWorkshop locks out other imports and clears what a dead one left. The
// lock file stays for good: removing it would let two imports lock two files.
func openWorkshop(path string) (*workshop, error) {
	lock, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		lock.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, ErrImporting
		}
		return nil, fmt.Errorf("lock %s: %w", lock.Name(), err)
	}
	w := &workshop{lock: lock, path: path, dir: path + ".import"}
	err = os.RemoveAll(w.dir)
	if err == nil {
		err = os.Mkdir(w.dir, 0o700)
	}
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return w, nil
}

// newFile is where the new directory is built.
func (w *workshop) newFile() string { return filepath.Join(w.dir, "new") }

// swap puts the new file, which is on disk already, in the old one's place.
func (w *workshop) swap() error {
	if err := os.Rename(w.newFile(), w.path); err != nil {
		return fmt.Errorf("swap in new directory: %w", err)
	}
	folder, err := os.Open(filepath.Dir(w.path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

func (w *workshop) close() error {
	return errors.Join(os.RemoveAll(w.dir), w.lock.Close())
}
