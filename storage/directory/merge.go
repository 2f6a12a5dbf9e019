package directory

import (
	"bytes"
	"container/heap"
	"context"
	"errors"
	"io"
)

// merger is the second half of the external sort: it brings the runs of a
// source and the rows of the old directory together, key by key.
type merger struct {
	heap     cursors
	onRepeat func(repeated record, first int64)
	group    merged
}

// merged is all that is known about one number.
type merged struct {
	key      []byte
	value    []byte // the source's row with the smallest line
	oldValue []byte
	inSource bool
	inOld    bool
}

// cursor is a stream standing at a record.
type cursor struct {
	stream stream
	record record
	old    bool // a stream of the old directory
}

func newMerger(onRepeat func(repeated record, first int64)) *merger {
	return &merger{onRepeat: onRepeat}
}

// add takes a stream over, also in case of an error.
func (m *merger) add(ctx context.Context, s stream, old bool) error {
	c := &cursor{stream: s, old: old}
	var err error
	if c.record, err = s.next(ctx); err != nil {
		if errors.Is(err, io.EOF) {
			err = nil
		}
		return errors.Join(err, s.close())
	}
	heap.Push(&m.heap, c)
	return nil
}

// next returns everything about the next number, io.EOF after the last. The
// slices may be used until the next call.
func (m *merger) next(ctx context.Context) (*merged, error) {
	if len(m.heap) == 0 {
		return nil, io.EOF
	}
	g := &m.group
	g.key = append(g.key[:0], m.heap[0].record.key...)
	g.inSource, g.inOld = false, false
	var first int64
	for len(m.heap) > 0 && bytes.Equal(m.heap[0].record.key, g.key) {
		c := m.heap[0]
		switch {
		case c.old:
			g.inOld = true
			g.oldValue = append(g.oldValue[:0], c.record.value...)
		case g.inSource:
			m.onRepeat(c.record, first)
		default:
			g.inSource, first = true, c.record.line
			g.value = append(g.value[:0], c.record.value...)
		}
		if err := m.advance(ctx, c); err != nil {
			return nil, err
		}
	}
	return g, nil
}

// advance moves the first cursor of the heap on.
func (m *merger) advance(ctx context.Context, c *cursor) error {
	var err error
	if c.record, err = c.stream.next(ctx); err == nil {
		heap.Fix(&m.heap, 0)
		return nil
	}
	heap.Pop(&m.heap)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return errors.Join(err, c.stream.close())
}

// close closes the streams that were not read to their end.
func (m *merger) close() error {
	var err error
	for _, c := range m.heap {
		err = errors.Join(err, c.stream.close())
	}
	m.heap = nil
	return err
}

// cursors is a heap by key, then line.
type cursors []*cursor

func (c cursors) Len() int      { return len(c) }
func (c cursors) Swap(i, j int) { c[i], c[j] = c[j], c[i] }
func (c *cursors) Push(x any)   { *c = append(*c, x.(*cursor)) }

func (c cursors) Less(i, j int) bool {
	a, b := c[i], c[j]
	if order := bytes.Compare(a.record.key, b.record.key); order != 0 {
		return order < 0
	}
	return a.record.line < b.record.line
}

func (c *cursors) Pop() any {
	last := (*c)[len(*c)-1]
	*c = (*c)[:len(*c)-1]
	return last
}
