package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"mvkbot/bot/admin"
)

// host tells the bot about the files that it runs on.
type host struct {
	*stores
	path string // of the database
}

// Database implements bot.Host.
func (h host) Database() admin.DatabaseHealth {
	free, err := freeSpace(filepath.Dir(h.path))
	if err != nil {
		free = -1
	}
	return admin.DatabaseHealth{Size: h.db.Size(), Free: free, Commits: h.db.Stats().Commits}
}

// freeSpace is how many bytes a program without privileges may still write to a
// folder's disk.
func freeSpace(folder string) (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(folder, &s); err != nil {
		return 0, &os.PathError{Op: "statfs", Path: folder, Err: err}
	}
	return int64(s.Bavail) * int64(s.Bsize), nil
}

// Directory implements bot.Host.
func (h host) Directory() admin.DirectoryHealth {
	i := h.contracts.Info()
	return admin.DirectoryHealth{Rows: i.Rows, Version: i.Version, Imported: i.Imported}
}

// Backup implements bot.Host.
func (h host) Backup(ctx context.Context, name string) (path string, size int64, err error) {
	if path, err = filepath.Abs(filepath.Join(filepath.Dir(h.path), name)); err != nil {
		return "", 0, err
	}
	switch info, err := os.Lstat(path); {
	case err == nil:
		return path, info.Size(), nil
	case !errors.Is(err, fs.ErrNotExist):
		return "", 0, err
	}
	if err := removeBeside(path, partPattern); err != nil {
		return "", 0, err
	}
	size, err = writeCopy(ctx, path, backupOf(ctx, h.db))
	return path, size, err
}

// fetchedPattern is what the name of a fetched file has behind that of the database,
// which is this process's alone while it is open.
const fetchedPattern = ".fetched-*"

// NewFetched implements bot.Host.
func (h host) NewFetched() (*os.File, error) {
	return os.CreateTemp(filepath.Dir(h.path), filepath.Base(h.path)+fetchedPattern) // mode 0600
}

// RemoveFetched implements bot.Host.
func (h host) RemoveFetched() error { return removeBeside(h.path, fetchedPattern) }

// removeBeside removes what a killed process left beside a file.
func removeBeside(path, pattern string) error {
	folder, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return err
	}
	for _, entry := range folder {
		if ours, _ := filepath.Match(filepath.Base(path)+pattern, entry.Name()); ours {
			err = errors.Join(err, os.Remove(filepath.Join(filepath.Dir(path), entry.Name())))
		}
	}
	return err
}
