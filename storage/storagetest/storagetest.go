// Package storagetest is the conformance suite of storage.Backend. A backend
// that passes it can stand under the store; there is no exemption and nothing
// is skipped.
//
// It promises to stay within what every backend can do: at most 32 writes and
// 256 KiB in one update. It does not test what a crash leaves behind; that
// depends on the backend.
package storagetest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"mvkbot/storage"
)

// Open opens the database that belongs to dir, which is empty when the database
// is new. It is called again with the same dir after Close, and fails the test
// when it cannot open.
type Open func(t *testing.T, dir string) storage.Backend

// Run runs the suite, a new database for each test.
func Run(t *testing.T, open Open) {
	for _, tc := range []struct {
		name string
		test func(*testing.T, Open)
	}{
		{"Values", testValues},
		{"ReadYourWrites", testReadYourWrites},
		{"ValuesAreCopied", testValuesAreCopied},
		{"Keys", testKeys},
		{"BigValue", testBigValue},
		{"Scan", testScan},
		{"ScanEnds", testScanEnds},
		{"TenThousandKeys", testTenThousandKeys},
		{"SnapshotIsolation", testSnapshotIsolation},
		{"FailureLeavesNothing", testFailureLeavesNothing},
		{"Neighbours", testNeighbours},
		{"Counter", testCounter},
		{"Claim", testClaim},
		{"WriteSkew", testWriteSkew},
		{"Bank", testBank},
		{"Context", testContext},
		{"Closed", testClosed},
		{"CloseWaits", testCloseWaits},
		{"Durability", testDurability},
		{"Model", testModel},
	} {
		t.Run(tc.name, func(t *testing.T) { tc.test(t, open) })
	}
}

// start opens a new database and closes it after the test.
func start(t *testing.T, open Open) storage.Backend {
	t.Helper()
	b := open(t, t.TempDir())
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return b
}

// put writes pairs in one update.
func put(t *testing.T, b storage.Backend, pairs map[string]string) {
	t.Helper()
	if err := b.Update(t.Context(), func(tx storage.Tx) error {
		for k, v := range pairs {
			if err := tx.Put([]byte(k), []byte(v)); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatalf("put: %v", err)
	}
}

// contents returns every pair in the database.
func contents(ctx context.Context, b storage.Backend) (map[string]string, error) {
	var all map[string]string
	err := b.View(ctx, func(s storage.Snapshot) error {
		all = make(map[string]string)
		return s.Scan(nil, nil, func(k, v []byte) (bool, error) {
			all[string(k)] = string(v)
			return true, nil
		})
	})
	return all, err
}

// expect checks that the database holds exactly these pairs.
func expect(t *testing.T, b storage.Backend, want map[string]string) {
	t.Helper()
	got, err := contents(t.Context(), b)
	if err != nil {
		t.Fatalf("scan: %v", err)
	}
	if !maps.Equal(got, want) {
		t.Fatalf("database holds %q, want %q", got, want)
	}
}

// has returns an error unless key has the value want, nil meaning absent.
func has(r storage.Reader, key string, want []byte) error {
	got, err := r.Get([]byte(key))
	if err != nil {
		return err
	}
	if (got == nil) != (want == nil) || string(got) != string(want) {
		return fmt.Errorf("get %q: %q (nil: %t), want %q (nil: %t)", key, got, got == nil, want, want == nil)
	}
	return nil
}

// scan returns the keys that Scan shows, at most limit.
func scan(s storage.Snapshot, prefix, from []byte, limit int) (keys []string, err error) {
	err = s.Scan(prefix, from, func(k, _ []byte) (bool, error) {
		keys = append(keys, string(k))
		return len(keys) < limit, nil
	})
	return keys, err
}

// together runs n functions at the same time and reports their errors.
func together(t *testing.T, n int, fn func(i int) error) {
	t.Helper()
	errs := make(chan error, n)
	for i := range n {
		go func() { errs <- fn(i) }()
	}
	var all []error
	for range n {
		all = append(all, <-errs)
	}
	if err := errors.Join(all...); err != nil {
		t.Fatal(err)
	}
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
