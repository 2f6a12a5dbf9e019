package main

import (
	"context"
	"errors"
	"strings"

	"mvkbot/bot"
	"mvkbot/flows"
	"mvkbot/flows/text"
	"mvkbot/storage/directory"
)

// importer changes the contract directory for the bot.
type importer struct {
	path      string
	contracts *directory.Directory
	holders   holders
	texts     *text.Texts
}

// faultTexts tell an administrator what is wrong with a file.
var faultTexts = []struct {
	err  error
	text flows.Text
}{
	{directory.ErrUnpacked, "import.fault_unpacked"}, {directory.ErrFormat, "import.fault_format"}, // in this order: it is both
	{directory.ErrEmpty, "import.fault_empty"}, {directory.ErrNoRows, "import.fault_empty"},
	{directory.ErrNoGoodRows, "import.fault_bad"}, {directory.ErrImporting, "import.fault_busy"},
	{directory.ErrChanged, "import.fault_changed"}, {directory.ErrSuperseded, "import.fault_changed"},
}

// Import implements bot.Importer.
func (i importer) Import(ctx context.Context, file string, w flows.RunImport) (r flows.ImportReport, lists []bot.ImportList, err error) {
	if w.Apply {
		r, err = i.apply(ctx, file, w)
	} else {
		r, lists, err = i.check(ctx, file)
	}
	var columns *directory.ColumnsError
	if errors.As(err, &columns) {
		r.Fault, r.Missing, r.Repeated = "import.fault_columns", columnNames(columns.Missing), columnNames(columns.Repeated)
		return r, nil, nil
	}
	for _, f := range faultTexts {
		if errors.Is(err, f.err) {
			r.Fault = f.text
			return r, lists, nil
		}
	}
	return r, lists, err
}

func columnNames(columns []directory.Column) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = string(c)
	}
	return strings.Join(names, " ")
}

// check tells what a file would change, and lists the rows that are not taken
// and the residents' contracts that would be lost.
func (i importer) check(ctx context.Context, file string) (report flows.ImportReport, lists []bot.ImportList, err error) {
	bad := newBadRowFile(i.texts)
	lost := newLostList(i.texts)
	r, err := directory.Check(ctx, i.path, file, directory.ImportOptions{
		OnBadRow: bad.add,
		Built: func(next *directory.Directory, _ directory.Report) error {
			return i.compareBindings(ctx, next, lost, &report)
		},
	})
	report = counted(report, r)
	for _, l := range []*importList{bad.importList, lost} {
		list, listErr := l.finish()
		lists, err = append(lists, list...), errors.Join(err, listErr)
	}
	return report, lists, err
}

// apply does what a check told. The report has the edition that came of it.
func (i importer) apply(ctx context.Context, file string, w flows.RunImport) (flows.ImportReport, error) {
	edition := ""
	r, err := directory.Import(ctx, i.path, file, directory.ImportOptions{
		Extend: w.Extend, Expect: directory.Basis{SHA256: w.SHA256, Edition: w.Edition},
		Built: func(next *directory.Directory, _ directory.Report) error {
			edition = next.Edition()
			return nil
		},
	})
	err = errors.Join(err, i.contracts.Refresh())
	// An earlier process may have applied it and died before it could tell. A colleague
	// who extended the directory by the file that was to replace it did something else.
	report, now := counted(flows.ImportReport{}, r), i.contracts.Info()
	if errors.Is(err, directory.ErrSuperseded) && now.SHA256 == w.SHA256 && now.Rows == int64(w.Checked.Rows(w.Extend)) {
		report, edition, err = w.Checked, now.Edition(), nil
	}
	report.SHA256, report.Edition = w.SHA256, edition
	return report, err
}

// counted adds to a report what was found in the file.
func counted(report flows.ImportReport, r directory.Report) flows.ImportReport {
	report.SHA256, report.Edition = r.Basis.SHA256, r.Basis.Edition
	report.Read, report.New, report.Changed, report.Unchanged = int(r.Read), int(r.New), int(r.Changed), int(r.Unchanged)
	report.Gone, report.Bad = int(r.Gone), int(r.Bad)
	return report
}
