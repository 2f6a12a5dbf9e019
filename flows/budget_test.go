package flows

import (
	"testing"
	"time"
)

// budgets is a ledger that has nothing but budgets.
type budgets struct {
	Ledger
	m map[Budget]Usage
}

func (b budgets) Usage(k Budget) Usage       { return b.m[k] }
func (b budgets) SetUsage(k Budget, u Usage) { b.m[k] = u }

func budgetScene(at time.Time) *Scene {
	rules := DefaultRules(time.FixedZone("MSK", 3*60*60))
	return &Scene{Engine: &Engine{rules: rules}, c: &Conversation{}, t: Turn{At: at}, l: budgets{m: map[Budget]Usage{}}}
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.FixedZone("MSK", 3*60*60))

// Ensure that a sliding budget opens when the oldest use of the span has aged.
func TestBudget_Sliding(t *testing.T) {
	s, b := budgetScene(noon), Budget{"b", "x"}
	hourly, daily := limit{2, time.Hour}, limit{3, day}
	steps := []struct {
		after time.Duration
		spend bool
		open  time.Duration // since noon, 0 for now
	}{
		{0, true, 0}, {10 * time.Minute, true, time.Hour}, {59 * time.Minute, false, time.Hour}, {time.Hour, true, 24 * time.Hour},
		{23 * time.Hour, false, 24 * time.Hour}, {24 * time.Hour, false, 0}, {24 * time.Hour, true, 24*time.Hour + 10*time.Minute},
	}
	for i, step := range steps {
		s.t.At = noon.Add(step.after)
		if step.spend {
			s.spend(b, 0)
		}
		want := time.Time{}
		if step.open != 0 {
			want = noon.Add(step.open)
		}
		if got := s.openAt(b, hourly, daily); !got.Equal(want) {
			t.Errorf("step %d: open at %v, want %v", i, got, want)
		}
	}
	if n := len(s.l.Usage(b).Spends); n != 3 {
		t.Errorf("%d spends are kept, want those of a day", n)
	}
	if got := s.openAt(b, limit{0, time.Hour}); !got.IsZero() {
		t.Errorf("no limit opens at %v", got)
	}
}

// Ensure that a use is given back once, and only the one of its moment.
func TestBudget_GiveBack(t *testing.T) {
	s, b := budgetScene(noon), Budget{"b", "x"}
	s.spend(b, 1)
	s.t.At = noon.Add(time.Minute)
	s.spend(b, 2)
	shared := s.l.Usage(b).Spends
	s.giveBack(b, noon.Unix())
	s.giveBack(b, noon.Unix())
	s.giveBack(b, noon.Add(time.Hour).Unix())
	if u := s.l.Usage(b); len(u.Spends) != 1 || u.Spends[0].Tag != 2 {
		t.Errorf("left: %+v", u.Spends)
	}
	if shared[0].Tag != 1 || shared[1].Tag != 2 {
		t.Error("a slice that the ledger gave out was written to")
	}
}

// Ensure that hours and days are fixed windows of local time.
func TestBudget_Windows(t *testing.T) {
	s, b := budgetScene(noon.Add(30*time.Minute)), Budget{"b", "x"}
	for range 2 {
		s.spendWindow(b, time.Hour)
	}
	tests := []struct {
		at   time.Time
		per  time.Duration
		n    int
		want time.Time
	}{
		{noon.Add(30 * time.Minute), time.Hour, 3, time.Time{}},
		{noon.Add(30 * time.Minute), time.Hour, 2, noon.Add(time.Hour)},
		{noon.Add(59*time.Minute + 59*time.Second), time.Hour, 2, noon.Add(time.Hour)},
		{noon.Add(time.Hour), time.Hour, 2, time.Time{}},
		{noon.Add(30 * time.Minute), time.Hour, 0, time.Time{}},
	}
	for i, test := range tests {
		s.t.At = test.at
		if got := s.windowOpenAt(b, test.n, test.per); !got.Equal(test.want) {
			t.Errorf("%d: open at %v, want %v", i, got, test.want)
		}
	}
	s.giveBackWindow(b, noon.Unix(), time.Hour)
	s.giveBackWindow(b, noon.Add(2*time.Hour).Unix(), time.Hour)
	if u := s.l.Usage(b); u.Count != 1 {
		t.Errorf("count %d, want 1", u.Count)
	}
	late := time.Date(2026, 11, 22, 22, 0, 0, 0, time.UTC) // 01:00 of the 23rd in Moscow
	if start, end := s.window(late, day); start.Format(time.DateTime) != "2026-11-23 00:00:00" || end.Sub(start) != day {
		t.Errorf("day from %v to %v", start, end)
	}
}

