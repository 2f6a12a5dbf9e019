package stats

import (
	"errors"
	"fmt"
	"strconv"

	"mvkbot/flows"
)

// MaxDays is the longest span that the picture shows legibly.
const MaxDays = 31

// ErrSpan is returned by [Draw] for a summary of no day or of more than MaxDays.
var ErrSpan = errors.New("span cannot be drawn")

// Captions are the words of the picture. One that is too long is cut.
type Captions struct {
	Title  string
	Stages map[flows.Stage]string
	Days   string // heading of the days
	// What the three bars of a day are.
	Registrations, Accounts, Bindings string
}

// The picture, in pixels: a phone shows it from edge to edge.
const (
	width  = 1080
	margin = 40
	inner  = width - 2*margin

	titleLine = 84 // base line
	funnelTop = 116
	row       = 76 // a stage: its words, its bar below them
	rowLine   = 36 // base line within the row
	barTop    = 48
	barHeight = 16
	gap       = 24 // between words that stand beside each other
	daysTop   = 32 // below the funnel
)

// Draw returns a PNG, 1,080 pixels wide: the funnel, and below it what was
// registered, opened and bound on each day. In the funnel the greatest number
// has the whole width; all bars are as long as their numbers say.
func Draw(s Summary, c Captions) ([]byte, error) {
	if len(s.Days) == 0 || len(s.Days) > MaxDays {
		return nil, fmt.Errorf("%w: %d days", ErrSpan, len(s.Days))
	}
	funnelEnd := funnelTop + len(s.Funnel)*row
	p, err := newCanvas(width, funnelEnd+daysTop+daysHeight+margin)
	if err != nil {
		return nil, err
	}
	p.write(title, ink, margin, titleLine, p.cut(title, c.Title, inner))
	p.funnel(funnelTop, s.Funnel, c.Stages)
	p.days(funnelEnd+daysTop, s.Days, c)
	return p.png()
}

// funnel draws a row for each stage: what it is, how many, which share of those
// before, and the bar.
func (p *canvas) funnel(top int, steps []Step, captions map[flows.Stage]string) {
	most, shareWidth := uint64(1), 0
	for _, s := range steps {
		most = max(most, s.Count)
		shareWidth = max(shareWidth, p.measure(plain, share(s)))
	}
	for _, s := range steps {
		line := top + rowLine
		p.write(plain, pale, width-margin-p.measure(plain, share(s)), line, share(s))
		count := grouped(strconv.FormatUint(s.Count, 10))
		x := width - margin - shareWidth - gap - p.measure(plain, count)
		p.write(plain, ink, x, line, count)
		p.write(plain, ink, margin, line, p.cut(plain, captions[s.Stage], x-gap-margin))
		p.fill(rule, margin, top+barTop, inner, barHeight)
		p.fill(blue, margin, top+barTop, scaled(s.Count, float64(most), inner), barHeight)
		top += row
	}
}

func share(s Step) string {
	if s.Share < 0 {
		return "–"
	}
	return strconv.Itoa(s.Share) + "\u00a0%"
}

// scaled is how many of so many pixels a number takes when most takes all.
func scaled(n uint64, most float64, pixels int) int {
	return int(float64(n)/most*float64(pixels) + 0.5)
}

// grouped puts a space between the thousands of a number.
func grouped(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "\u00a0" + digits[i:]
	}
	return digits
}
