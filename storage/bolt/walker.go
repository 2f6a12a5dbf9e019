package bolt

import (
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// walker reads the pages of a file and refuses everything that bolt would trip
// over. It reads with pread, never through the mapping, so that a broken file
// or disk is an error and not a signal.
type walker struct {
	ctx      context.Context
	file     io.ReaderAt
	pageSize int64
	pages    uint64 // the high-water mark: pages from here on are unused
	used     []bool
}

// walkFile checks every page that the current meta page of the file leads to.
func walkFile(ctx context.Context, path string, pageSize int64) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	w := walker{ctx: ctx, file: f, pageSize: pageSize}
	if err := w.walk(info.Size()); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrDamaged, fmt.Sprintf(format, args...))
}

func (w *walker) walk(size int64) error {
	meta, err := w.meta()
	if err != nil {
		return err
	}
	root, free := native.Uint64(meta[16:]), native.Uint64(meta[32:])
	w.pages = native.Uint64(meta[40:])
	if w.pages > uint64(size/w.pageSize) {
		return damaged("cut off: %d bytes instead of %d pages", size, w.pages)
	}
	w.used = make([]bool, w.pages)
	if err := w.tree(root, nil, nil); err != nil || free == noFreelist {
		return err
	}
	return w.freelist(free)
}

// meta returns the valid meta page of the latest transaction, as bolt does. One
// that is not valid is no damage: a crash can leave it.
func (w *walker) meta() (latest []byte, err error) {
	for id := range uint64(2) {
		p := make(page, headerSize+metaSize)
		if _, err := w.file.ReadAt(p, int64(id)*w.pageSize); err != nil {
			return nil, err
		}
		m := p[headerSize:]
		sum := fnv.New64a()
		sum.Write(m[:metaSize-8])
		if sum.Sum64() != native.Uint64(m[metaSize-8:]) {
			continue
		}
		if native.Uint64(p) != id || p.flags() != metaPage { // not in the sum
			return nil, damaged("meta page %d has another's header", id)
		}
		if latest == nil || native.Uint64(m[48:]) > native.Uint64(latest[48:]) {
			latest = m
		}
	}
	if latest == nil {
		return nil, damaged("no valid meta page")
	}
	return latest, nil
}

// page reads a page with its overflow and marks all of it as used.
func (w *walker) page(id uint64) (page, error) {
	if err := w.ctx.Err(); err != nil {
		return nil, err
	}
	if id < 2 || id >= w.pages {
		return nil, damaged("page %d is outside the file", id)
	}
	p := make(page, w.pageSize)
	if _, err := w.file.ReadAt(p, int64(id)*w.pageSize); err != nil {
		return nil, err
	}
	if got := native.Uint64(p); got != id {
		return nil, damaged("page %d says that it is page %d", id, got)
	}
	last := id + uint64(native.Uint32(p[12:]))
	if last >= w.pages {
		return nil, damaged("page %d runs out of the file", id)
	}
	for i := id; i <= last; i++ {
		if err := w.use(i); err != nil {
			return nil, err
		}
	}
	if last == id {
		return p, nil
	}
	p = make(page, int64(last-id+1)*w.pageSize)
	_, err := w.file.ReadAt(p, int64(id)*w.pageSize)
	return p, err
}

func (w *walker) use(id uint64) error {
	if id < 2 || id >= w.pages {
		return damaged("page %d is outside the file", id)
	}
	if w.used[id] {
		return damaged("page %d is used twice", id)
	}
	w.used[id] = true
	return nil
}

// tree checks the pages below id, whose keys are bounded as page.check says; nil
// is no bound.
func (w *walker) tree(id uint64, low, high []byte) error {
	p, err := w.page(id)
	if err != nil {
		return err
	}
	if err := p.check(low, high); err != nil {
		return fmt.Errorf("page %d: %w", id, err)
	}
	if p.flags() == leafPage {
		return w.buckets(p)
	}
	for i := range p.count() {
		upper := high
		if i+1 < p.count() {
			upper = p.key(i + 1)
		}
		if err := w.tree(p.child(i), p.key(i), upper); err != nil {
			return err
		}
	}
	return nil
}

// buckets checks the buckets that a leaf page holds.
func (w *walker) buckets(p page) error {
	for i := range p.count() {
		if !p.isBucket(i) {
			continue
		}
		v := p.value(i)
		if len(v) < bucketSize {
			return damaged("bucket of %d bytes", len(v))
		}
		if root := native.Uint64(v); root != 0 {
			if err := w.tree(root, nil, nil); err != nil {
				return err
			}
			continue
		}
		inline := page(v[bucketSize:]) // a small bucket is a page in its value
		if len(inline) < headerSize || inline.flags() != leafPage {
			return damaged("inline bucket of %d bytes is no leaf page", len(v))
		}
		if err := inline.check(nil, nil); err != nil {
			return fmt.Errorf("inline bucket: %w", err)
		}
		if err := w.buckets(inline); err != nil {
			return err
		}
	}
	return nil
}

// freelist checks that every free page is free, once.
func (w *walker) freelist(id uint64) error {
	p, err := w.page(id)
	if err != nil {
		return err
	}
	if p.flags() != freelistPage {
		return damaged("page %d is no free list", id)
	}
	first, n := uint64(headerSize), uint64(p.count())
	if n == longCount {
		first, n = first+8, native.Uint64(p[headerSize:])
	}
	if n > (uint64(len(p))-first)/8 {
		return damaged("free list of %d entries on a page of %d bytes", n, len(p))
	}
	for i := range n {
		if err := w.use(native.Uint64(p[first+8*i:])); err != nil {
			return fmt.Errorf("free list: %w", err)
		}
	}
	return nil
}
