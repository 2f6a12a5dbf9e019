package storagetest

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"mvkbot/storage"
)

// model drives a backend and a plain map side by side.
type model struct {
	test    *testing.T
	open    Open
	dir     string
	backend storage.Backend
	pairs   map[string]string
}

// Ensure that any sequence of transactions and reopenings leaves what it leaves
// in a map.
func testModel(t *testing.T, open Open) {
	m := &model{test: t, open: open, dir: t.TempDir()}
	m.backend = open(t, m.dir)
	t.Cleanup(func() {
		if err := m.backend.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	rapid.Check(t, func(rt *rapid.T) {
		m.empty(rt)
		rt.Repeat(map[string]func(*rapid.T){
			"":       m.compare,
			"update": m.update,
			"scan":   m.scan,
			"reopen": m.reopen,
		})
	})
}

func (m *model) contents(rt *rapid.T) map[string]string {
	all, err := contents(m.test.Context(), m.backend)
	if err != nil {
		rt.Fatal(err)
	}
	return all
}

func (m *model) compare(rt *rapid.T) {
	if got := m.contents(rt); !maps.Equal(got, m.pairs) {
		rt.Fatalf("database holds %q, want %q", got, m.pairs)
	}
}

// empty removes what the last sequence left.
func (m *model) empty(rt *rapid.T) {
	for some := range slices.Chunk(sortedKeys(m.contents(rt)), 32) {
		if err := m.backend.Update(m.test.Context(), func(tx storage.Tx) error {
			for _, k := range some {
				if err := tx.Delete([]byte(k)); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			rt.Fatal(err)
		}
	}
	m.pairs = map[string]string{}
}

// key draws from few letters, so that keys meet and are prefixes of each other.
func key(rt *rapid.T, label string, least int) string {
	return string(rapid.SliceOfN(rapid.SampledFrom([]byte("\x00a/\xff")), least, 4).Draw(rt, label))
}

type write struct {
	key, value string
	remove     bool
}

func (m *model) update(rt *rapid.T) {
	writes := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) write {
		return write{key(rt, "key", 1), strings.Repeat("v", rapid.IntRange(0, 3000).Draw(rt, "size")), rapid.Bool().Draw(rt, "remove")}
	}), 0, 8).Draw(rt, "writes")
	end := rapid.SampledFrom([]string{"commit", "commit", "commit", "fail", "panic"}).Draw(rt, "end")
	after := m.pairs
	err := m.backend.Update(m.test.Context(), func(tx storage.Tx) error {
		after = maps.Clone(m.pairs)
		for _, w := range writes {
			if err := m.write(tx, after, w); err != nil {
				return err
			}
		}
		switch end {
		case "fail":
			return errors.New("fail")
		case "panic":
			panic("panic")
		}
		return nil
	})
	if (err == nil) != (end == "commit") {
		rt.Fatalf("%s: %v", end, err)
	}
	if err == nil {
		m.pairs = after
	} else if !strings.Contains(err.Error(), end) {
		rt.Fatalf("%s: %v", end, err)
	}
}

// write does one write in both worlds, reading before and after.
func (m *model) write(tx storage.Tx, pairs map[string]string, w write) error {
	want := func() []byte {
		if v, ok := pairs[w.key]; ok {
			return []byte(v)
		}
		return nil
	}
	if err := has(tx, w.key, want()); err != nil {
		return err
	}
	var err error
	if w.remove {
		err = tx.Delete([]byte(w.key))
		delete(pairs, w.key)
	} else {
		err = tx.Put([]byte(w.key), []byte(w.value))
		pairs[w.key] = w.value
	}
	return errors.Join(err, has(tx, w.key, want()))
}

func (m *model) scan(rt *rapid.T) {
	prefix, from := key(rt, "prefix", 0), key(rt, "from", 0)
	limit := rapid.IntRange(1, 8).Draw(rt, "limit")
	var want []string
	for _, k := range sortedKeys(m.pairs) {
		if strings.HasPrefix(k, prefix) && k >= from && len(want) < limit {
			want = append(want, k)
		}
	}
	if err := m.backend.View(m.test.Context(), func(s storage.Snapshot) error {
		got, err := scan(s, []byte(prefix), []byte(from), limit)
		if !slices.Equal(got, want) {
			rt.Errorf("prefix %q from %q: %q, want %q", prefix, from, got, want)
		}
		return err
	}); err != nil {
		rt.Fatal(err)
	}
}

func (m *model) reopen(rt *rapid.T) {
	if err := m.backend.Close(); err != nil {
		rt.Fatal(err)
	}
	m.backend = m.open(m.test, m.dir)
}
