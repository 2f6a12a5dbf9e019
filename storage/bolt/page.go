package bolt

import (
	"bytes"
	"encoding/binary"
)

// The layout of a bolt file, version 2, in the machine's byte order: pages with
// a header of id, flags, count and overflow; two meta pages; a tree of branch
// and leaf pages per bucket.
const (
	headerSize  = 16
	elementSize = 16
	bucketSize  = 16 // root page and sequence, the value of a bucket's element
	metaSize    = 64

	branchPage   = 0x01
	leafPage     = 0x02
	metaPage     = 0x04
	freelistPage = 0x10

	bucketFlag = 0x01
	noFreelist = ^uint64(0)
	longCount  = 0xFFFF // a free list whose length is its first entry
)

var native = binary.NativeEndian

// page is a tree page with its overflow. Only check may look at one that has
// not been checked.
type page []byte

func (p page) flags() uint16 { return native.Uint16(p[8:]) }
func (p page) count() int    { return int(native.Uint16(p[10:])) }

func (p page) element(i int) page { return p[headerSize+i*elementSize:] }
func (p page) isBucket(i int) bool {
	return p.flags() == leafPage && native.Uint32(p.element(i)) == bucketFlag
}
func (p page) child(i int) uint64 { return native.Uint64(p.element(i)[8:]) }

// bounds returns where key and value of element i begin and where they end.
func (p page) bounds(i int) (key, value, end uint64) {
	e := p.element(i)
	pos, ksize, vsize := native.Uint32(e), native.Uint32(e[4:]), uint32(0)
	if p.flags() == leafPage {
		pos, ksize, vsize = native.Uint32(e[4:]), native.Uint32(e[8:]), native.Uint32(e[12:])
	}
	key = uint64(headerSize+i*elementSize) + uint64(pos)
	value = key + uint64(ksize)
	return key, value, value + uint64(vsize)
}

func (p page) key(i int) []byte {
	key, value, _ := p.bounds(i)
	return p[key:value]
}

func (p page) value(i int) []byte {
	_, value, end := p.bounds(i)
	return p[value:end]
}

// check refuses a page whose elements leave it or whose keys do not ascend from
// low on and below high. Bolt finds the parent's element of a page that it
// writes by the first key, so that must be low itself.
func (p page) check(low, high []byte) error {
	leaf := p.flags() == leafPage
	if !leaf && p.flags() != branchPage || p.count() == 0 && (!leaf || low != nil) {
		return damaged("flags %#x, %d elements", p.flags(), p.count())
	}
	data := uint64(headerSize + p.count()*elementSize)
	if data > uint64(len(p)) {
		return damaged("%d elements on %d bytes", p.count(), len(p))
	}
	for i := range p.count() {
		key, value, end := p.bounds(i)
		if key < data || key == value || end > uint64(len(p)) {
			return damaged("element %d leaves the page", i)
		}
		if leaf && native.Uint32(p.element(i)) > bucketFlag {
			return damaged("element %d has unknown flags", i)
		}
		k := p.key(i)
		if first := i == 0; first && low != nil && !bytes.Equal(low, k) || !first && bytes.Compare(low, k) >= 0 ||
			high != nil && bytes.Compare(k, high) >= 0 {
			return damaged("element %d is out of order", i)
		}
		low = k
	}
	return nil
}
