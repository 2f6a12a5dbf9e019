package directory

import (
	"context"
	"errors"
	"io"

	"mvkbot/flows"
)

// sort reads the source into sorted runs.
func (i *importer) sort(ctx context.Context) (err error) {
	rows, err := i.openRows(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.close()) }()
	columns, err := readHeader(rows.header())
	if err != nil {
		return err
	}
	i.sorter = newSorter(i.shop.dir)
	for told := int64(0); ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		line, fields, bad, err := rows.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if err := i.take(columns, line, fields, bad); err != nil {
			return err
		}
		if done := rows.read(); done-told >= 1<<20 {
			told = done
			i.progress(done)
		}
	}
	i.progress(i.source.info.Size())
	err = i.sorter.spill()
	i.sorter.arena, i.sorter.entries = nil, nil // not needed while building
	return err
}

func (i *importer) openRows(ctx context.Context) (rows, error) {
	if i.source.xlsx {
		return newXLSX(ctx, i.source, i.shop.dir)
	}
	return newCSV(i.source)
}

func (i *importer) take(columns columns, line int64, fields []string, bad *BadRow) error {
	i.report.Read++
	var contract flows.Contract
	if bad == nil {
		if contract, bad = columns.contract(fields); bad != nil {
			bad.Row = joined(fields)
		}
	}
	if bad != nil {
		bad.Line = line
		i.refuse(*bad)
		return nil
	}
	i.report.Good++
	return i.sorter.add(string(contract.Number), line, func(b []byte) []byte { return appendValue(b, contract) })
}

func (i *importer) refuse(bad BadRow) {
	i.report.Bad++
	if i.options.OnBadRow != nil {
		i.options.OnBadRow(bad)
	}
}

func (i *importer) progress(done int64) {
	if i.options.Progress != nil {
		i.options.Progress(done, i.source.info.Size())
	}
}
