package storage_test

import (
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"mvkbot/flows"
)

const (
	benchAccounts = 1_000_000
	benchPage     = 10
	benchBound    = 50 * time.Millisecond
)

// BenchmarkFind searches among a million accounts, and fails when one search in a
// hundred takes 50 ms. Building the city takes a minute or two.
func BenchmarkFind(b *testing.B) {
	began := time.Now()
	c := newCity(b, benchAccounts)
	b.Logf("%d accounts, %d of them under «с», %d MiB, built in %s",
		benchAccounts, c.under('С'), c.db.Size()>>20, time.Since(began).Round(time.Second))
	same := func(text string) func(int) string { return func(int) string { return text } }
	for _, kind := range []struct {
		name string
		text func(n int) string
		page int
	}{
		{"phone", func(n int) string { return "8" + string(phoneOfResident(n)[2:]) }, 1},
		{"email", func(n int) string { return string(mailOfResident(n)) }, 1},
		{"username", func(n int) string { return "@" + usernameOfResident(n-n%3+3) }, 1},
		{"telegram", func(n int) string { return strconv.FormatInt(chatOfResident(n), 10) }, 1},
		{"account", func(n int) string { return "Л" + strconv.Itoa(n) }, 1},
		{"contract", func(n int) string { return string(contractOfResident(n)) }, 1},
		{"surname", func(n int) string { return c.account(n).Surname }, 1},
		{"letter", same("с"), 1},
		{"letter-page100", same("с"), 100},
		{"commonest-page100", same("Иванов"), 100},
		{"surname+name", func(n int) string { return c.account(n).Surname + " " + c.account(n).Name }, 1},
		{"surname+nobody", same("Иванов Яромир"), 1},
		{"long", same("Константинопольский"), 1},
	} {
		b.Run(kind.name, func(b *testing.B) {
			if found := c.search(b, kind.text, kind.page); (found == 0) != (kind.name == "surname+nobody") {
				b.Errorf("%d hits", found)
			}
		})
	}
}

// search measures one page of searches for residents far apart, and returns how
// many hits there were.
func (c *city) search(b *testing.B, text func(n int) string, page int) (found int) {
	var after flows.Cursor
	for range page - 1 {
		_, next, err := c.Find(b.Context(), flows.ParseQuery(text(1)), after, benchPage)
		if err != nil || next == (flows.Cursor{}) {
			b.Fatalf("no page %d: %v", page, err)
		}
		after = next
	}
	var before, behind runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	b.ReportAllocs()
	var took []time.Duration
	for b.Loop() {
		n := 1 + len(took)*7919%(c.accounts-3)
		began := time.Now()
		hits, _, err := c.Find(b.Context(), flows.ParseQuery(text(n)), after, benchPage)
		took = append(took, time.Since(began))
		if err != nil {
			b.Fatal(err)
		}
		found += len(hits)
	}
	searches := len(took)
	slices.Sort(took)
	p50, p99 := took[searches/2], took[searches*99/100]
	took = nil
	runtime.GC()
	runtime.ReadMemStats(&behind)
	b.ReportMetric(float64(p50.Microseconds()), "µs-p50")
	b.ReportMetric(float64(p99.Microseconds()), "µs-p99")
	b.ReportMetric(float64(found)/float64(searches), "hits/op")
	b.ReportMetric(float64(int64(behind.HeapAlloc)-int64(before.HeapAlloc))/1024, "KiB-heap-growth")
	if p99 >= benchBound {
		b.Errorf("one search in a hundred takes %s, want less than %s", p99, benchBound)
	}
	return found
}
