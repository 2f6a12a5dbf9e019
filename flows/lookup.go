package flows

import (
	"strconv"
	"time"
)

// lookupsHourly is how many residents a member of staff may look at within an
// hour: more than a day's work needs, and less than copying the city takes.
const lookupsHourly = 120

// TakeLookup counts that a member of staff looks at residents, or tells until when
// they may not. Administrators hear of whoever reaches the bound, once.
func (e *Engine) TakeLookup(chat int64, t Turn, l Ledger) (until time.Time, told []Effect) {
	s := e.scene(Conversation{Chat: chat}, t, l)
	b := Budget{"lookups", strconv.FormatInt(chat, 10)}
	u := l.Usage(b)
	if until = s.openAt(b, limit{lookupsHourly, time.Hour}); until.IsZero() {
		u.Told = false
		l.SetUsage(b, u)
		s.spendWithin(b, 0, time.Hour)
		return until, nil
	}
	if !u.Told {
		u.Told = true
		l.SetUsage(b, u)
		told = []Effect{Alert{Text: "alert.lookups", Args: Args{Value: b.Subject, N: lookupsHourly}}}
	}
	return s.unix(until.Unix()), told
}
