package directory

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
)

// Bounds of a file of bad rows, which a chat must be able to carry.
const (
	MaxListed      = 100_000
	maxListedBytes = 40 << 20
)

// BadRowWords are the language of a file of bad rows.
type BadRowWords struct {
	Header [3]string // line, reason, row
	Reason func(BadRow) (string, error)
	More   func(n int64) (string, error) // so many bad rows are not listed
}

// BadRowFile lists bad rows for whoever mends the source: a CSV file (UTF-8 with
// byte order mark, «;») that a spreadsheet opens and takes nothing in it for a
// formula. It lists the first MaxListed and counts the others.
type BadRowFile struct {
	words BadRowWords
	out   *written
	csv   *csv.Writer
	rows  int
	left  int64
	err   error
}

// NewBadRowFile begins a file; every Add must come before Close.
func NewBadRowFile(w io.Writer, words BadRowWords) *BadRowFile {
	f := &BadRowFile{words: words, out: &written{w: w}}
	f.csv = csv.NewWriter(f.out)
	f.csv.Comma, f.csv.UseCRLF = ';', true
	_, f.err = io.WriteString(f.out, "\ufeff")
	f.write(words.Header[:]...)
	return f
}

// Add lists a row. It is made for ImportOptions.OnBadRow; what fails is told by
// Close.
func (f *BadRowFile) Add(b BadRow) {
	if f.rows == MaxListed || f.out.n >= maxListedBytes {
		f.left++
		return
	}
	f.rows++
	reason, err := f.words.Reason(b)
	f.fail(err)
	f.write(strconv.FormatInt(b.Line, 10), reason, b.Row)
}

// Close ends the file with the number of rows that are not listed, and returns
// the first error; w stays open.
func (f *BadRowFile) Close() error {
	if f.left > 0 {
		more, err := f.words.More(f.left)
		f.fail(err)
		f.write("", more, "")
	}
	f.csv.Flush()
	f.fail(f.csv.Error())
	if f.err != nil {
		return fmt.Errorf("list bad rows: %w", f.err)
	}
	return nil
}

func (f *BadRowFile) write(cells ...string) {
	if f.err != nil {
		return
	}
	safe := make([]string, len(cells))
	for i, cell := range cells {
		safe[i] = inert(cell)
	}
	f.fail(f.csv.Write(safe))
}

func (f *BadRowFile) fail(err error) {
	if f.err == nil {
		f.err = err
	}
}

// inert is a cell that no spreadsheet evaluates: characters that end a cell or
// hide what follows become spaces, and what could begin a formula is quoted.
func inert(cell string) string {
	cell = strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return ' '
		}
		return r
	}, cell)
	if t := strings.TrimLeftFunc(cell, unicode.IsSpace); t != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(t)[0]) {
		return "'" + cell
	}
	return cell
}

// written counts the bytes that went out.
type written struct {
	w io.Writer
	n int64
}

func (w *written) Write(p []byte) (int, error) {
	n, err := w.w.Write(p)
	w.n += int64(n)
	return n, err
}
