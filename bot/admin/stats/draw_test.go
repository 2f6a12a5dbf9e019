package stats_test

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"mvkbot/bot/admin/stats"
	"mvkbot/flows"
)

// The colours of the bars, and of what is behind and between them.
var (
	blue   = color.RGBA{0x1f, 0x6f, 0xc4, 0xff}
	green  = color.RGBA{0x2f, 0x9e, 0x62, 0xff}
	orange = color.RGBA{0xe8, 0x8a, 0x1a, 0xff}
	rule   = color.RGBA{0xe3, 0xe8, 0xed, 0xff}
	white  = color.RGBA{0xff, 0xff, 0xff, 0xff}
)

// picture is a drawn summary that can be measured.
type picture struct{ *image.RGBA }

func draw(t testing.TB, s stats.Summary, c stats.Captions) picture {
	t.Helper()
	b, err := stats.Draw(s, c)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return picture{img.(*image.RGBA)}
}

// tracks are the rows in which the bars of the funnel lie: one line of pixels each.
func (p picture) tracks() (rows []int) {
	high := 0
	for y := range p.Bounds().Dy() {
		left, right := p.RGBAAt(40, y), p.RGBAAt(1039, y)
		if (left == blue || left == rule) && (right == blue || right == rule) {
			if high++; high == 8 {
				rows = append(rows, y)
			}
			continue
		}
		high = 0
	}
	return rows
}

// bars are the heights of the bars of one colour, from left to right: columns
// that stand on the lowest line of that colour.
func (p picture) bars(c color.RGBA) (heights []int) {
	bottom := 0
	for y := range p.Bounds().Dy() {
		for x := range p.Bounds().Dx() {
			if p.RGBAAt(x, y) == c {
				bottom = y
			}
		}
	}
	for x := 1; x < p.Bounds().Dx(); x++ {
		if p.RGBAAt(x, bottom) != c || p.RGBAAt(x-1, bottom) == c {
			continue
		}
		y := bottom
		for p.RGBAAt(x, y) == c {
			y--
		}
		heights = append(heights, bottom-y)
	}
	return heights
}

func planted(numbers ...uint64) (s stats.Summary) {
	for i, n := range numbers {
		s.Funnel = append(s.Funnel, stats.Step{Stage: flows.StageCame + flows.Stage(i), Count: n, Share: -1})
	}
	return s
}

func captions(text string) stats.Captions {
	c := stats.Captions{Title: text, Days: text, Registrations: text, Accounts: text, Bindings: text, Stages: map[flows.Stage]string{}}
	for g := flows.StageCame; g <= flows.StageBound; g++ {
		c.Stages[g] = text
	}
	return c
}

// Ensure that the bars of the funnel are as long as their numbers say.
func TestDraw_Funnel(t *testing.T) {
	for _, numbers := range [][]uint64{
		{25000, 12500, 6250, 3000, 1234, 25, 3, 0}, {3, 2, 1, 0}, {0, 0, 0}, {100, 120, 60}, {math.MaxUint64, math.MaxUint64 / 2, 1},
	} {
		s := planted(numbers...)
		s.Days = []stats.Day{{Day: first}}
		p := draw(t, s, captions("Подпись"))
		rows := p.tracks()
		if len(rows) != len(numbers) {
			t.Fatalf("%d bars, want %d", len(rows), len(numbers))
		}
		for i, y := range rows {
			long := 0
			for p.RGBAAt(40+long, y) == blue {
				long++
			}
			if want := float64(numbers[i]) / float64(max(1, slices.Max(numbers))) * 1000; math.Abs(float64(long)-want) > 1 {
				t.Errorf("bar of %d in %v is %d pixels, want %.1f", numbers[i], numbers, long, want)
			}
		}
	}
}

