package bolt_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"mvkbot/storage"
	"mvkbot/storage/bolt"
)

// writerEnv makes the test binary a process that writes to the database it
// names until it is killed.
const writerEnv = "MVKBOT_TEST_BOLT_WRITER"

const crashWriters = 64

func TestMain(m *testing.M) {
	if path := os.Getenv(writerEnv); path != "" {
		fmt.Fprintln(os.Stderr, writeForever(path))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// writeForever numbers records in many goroutines, and prints "writer number"
// for each that is acknowledged.
func writeForever(path string) error {
	d, err := bolt.Open(context.Background(), path, bolt.Options{})
	if err != nil {
		return err
	}
	errs := make(chan error)
	for w := range crashWriters {
		go func() {
			for {
				n, err := writeNext(d, w)
				if err == nil {
					_, err = fmt.Printf("%d %d\n", w, n)
				}
				if err != nil {
					errs <- err
					return
				}
			}
		}()
	}
	return <-errs
}

func lastKey(w int) string      { return fmt.Sprintf("last/%02d", w) }
func recordKey(w, n int) string { return fmt.Sprintf("record/%02d/%08d", w, n) }
func recordValue(w, n int) string {
	return strings.Repeat(fmt.Sprintf("%d.%d ", w, n), 100)
}

// writeNext writes the writer's next record and its number, together.
func writeNext(d *bolt.DB, w int) (n int, err error) {
	err = d.Update(context.Background(), func(tx storage.Tx) error {
		last, err := tx.Get([]byte(lastKey(w)))
		if err != nil {
			return err
		}
		n, _ = strconv.Atoi(string(last))
		n++
		return errors.Join(put(recordKey(w, n), recordValue(w, n))(tx), put(lastKey(w), strconv.Itoa(n))(tx))
	})
	return n, err
}

// crash runs a writer and kills it after about so many acknowledgements. It
// returns the highest number that each goroutine had acknowledged.
func crash(t *testing.T, path string, after int) (acknowledged [crashWriters]int, lines int) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), writerEnv+"="+path)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(out)
	for {
		if lines == after {
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
		line, err := r.ReadString('\n')
		if err != nil {
			break // a last line without its end does not count
		}
		lines++
		var w, n int
		if _, err := fmt.Sscanf(line, "%d %d\n", &w, &n); err != nil {
			t.Fatalf("line %q: %v", line, err)
		}
		acknowledged[w] = max(acknowledged[w], n)
	}
	if child.Wait(); lines < after {
		t.Fatalf("the writer ended by itself after %d lines", lines)
	}
	return acknowledged, lines
}

// Ensure that a process killed at any moment loses nothing that it had
// acknowledged, and leaves no half of an update.
func TestKill(t *testing.T) {
	const cycles = 20
	path := newPath(t)
	total := 0
	for cycle := range cycles {
		acknowledged, lines := crash(t, path, rand.IntN(500)*cycle/cycles)
		total += lines
		d, err := bolt.Open(t.Context(), path, bolt.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for w, least := range acknowledged {
			if err := complete(t.Context(), d, w, least); err != nil {
				t.Errorf("cycle %d: %v", cycle, err)
			}
		}
		if err := errors.Join(d.Check(t.Context()), d.Close(), bolt.Check(t.Context(), path)); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d acknowledged updates", total)
}

// complete checks that a writer's records are all there, from 1 to a last
// number of at least so much, and none above it.
func complete(ctx context.Context, d *bolt.DB, w, least int) error {
	return d.View(ctx, func(s storage.Snapshot) error {
		v, err := s.Get([]byte(lastKey(w)))
		if err != nil {
			return err
		}
		last, _ := strconv.Atoi(string(v))
		if last < least {
			return fmt.Errorf("writer %d: last record is %d, acknowledged %d", w, last, least)
		}
		n := 0
		if err := s.Scan(fmt.Appendf(nil, "record/%02d/", w), nil, func(k, v []byte) (bool, error) {
			n++
			if string(k) != recordKey(w, n) || string(v) != recordValue(w, n) {
				return false, fmt.Errorf("writer %d: key %q in the place of record %d", w, k, n)
			}
			return true, nil
		}); err != nil {
			return err
		}
		if n != last {
			return fmt.Errorf("writer %d: %d records, the last should be %d", w, n, last)
		}
		return nil
	})
}
