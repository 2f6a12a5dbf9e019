package directory

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// ImportOptions are the ways to import; the zero value replaces the directory
// by all good rows. The functions are called by the goroutine that imports.
type ImportOptions struct {
	// Extend keeps the old rows whose numbers the source does not have.
	Extend bool
	// Strict refuses a source with a bad row.
	Strict bool
	// Expect refuses a source, or a directory that it would replace, which is
	// not the one of an earlier report; the zero Basis expects nothing.
	Expect Basis
	// OnBadRow hears of every bad row: first of those that cannot be read, in
	// the order of lines, then of the repeating ones, in the order of numbers.
	OnBadRow func(BadRow)
	// Progress hears how much of the source's bytes is read.
	Progress func(done, total int64)
	// Building hears, after that, how many of the numbers are put into the new
	// directory.
	Building func(done, total int64)
	// Built hears of the new directory, and of what was found, once nothing is left
	// but to put it in the old one's place, which no other import changes
	// meanwhile. Its error ends the import.
	Built func(next *Directory, r Report) error
}

// Basis is what a report was made from, so that what was checked can be told
// from what has come in its place.
type Basis struct {
	SHA256  string // of the source's bytes, in hexadecimal
	Edition string // of the directory that it was compared with, see Info.Edition
}

// Report is what an import found and did.
type Report struct {
	Basis Basis

	Read int64 // rows of the source below its header
	Good int64
	Bad  int64

	New       int64 // numbers that the old directory did not have
	Changed   int64 // numbers whose row differs from the old one
	Unchanged int64
	Gone      int64 // numbers that only the old directory had; kept by Extend

	// OldBroken tells that the old directory could not be compared to its end.
	OldBroken bool

	Encoding Encoding
	Took     time.Duration
}

// Import makes a new version of the directory at path out of a CSV or XLSX
// file, all or nothing: after an error, a cancelled ctx or a kill the old
// version stands. It returns what it found also beside an error. One import of
// a directory runs at a time (ErrImporting); readers are never disturbed.
func Import(ctx context.Context, path, source string, o ImportOptions) (Report, error) {
	i := importer{options: o}
	if err := i.run(ctx, path, source, (*workshop).swap); err != nil {
		return i.report, fmt.Errorf("import contracts from %s: %w", source, err)
	}
	return i.report, nil
}

// Check does all that Import does, and leaves the directory as it is: the report
// is what an Import that expects its Basis will find and do. It counts as an
// import for ErrImporting, and needs the same room on the disk.
func Check(ctx context.Context, path, source string, o ImportOptions) (Report, error) {
	i := importer{options: o}
	if err := i.run(ctx, path, source, func(*workshop) error { return nil }); err != nil {
		return i.report, fmt.Errorf("check contracts of %s: %w", source, err)
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
	old     *oldRows // nil: there is nothing to compare with
	oldInfo Info
}

// run builds the new directory and leaves it to finish.
func (i *importer) run(ctx context.Context, path, source string, finish func(*workshop) error) (err error) {
	defer func(began time.Time) { i.report.Took = time.Since(began) }(time.Now())
	if i.shop, err = openWorkshop(path); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, i.shop.close()) }()
	if i.source, err = openSource(ctx, source); err != nil {
		return err
	}
	defer i.source.file.Close()
	i.report.Encoding = i.source.encoding
	if i.old, i.oldInfo, err = i.openOld(); err != nil {
		return err
	}
	if err := i.expected(); err != nil {
		return err
	}
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
	if err := i.built(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return finish(i.shop)
}

// built shows the new directory to whoever asked for it.
func (i *importer) built() (err error) {
	if i.options.Built == nil {
		return nil
	}
	next, err := Open(i.shop.newFile(), slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, next.Close()) }()
	return i.options.Built(next, i.report)
}

// expected notes what the report is made from, and refuses what was not
// expected.
func (i *importer) expected() error {
	i.report.Basis = Basis{SHA256: hex.EncodeToString(i.source.sha256[:]), Edition: i.oldInfo.Edition()}
	want := i.options.Expect
	switch {
	case want == Basis{}:
		return nil
	case want.SHA256 != i.report.Basis.SHA256:
		return fmt.Errorf("%w: it is not the file that was checked", ErrChanged)
	case want.Edition != i.report.Basis.Edition:
		return ErrSuperseded
	}
	return nil
}
