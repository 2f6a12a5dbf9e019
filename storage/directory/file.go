package directory

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"time"

	"go.etcd.io/bbolt"

	"mvkbot/flows"
)

// schema is the layout of the file: a bucket of contracts, see record.go, and a
// bucket with one record about the file itself.
const schema = 1

var (
	contractsBucket = []byte("contracts")
	metaBucket      = []byte("meta")
	metaKey         = []byte("meta")
)

// lockTimeout is for a file that a foreign program holds: nobody of ours ever
// locks a standing directory for writing.
const lockTimeout = 3 * time.Second

// Info is what is known about a directory as a whole. It is zero for one that
// was never imported.
type Info struct {
	Rows     int64     // contracts
	Imported time.Time // when the import began to swap it in, UTC
	SHA256   string    // of the last imported source, in hexadecimal
	Version  uint64    // 1 for the first import, then one more each time
}

// Edition names a version of a directory and never another one, also where a
// directory was thrown away and begun anew; it is empty for one that was never
// imported.
func (i Info) Edition() string {
	if i == (Info{}) {
		return ""
	}
	return strconv.FormatUint(i.Version, 10) + "@" + strconv.FormatInt(i.Imported.UnixNano(), 10)
}

// meta is Info on disk.
type meta struct {
	Schema   int       `json:"schema"`
	Rows     int64     `json:"rows"`
	Imported time.Time `json:"imported"`
	SHA256   string    `json:"sha256"`
	Version  uint64    `json:"version"`
}

// file is one opened version of the directory.
type file struct {
	db   *bbolt.DB
	stat os.FileInfo
	info Info
}

// openFile opens a standing directory; it takes a shared lock only, which
// hinders neither readers nor an import.
func openFile(path string) (*file, error) {
	f := &file{}
	opener := func(name string, flag int, mode os.FileMode) (*os.File, error) {
		opened, err := os.OpenFile(name, flag, mode)
		if err != nil {
			return nil, err
		}
		if f.stat, err = opened.Stat(); err == nil && f.stat.Size() == 0 {
			err = fmt.Errorf("%w: empty file", ErrBroken)
		}
		if err != nil {
			opened.Close()
			return nil, err
		}
		return opened, nil
	}
	err := guard(func() (err error) {
		f.db, err = bbolt.Open(path, 0, &bbolt.Options{ReadOnly: true, Timeout: lockTimeout, OpenFile: opener, NoStatistics: true})
		return err
	})
	if err != nil {
		if f.stat != nil {
			err = fmt.Errorf("%w: %w", ErrBroken, err)
		}
		return nil, fmt.Errorf("open contract directory %s: %w", path, err)
	}
	if err := f.readInfo(); err != nil {
		f.db.Close()
		return nil, fmt.Errorf("open contract directory %s: %w", path, err)
	}
	return f, nil
}

// readInfo also checks that the file is whole: reading a mapped page behind the
// end of a cut file would fault.
func (f *file) readInfo() error {
	return guard(func() error {
		return f.db.View(func(tx *bbolt.Tx) error {
			if tx.Size() > f.stat.Size() {
				return fmt.Errorf("%w: cut off at %d of %d bytes", ErrBroken, f.stat.Size(), tx.Size())
			}
			about := tx.Bucket(metaBucket)
			if about == nil || tx.Bucket(contractsBucket) == nil {
				return fmt.Errorf("%w: not a contract directory", ErrBroken)
			}
			var m meta
			if err := json.Unmarshal(about.Get(metaKey), &m); err != nil {
				return fmt.Errorf("%w: %w", ErrBroken, err)
			}
			if m.Schema != schema {
				return fmt.Errorf("%w: schema %d, this program reads %d", ErrBroken, m.Schema, schema)
			}
			f.info = Info{Rows: m.Rows, Imported: m.Imported, SHA256: m.SHA256, Version: m.Version}
			return nil
		})
	})
}

func (f *file) contract(n flows.Number) (c flows.Contract, found bool, err error) {
	err = guard(func() error {
		return f.db.View(func(tx *bbolt.Tx) error {
			value := tx.Bucket(contractsBucket).Get([]byte(n))
			if value == nil {
				return nil
			}
			found = true
			c, err = decodeValue(n, value)
			return err
		})
	})
	if err != nil {
		return flows.Contract{}, false, fmt.Errorf("look up contract: %w", err)
	}
	return c, found, nil
}

func (f *file) close() error { return f.db.Close() }

// guard turns a panic into ErrBroken: bolt panics on damaged pages, and a page
// that cannot be read faults. Everything under it only reads, so nothing is
// left half done.
func guard(fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", ErrBroken, p)
		}
	}()
	return fn()
}
