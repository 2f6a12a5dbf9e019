package storagetest

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"mvkbot/storage"
)

// Ensure that an absent key is nil, an empty value is not, and that put and
// delete do what they say in both kinds of transaction.
func testValues(t *testing.T, open Open) {
	b := start(t, open)
	put(t, b, map[string]string{"full": "value", "empty": "", "gone": "x", "changed": "old"})
	if err := b.Update(t.Context(), func(tx storage.Tx) error {
		return errors.Join(
			tx.Put([]byte("nil"), nil),
			tx.Put([]byte("changed"), []byte("new")),
			tx.Delete([]byte("gone")),
			tx.Delete([]byte("never was")))
	}); err != nil {
		t.Fatal(err)
	}
	check := func(r storage.Reader) error {
		return errors.Join(
			has(r, "full", []byte("value")),
			has(r, "empty", []byte{}),
			has(r, "nil", []byte{}),
			has(r, "changed", []byte("new")),
			has(r, "gone", nil),
			has(r, "never was", nil),
			has(r, "ful", nil),
			has(r, "full ", nil))
	}
	if err := b.View(t.Context(), func(s storage.Snapshot) error { return check(s) }); err != nil {
		t.Errorf("view: %v", err)
	}
	if err := b.Update(t.Context(), func(tx storage.Tx) error { return check(tx) }); err != nil {
		t.Errorf("update: %v", err)
	}
}

// Ensure that an update sees its own writes, and that a value it read before
// stays what it was.
func testReadYourWrites(t *testing.T, open Open) {
	b := start(t, open)
	put(t, b, map[string]string{"k": "stored"})
	if err := b.Update(t.Context(), func(tx storage.Tx) error {
		k := []byte("k")
		stored, err := tx.Get(k)
		if err != nil {
			return err
		}
		steps := []error{tx.Put(k, []byte("first")), has(tx, "k", []byte("first"))}
		first, err := tx.Get(k)
		steps = append(steps, err,
			tx.Put(k, nil), has(tx, "k", []byte{}),
			tx.Delete(k), has(tx, "k", nil),
			tx.Put(k, []byte("last")), has(tx, "k", []byte("last")),
			tx.Put([]byte("new"), []byte("n")), has(tx, "new", []byte("n")),
			tx.Delete([]byte("new")), has(tx, "new", nil))
		if string(stored) != "stored" || string(first) != "first" {
			steps = append(steps, errors.New("a value changed after it was read"))
		}
		return errors.Join(steps...)
	}); err != nil {
		t.Fatal(err)
	}
	expect(t, b, map[string]string{"k": "last"})
}

// Ensure that Put keeps neither the key nor the value it was given.
func testValuesAreCopied(t *testing.T, open Open) {
	b := start(t, open)
	key, value := []byte("key"), []byte("value")
	if err := b.Update(t.Context(), func(tx storage.Tx) error {
		copy(key, "key")
		copy(value, "value")
		if err := tx.Put(key, value); err != nil {
			return err
		}
		copy(key, "xxx")
		copy(value, "xxxxx")
		return has(tx, "key", []byte("value"))
	}); err != nil {
		t.Fatal(err)
	}
	expect(t, b, map[string]string{"key": "value"})
}

// Ensure that keys of 1 to 1,024 bytes, any bytes, are taken and others refused.
func testKeys(t *testing.T, open Open) {
	b := start(t, open)
	want := make(map[string]string)
	for _, key := range []string{
		"a", "\x00", "\x00\x00", "\xff", "\xff\xff", "a\x00b", "строка", strings.Repeat("k", 1024),
	} {
		put(t, b, map[string]string{key: "v"})
		want[key] = "v"
	}
	for _, key := range []string{"", strings.Repeat("k", 1025)} {
		err := b.Update(t.Context(), func(tx storage.Tx) error { return tx.Put([]byte(key), []byte("v")) })
		if err == nil {
			t.Errorf("a key of %d bytes was taken", len(key))
		}
	}
	expect(t, b, want)
}

// Ensure that a large value survives and can be replaced and removed.
func testBigValue(t *testing.T, open Open) {
	b := start(t, open)
	big := bytes.Repeat([]byte("0123456789abcdef"), 200<<10/16)
	for _, value := range [][]byte{big, big[:1], big[1:]} {
		put(t, b, map[string]string{"big": string(value), "small": "s"})
		if err := b.View(t.Context(), func(s storage.Snapshot) error { return has(s, "big", value) }); err != nil {
			t.Fatalf("value of %d bytes is not what was put", len(value))
		}
	}
	if err := b.Update(t.Context(), func(tx storage.Tx) error { return tx.Delete([]byte("big")) }); err != nil {
		t.Fatal(err)
	}
	expect(t, b, map[string]string{"small": "s"})
}

// Ensure that Scan shows the keys of a prefix from a bound on, in byte order.
func testScan(t *testing.T, open Open) {
	b := start(t, open)
	put(t, b, map[string]string{
		"a": "1", "b": "2", "b\x00": "3", "b/1": "4", "b/10": "5", "b/2": "6", "c": "7", "\xff": "8", "\xff\xffz": "9",
	})
	for _, tc := range []struct {
		prefix, from string
		want         []string
	}{
		{"", "", []string{"a", "b", "b\x00", "b/1", "b/10", "b/2", "c", "\xff", "\xff\xffz"}},
		{"b", "", []string{"b", "b\x00", "b/1", "b/10", "b/2"}},
		{"b/", "", []string{"b/1", "b/10", "b/2"}},
		{"b/", "b/1", []string{"b/1", "b/10", "b/2"}},
		{"b/", "b/1\x00", []string{"b/10", "b/2"}},
		{"b/", "a", []string{"b/1", "b/10", "b/2"}},
		{"b/", "b/2", []string{"b/2"}},
		{"b/", "b/3", nil},
		{"b/", "c", nil},
		{"", "b/2", []string{"b/2", "c", "\xff", "\xff\xffz"}},
		{"\xff", "", []string{"\xff", "\xff\xffz"}},
		{"\xff\xff", "", []string{"\xff\xffz"}},
		{"d", "", nil},
	} {
		if err := b.View(t.Context(), func(s storage.Snapshot) error {
			got, err := scan(s, []byte(tc.prefix), []byte(tc.from), 100)
			if !slices.Equal(got, tc.want) {
				t.Errorf("prefix %q from %q: %q, want %q", tc.prefix, tc.from, got, tc.want)
			}
			return err
		}); err != nil {
			t.Errorf("prefix %q from %q: %v", tc.prefix, tc.from, err)
		}
	}
}

// Ensure that Scan ends when its function says so, and passes on its error.
func testScanEnds(t *testing.T, open Open) {
	b := start(t, open)
	put(t, b, map[string]string{"a": "1", "b": "2", "c": "3"})
	fault := errors.New("fault")
	for _, tc := range []struct {
		more bool
		err  error
		want int
	}{{true, nil, 3}, {false, nil, 1}, {true, fault, 1}, {false, fault, 1}} {
		seen := 0
		err := b.View(t.Context(), func(s storage.Snapshot) error {
			seen = 0
			return s.Scan(nil, nil, func(k, v []byte) (bool, error) {
				seen++
				return tc.more, tc.err
			})
		})
		if seen != tc.want || !errors.Is(err, tc.err) {
			t.Errorf("function returns (%t, %v): %d keys and %v, want %d", tc.more, tc.err, seen, err, tc.want)
		}
	}
	err := b.View(t.Context(), func(storage.Snapshot) error { return fault })
	if !errors.Is(err, fault) {
		t.Errorf("view returned %v instead of its function's error", err)
	}
}
