package flows

// Samples of the last codes by SMS, for the alert about SMS pumping (SPEC §2.3).
const (
	sampleSize = 50
	sampleUsed = 15 // fewer of them used is an alert
	sampleWell = 20 // so many used are its end: it must not come and go with every code
)

// sampleSent counts a code that left the bot among the last ones, and tells the
// staff when too few of those were ever entered (SPEC §2.3, SMS pumping).
func (s *Scene) sampleSent(h challenge) {
	u := s.l.Usage(sampleBudget)
	u.Count++
	sample := Spend{Tag: uint64(u.Count)}
	if h.Serial == s.t.Ref.Serial {
		h.Sample = sample.Tag
		if s.c.Registration.PhoneAt != 0 { // entered before the gateway's answer came
			sample.At = 1
		}
	}
	u.Spends = append(append([]Spend(nil), u.Spends...), sample)
	if over := len(u.Spends) - sampleSize; over > 0 {
		u.Spends = u.Spends[over:]
	}
	used := 0
	for _, sp := range u.Spends {
		used += int(sp.At)
	}
	switch {
	case len(u.Spends) == sampleSize && used < sampleUsed && RaiseAlarm(s.l, AlarmConversion, s.t.At.Unix()):
		s.out = append(s.out, Alert{Text: "alert.sms_conversion", Args: Args{N: used, Left: sampleSize}})
	case used >= sampleWell && ClearAlarm(s.l, AlarmConversion):
		s.out = append(s.out, Alert{Text: "alert.sms_conversion_over", Args: Args{N: used, Left: sampleSize}})
	}
	s.l.SetUsage(sampleBudget, u)
}

// markUsed notes that the code of a sample was entered.
func (s *Scene) markUsed(sample uint64) {
	u := s.l.Usage(sampleBudget)
	for i, sp := range u.Spends {
		if sp.Tag == sample {
			u.Spends = append([]Spend(nil), u.Spends...)
			u.Spends[i].At = 1
			s.l.SetUsage(sampleBudget, u)
			return
		}
	}
}
