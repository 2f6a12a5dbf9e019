package directory

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"time"
)

// build merges the runs and the old directory into the new file.
func (i *importer) build(ctx context.Context) (err error) {
	merger := newMerger(func(repeated record, first int64) {
		i.report.Good--
		i.refuse(BadRow{
			Line: repeated.line, Column: ColumnNumber, Reason: ReasonRepeats, Value: string(repeated.key), First: first, Row: asRead(repeated),
		})
	})
	defer func() { err = errors.Join(err, merger.close()) }()
	for _, run := range i.sorter.runs {
		stream, err := openRun(run)
		if err != nil {
			return err
		}
		if err := merger.add(ctx, stream, false); err != nil {
			return err
		}
	}
	if i.old != nil {
		if err := merger.add(ctx, i.old, true); err != nil {
			return err
		}
		defer func() { i.report.OldBroken = i.report.OldBroken || i.old.broken }()
	}
	next := Info{SHA256: i.report.Basis.SHA256, Version: i.oldInfo.Version + 1}
	return i.write(ctx, merger, next, i.report.Good+i.oldInfo.Rows)
}

// openOld returns no rows when there is no old directory, or when a broken one
// is to be replaced.
func (i *importer) openOld() (*oldRows, Info, error) {
	f, err := openFile(i.shop.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, Info{}, nil
	case err != nil && !i.options.Extend:
		i.report.OldBroken = true
		return nil, Info{}, nil
	case err != nil:
		return nil, Info{}, err
	}
	return &oldRows{path: i.shop.path, reopen: reopenAfter, lenient: !i.options.Extend}, f.info, f.close()
}

func (i *importer) write(ctx context.Context, m *merger, info Info, total int64) (err error) {
	b, err := newBuilder(i.shop.newFile())
	if err != nil {
		return err
	}
	finished := false
	defer func() {
		if !finished {
			err = errors.Join(err, b.close())
		}
	}()
	for done := int64(1); ; done++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		g, err := m.next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if value := i.choose(g); value != nil {
			if err := b.put(g.key, value); err != nil {
				return err
			}
		}
		if i.options.Building != nil && done%rowsPerCommit == 0 {
			i.options.Building(done, total)
		}
	}
	if i.options.Building != nil {
		i.options.Building(total, total)
	}
	info.Rows, info.Imported = b.rows, time.Now().UTC()
	finished = true
	return b.finish(info)
}

// choose counts a number and returns the value that it gets, nil for none.
func (i *importer) choose(g *merged) []byte {
	switch {
	case !g.inSource:
		i.report.Gone++
		if i.options.Extend {
			return g.oldValue
		}
		return nil
	case !g.inOld:
		i.report.New++
	case bytes.Equal(g.value, g.oldValue):
		i.report.Unchanged++
	default:
		i.report.Changed++
	}
	return g.value
}
