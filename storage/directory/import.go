package directory

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ImportOptions are the ways to import; the zero value replaces the directory
// by all good rows. The functions are called by the goroutine that imports.
type ImportOptions struct {
	// Extend keeps the old rows whose numbers the source does not have.
	Extend bool
	// Strict refuses a source with a bad row.
	Strict bool
	// OnBadRow hears of every bad row: first of those that cannot be read, in
	// the order of lines, then of the repeating ones, in the order of numbers.
	OnBadRow func(BadRow)
	// Progress hears how much of the source's bytes is read.
	Progress func(done, total int64)
	// Building hears, after that, how many of the numbers are put into the new
	// directory.
	Building func(done, total int64)
}

// Report is what an import found and did.
type Report struct {
	Read int64 // rows of the source below its header
	Good int64
	Bad  int64

	New       int64 // numbers that the old directory did not have
	Changed   int64 // numbers whose row differs from the old one
	Unchanged int64
	Gone      int64 // numbers that only the old directory had; kept by Extend

	// OldBroken tells that the old directory could not be compared to its end.
	OldBroken bool

	Encoding  Encoding
	Delimiter rune // 0 for XLSX
	Took      time.Duration
}

// Import makes a new version of the directory at path out of a CSV or XLSX
// file, all or nothing: after an error, a cancelled ctx or a kill the old
// version stands. It returns what it found also beside an error. One import of
// a directory runs at a time (ErrImporting); readers are never disturbed.
func Import(ctx context.Context, path, source string, o ImportOptions) (Report, error) {
	began := time.Now()
	i := importer{options: o}
	err := i.run(ctx, path, source)
	i.report.Took = time.Since(began)
	if err != nil {
		return i.report, fmt.Errorf("import contracts from %s: %w", source, err)
	}
	return i.report, nil
}

// importer is one import on its way.
type importer struct {
	options ImportOptions
	report  Report
	source  *source
	shop    *workshop
	sorter  *sorter
}

func (i *importer) run(ctx context.Context, path, source string) (err error) {
	if i.shop, err = openWorkshop(path); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, i.shop.close()) }()
	if i.source, err = openSource(ctx, source); err != nil {
		return err
	}
	defer i.source.file.Close()
	i.report.Encoding = i.source.encoding
	if err := i.sort(ctx); err != nil {
		return err
	}
	switch {
	case i.report.Read == 0:
		return ErrNoRows
	case i.report.Good == 0:
		return ErrNoGoodRows
	}
	if err := i.build(ctx); err != nil {
		return err
	}
	if i.options.Strict && i.report.Bad > 0 {
		return fmt.Errorf("%w: %d of %d", ErrBadRows, i.report.Bad, i.report.Read)
	}
	if err := i.source.unchanged(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return i.shop.swap()
}
