package directory

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"unicode/utf8"
)

// rows reads a source row by row.
type rows interface {
	// next returns the next row under the header, io.EOF after the last. The
	// fields may be used until the next call. A row that cannot be split into
	// fields comes as a *BadRow.
	next() (line int64, fields []string, bad *BadRow, err error)
	// header is the row that names the columns.
	header() []string
	// read is how much of the source's bytes is behind us.
	read() int64
	close() error
}

// source is an opened file with what a first pass over it found.
type source struct {
	file     *os.File
	info     os.FileInfo
	xlsx     bool
	encoding Encoding
	skip     int64 // bytes of the byte order mark
	sha256   [sha256.Size]byte
}

// Encoding is how the text of a source is written.
type Encoding string

// The encodings that are read. XLSX files are UTF-8.
const (
	UTF8        Encoding = "utf-8"
	Windows1251 Encoding = "windows-1251"
)

// openSource reads the whole file once to hash it and to tell its format and
// encoding: a prefix proves nothing, it can be all ASCII.
func openSource(ctx context.Context, path string) (*source, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	s := &source{file: file}
	if err := s.survey(ctx); err != nil {
		file.Close()
		return nil, err
	}
	return s, nil
}

func (s *source) survey(ctx context.Context) error {
	var err error
	if s.info, err = s.file.Stat(); err != nil {
		return err
	}
	if !s.info.Mode().IsRegular() {
		return fmt.Errorf("%w: not a regular file", ErrFormat)
	}
	var (
		hash  = sha256.New()
		text  utf8Counter
		chunk = make([]byte, 256<<10)
		first = true
	)
	for {
		n, err := io.ReadFull(s.file, chunk)
		if first {
			if err := s.sniff(chunk[:n]); err != nil {
				return err
			}
			first = false
		}
		hash.Write(chunk[:n])
		if !s.xlsx {
			text.write(chunk[:n])
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
	}
	hash.Sum(s.sha256[:0])
	s.encoding = UTF8
	if !s.xlsx && s.skip == 0 && !text.isUTF8() {
		s.encoding = Windows1251
	}
	return nil
}

// sniff tells the format by the first bytes, never by the file's name.
func (s *source) sniff(head []byte) error {
	switch {
	case len(head) == 0:
		return ErrEmpty
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		s.xlsx = true
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		s.skip = 3
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return fmt.Errorf("%w: UTF-16 text, save it as UTF-8", ErrFormat)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return fmt.Errorf("%w: old or encrypted Excel workbook, save it as XLSX", ErrFormat)
	}
	return nil
}

// unchanged reports ErrChanged when the file was written to since openSource,
// or when its path leads to another file, which a workbook's reader would see.
func (s *source) unchanged() error {
	now, err := os.Stat(s.file.Name())
	if err != nil {
		return fmt.Errorf("%w: %w", ErrChanged, err)
	}
	if !sameFile(now, s.info) {
		return ErrChanged
	}
	return nil
}

// sameFile tells whether two looks found the same file with the same content.
func sameFile(a, b os.FileInfo) bool {
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

// utf8Counter weighs whether bytes written in pieces are UTF-8. A few damaged
// characters must not turn a whole file into windows-1251, whose Russian words
// hardly ever look like UTF-8; so the majority of the non-ASCII decides.
type utf8Counter struct {
	good, broken int64
	rest         []byte // of a character that a piece cut
}

func (c *utf8Counter) write(p []byte) {
	if len(c.rest) > 0 {
		p = append(c.rest, p...)
		c.rest = nil
	}
	for len(p) > 0 {
		if p[0] < utf8.RuneSelf {
			p = p[1:]
			continue
		}
		if !utf8.FullRune(p) {
			c.rest = bytes.Clone(p)
			return
		}
		r, size := utf8.DecodeRune(p)
		if r == utf8.RuneError && size == 1 {
			c.broken++
		} else {
			c.good++
		}
		p = p[size:]
	}
}

// isUTF8 is asked after the last write.
func (c *utf8Counter) isUTF8() bool {
	broken := c.broken + int64(len(c.rest))
	return broken == 0 || c.good > broken
}
