package storagetest

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"mvkbot/storage"
)

// Ensure that a View goes on showing the state it began with.
func testSnapshotIsolation(t *testing.T, open Open) {
	b := start(t, open)
	old := map[string]string{"changed": "old", "deleted": "old", "kept": "old"}
	put(t, b, old)
	if err := b.View(t.Context(), func(s storage.Snapshot) error {
		updated := make(chan error)
		go func() {
			updated <- b.Update(t.Context(), func(tx storage.Tx) error {
				return errors.Join(tx.Put([]byte("changed"), []byte("new")),
					tx.Delete([]byte("deleted")), tx.Put([]byte("added"), []byte("new")))
			})
		}()
		if err := <-updated; err != nil {
			return err
		}
		keys, err := scan(s, nil, nil, 100)
		if fmt.Sprint(keys) != fmt.Sprint(sortedKeys(old)) {
			err = errors.Join(err, fmt.Errorf("scan shows %q", keys))
		}
		return errors.Join(err, has(s, "changed", []byte("old")), has(s, "deleted", []byte("old")), has(s, "added", nil))
	}); err != nil {
		t.Fatal(err)
	}
	expect(t, b, map[string]string{"changed": "new", "kept": "old", "added": "new"})
}

// Ensure that an update which fails or panics changes nothing and says why.
func testFailureLeavesNothing(t *testing.T, open Open) {
	b := start(t, open)
	want := map[string]string{"a": "1", "b": "2"}
	put(t, b, want)
	spoil := func(tx storage.Tx) error {
		return errors.Join(tx.Put([]byte("a"), []byte("spoilt")), tx.Delete([]byte("b")), tx.Put([]byte("c"), []byte("3")))
	}
	fault := errors.New("fault")
	err := b.Update(t.Context(), func(tx storage.Tx) error { return errors.Join(spoil(tx), fault) })
	if !errors.Is(err, fault) {
		t.Errorf("failing function: %v", err)
	}
	expect(t, b, want)

	err = b.Update(t.Context(), func(tx storage.Tx) error {
		panic(errors.Join(spoil(tx), errors.New("boom")))
	})
	if err == nil || !strings.Contains(err.Error(), "boom") || !strings.Contains(err.Error(), "testFailureLeavesNothing") {
		t.Errorf("panicking function: want its value and stack, got: %v", err)
	}
	expect(t, b, want)
}

// Ensure that failing and panicking updates do not disturb those beside them.
func testNeighbours(t *testing.T, open Open) {
	b := start(t, open)
	fault := errors.New("fault")
	together(t, 140, func(i int) error {
		key := fmt.Appendf(nil, "%03d", i)
		err := b.Update(t.Context(), func(tx storage.Tx) error {
			if err := errors.Join(tx.Put(key, key), tx.Put([]byte("last"), key)); err != nil {
				return err
			}
			switch i % 7 {
			case 0:
				return fault
			case 1:
				panic("boom")
			}
			return nil
		})
		if failed := i%7 <= 1; failed != (err != nil) {
			return fmt.Errorf("update %d: %v", i, err)
		}
		return nil
	})
	all, err := contents(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	if last, err := strconv.Atoi(all["last"]); err != nil || last%7 <= 1 {
		t.Errorf("last writer is %q", all["last"])
	}
	for i := range 140 {
		key := fmt.Sprintf("%03d", i)
		if _, found := all[key]; found != (i%7 > 1) {
			t.Errorf("update %d is in the database: %t", i, found)
		}
	}
}

// number reads a decimal value, absent being 0.
func number(r storage.Reader, key string) (int, error) {
	v, err := r.Get([]byte(key))
	if err != nil || v == nil {
		return 0, err
	}
	return strconv.Atoi(string(v))
}

func putNumber(tx storage.Tx, key string, n int) error {
	return tx.Put([]byte(key), strconv.AppendInt(nil, int64(n), 10))
}

// Ensure that no increment is lost or counted twice, however often a function
// is run.
func testCounter(t *testing.T, open Open) {
	const workers, times = 16, 25
	b := start(t, open)
	together(t, workers, func(int) error {
		for range times {
			if err := b.Update(t.Context(), func(tx storage.Tx) error {
				n, err := number(tx, "n")
				return errors.Join(err, putNumber(tx, "n", n+1))
			}); err != nil {
				return err
			}
		}
		return nil
	})
	expect(t, b, map[string]string{"n": strconv.Itoa(workers * times)})
}

// Ensure that of many who claim an absent key exactly one gets it.
func testClaim(t *testing.T, open Open) {
	taken := errors.New("taken")
	b := start(t, open)
	winners := make(chan int, 50)
	together(t, 50, func(i int) error {
		err := b.Update(t.Context(), func(tx storage.Tx) error {
			if v, err := tx.Get([]byte("phone")); err != nil || v != nil {
				return errors.Join(err, taken)
			}
			return putNumber(tx, "phone", i)
		})
		if errors.Is(err, taken) {
			return nil
		}
		winners <- i
		return err
	})
	if len(winners) != 1 {
		t.Fatalf("%d got the key", len(winners))
	}
	expect(t, b, map[string]string{"phone": strconv.Itoa(<-winners)})
}

// Ensure that what an update only read is guarded, too: of two on duty, each
// may leave only while the other stays.
func testWriteSkew(t *testing.T, open Open) {
	b := start(t, open)
	for round := range 30 {
		put(t, b, map[string]string{"duty/0": "1", "duty/1": "1"})
		together(t, 2, func(i int) error {
			return b.Update(t.Context(), func(tx storage.Tx) error {
				other, err := number(tx, fmt.Sprintf("duty/%d", 1-i))
				if err != nil || other == 0 {
					return err
				}
				return putNumber(tx, fmt.Sprintf("duty/%d", i), 0)
			})
		})
		all, err := contents(t.Context(), b)
		if err != nil || all["duty/0"] == "0" && all["duty/1"] == "0" {
			t.Fatalf("round %d: both left (%v)", round, err)
		}
	}
}

// Ensure that transfers keep the sum, in every snapshot.
func testBank(t *testing.T, open Open) {
	const accounts, workers, transfers, sum = 8, 8, 25, 800
	b := start(t, open)
	for i := range accounts {
		put(t, b, map[string]string{fmt.Sprintf("a/%d", i): strconv.Itoa(sum / accounts)})
	}
	total := func(s storage.Snapshot) (n int, err error) {
		err = s.Scan([]byte("a/"), nil, func(_, v []byte) (bool, error) {
			balance, err := strconv.Atoi(string(v))
			n += balance
			return true, err
		})
		return n, err
	}
	together(t, workers, func(w int) error {
		for i := range transfers {
			from, to := fmt.Sprintf("a/%d", (w+i)%accounts), fmt.Sprintf("a/%d", (w*3+i*5+1)%accounts)
			if err := b.Update(t.Context(), func(tx storage.Tx) error { return transfer(tx, from, to, 1+i%7) }); err != nil {
				return err
			}
			if err := b.View(t.Context(), func(s storage.Snapshot) error {
				n, err := total(s)
				if err == nil && n != sum {
					err = fmt.Errorf("sum is %d, want %d", n, sum)
				}
				return err
			}); err != nil {
				return err
			}
		}
		return nil
	})
}

func transfer(tx storage.Tx, from, to string, amount int) error {
	a, err := number(tx, from)
	if err != nil {
		return err
	}
	if err := putNumber(tx, from, a-amount); err != nil {
		return err
	}
	c, err := number(tx, to) // sees the first write when both are one account
	return errors.Join(err, putNumber(tx, to, c+amount))
}
