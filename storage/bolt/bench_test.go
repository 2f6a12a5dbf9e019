package bolt_test

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"mvkbot/storage"
	"mvkbot/storage/bolt"
)

const (
	benchRecords = 200_000
	benchValue   = 600 // bytes
)

// turn is what a dialog's turn does to the database: it reads and replaces one
// record somewhere and adds two at the end (outbox, update id).
func turn(tx storage.Tx, record, sequence uint64, value []byte) error {
	random := binary.BigEndian.AppendUint64([]byte("c/"), record)
	if _, err := tx.Get(random); err != nil {
		return err
	}
	if err := tx.Put(random, value); err != nil {
		return err
	}
	if err := tx.Put(binary.BigEndian.AppendUint64([]byte("o/"), sequence), value); err != nil {
		return err
	}
	return tx.Put(binary.BigEndian.AppendUint64([]byte("u/"), sequence), value)
}

func fill(b *testing.B, d *bolt.DB) {
	const chunk = 10_000
	value := make([]byte, benchValue)
	for first := uint64(0); first < benchRecords; first += chunk {
		if err := d.Update(b.Context(), func(tx storage.Tx) error {
			for i := range uint64(chunk) {
				if err := tx.Put(binary.BigEndian.AppendUint64([]byte("c/"), first+i), value); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkUpdate measures durable turns from many goroutines at once on a
// database of 200,000 records.
func BenchmarkUpdate(b *testing.B) {
	for _, workers := range []int{1, 64, 1024} {
		b.Run(fmt.Sprintf("goroutines=%d", workers), func(b *testing.B) {
			d, err := bolt.Open(b.Context(), b.TempDir()+"/store.db", bolt.Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer d.Close()
			fill(b, d)
			before := d.Stats()
			b.ResetTimer()
			hammer(b, workers, func(sequence uint64, value []byte) error {
				record := rand.Uint64N(benchRecords)
				return d.Update(b.Context(), func(tx storage.Tx) error { return turn(tx, record, sequence, value) })
			})
			after := d.Stats()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "updates/s")
			b.ReportMetric(float64(after.Updates-before.Updates)/float64(after.Commits-before.Commits), "updates/commit")
		})
	}
}

// hammer runs b.N updates from so many goroutines.
func hammer(b *testing.B, workers int, update func(sequence uint64, value []byte) error) {
	var sequence atomic.Uint64
	var running sync.WaitGroup
	for range workers {
		running.Go(func() {
			value := make([]byte, benchValue)
			for n := sequence.Add(1); n <= uint64(b.N); n = sequence.Add(1) {
				if err := update(n, value); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	running.Wait()
}
