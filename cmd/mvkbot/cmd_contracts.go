package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"mvkbot/flows"
	"mvkbot/storage/directory"
)

type contractsImportCmd struct {
	File   string `arg:"" help:"CSV or XLSX file with a header row."`
	Extend bool   `help:"Add to the directory instead of replacing it."`
	Strict bool   `help:"Change nothing when a row is bad."`
	Shrink bool   `help:"Replace the directory even where more than a fifth of it would be gone."`
}

// Run imports a file, all or nothing; a running bot notices the new directory
// by itself. Every bad row is a line on stdout; progress goes to stderr. A file
// that lacks so much of the directory that it looks like a broken export is
// refused.
func (c contractsImportCmd) Run(a *app) error {
	out := bufio.NewWriter(a.stdout)
	show := newProgress(a.stderr)
	report, err := directory.Import(a.ctx, a.cfg.Contracts, c.File, directory.ImportOptions{
		Extend: c.Extend, Strict: c.Strict,
		OnBadRow: func(b directory.BadRow) {
			fmt.Fprintln(out, b)
			if show.terminal { // which stdout is then likely to be as well
				show.clear()
				_ = out.Flush() // the error stays for the last Flush
			}
		},
		Progress: func(done, total int64) { show.step("reading", done, total) },
		Building: func(done, total int64) { show.step("building", done, total) },
		Built:    c.shrinks,
	})
	show.clear()
	switch flushErr := out.Flush(); {
	case errors.Is(err, context.Canceled):
		return errors.New("interrupted; the directory is unchanged")
	case err != nil:
		return fmt.Errorf("%w; the directory is unchanged (%d rows read, %d bad)", err, report.Read, report.Bad)
	case flushErr != nil:
		return fmt.Errorf("the directory is imported, but not all bad rows could be reported: %w", flushErr)
	}
	took := max(report.Took, time.Millisecond)
	fmt.Fprintf(a.stdout, "imported %d contracts in %s (%.0f rows/s): %d new, %d changed, %d unchanged, %d %s; %d bad rows; %s\n",
		report.Good, took.Round(time.Millisecond), float64(report.Read)/took.Seconds(),
		report.New, report.Changed, report.Unchanged, report.Gone, map[bool]string{false: "gone", true: "kept"}[c.Extend],
		report.Bad, report.Encoding)
	if report.OldBroken {
		fmt.Fprintln(a.stdout, "the old directory was broken: what it had is not compared with")
	}
	return nil
}

// shrinks refuses a file by which the directory would lose too much of itself.
func (c contractsImportCmd) shrinks(_ *directory.Directory, r directory.Report) error {
	old := r.Gone + r.Changed + r.Unchanged
	if c.Extend || c.Shrink || !flows.Doubtful(int(r.Gone), int(old)) {
		return nil
	}
	return fmt.Errorf("%d of the directory's %d contracts are not in it: it looks incomplete; if it is right, add --shrink, and --extend keeps them", r.Gone, old)
}

// errNumber is the answer to what cannot be a contract number.
var errNumber = fmt.Errorf("that is no contract number: it has digits, perhaps letters, and at most %d characters", flows.MaxNumber)

type contractsShowCmd struct {
	Number string `arg:"" help:"The contract."`
}

// Run shows one row of the directory.
func (c contractsShowCmd) Run(a *app) (err error) {
	number, ok := flows.ParseNumber(c.Number)
	if !ok {
		return errNumber
	}
	d, err := directory.Open(a.cfg.Contracts, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	row, ok, err := d.Contract(number)
	if err != nil {
		return err
	}
	info := d.Info()
	switch {
	case info.Rows == 0:
		return fmt.Errorf(`the directory %s is empty: import one with "mvkbot contracts import FILE"`, a.cfg.Contracts)
	case !ok:
		return fmt.Errorf("contract %s is not among the %d of the directory", number, info.Rows)
	}
	_, err = fmt.Fprintf(a.stdout, "number   %s\nkind     %s\nflat     %s\naddress  %s\nholder   %s\nstatus   %s\n(directory of %s, %d contracts)\n",
		row.Number, row.Kind, row.Flat, row.Address, row.Holder, row.Status,
		info.Imported.In(a.cfg.Rules.Location).Format(time.DateTime), info.Rows)
	return err
}
