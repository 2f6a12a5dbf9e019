package directory

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"time"
)

// build merges the runs and the old directory into the new file.
func (i *importer) build(ctx context.Context) (err error) {
	merger := newMerger(func(key []byte, line, first int64) {
		i.report.Good--
		i.refuse(BadRow{Line: line, Column: ColumnNumber, Reason: ReasonRepeats, Value: string(key), First: first})
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
	old, info, err := i.openOld()
	if err != nil {
		return err
	}
	if old != nil {
		if err := merger.add(ctx, old, true); err != nil {
			return err
		}
		defer func() { i.report.OldBroken = i.report.OldBroken || old.broken }()
	}
	next := Info{SHA256: hex.EncodeToString(i.source.sha256[:]), Version: info.Version + 1}
	return i.write(ctx, merger, next, i.report.Good+info.Rows)
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
