package main

import (
	"context"
	"errors"

	"mvkbot/flows"
	"mvkbot/flows/text"
	"mvkbot/storage/directory"
)

// importer changes the contract directory for the bot.
type importer struct {
	path      string
	contracts *directory.Directory
	texts     *text.Texts
}

// faultTexts tell an administrator what is wrong with a file.
var faultTexts = []struct {
	err  error
	text flows.Text
}{
	{directory.ErrFormat, "import.fault_format"}, {directory.ErrEmpty, "import.fault_empty"}, {directory.ErrNoRows, "import.fault_empty"},
	{directory.ErrNoGoodRows, "import.fault_bad"}, {directory.ErrImporting, "import.fault_busy"},
	{directory.ErrChanged, "import.fault_changed"}, {directory.ErrSuperseded, "import.fault_changed"},
}

// Import implements bot.Importer.
func (i importer) Import(ctx context.Context, file string, w flows.RunImport) (flows.ImportReport, []byte, error) {
	bad := newBadRowFile(i.texts)
	o := directory.ImportOptions{Extend: w.Extend, OnBadRow: bad.add}
	do := directory.Check
	if w.Apply {
		do, o.Expect = directory.Import, directory.Basis{SHA256: w.SHA256, Edition: w.Edition}
	}
	r, err := do(ctx, i.path, file, o)
	report := flows.ImportReport{
		SHA256: r.Basis.SHA256, Edition: r.Basis.Edition,
		Read: int(r.Read), New: int(r.New), Changed: int(r.Changed), Unchanged: int(r.Unchanged), Gone: int(r.Gone), Bad: int(r.Bad),
	}
	if w.Apply {
		report.SHA256 = w.SHA256
		err = errors.Join(err, i.contracts.Refresh())
	}
	var rows []byte
	if r.Bad > 0 {
		var badErr error
		rows, badErr = bad.finish()
		err = errors.Join(err, badErr)
	}
	if w.Apply && errors.Is(err, directory.ErrSuperseded) && i.contracts.Info().SHA256 == w.SHA256 {
		return report, nil, nil // an earlier process had applied it and died before it could tell
	}
	var columns *directory.ColumnsError
	if errors.As(err, &columns) {
		report.Fault = "import.fault_columns"
		return report, nil, nil
	}
	for _, f := range faultTexts {
		if errors.Is(err, f.err) {
			report.Fault = f.text
			return report, rows, nil
		}
	}
	return report, rows, err
}
