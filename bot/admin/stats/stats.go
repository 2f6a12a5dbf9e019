// Package stats makes of the daily tallies what staff read and see: how far
// residents come, how long they take, what stops them.
//
// [Summarize] promises a pure function of the tallies, [Draw] the same bytes
// for the same summary and captions. Nothing here names a person. The package
// holds no text: captions come from the caller.
package stats

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"mvkbot/flows"
	"mvkbot/storage"
)

// Summary is what happened from one day to another, both included.
type Summary struct {
	From, To flows.Day
	Funnel   []Step // by stage
	Account  Times  // from the beginning of the form to the open account
	Contract Times  // to the first bound contract

	Registrations, Accounts, Bindings, Unbindings, Deletions uint64

	SMSSent, SMSUsed, MailSent, MailUsed uint64 // codes

	Failures []Failure // the most frequent first
	Days     []Day     // every day of the span, the oldest first
}

// Step is a stage of the funnel. Those who passed it in the span may have begun
// before: a step can have more people than the one before it.
type Step struct {
	Stage flows.Stage
	Count uint64
	Lost  uint64 // of the step before, 0 where none is lost
	Share int    // of the step before in per cent, -1 where that is empty
}

// Failure is a reason that stopped residents.
type Failure struct {
	Counter flows.Counter
	Count   uint64
}

// Day is one day of the series.
type Day struct {
	Day                               flows.Day
	Registrations, Accounts, Bindings uint64
}

// Times are how long residents took, within 8 %.
type Times struct {
	Count       uint64
	Median, P95 time.Duration
}

// Summarize adds up the days of a span. Days that are missing were empty, days
// outside do not count.
func Summarize(from, to flows.Day, days []storage.DayTally) Summary {
	sum, byDay := map[flows.Counter]uint64{}, map[flows.Day]map[flows.Counter]uint64{}
	for _, d := range days {
		if d.Day < from || d.Day > to {
			continue
		}
		byDay[d.Day] = d.Counts
		for c, n := range d.Counts {
			sum[c] += n
		}
	}
	registered, opened, bound := flows.ActionCounter(flows.ActionRegistered), flows.ActionCounter(flows.ActionOpened), flows.ActionCounter(flows.ActionBound)
	s := Summary{
		From: from, To: to, Funnel: funnel(sum), Account: times(sum, flows.StageOpened), Contract: times(sum, flows.StageBound),
		Registrations: sum[registered], Accounts: sum[opened],
		Bindings: sum[bound], Unbindings: sum[flows.ActionCounter(flows.ActionUnbound)], Deletions: sum[flows.ActionCounter(flows.ActionDeleted)],
		SMSSent: sum[flows.SMSSent], SMSUsed: sum[flows.SMSUsed], MailSent: sum[flows.MailSent], MailUsed: sum[flows.MailUsed],
		Failures: failures(sum),
	}
	for d := from; d <= to; d++ {
		c := byDay[d]
		s.Days = append(s.Days, Day{d, c[registered], c[opened], c[bound]})
	}
	return s
}

func funnel(sum map[flows.Counter]uint64) []Step {
	var steps []Step
	before := uint64(0)
	for g := flows.StageCame; g <= flows.StageBound; g++ {
		s := Step{Stage: g, Count: sum[g.Counter()], Share: -1}
		if before > 0 {
			s.Share = int((s.Count*100 + before/2) / before)
		}
		if s.Count < before {
			s.Lost = before - s.Count
		}
		steps, before = append(steps, s), s.Count
	}
	return steps
}

// Overlaps reports whether a step has more people than the one before it: some had
// passed that before the span.
func (s Summary) Overlaps() bool {
	for i := 1; i < len(s.Funnel); i++ {
		if s.Funnel[i].Count > s.Funnel[i-1].Count {
			return true
		}
	}
	return false
}

func failures(sum map[flows.Counter]uint64) []Failure {
	var list []Failure
	for _, c := range slices.Sorted(maps.Keys(sum)) {
		if strings.HasPrefix(string(c), string(flows.Failure)) {
			list = append(list, Failure{c, sum[c]})
		}
	}
	slices.SortStableFunc(list, func(a, b Failure) int { return cmp.Compare(b.Count, a.Count) })
	return list
}

func times(sum map[flows.Counter]uint64, g flows.Stage) Times {
	var buckets [flows.Buckets]uint64
	var t Times
	for i := range buckets {
		buckets[i] = sum[g.Took(i)]
		t.Count += buckets[i]
	}
	t.Median, t.P95 = quantile(buckets[:], t.Count, 50), quantile(buckets[:], t.Count, 95)
	return t
}

// quantile is a time that so many per cent did not exceed; zero for nobody.
func quantile(buckets []uint64, count, percent uint64) time.Duration {
	rank, seen := (count*percent+99)/100, uint64(0)
	for i, n := range buckets {
		if seen += n; seen > 0 && seen >= rank {
			return flows.BucketTime(i)
		}
	}
	return 0
}
