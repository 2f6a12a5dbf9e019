package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/bits"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"mvkbot/storage"
)

// ErrDamaged is returned by Open and the checks when the pages of the file do
// not hold together, or when it is no bolt file at all. The file was not
// changed.
var ErrDamaged = errors.New("database file is damaged, restore it from a backup")

const (
	lockWait = 3 * time.Second // how long Open waits for another process

	// A writer that must map the file anew waits for all readers and keeps new
	// ones out, so address space for 1 GiB is mapped at once.
	initialMap = 1 << 30

	pageSize = 4096 // of new files, so that files do not depend on the machine
	fileMode = 0o600
)

// bucketName names the only bucket: every key of the store lives in it.
var bucketName = []byte("store")

// Options configures a database. The zero value is useful.
type Options struct {
	// Log receives notices about the file; nil means none.
	Log *slog.Logger

	// MaxSize bounds the file, in bytes; 0 means no bound. An update that
	// would need more fails with storage.ErrNoSpace. A file that is larger
	// already opens, but does not grow.
	MaxSize int64
}

// DB is an open database file. All methods are safe for concurrent use.
type DB struct {
	bolt *bbolt.DB
	path string

	requests chan *request // unbuffered: what is received is run
	closing  chan struct{} // closed when Close begins
	stopped  chan struct{} // closed when the committer has ended
	close    func() error

	failed atomic.Pointer[error] // set once, by the committer
	stats  counters
}

var _ storage.Backend = (*DB)(nil)

// Open opens the database file at path and creates it when it is absent; its
// directory must exist. The file is made readable by its owner only. Open reads
// the whole file to check it: about a second per GiB.
//
// It returns storage.ErrLocked when another process keeps the file for three
// seconds, and ErrDamaged.
func Open(ctx context.Context, path string, o Options) (*DB, error) {
	return open(ctx, path, o, os.OpenFile)
}

// openFile opens the file that bolt writes to; tests put a failing disk here.
type openFile func(name string, flag int, mode os.FileMode) (*os.File, error)

func open(ctx context.Context, path string, o Options, file openFile) (*DB, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	exists, err := prepare(ctx, path, o.Log)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	b, err := openCurrent(path, o, file)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := initialize(b, path, exists); err != nil {
		return nil, fmt.Errorf("open database: %w", errors.Join(err, b.Close()))
	}
	d := &DB{
		bolt:     b,
		path:     path,
		requests: make(chan *request),
		closing:  make(chan struct{}),
		stopped:  make(chan struct{}),
	}
	d.close = sync.OnceValue(d.shut)
	go d.commitLoop()
	return d, nil
}

// prepare checks an existing file and takes it away from other users; it
// reports whether there is one.
func prepare(ctx context.Context, path string, log *slog.Logger) (exists bool, err error) {
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return false, ctx.Err()
	}
	if err != nil {
		return false, err
	}
	if !info.Mode().IsRegular() {
		return false, &os.PathError{Op: "open", Path: path, Err: errors.New("not a regular file")}
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		if err := os.Chmod(path, fileMode); err != nil {
			return false, err
		}
		log.Warn("database file was open to other users, took their rights away", "path", path, "was", mode)
	}
	if info.Size() == 0 {
		return true, ctx.Err() // a crash right after its creation
	}
	return true, inspect(ctx, path, false)
}

// mapSize is the size of the first mapping. Bolt grows the file up to the
// mapping in one step, so a mapping within the bound keeps the file within it.
func mapSize(maxSize int64) int {
	if maxSize <= 0 || maxSize >= initialMap {
		return initialMap
	}
	return 1 << (bits.Len64(uint64(maxSize)) - 1)
}

// openBolt opens the file and turns bolt's ways to fail into ours.
func openBolt(path string, o *bbolt.Options) (b *bbolt.DB, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%s: %w: %v", path, ErrDamaged, r)
		}
	}()
	b, err = bbolt.Open(path, fileMode, o)
	switch {
	case err == nil:
		return b, nil
	case errors.Is(err, berrors.ErrTimeout):
		return nil, fmt.Errorf("%s: %w", path, storage.ErrLocked)
	case isSystemError(err):
		return nil, err
	}
	return nil, fmt.Errorf("%s: %w: %w", path, ErrDamaged, err)
}

// initialize makes the bucket of a new file, and the file's name in its
// directory durable.
func initialize(b *bbolt.DB, path string, exists bool) error {
	founded, err := ours(b)
	if err != nil {
		return err
	}
	if !founded {
		if err := b.Update(func(tx *bbolt.Tx) error {
			_, err := tx.CreateBucket(bucketName)
			return err
		}); err != nil {
			return err
		}
	}
	if exists {
		return nil
	}
	return syncDirectory(filepath.Dir(path))
}

// ours reports whether the file has our bucket. One that has another is foreign,
// or the name itself is damaged.
func ours(b *bbolt.DB) (founded bool, err error) {
	err = b.View(func(tx *bbolt.Tx) error {
		first, _ := tx.Cursor().First()
		if first != nil && !bytes.Equal(first, bucketName) {
			return fmt.Errorf("%s: bolt file of another program", b.Path())
		}
		founded = first != nil
		return nil
	})
	return founded, err
}

func syncDirectory(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// Close refuses new transactions, waits for the running ones and closes the
// file. Updates whose function has not been taken up fail with
// storage.ErrClosed. Later calls return what the first one did.
func (d *DB) Close() error { return d.close() }

func (d *DB) shut() error {
	close(d.closing)
	<-d.stopped
	if err := d.bolt.Close(); err != nil {
		return fmt.Errorf("close database: %w", err)
	}
	return nil
}

// refusal is why no transaction may start; nil when one may.
func (d *DB) refusal() error {
	select {
	case <-d.closing:
		return storage.ErrClosed
	default:
	}
	if err := d.failed.Load(); err != nil {
		return *err
	}
	return nil
}

// openCurrent opens the file that path names once its lock is ours. A restore
// may have put another one there while we waited for the old one's lock.
func openCurrent(path string, o Options, file openFile) (*bbolt.DB, error) {
	for {
		var opened *os.File
		b, err := openBolt(path, &bbolt.Options{
			Timeout:         lockWait,
			FreelistType:    bbolt.FreelistMapType,
			NoFreelistSync:  true, // a held reader then costs linear, not cubic, growth
			PageSize:        pageSize,
			InitialMmapSize: mapSize(o.MaxSize),
			MaxSize:         int(o.MaxSize),
			OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
				f, err := file(name, flag, mode)
				opened = f
				return f, err
			},
		})
		if err != nil {
			return nil, err
		}
		ours, err := opened.Stat()
		if err != nil {
			return nil, errors.Join(err, b.Close())
		}
		if named, err := os.Stat(path); err == nil && os.SameFile(ours, named) {
			return b, nil
		}
		if err := b.Close(); err != nil {
			return nil, err
		}
	}
}
