package directory

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Ensure that sorting in many small runs and merging gives what a map gives:
// every number once, with its first line, the others told, beside the old rows.
func TestSortAndMerge_LikeMap(t *testing.T) {
	base := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp(base, "")
		if err != nil {
			t.Fatal(err)
		}
		source := rapid.SliceOfN(rapid.IntRange(1, 30), 1, 60).Draw(t, "source")
		old := rapid.SliceOfNDistinct(rapid.IntRange(1, 30), 1, 30, rapid.ID).Draw(t, "old")
		slices.Sort(old)

		s := newSorter(dir)
		s.rows = rapid.IntRange(1, 20).Draw(t, "rows")
		s.bytes = rapid.IntRange(1, 200).Draw(t, "bytes")
		first := map[string]int64{}
		repeats := 0
		for i, n := range source {
			key, line := fmt.Sprintf("%03d", n), int64(i+2)
			if err := s.add(key, line, func(b []byte) []byte { return fmt.Appendf(b, "line %d", line) }); err != nil {
				t.Fatal(err)
			}
			if _, ok := first[key]; ok {
				repeats++
			} else {
				first[key] = line
			}
		}
		if err := s.spill(); err != nil {
			t.Fatal(err)
		}

		ctx := context.Background()
		m := newMerger(func(r record, taken int64) {
			repeats--
			if first[string(r.key)] != taken || r.line <= taken {
				t.Errorf("line %d repeats %d, first is %d", r.line, taken, first[string(r.key)])
			}
		})
		for _, run := range s.runs {
			r, err := openRun(run)
			if err := errors.Join(err, m.add(ctx, r, false)); err != nil {
				t.Fatal(err)
			}
		}
		if err := m.add(ctx, &listStream{keys: old}, true); err != nil {
			t.Fatal(err)
		}
		last := ""
		for {
			g, err := m.next(ctx)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			key := string(g.key)
			if key <= last {
				t.Errorf("%s after %s", key, last)
			}
			last = key
			line, inSource := first[key]
			if g.inSource != inSource || inSource && string(g.value) != fmt.Sprintf("line %d", line) {
				t.Errorf("%s has %q", key, g.value)
			}
			if _, inOld := slices.BinarySearchFunc(old, key, func(n int, key string) int { return compareKey(n, key) }); g.inOld != inOld {
				t.Errorf("%s in old %v", key, g.inOld)
			}
			delete(first, key)
		}
		if len(first) > 0 || repeats != 0 {
			t.Errorf("lost %v, %d repeats untold", first, repeats)
		}
	})
}

func compareKey(n int, key string) int {
	switch own := fmt.Sprintf("%03d", n); {
	case own < key:
		return -1
	case own > key:
		return 1
	}
	return 0
}

// listStream is an old directory of these keys.
type listStream struct{ keys []int }

func (l *listStream) close() error { return nil }

func (l *listStream) next(context.Context) (record, error) {
	if len(l.keys) == 0 {
		return record{}, io.EOF
	}
	key := fmt.Appendf(nil, "%03d", l.keys[0])
	l.keys = l.keys[1:]
	return record{key: key, value: []byte("old")}, nil
}

// Ensure that a run which is cut anywhere is an error, not a shorter run.
func TestRunReader_Cut(t *testing.T) {
	s := newSorter(t.TempDir())
	if err := s.add("key", 300, func(b []byte) []byte { return append(b, "value"...) }); err != nil {
		t.Fatal(err)
	}
	if err := s.spill(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(s.runs[0])
	if err != nil {
		t.Fatal(err)
	}
	for size := 1; size < len(whole); size++ {
		path := filepath.Join(t.TempDir(), "run")
		if err := os.WriteFile(path, whole[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := openRun(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.next(t.Context()); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("cut at %d: %v", size, err)
		}
		if err := r.close(); err != nil {
			t.Error(err)
		}
	}
}

// Ensure that the rows of the old directory come all and once, however often
// its file is opened anew on the way.
func TestOldRows_Reopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "contracts.db")
	for _, rows := range []int{1, 2, 3, 10} {
		os.Remove(path)
		b, err := newBuilder(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := range rows {
			if err := b.put(fmt.Appendf(nil, "%03d", i), []byte("v")); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.finish(Info{Rows: int64(rows)}); err != nil {
			t.Fatal(err)
		}
		for reopen := 1; reopen <= rows+1; reopen++ {
			o := &oldRows{path: path, reopen: reopen}
			var keys []string
			for {
				r, err := o.next(t.Context())
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				keys = append(keys, string(r.key))
			}
			if err := o.close(); err != nil {
				t.Error(err)
			}
			if len(keys) != rows || !slices.IsSorted(keys) || len(slices.Compact(keys)) != rows {
				t.Errorf("%d rows, reopened every %d: %v", rows, reopen, keys)
			}
		}
	}
}
