package directory

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"

	"mvkbot/flows"
)

// Directory answers what a contract number stands for. It is safe for
// concurrent use.
type Directory struct {
	path string
	log  *slog.Logger

	refreshing sync.Mutex // held while a newer file is looked for

	mu     sync.RWMutex // held for reading while a file is in use
	file   *file        // nil: nothing imported yet
	closed bool
}

// Open opens the current version of the directory at path, read-only. A missing
// file is an empty directory; a damaged one is ErrBroken.
func Open(path string, log *slog.Logger) (*Directory, error) {
	d := &Directory{path: path, log: log}
	if err := d.Refresh(); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return d, nil
}

// Contract looks a contract up by its number; the second result tells whether
// there is one. It takes microseconds and waits for nobody's import.
func (d *Directory) Contract(n flows.Number) (flows.Contract, bool, error) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	switch {
	case d.closed:
		return flows.Contract{}, false, ErrClosed
	case d.file == nil || n == "":
		return flows.Contract{}, false, nil
	}
	return d.file.contract(n)
}

// Info tells about the version in use.
func (d *Directory) Info() Info {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if d.file == nil {
		return Info{}
	}
	return d.file.info
}

// Edition names the version in use, see Info.Edition.
func (d *Directory) Edition() string { return d.Info().Edition() }

// Refresh takes up the file that an import, perhaps of another process, swapped
// in since; it costs one os.Stat when there is none. After an error the version
// in use stays in use: ErrBroken for a damaged file, fs.ErrNotExist for one
// that is gone. A directory that was never imported is no error.
func (d *Directory) Refresh() error {
	d.refreshing.Lock()
	defer d.refreshing.Unlock()
	d.mu.RLock()
	current, closed := d.file, d.closed
	d.mu.RUnlock()
	if closed {
		return ErrClosed
	}
	now, err := os.Stat(d.path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && current == nil:
		return nil
	case err != nil:
		return fmt.Errorf("look for a new contract directory: %w", err)
	case current != nil && sameFile(now, current.stat):
		return nil
	}
	next, err := openFile(d.path)
	if err != nil {
		return err
	}
	return d.swap(next)
}

// swap puts next to use. The old file is closed when nobody reads it any more.
func (d *Directory) swap(next *file) error {
	d.mu.Lock()
	if d.closed {
		d.mu.Unlock()
		next.close()
		return ErrClosed
	}
	old := d.file
	d.file = next
	d.mu.Unlock()
	d.log.Info("contract directory opened", "rows", next.info.Rows, "version", next.info.Version, "imported", next.info.Imported)
	if old == nil {
		return nil
	}
	if err := old.close(); err != nil {
		return fmt.Errorf("close old contract directory: %w", err)
	}
	return nil
}

// Watch refreshes at every interval until ctx is done. It logs an error once,
// not at every interval that it lasts.
func (d *Directory) Watch(ctx context.Context, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	last := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		err := d.Refresh()
		if errors.Is(err, ErrClosed) {
			return
		}
		text := ""
		if err != nil {
			text = err.Error()
		}
		if text != "" && text != last {
			d.log.Error("contract directory is not renewed", "err", err)
		}
		last = text
	}
}

// Close waits for the look-ups under way. A second Close does nothing.
func (d *Directory) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closed = true
	if d.file == nil {
		return nil
	}
	f := d.file
	d.file = nil
	return f.close()
}
