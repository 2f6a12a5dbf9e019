package flows

import (
	"time"
)

// limit is at most N uses within any span of Per; N = 0 is no limit.
type limit struct {
	N   int
	Per time.Duration
}

const day = 24 * time.Hour

// openAt tells when a sliding budget takes one more use: the zero time when it
// does now.
func (s *Scene) openAt(b Budget, limits ...limit) time.Time {
	var until time.Time
	u := s.l.Usage(b)
	for _, l := range limits {
		if l.N <= 0 {
			continue
		}
		recent := u.since(s.t.At, l.Per)
		if len(recent) < l.N {
			continue
		}
		free := time.Unix(recent[len(recent)-l.N].At, 0).Add(l.Per)
		if free.After(until) {
			until = free
		}
	}
	return until
}

// spend notes one use; uses older than a day are forgotten.
func (s *Scene) spend(b Budget, tag uint64) { s.spendWithin(b, tag, day) }

// spendWithin notes one use and forgets those older than a span.
func (s *Scene) spendWithin(b Budget, tag uint64, keep time.Duration) {
	u := s.l.Usage(b)
	spends := append([]Spend(nil), u.since(s.t.At, keep)...)
	u.Spends = append(spends, Spend{At: s.t.At.Unix(), Tag: tag})
	s.l.SetUsage(b, u)
}

// giveBack takes one use back that was noted at a time.
func (s *Scene) giveBack(b Budget, at int64) {
	u := s.l.Usage(b)
	for i := len(u.Spends) - 1; i >= 0; i-- {
		if u.Spends[i].At == at {
			spends := append([]Spend(nil), u.Spends[:i]...)
			u.Spends = append(spends, u.Spends[i+1:]...)
			s.l.SetUsage(b, u)
			return
		}
	}
}

// window is the fixed window of local time that a moment lies in: an hour or a day.
func (s *Scene) window(at time.Time, per time.Duration) (start, end time.Time) {
	y, m, d := at.In(s.rules.Location).Date()
	hour := 0
	if per < day {
		hour = at.In(s.rules.Location).Hour()
	}
	start = time.Date(y, m, d, hour, 0, 0, 0, s.rules.Location)
	if per < day {
		return start, start.Add(per)
	}
	return start, time.Date(y, m, d+1, 0, 0, 0, 0, s.rules.Location)
}

// windowOpenAt is openAt for a budget with a fixed window; n = 0 is no limit.
func (s *Scene) windowOpenAt(b Budget, n int, per time.Duration) time.Time {
	start, end := s.window(s.t.At, per)
	if u := s.l.Usage(b); n > 0 && u.Window == start.Unix() && u.Count >= n {
		return end
	}
	return time.Time{}
}

// spendWindow notes one use in the window of now and returns the usage.
func (s *Scene) spendWindow(b Budget, per time.Duration) Usage {
	start, _ := s.window(s.t.At, per)
	u := s.l.Usage(b)
	if u.Window != start.Unix() {
		u = Usage{Window: start.Unix()}
	}
	u.Count++
	s.l.SetUsage(b, u)
	return u
}

func (s *Scene) giveBackWindow(b Budget, at int64, per time.Duration) {
	start, _ := s.window(time.Unix(at, 0), per)
	if u := s.l.Usage(b); u.Window == start.Unix() && u.Count > 0 {
		u.Count--
		s.l.SetUsage(b, u)
	}
}

// tellDay tells the administrators once a day that its SMS are nearly spent, and
// once that they are.
func (s *Scene) tellDay(u Usage) {
	n := s.rules.SMSPerDay
	if !u.Told && u.Count*5 >= n*4 {
		u.Told = true
		RaiseAlarm(s.l, AlarmDay, s.t.At.Unix())
		if u.Count < n {
			s.out = append(s.out, Alert{Text: "alert.sms_day", Args: Args{N: u.Count, Left: n - u.Count}})
		}
	}
	if !u.Spent && u.Count >= n {
		u.Spent = true
		_, end := s.window(s.t.At, day)
		s.out = append(s.out, Alert{Text: "alert.sms_spent", Args: Args{N: n, Until: end}})
	}
	s.l.SetUsage(dayBudget, u)
}
