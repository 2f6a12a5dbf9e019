package stats_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"mvkbot/bot/admin/stats"
	"mvkbot/flows"
	"mvkbot/storage"
)

// first is the first day of the tests, a Sunday.
var first = flows.DayOf(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC))

type counts = map[flows.Counter]uint64

// Ensure that the days of the span are added up, those outside are left out, and
// those that are missing stand in the series as empty.
func TestSummarize(t *testing.T) {
	registered, opened, bound := flows.ActionCounter(flows.ActionRegistered), flows.ActionCounter(flows.ActionOpened), flows.ActionCounter(flows.ActionBound)
	s := stats.Summarize(first, first+2, []storage.DayTally{
		{Day: first - 1, Counts: counts{registered: 1000, flows.SMSSent: 1000}},
		{Day: first, Counts: counts{registered: 5, opened: 3, bound: 1, flows.SMSSent: 9, flows.SMSUsed: 4, "failure.code_wrong": 2, "failure.captcha_late": 7}},
		{Day: first + 2, Counts: counts{registered: 2, bound: 1, flows.MailSent: 3, flows.MailUsed: 1, "failure.code_wrong": 6, "failure.code_dead": 7,
			flows.ActionCounter(flows.ActionUnbound): 8, flows.ActionCounter(flows.ActionDeleted): 9}},
		{Day: first + 3, Counts: counts{registered: 1000, "failure.code_wrong": 1000}},
	})
	if want := []stats.Day{{first, 5, 3, 1}, {Day: first + 1}, {first + 2, 2, 0, 1}}; !slices.Equal(s.Days, want) {
		t.Errorf("days %v, want %v", s.Days, want)
	}
	if want := []stats.Failure{{"failure.code_wrong", 8}, {"failure.captcha_late", 7}, {"failure.code_dead", 7}}; !slices.Equal(s.Failures, want) {
		t.Errorf("failures %v, want %v", s.Failures, want)
	}
	got := []uint64{s.Registrations, s.Accounts, s.Bindings, s.Unbindings, s.Deletions, s.SMSSent, s.SMSUsed, s.MailSent, s.MailUsed}
	if want := []uint64{7, 3, 2, 8, 9, 9, 4, 3, 1}; !slices.Equal(got, want) {
		t.Errorf("sums %v, want %v", got, want)
	}
	if s.From != first || s.To != first+2 {
		t.Errorf("from %d to %d", s.From, s.To)
	}
}

// Ensure that the funnel has every stage in order, with what each lost of the
// one before.
func TestSummarize_Funnel(t *testing.T) {
	planted := counts{
		flows.StageCame.Counter(): 200, flows.StageStarted.Counter(): 133, flows.StageConsent.Counter(): 140,
		flows.StageName.Counter(): 3,
	}
	s := stats.Summarize(first, first, []storage.DayTally{{Day: first, Counts: planted}})
	want := []stats.Step{
		{Stage: flows.StageCame, Count: 200, Share: -1}, {flows.StageStarted, 133, 67, 67}, {flows.StageConsent, 140, 0, 105},
		{flows.StageSurname, 0, 140, 0}, {flows.StageName, 3, 0, -1}, {flows.StagePatronymic, 0, 3, 0}, {Stage: flows.StagePhone, Share: -1},
	}
	if len(s.Funnel) != int(flows.StageBound) || !slices.Equal(s.Funnel[:len(want)], want) {
		t.Errorf("funnel %v, want %v", s.Funnel, want)
	}
}

// Ensure that a step which more people passed than the one before is told, also after
// a step that nobody passed, and nothing else is.
func TestOverlaps(t *testing.T) {
	for _, tt := range []struct {
		came, started, consent uint64
		want                   bool
	}{{3, 2, 1, false}, {3, 3, 3, false}, {3, 4, 1, true}, {0, 0, 1, true}, {0, 0, 0, false}} {
		c := counts{flows.StageCame.Counter(): tt.came, flows.StageStarted.Counter(): tt.started, flows.StageConsent.Counter(): tt.consent}
		s := stats.Summarize(first, first, []storage.DayTally{{Day: first, Counts: c}})
		if s.Overlaps() != tt.want {
			t.Errorf("%+v: %v", tt, s.Overlaps())
		}
	}
}

// Ensure that median and 95th percentile are within a tenth of the true ones,
// whatever the times are.
func TestSummarize_Times(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 2, 19, 20, 1000} {
		planted := counts{}
		var all []time.Duration
		for range n {
			took := time.Duration(float64(time.Second) * rng.ExpFloat64() * 40_000)
			took = min(max(took, time.Second), 7*24*time.Hour)
			all = append(all, took)
			planted[flows.StageOpened.Took(bucketOf(took))]++
		}
		slices.Sort(all)
		s := stats.Summarize(first, first, []storage.DayTally{{Day: first, Counts: planted}})
		for _, q := range []struct {
			name string
			got  time.Duration
			rank int // nearest rank
		}{{"median", s.Account.Median, (n + 1) / 2}, {"95th percentile", s.Account.P95, (n*95 + 99) / 100}} {
			if off := q.got.Seconds() / all[q.rank-1].Seconds(); off < 0.9 || off > 1.1 {
				t.Errorf("%s of %d is %v, want %v", q.name, n, q.got, all[q.rank-1])
			}
		}
		if s.Account.Count != uint64(n) || s.Contract != (stats.Times{}) {
			t.Errorf("%d times: %v, %v", n, s.Account, s.Contract)
		}
	}
}

// bucketOf is the bucket whose time is nearest, as a ratio.
func bucketOf(took time.Duration) int {
	best, least := 0, 100.0
	for i := range flows.Buckets {
		off := took.Seconds() / flows.BucketTime(i).Seconds()
		if off = max(off, 1/off); off < least {
			best, least = i, off
		}
	}
	return best
}

func ExampleSummarize() {
	s := stats.Summarize(first, first+6, []storage.DayTally{{Day: first, Counts: counts{"funnel.came": 10, "funnel.started": 4}}})
	fmt.Println(s.Funnel[1].Count, s.Funnel[1].Lost, s.Funnel[1].Share, len(s.Days))
	// Output: 4 6 40 7
}