// Ensure that the bars of the days are as high as their numbers say, on a scale
// of its own for each picture, and that a zero has none.
func TestDraw_Days(t *testing.T) {
	for _, n := range []int{1, 7, 30, 31} {
		for _, most := range []uint64{3, 87, 25000} {
			var s stats.Summary
			var want [3][]uint64
			for i := range n {
				d := stats.Day{Day: first + flows.Day(i), Registrations: most, Accounts: most * uint64(n-i) / uint64(n), Bindings: most * uint64(i) / uint64(n)}
				s.Days = append(s.Days, d)
				for j, v := range []uint64{d.Registrations, d.Accounts, d.Bindings} {
					if v > 0 {
						want[j] = append(want[j], v)
					}
				}
			}
			p := draw(t, s, stats.Captions{})
			full := float64(p.bars(blue)[0]) // of the greatest number
			for j, c := range []color.RGBA{blue, green, orange} {
				got := p.bars(c)
				want := slices.DeleteFunc(slices.Clone(want[j]), func(v uint64) bool { return float64(v)/float64(most)*full < 0.5 })
				if len(want) > 0 && len(got) != len(want) {
					t.Fatalf("%d days to %d, colour %d: %d bars, want %d", n, most, j, len(got), len(want))
				}
				for i := range want {
					if exact := float64(want[i]) / float64(most) * full; math.Abs(float64(got[i])-exact) > 1 {
						t.Errorf("%d days to %d: bar of %d is %d pixels, want %.1f", n, most, want[i], got[i], exact)
					}
				}
			}
		}
	}
}

// Ensure that however long the captions and the numbers are, nothing is written
// beyond the margins, and words that stand beside each other do not touch.
func TestDraw_LongCaptions(t *testing.T) {
	s := planted(math.MaxUint64, 25000, 3, 0)
	for i := range s.Funnel {
		s.Funnel[i].Share = 12345
	}
	for i := range stats.MaxDays {
		s.Days = append(s.Days, stats.Day{Day: first + flows.Day(i), Registrations: math.MaxUint64 / uint64(i+1), Accounts: 3})
	}
	p := draw(t, s, captions(strings.Repeat("Согласие на обработку ", 9)))
	wide, high := p.Bounds().Dx(), p.Bounds().Dy()
	if wide != 1080 || high > 2000 {
		t.Errorf("%d by %d pixels", wide, high)
	}
	for y := range high {
		for x := range wide {
			if (x < 36 || x >= wide-36 || y < 24 || y >= high-24) && p.RGBAAt(x, y) != white {
				t.Fatalf("pixel %d, %d is not white", x, y)
			}
		}
	}
	for i, bar := range p.tracks() {
		if gaps := p.gaps(bar-48, bar-12); gaps != 2 {
			t.Errorf("row %d has %d gaps, want one on each side of the number", i, gaps)
		}
	}
}

// gaps counts what is white and wider than a space of text between the words of
// a row.
func (p picture) gaps(top, bottom int) (n int) {
	run, begun := 0, false
	for x := range p.Bounds().Dx() {
		empty := true
		for y := top; y < bottom; y++ {
			empty = empty && p.RGBAAt(x, y) == white
		}
		if empty {
			run++
			continue
		}
		if begun && run >= 20 {
			n++
		}
		run, begun = 0, true
	}
	return n
}

// Ensure that the same summary gives the same bytes, from several goroutines too.
func TestDraw_Deterministic(t *testing.T) {
	s := planted(25000, 300, 3)
	s.Days = []stats.Day{{Day: first, Registrations: 3}, {Day: first + 1, Bindings: 2}}
	var pictures [4][]byte
	var all sync.WaitGroup
	for i := range pictures {
		all.Go(func() {
			var err error
			if pictures[i], err = stats.Draw(s, captions("Воронка")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, p := range pictures {
		if len(p) == 0 || !bytes.Equal(p, pictures[0]) {
			t.Error("pictures differ")
		}
	}
}

// Ensure that a span that would not be legible is refused.
func TestDraw_Span(t *testing.T) {
	for days, want := range map[int]error{0: stats.ErrSpan, 1: nil, stats.MaxDays: nil, stats.MaxDays + 1: stats.ErrSpan} {
		if _, err := stats.Draw(stats.Summary{Days: make([]stats.Day, days)}, stats.Captions{}); !errors.Is(err, want) {
			t.Errorf("%d days: %v", days, err)
		}
	}
}

// BenchmarkDraw draws a month.
func BenchmarkDraw(b *testing.B) {
	s := planted(make([]uint64, flows.StageBound)...)
	s.Days = make([]stats.Day, stats.MaxDays)
	c := captions("Подтвердили телефон")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := stats.Draw(s, c); err != nil {
			b.Fatal(err)
		}
	}
}
