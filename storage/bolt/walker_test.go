package bolt_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"mvkbot/storage/bolt"
)

// pageFile is the content of a bolt file for a test to damage.
type pageFile []byte

const (
	testPage   = 4096
	kindBranch = 1
	kindLeaf   = 2
)

var order = binary.NativeEndian

// newPageFile makes a file that has every kind of page: branches, leaves with
// overflow, a free list, a bucket of its own pages and one inline.
func newPageFile(t *testing.T) pageFile {
	t.Helper()
	path := newPath(t)
	b, err := bbolt.Open(path, 0o600, &bbolt.Options{PageSize: testPage})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time frees pages
		if err := b.Update(fillEveryKind); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if err := bolt.Check(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func fillEveryKind(tx *bbolt.Tx) error {
	bucket, err := tx.CreateBucketIfNotExists([]byte("store"))
	if err != nil {
		return err
	}
	inline, err := bucket.CreateBucketIfNotExists([]byte("inline"))
	if err != nil {
		return err
	}
	errs := []error{inline.Put([]byte("a"), []byte("b")), bucket.Put([]byte("long"), make([]byte, 10_000))}
	for i := range 50 {
		errs = append(errs, bucket.Put(fmt.Appendf(nil, "key/%02d", 2*i), make([]byte, 500)))
	}
	return errors.Join(errs...)
}

// meta returns the latest meta page without its header.
func (f pageFile) meta() []byte {
	a, b := f[16:80], f[testPage+16:testPage+80]
	if order.Uint64(a[48:]) > order.Uint64(b[48:]) {
		return a
	}
	return b
}

// setMeta changes a field of the latest meta page and corrects its sum.
func (f pageFile) setMeta(field int, value uint64) {
	m := f.meta()
	order.PutUint64(m[field:], value)
	sum := fnv.New64a()
	sum.Write(m[:56])
	order.PutUint64(m[56:], sum.Sum64())
}

func (f pageFile) page(id uint64) []byte { return f[id*testPage:] }

// store returns the root page of the bucket: the root leaf has one element.
func (f pageFile) store() []byte {
	root := f.page(order.Uint64(f.meta()[16:]))
	return f.page(order.Uint64(value(root, 0)))
}

// leaf returns the first page of the bucket.
func (f pageFile) leaf() []byte { return f.page(order.Uint64(element(f.store(), 0)[8:])) }

// inline returns the element of the inline bucket, the first of all.
func (f pageFile) inline() []byte { return value(f.leaf(), 0) }

func (f pageFile) freelist() []byte { return f.page(order.Uint64(f.meta()[32:])) }

func element(page []byte, i int) []byte { return page[16+16*i:] }

func value(page []byte, i int) []byte {
	e := element(page, i)
	begin := order.Uint32(e[4:]) + order.Uint32(e[8:])
	return e[begin : begin+order.Uint32(e[12:])]
}

// Ensure that each way a page can be wrong is found, before bolt sees it.
func TestCheck_Pages(t *testing.T) {
	good := newPageFile(t)
	if k := order.Uint16(good.store()[8:]); k != kindBranch {
		t.Fatalf("the bucket's root is of kind %d", k)
	}
	for _, tc := range []struct {
		name   string
		damage func(f pageFile)
		want   string
	}{
		{"high-water mark", func(f pageFile) { f.setMeta(40, 1<<40) }, "cut off"},
		{"root outside", func(f pageFile) { f.setMeta(16, 1<<40) }, "outside the file"},
		{"root is a meta page", func(f pageFile) { f.setMeta(16, 1) }, "outside the file"},
		{"meta header", func(f pageFile) { f[0], f[testPage] = 1, 0 }, "another's header"},
		{"id", func(f pageFile) { f.store()[0]++ }, "says that it is"},
		{"kind", func(f pageFile) { f.store()[8] = 0x10 }, "flags 0x10"},
		{"overflow", func(f pageFile) { order.PutUint32(f.leaf()[12:], 1<<30) }, "runs out"},
		{"overflow into another", func(f pageFile) { order.PutUint32(f.leaf()[12:], 2) }, "used twice"},
		{"count", func(f pageFile) { order.PutUint16(f.leaf()[10:], 4000) }, "4000 elements"},
		{"empty branch", func(f pageFile) { order.PutUint16(f.store()[10:], 0) }, "0 elements"},
		{"empty leaf below a branch", func(f pageFile) { order.PutUint16(f.leaf()[10:], 0) }, "0 elements"},
		{"child outside", func(f pageFile) { order.PutUint64(element(f.store(), 1)[8:], 1<<63) }, "outside the file"},
		{"child is its parent", func(f pageFile) {
			order.PutUint64(element(f.store(), 0)[8:], order.Uint64(f.store()))
		}, "used twice"},
		{"children change places", func(f pageFile) {
			a, b := element(f.store(), 0)[8:16], element(f.store(), 1)[8:16]
			one := bytes.Clone(a)
			copy(a, b)
			copy(b, one)
		}, "out of order"},
		{"child begins above its parent's key", func(f pageFile) {
			child := f.page(order.Uint64(element(f.store(), 1)[8:]))
			e := element(child, 0)
			e[order.Uint32(e[4:])+order.Uint32(e[8:])-1]++ // still below the next key
		}, "out of order"},
		{"element outside", func(f pageFile) { order.PutUint32(element(f.leaf(), 1)[4:], 1<<31) }, "leaves the page"},
		{"key over elements", func(f pageFile) { order.PutUint32(element(f.leaf(), 1)[4:], 0) }, "leaves the page"},
		{"key without bytes", func(f pageFile) { order.PutUint32(element(f.leaf(), 1)[8:], 0) }, "leaves the page"},
		{"value outside", func(f pageFile) { order.PutUint32(element(f.leaf(), 1)[12:], 1<<20) }, "leaves the page"},
		{"element flags", func(f pageFile) { order.PutUint32(element(f.leaf(), 1), 2) }, "unknown flags"},
		{"same key twice", func(f pageFile) { sameKey(f.leaf(), 1, 2) }, "out of order"},
		{"bucket too short", func(f pageFile) { order.PutUint32(element(f.leaf(), 0)[12:], 15) }, "bucket of 15 bytes"},
		{"bucket outside", func(f pageFile) { order.PutUint64(f.inline(), 1<<40) }, "outside the file"},
		{"inline bucket too short", func(f pageFile) { order.PutUint32(element(f.leaf(), 0)[12:], 20) }, "no leaf page"},
		{"inline bucket of another kind", func(f pageFile) { f.inline()[16+8] = kindBranch }, "no leaf page"},
		{"inline bucket's elements", func(f pageFile) { f.inline()[16+10] = 200 }, "inline bucket"},
		{"bucket in an inline bucket", func(f pageFile) { f.inline()[32] = 1 }, "bucket of 1 bytes"},
		{"free list outside", func(f pageFile) { f.setMeta(32, 1<<40) }, "outside the file"},
		{"free list elsewhere", func(f pageFile) { f.freelist()[8] = kindLeaf }, "no free list"},
		{"free list too long", func(f pageFile) { order.PutUint16(f.freelist()[10:], 4000) }, "4000 entries"},
		{"free list far too long", func(f pageFile) {
			order.PutUint16(f.freelist()[10:], 0xFFFF)
			order.PutUint64(f.freelist()[16:], 1<<62)
		}, "4611686018427387904 entries"},
		{"free page outside", func(f pageFile) { order.PutUint64(f.freelist()[16:], 1<<40) }, "free list"},
		{"free page in use", func(f pageFile) { copy(f.freelist()[16:24], f.store()[:8]) }, "used twice"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path := newPath(t)
			bad := pageFile(bytes.Clone(good))
			tc.damage(bad)
			if err := os.WriteFile(path, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			for name, err := range map[string]error{"check": bolt.Check(t.Context(), path), "open": openAndClose(t.Context(), path)} {
				if !errors.Is(err, bolt.ErrDamaged) || !strings.Contains(err.Error(), tc.want) {
					t.Errorf("%s: %v, want %q", name, err, tc.want)
				}
			}
		})
	}
}

// sameKey gives element b of a leaf the key of element a; both are equally long.
func sameKey(leaf []byte, a, b int) {
	from, to := element(leaf, a), element(leaf, b)
	n := order.Uint32(from[8:])
	copy(to[order.Uint32(to[4:]):][:n], from[order.Uint32(from[4:]):][:n])
}
