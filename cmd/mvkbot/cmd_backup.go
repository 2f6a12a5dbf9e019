package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"mvkbot/storage"
	"mvkbot/storage/bolt"
)

type backupCmd struct {
	File string `arg:"" help:"The copy; it must not exist yet."`
}

// Run writes a copy beside its final name, verifies it, and only then names it:
// a file of that name is a good copy.
func (c backupCmd) Run(a *app) error {
	if _, err := os.Lstat(c.File); err == nil {
		return fmt.Errorf("%s exists already", c.File)
	}
	n, err := replaceFile(c.File, func(f *os.File) error { return a.copyDatabase(f) },
		func(path string) error { return bolt.Check(a.ctx, path) })
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	fmt.Fprintf(a.stdout, "%s: %d bytes, verified. It is sealed with MVKBOT_SECRET, which is not in it.\n", c.File, n)
	return nil
}

// copyDatabase asks the running bot for a copy, or makes it itself when none runs.
func (a *app) copyDatabase(f *os.File) error {
	if _, err := os.Stat(a.cfg.Store); err != nil {
		return err
	}
	conn, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(a.ctx, "unix", socketPath(a.cfg.Store))
	if err == nil {
		defer conn.Close()
		defer context.AfterFunc(a.ctx, func() { conn.Close() })()
		return receiveBackup(conn, f)
	}
	if !errors.Is(err, os.ErrNotExist) && !errors.Is(err, syscall.ECONNREFUSED) {
		return err
	}
	db, err := bolt.Open(a.ctx, a.cfg.Store, bolt.Options{Log: a.log})
	if err != nil {
		return err
	}
	_, err = db.Backup(a.ctx, f)
	return errors.Join(err, db.Close())
}

// receiveBackup takes a copy from the socket; the trailer proves it whole.
func receiveBackup(conn net.Conn, f *os.File) error {
	if _, err := io.WriteString(conn, backupRequest); err != nil {
		return err
	}
	n, err := io.Copy(f, conn)
	if err != nil {
		return err
	}
	tail := make([]byte, min(n, 64))
	if _, err := f.ReadAt(tail, n-int64(len(tail))); err != nil {
		return err
	}
	at := bytes.LastIndex(tail, []byte("\nmvkbot "))
	var size int64
	if at >= 0 {
		if _, err := fmt.Sscanf(string(tail[at:]), backupTrailer, &size); err != nil {
			at = -1
		}
	}
	if at < 0 || size != n-int64(len(tail)-at) {
		return errors.New("the running bot broke the copy off")
	}
	return f.Truncate(size)
}

// replaceFile writes a file beside path, lets it be verified, and moves it to
// path: either all of it is there afterwards or nothing changed.
func replaceFile(path string, write func(*os.File) error, verify func(path string) error) (size int64, err error) {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, filepath.Base(path)+".part-*") // mode 0600
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name()) // gone already when all went well
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if info, statErr := f.Stat(); statErr == nil {
		size = info.Size()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return 0, err
	}
	if err := verify(f.Name()); err != nil {
		return 0, err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return 0, err
	}
	return size, syncDir(dir)
}

// syncDir makes a rename last.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

type restoreCmd struct {
	File string `arg:"" help:"The copy."`
}

// Run puts a copy in place of the database. The one that was there is kept
// beside it.
func (c restoreCmd) Run(a *app) error {
	if err := a.nobodyRuns(); err != nil {
		return err
	}
	if err := bolt.Check(a.ctx, c.File); err != nil {
		return fmt.Errorf("restore: %s: %w", c.File, err)
	}
	if _, err := os.Stat(a.cfg.Store); err == nil {
		aside := a.cfg.Store + "." + time.Now().UTC().Format("20060102T150405") + ".old"
		if err := os.Link(a.cfg.Store, aside); err != nil {
			return fmt.Errorf("restore: keep the old database: %w", err)
		}
		fmt.Fprintf(a.stdout, "the old database is kept as %s\n", aside)
	}
	n, err := replaceFile(a.cfg.Store, func(to *os.File) error {
		from, err := os.Open(c.File)
		if err != nil {
			return err
		}
		_, err = io.Copy(to, from)
		return errors.Join(err, from.Close())
	}, func(path string) error { return bolt.Check(a.ctx, path) })
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	fmt.Fprintf(a.stdout, "%s: %d bytes restored from %s. Check the records with: mvkbot check\n", a.cfg.Store, n, c.File)
	return nil
}

// nobodyRuns refuses to touch a database that a bot has open.
func (a *app) nobodyRuns() error {
	if _, err := os.Stat(a.cfg.Store); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	conn, err := net.Dial("unix", socketPath(a.cfg.Store))
	if err == nil {
		conn.Close()
		return fmt.Errorf("%w: stop the bot first", storage.ErrLocked)
	}
	return nil
}
