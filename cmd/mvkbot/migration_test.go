package main

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"mvkbot/storage"
)

// age marks a database as one that a program of schema 1 wrote.
func (d *desk) age(path, secret string) {
	d.t.Helper()
	key, err := parseKey(secret)
	if err != nil {
		d.t.Fatal(err)
	}
	db, err := bbolt.Open(path, 0o600, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		name, bucket := []byte("ms"), tx.Bucket([]byte("store"))
		header := slices.Clone(bucket.Get(name)[:7])
		epoch, err := storage.DeriveKey([]byte(key), fmt.Sprintf("seal %d", binary.BigEndian.Uint16(header[5:])))
		if err != nil {
			return err
		}
		block, err := aes.NewCipher(epoch)
		if err != nil {
			return err
		}
		box, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			return err
		}
		schema := []byte{0xa1, 1, 1} // CBOR: {1: 1}
		return bucket.Put(name, append(header, box.Seal(nil, nil, schema, slices.Concat(header, name))...))
	})
	if err != nil {
		d.t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		d.t.Fatal(err)
	}
}

// Ensure that the database of an older program is copied once before it is
// changed, and that the copy can be put back.
func TestCopyBeforeMigration(t *testing.T) {
	d := newDesk(t)
	d.age(d.founded("mvkbot.db", townSecret), townSecret)
	copies := func() []string {
		return slices.DeleteFunc(d.names(), func(n string) bool { return !strings.HasSuffix(n, ".old") })
	}
	for range 2 {
		d.succeeds("check")
		if got := copies(); len(got) != 1 {
			t.Fatalf("copies: %v", got)
		}
	}
	first := copies()[0]
	if out := d.succeeds("restore", d.path(first)); !strings.Contains(out, "restored from") {
		t.Errorf("restore says %s", out)
	}
	d.succeeds("check") // is old again, and so copied again
	if got := copies(); len(got) != 3 || got[0] != first {
		t.Errorf("copies: %v", got)
	}
}
