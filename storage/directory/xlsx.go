package directory

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// keptInMemory is the largest part of a workbook that is not spilled into the
// workshop, where it may be.
const keptInMemory = 1 << 20

// xlsxRows streams the first sheet of a workbook.
type xlsxRows struct {
	book  *excelize.File
	rows  *excelize.Rows
	names []string
	line  int64
	total int64 // rows of all sheets
	size  int64
}

// newXLSX checks the workbook, opens it and reads the header row. Parts that do
// not fit into memory are unpacked into dir.
func newXLSX(ctx context.Context, s *source, dir string) (*xlsxRows, error) {
	r := &xlsxRows{size: s.info.Size()}
	var err error
	if r.total, err = checkWorkbook(ctx, s); err != nil {
		return nil, err
	}
	r.book, err = excelize.OpenFile(s.file.Name(), excelize.Options{
		UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: keptInMemory, TmpDir: dir,
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if err := r.readHeader(); err != nil {
		return nil, errors.Join(err, r.close())
	}
	return r, nil
}

func (r *xlsxRows) readHeader() error {
	sheets := r.book.GetSheetList()
	if len(sheets) == 0 {
		return fmt.Errorf("%w: workbook without sheets", ErrFormat)
	}
	var err error
	if r.rows, err = r.book.Rows(sheets[0]); err != nil {
		return fmt.Errorf("%w: %w", ErrFormat, err)
	}
	_, names, _, err := r.next()
	if errors.Is(err, io.EOF) {
		return ErrEmpty
	}
	r.names = names
	return err
}

func (r *xlsxRows) header() []string { return r.names }

func (r *xlsxRows) read() int64 {
	return int64(float64(r.size) * float64(r.line) / float64(max(r.total, r.line, 1)))
}

func (r *xlsxRows) close() error {
	var err error
	if r.rows != nil {
		err = r.rows.Close()
	}
	return errors.Join(err, r.book.Close())
}

// next passes over empty rows. Cells are read as a person sees them, so that
// leading zeros of a number format are kept. Empty cells at the end of a row
// are not written in a workbook; they are given back.
func (r *xlsxRows) next() (int64, []string, *BadRow, error) {
	for r.rows.Next() {
		r.line++
		fields, err := r.rows.Columns()
		if err != nil {
			return 0, nil, nil, fmt.Errorf("%w: row %d: %w", ErrFormat, r.line, err)
		}
		for len(fields) > len(r.names) && strings.TrimSpace(fields[len(fields)-1]) == "" {
			fields = fields[:len(fields)-1]
		}
		if strings.TrimSpace(strings.Join(fields, "")) == "" {
			continue
		}
		for len(fields) < len(r.names) {
			fields = append(fields, "")
		}
		return r.line, fields, nil, nil
	}
	if err := r.rows.Error(); err != nil {
		return 0, nil, nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	return 0, nil, nil, io.EOF
}
