package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// fileBeside is a finished file, on the disk as a whole, that waits beside a
// path to be named so. Only its owner may read it.
type fileBeside struct {
	path string // its own
	size int64
}

// partPattern is what the name of an unfinished file has behind that of its path.
const partPattern = ".part-*"

// writeBeside makes the file that is to become path. Nothing is left of it
// after an error.
func writeBeside(path string, write func(*os.File) error) (made fileBeside, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+partPattern) // mode 0600
	if err != nil {
		return made, err
	}
	made.path = f.Name()
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			made.remove()
		}
	}()
	if err := write(f); err != nil {
		return made, err
	}
	info, err := f.Stat()
	if err != nil {
		return made, err
	}
	made.size = info.Size()
	return made, f.Sync()
}

// remove forgets the file; it does nothing to one that has its name.
func (f fileBeside) remove() { _ = os.Remove(f.path) }

// replace gives the file its name, in one step, in place of what has that name.
func (f fileBeside) replace(path string) error {
	if err := os.Rename(f.path, path); err != nil {
		return err
	}
	return syncFolder(path)
}

// nameNew gives the file its name, and fails if anything has that name.
func (f fileBeside) nameNew(path string) error {
	err := os.Link(f.path, path)
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrPermission) { // no links on this file system
		return f.replace(path)
	}
	f.remove()
	if err != nil {
		return err
	}
	return syncFolder(path)
}

// syncFolder makes the names in the folder of path outlive a power cut.
func syncFolder(path string) error {
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
