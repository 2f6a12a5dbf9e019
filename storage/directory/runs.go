package directory

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// Bounds of what an import holds in memory before it spills a sorted run.
const (
	runBytes = 24 << 20
	runRows  = 200_000
)

// record is a contract on its way into the directory.
type record struct {
	key, value []byte
	line       int64 // of the source
}

// sorter is the first half of an external sort: it takes records in any order
// and leaves sorted runs in a folder.
type sorter struct {
	dir     string
	bytes   int
	rows    int
	arena   []byte
	entries []entry
	runs    []string
}

// entry points at a record in the arena: the key up to the value, the value up
// to the end.
type entry struct {
	key, value, end uint32
	line            int64
}

func newSorter(dir string) *sorter {
	return &sorter{dir: dir, bytes: runBytes, rows: runRows}
}

// add takes one record; encode appends its value.
func (s *sorter) add(key string, line int64, encode func([]byte) []byte) error {
	e := entry{key: uint32(len(s.arena)), line: line}
	s.arena = append(s.arena, key...)
	e.value = uint32(len(s.arena))
	s.arena = encode(s.arena)
	e.end = uint32(len(s.arena))
	s.entries = append(s.entries, e)
	if len(s.arena) < s.bytes && len(s.entries) < s.rows {
		return nil
	}
	return s.spill()
}

// spill writes what is in memory as one run.
func (s *sorter) spill() error {
	if len(s.entries) == 0 {
		return nil
	}
	slices.SortFunc(s.entries, func(a, b entry) int {
		return cmp.Or(bytes.Compare(s.arena[a.key:a.value], s.arena[b.key:b.value]), cmp.Compare(a.line, b.line))
	})
	path := filepath.Join(s.dir, fmt.Sprintf("run-%04d", len(s.runs)))
	if err := s.write(path); err != nil {
		return fmt.Errorf("write sorted run: %w", err)
	}
	s.runs = append(s.runs, path)
	s.arena, s.entries = s.arena[:0], s.entries[:0]
	return nil
}

func (s *sorter) write(path string) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriterSize(f, 256<<10)
	var head []byte
	for _, e := range s.entries {
		head = binary.AppendUvarint(head[:0], uint64(e.line))
		head = binary.AppendUvarint(head, uint64(e.value-e.key))
		head = binary.AppendUvarint(head, uint64(e.end-e.value))
		w.Write(head) // bufio keeps the first error for Flush
		w.Write(s.arena[e.key:e.end])
	}
	return w.Flush()
}

// stream yields records in key order. A record may be used until the next
// call; io.EOF follows the last.
type stream interface {
	next(ctx context.Context) (record, error)
	close() error
}

// runReader streams a run.
type runReader struct {
	file *os.File
	r    *bufio.Reader
	buf  []byte
}

func openRun(path string) (*runReader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return &runReader{file: f, r: bufio.NewReaderSize(f, 128<<10)}, nil
}

func (r *runReader) close() error { return r.file.Close() }

func (r *runReader) next(context.Context) (record, error) {
	line, err := binary.ReadUvarint(r.r)
	if err != nil {
		return record{}, err
	}
	keyLen, err := binary.ReadUvarint(r.r)
	if err != nil {
		return record{}, cut(err)
	}
	valueLen, err := binary.ReadUvarint(r.r)
	if err != nil {
		return record{}, cut(err)
	}
	r.buf = slices.Grow(r.buf[:0], int(keyLen+valueLen))[:keyLen+valueLen]
	if _, err := io.ReadFull(r.r, r.buf); err != nil {
		return record{}, cut(err)
	}
	return record{key: r.buf[:keyLen], value: r.buf[keyLen:], line: int64(line)}, nil
}

// cut turns an end of file inside a record into an error.
func cut(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