// Ensure that a minute takes as many SMS as it may and tells when the next begins.
func TestTakeMinute(t *testing.T) {
	e, l := &Engine{rules: DefaultRules(time.UTC)}, budgets{m: map[Budget]Usage{}}
	at := time.Date(2026, 11, 22, 14, 5, 40, 0, time.UTC)
	for i := range 60 {
		if until := e.TakeMinute(at, l); !until.IsZero() {
			t.Fatalf("SMS %d waits until %v", i, until)
		}
	}
	if until := e.TakeMinute(at, l); !until.Equal(at.Truncate(time.Minute).Add(time.Minute)) {
		t.Errorf("the 61st waits until %v", until)
	}
	if until := e.TakeMinute(at.Add(20*time.Second), l); !until.IsZero() {
		t.Errorf("the next minute is closed until %v", until)
	}
	e.rules.SMSPerMinute = 0
	for range 100 {
		if until := e.TakeMinute(at, l); !until.IsZero() {
			t.Fatal("no limit limits")
		}
	}
}

func TestParseCode(t *testing.T) {
	for in, want := range map[string]string{
		"123456": "123456", " 123 456 ": "123456", "123-456": "123456", "12\u00a034\u00a056": "123456", "\u2068000000\u2069": "000000",
		"12345": "", "1234567": "", "12345a": "", "": "", "１２３４５６": "", "-12345": "", "123.456": "", "\xff23456": "",
	} {
		got, ok := parseCode(in, codeDigits)
		if got != want || ok != (want != "") {
			t.Errorf("parseCode(%q) = %q, %v; want %q", in, got, ok, want)
		}
	}
}

// Ensure that a code is found in what it came in, and no other number is taken for one.
func TestQuotedCode(t *testing.T) {
	for in, want := range map[string]string{
		"Мой МВК Портал: код 123456. Никому его не сообщайте.": "123456", "код: 123456, действует 30 минут": "123456", "\u2068код\u2069 000000": "000000",
		"позвоните 8 (499) 763-34-34": "", "1234567": "", "коды 111111 и 222222": "", "111111 222222 333333": "", "лс 1234567890": "", "": "",
	} {
		if got, ok := quotedCode(in); ok != (want != "") || ok && got != want {
			t.Errorf("quotedCode(%q) = %q, %v; want %q", in, got, ok, want)
		}
	}
}

func FuzzParseCode(f *testing.F) {
	for _, seed := range []string{"123456", " 12-34 56", "\u200b1", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		code, ok := parseCode(s, codeDigits)
		if !ok {
			if code != "" {
				t.Errorf("parseCode(%q) refused and returned %q", s, code)
			}
			return
		}
		if again, ok := parseCode(code, codeDigits); !ok || again != code || len(code) != codeDigits {
			t.Errorf("parseCode is not idempotent: %q, %q", code, again)
		}
	})
}

// Ensure that no digit of a code is likelier than another.
func TestDigits(t *testing.T) {
	s := budgetScene(noon)
	var count [10]int
	const n = 50_000
	for i := range n / 50 {
		s.t.Entropy[0], s.t.Entropy[1] = byte(i), byte(i>>8)
		for _, d := range s.digits("code", 50) {
			count[d-'0']++
		}
	}
	for d, got := range count {
		if got < n/10*9/10 || got > n/10*11/10 {
			t.Errorf("digit %d: %d of %d", d, got, n)
		}
	}
	if a, b := s.digits("captcha", 6), s.digits("code1", 6); a == b {
		t.Error("two draws of one turn are the same")
	}
}

func TestQuote(t *testing.T) {
	for in, want := range map[string]string{
		" a \n b ": "a b", "\u202ea\x00\u200b": "a", "": "", "\xff": "",
	} {
		if got := quote(in); got != want {
			t.Errorf("quote(%q) = %q, want %q", in, got, want)
		}
	}
	long := make([]rune, 4096)
	for i := range long {
		long[i] = '😀'
	}
	if got := []rune(quote(string(long))); len(got) != MaxName || got[MaxName-1] != '…' {
		t.Errorf("quote keeps %d characters", len(got))
	}
}
