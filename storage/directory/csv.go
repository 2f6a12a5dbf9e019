package directory

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/text/encoding/charmap"
)

// maxLine is the longest line taken, in bytes of UTF-8.
const maxLine = 64 << 10

// csvRows reads a CSV file line by line. A field cannot hold a line break: no
// good value has one, and so a quote that is never closed spoils its own line
// and not the rest of the file.
type csvRows struct {
	file  *counter
	text  *bufio.Reader
	line  int64
	feed  lineFeed
	csv   *csv.Reader
	names []string
}

// newCSV reads the header row, by which it tells the delimiter.
func newCSV(s *source) (*csvRows, error) {
	if _, err := s.file.Seek(s.skip, io.SeekStart); err != nil {
		return nil, err
	}
	r := &csvRows{file: &counter{file: s.file, n: s.skip}}
	var decoded io.Reader = r.file
	if s.encoding == Windows1251 {
		decoded = charmap.Windows1251.NewDecoder().Reader(r.file)
	}
	r.text = bufio.NewReaderSize(decoded, maxLine)

	line, err := r.readLine()
	switch {
	case errors.Is(err, io.EOF):
		return nil, ErrEmpty
	case errors.Is(err, errLongLine):
		return nil, fmt.Errorf("%w: header row is longer than 64 KiB", ErrFormat)
	case err != nil:
		return nil, err
	}
	if bytes.IndexByte(line, 0) >= 0 {
		return nil, fmt.Errorf("%w: not a text", ErrFormat)
	}
	header := bytes.Clone(line)
	var delimiter rune
	most := -1
	for _, comma := range []rune{';', ','} {
		names, err := r.split(header, comma)
		if err == nil && knownNames(names) > most {
			most, delimiter, r.names = knownNames(names), comma, names
		}
	}
	if most < 0 {
		return nil, fmt.Errorf("%w: header row: %s", ErrFormat, ReasonQuotes)
	}
	r.csv = r.reader(delimiter)
	r.csv.ReuseRecord = true
	return r, nil
}

func (r *csvRows) header() []string { return r.names }
func (r *csvRows) read() int64      { return r.file.n }
func (r *csvRows) close() error     { return nil }

func (r *csvRows) next() (int64, []string, *BadRow, error) {
	line, err := r.readLine()
	if errors.Is(err, errLongLine) {
		return r.line, nil, &BadRow{Reason: ReasonLongLine}, nil
	}
	if err != nil {
		return 0, nil, nil, err
	}
	r.feed.line = line
	fields, err := r.csv.Read()
	if err != nil {
		return r.line, nil, &BadRow{Reason: ReasonQuotes, Row: shortened(string(line), shownOfRow)}, nil
	}
	return r.line, fields, nil, nil
}

// errLongLine is readLine's word for a line that it has passed over.
var errLongLine = errors.New("line too long")

// readLine returns the next line that is not blank, without its end.
func (r *csvRows) readLine() ([]byte, error) {
	for {
		line, err := r.text.ReadSlice('\n')
		if len(line) == 0 && err != nil {
			return nil, err
		}
		r.line++
		if errors.Is(err, bufio.ErrBufferFull) {
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = r.text.ReadSlice('\n')
			}
			if err != nil && !errors.Is(err, io.EOF) {
				return nil, err
			}
			return nil, errLongLine
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
		if len(bytes.TrimSpace(line)) > 0 {
			return line, nil
		}
	}
}

func (r *csvRows) split(line []byte, comma rune) ([]string, error) {
	r.feed.line = line
	return r.reader(comma).Read()
}

func (r *csvRows) reader(comma rune) *csv.Reader {
	c := csv.NewReader(&r.feed)
	c.Comma = comma
	c.FieldsPerRecord = -1
	return c
}

// lineFeed gives a csv.Reader one line and then an end of file, again and
// again; the csv.Reader keeps nothing of one line for the next.
type lineFeed struct{ line []byte }

func (f *lineFeed) Read(p []byte) (int, error) {
	if len(f.line) == 0 {
		return 0, io.EOF
	}
	n := copy(p, f.line)
	f.line = f.line[n:]
	return n, nil
}

// counter counts the bytes read of a file.
type counter struct {
	file *os.File
	n    int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.file.Read(p)
	c.n += int64(n)
	return n, err
}
