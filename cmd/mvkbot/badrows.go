package main

import (
	"fmt"
	"strconv"

	"mvkbot/bot/admin/sheet"
	"mvkbot/flows"
	"mvkbot/flows/text"
	"mvkbot/storage/directory"
)

// Bounds of a file of bad rows, which a chat must be able to carry and a person
// to read.
const (
	maxListed      = 100_000
	maxListedBytes = 30_000_000
)

// badRowFile lists bad rows for whoever mends the source, in the language of the
// chat: line, reason, and the row as it was read. It counts those beyond its
// bounds.
type badRowFile struct {
	texts *text.Texts
	sheet *sheet.Writer
	data  []byte
	rows  int
	bytes int
	left  int
	err   error
}

func newBadRowFile(texts *text.Texts) *badRowFile {
	f := &badRowFile{texts: texts}
	captions := []string{f.word("import.line", flows.Args{}), f.word("import.reason", flows.Args{}), f.word("import.row", flows.Args{})}
	f.sheet = sheet.NewWriter("bad-rows", captions, func(p sheet.Part) error { f.data = p.Data; return nil })
	return f
}

// add lists a row. It is made for directory.ImportOptions.OnBadRow; what fails is
// told by finish.
func (f *badRowFile) add(b directory.BadRow) {
	if f.rows == maxListed || f.bytes >= maxListedBytes {
		f.left++
		return
	}
	f.rows++
	reason := f.word("import.bad_row", flows.Args{Column: string(b.Column), Reason: string(b.Reason), Value: b.Value, N: int(b.First)})
	f.write(strconv.FormatInt(b.Line, 10), reason, b.Row)
}

// finish returns the file, and the first error.
func (f *badRowFile) finish() ([]byte, error) {
	if f.left > 0 {
		f.write("", f.word("import.more", flows.Args{N: f.left}), "")
	}
	f.fail(f.sheet.Close())
	if f.err != nil {
		return nil, fmt.Errorf("list bad rows: %w", f.err)
	}
	return f.data, nil
}

func (f *badRowFile) write(cells ...string) {
	for _, cell := range cells {
		f.bytes += len(cell)
	}
	f.fail(f.sheet.Write(cells...))
}

func (f *badRowFile) word(key flows.Text, a flows.Args) string {
	s, err := f.texts.Plain(key, a)
	f.fail(err)
	return s
}

func (f *badRowFile) fail(err error) {
	if f.err == nil {
		f.err = err
	}
}
