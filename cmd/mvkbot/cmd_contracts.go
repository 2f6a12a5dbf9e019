package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"mvkbot/flows"
	"mvkbot/storage/directory"
)

type contractsImportCmd struct {
	File   string `arg:"" help:"CSV or XLSX file with a header row."`
	Extend bool   `help:"Add to the directory instead of replacing it."`
	Strict bool   `help:"Change nothing when a row is bad."`
}

// Run imports a file; a running bot notices the new directory by itself.
func (c contractsImportCmd) Run(a *app) error {
	if err := os.MkdirAll(filepath.Dir(a.cfg.Contracts), 0o700); err != nil {
		return err
	}
	out := bufio.NewWriter(a.stdout)
	show := newProgress(a.stderr)
	report, err := directory.Import(a.ctx, a.cfg.Contracts, c.File, directory.ImportOptions{
		Extend: c.Extend, Strict: c.Strict,
		OnBadRow: func(b directory.BadRow) { fmt.Fprintln(out, b) },
		Progress: func(done, total int64) { show.step("reading", done, total) },
		Building: func(done, total int64) { show.step("building", done, total) },
	})
	show.end()
	if err := out.Flush(); err != nil {
		return err
	}
	if err != nil {
		return fmt.Errorf("import %s: %w; the directory is unchanged (%d rows read, %d bad)", c.File, err, report.Read, report.Bad)
	}
	took := max(report.Took, time.Millisecond)
	fmt.Fprintf(a.stdout, "imported %d contracts in %s (%.0f rows/s): %d new, %d changed, %d unchanged, %d gone; %d bad rows; %s\n",
		report.Good, took.Round(time.Millisecond), float64(report.Read)/took.Seconds(),
		report.New, report.Changed, report.Unchanged, report.Gone, report.Bad, report.Encoding)
	return nil
}

// progress is a bar on a terminal, and a line every few seconds elsewhere.
type progress struct {
	w     io.Writer
	tty   bool
	bar   *progressbar.ProgressBar
	stage string
	last  time.Time
}

func newProgress(w io.Writer) *progress {
	f, ok := w.(*os.File)
	return &progress{w: w, tty: ok && term.IsTerminal(int(f.Fd())), last: time.Now()}
}

// linesEvery is how often a line tells where the import is.
const linesEvery = 5 * time.Second

func (p *progress) step(stage string, done, total int64) {
	if p.tty {
		if stage != p.stage {
			p.end()
			p.bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(p.w), progressbar.OptionSetDescription(stage),
				progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionShowCount(), progressbar.OptionSetWidth(40))
		}
		p.stage = stage
		_ = p.bar.Set64(done) // a terminal that is gone must not stop the import
		return
	}
	if now := time.Now(); now.Sub(p.last) >= linesEvery && total > 0 {
		p.last = now
		fmt.Fprintf(p.w, "%s: %d %%\n", stage, done*100/total)
	}
}

func (p *progress) end() {
	if p.bar != nil {
		fmt.Fprintln(p.w)
		p.bar = nil
	}
}

type contractsShowCmd struct {
	Number string `arg:"" help:"The contract."`
}

// Run shows one row of the directory.
func (c contractsShowCmd) Run(a *app) (err error) {
	number, ok := flows.ParseNumber(c.Number)
	if !ok {
		return errors.New("that is no contract number: want digits, at most 20")
	}
	d, err := directory.Open(a.cfg.Contracts, a.log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	row, ok, err := d.Contract(number)
	if err != nil {
		return err
	}
	info := d.Info()
	if !ok {
		return fmt.Errorf("contract %s is not among the %d of the directory", number, info.Rows)
	}
	_, err = fmt.Fprintf(a.stdout, "number   %s\nkind     %s\nflat     %s\naddress  %s\nholder   %s\nstatus   %s\n(directory of %s, %d contracts)\n",
		row.Number, row.Kind, row.Flat, row.Address, row.Holder, row.Status, info.Imported.In(a.cfg.Rules.Location).Format(time.DateTime), info.Rows)
	return err
}
