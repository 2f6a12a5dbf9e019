package bolt_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"testing"

	"go.etcd.io/bbolt"

	"mvkbot/storage"
	"mvkbot/storage/bolt"
)

// goodFile returns a database of some hundred pages: several levels, overflow
// pages, free pages.
func goodFile(t testing.TB) []byte {
	path := newPath(t)
	d, err := bolt.Open(t.Context(), path, bolt.Options{MaxSize: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 300 {
		mustUpdate(t, d, put(fmt.Sprintf("key/%03d/%0100d", i%100, i), string(make([]byte, 300+i*10))))
		mustUpdate(t, d, func(tx storage.Tx) error { return tx.Delete(fmt.Appendf(nil, "key/%03d/%0100d", i%100, i-200)) })
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// try opens the content as a database. It must be refused as damaged, or be
// whole: every pair readable, a write possible, the check content.
func try(t testing.TB, path string, content []byte) (opened bool) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := bolt.Open(t.Context(), path, bolt.Options{MaxSize: 2 << 20})
	if err != nil {
		return false // the error is judged where the damage is known
	}
	defer d.Close()
	if err := d.View(t.Context(), func(s storage.Snapshot) error {
		return s.Scan(nil, nil, func(k, v []byte) (bool, error) { return true, nil })
	}); err != nil {
		t.Errorf("scan: %v", err)
	}
	mustUpdate(t, d, put("key/050", "v"), put("zzz", "v"))
	mustUpdate(t, d, put("key/051", "v")) // the other meta page, too
	if err := d.Check(t.Context()); err != nil {
		t.Errorf("check: %v", err)
	}
	return true
}

// Ensure that no flipped byte in the pages of a file leads to a panic or to a
// start on a tree that does not hold together.
func TestOpen_FlippedBytes(t *testing.T) {
	const flips = 200
	good := goodFile(t)
	path := newPath(t)
	random := rand.New(rand.NewPCG(1, 2))
	refused := 0
	for range flips {
		bad := bytes.Clone(good)
		page := random.IntN(len(bad)/4096) * 4096
		at := page + random.IntN(4096)
		if random.IntN(4) > 0 {
			at = page + random.IntN(128) // header and elements
		}
		bad[at] ^= 1 << random.IntN(8)
		if !try(t, path, bad) {
			refused++
			if err := bolt.Check(t.Context(), path); err == nil { // what Open refuses, Check finds
				t.Errorf("byte %d is not found", at)
			}
		}
		if t.Failed() {
			t.Fatalf("byte %d of page %d", at%4096, at/4096)
		}
	}
	if refused == 0 || refused == flips {
		t.Errorf("%d of %d refused: the flips hit nothing or all", refused, flips)
	}
}

// Ensure the same for any bytes.
func FuzzOpen(f *testing.F) {
	path := newPath(f)
	for _, o := range []*bbolt.Options{{NoFreelistSync: true}, {}} { // the list of free pages in the file or not
		b, err := bbolt.Open(path, 0o600, o)
		if err != nil {
			f.Fatal(err)
		}
		for range 2 {
			if err := b.Update(func(tx *bbolt.Tx) error {
				bucket, err := tx.CreateBucketIfNotExists([]byte("store"))
				if err != nil {
					return err
				}
				sub, err := bucket.CreateBucketIfNotExists([]byte("inline"))
				if err != nil {
					return err
				}
				return errors.Join(sub.Put([]byte("a"), []byte("b")), bucket.Put([]byte("k"), make([]byte, 2000)))
			}); err != nil {
				f.Fatal(err)
			}
		}
		if err := b.Close(); err != nil {
			f.Fatal(err)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content []byte) { try(t, newPath(t), content) })
}

// Ensure that a running database notices damage done to its file, without a
// panic.
func TestDB_Check_Damage(t *testing.T) {
	path := newPath(t)
	if err := os.WriteFile(path, goodFile(t), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := bolt.Open(t.Context(), path, bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for page := 8192; page < len(content); page += 4096 {
		content[page+8] ^= 0xF0 // the kind of every page
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.Check(t.Context()); !errors.Is(err, bolt.ErrDamaged) {
		t.Errorf("check: %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := d.Check(t.Context()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("check of a removed file: %v", err)
	}
}
