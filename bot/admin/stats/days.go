package stats

import (
	"image/color"
	"math"
	"strconv"
)

// The part of the days, in pixels from its top.
const (
	daysHeight = 520
	legendLine = 88 // base lines
	dateLine   = 504
	headLine   = 36
	plotTop    = 128
	plotHeight = 336
	plotEnd    = plotTop + plotHeight
	mark       = 24  // a square of the legend
	maxBar     = 120 // how wide a bar becomes when there are few
	maxLines   = 5   // across the plot
)

// days draws three bars for each day over a scale of round numbers.
func (p *canvas) days(top int, days []Day, c Captions) {
	p.write(plain, ink, margin, top+headLine, p.cut(plain, c.Days, inner))
	p.legend(top+legendLine, c)
	most := uint64(1)
	for _, d := range days {
		most = max(most, d.Registrations, d.Accounts, d.Bindings)
	}
	left, full := p.scale(top, float64(most))
	slot := float64(width-margin-left) / float64(len(days))
	bar := min(int(slot*0.8)/3, maxBar)
	for i, d := range days {
		x := left + int((float64(i)+0.5)*slot) - bar*3/2
		for _, b := range []struct {
			n uint64
			c color.RGBA
		}{{d.Registrations, blue}, {d.Accounts, green}, {d.Bindings, orange}} {
			high := scaled(b.n, full, plotHeight)
			p.fill(b.c, x, top+plotEnd-high, bar, high)
			x += bar
		}
	}
	p.dates(top+dateLine, left, slot, days)
}

// legend says which colour is what, in three columns.
func (p *canvas) legend(line int, c Captions) {
	const column = inner / 3
	for i, k := range []struct {
		caption string
		c       color.RGBA
	}{{c.Registrations, blue}, {c.Accounts, green}, {c.Bindings, orange}} {
		x := margin + i*column
		p.fill(k.c, x, line-mark+2, mark, mark)
		p.write(small, ink, x+mark+12, line, p.cut(small, k.caption, column-mark-12-gap))
	}
}

// scale draws the lines across the plot with their numbers. It returns where the
// plot begins and which number its height stands for.
func (p *canvas) scale(top int, most float64) (left int, full float64) {
	step := roundStep(most)
	lines := math.Ceil(most / step)
	full = lines * step
	number := func(n float64) string { return grouped(strconv.FormatFloat(n, 'f', 0, 64)) }
	wide := p.measure(small, number(full))
	left = margin + wide + gap
	for i := range int(lines) + 1 {
		n := number(float64(i) * step)
		y := top + plotEnd - int(float64(i)/lines*plotHeight)
		p.fill(rule, left, y-1, width-margin-left, 2)
		p.write(small, pale, margin+wide-p.measure(small, n), y+10, n)
	}
	return left, full
}

// roundStep is the least of 1, 2, 5, 10, 20, 50, … of which maxLines reach a number.
func roundStep(most float64) float64 {
	for step := 1.0; ; step *= 10 {
		for _, m := range [...]float64{1, 2, 5} {
			if step*m*maxLines >= most {
				return step * m
			}
		}
	}
}

// dates writes the last day's date, and of those before every one that has room.
func (p *canvas) dates(line, left int, slot float64, days []Day) {
	wide := p.measure(small, "00.00")
	step := max(1, int(math.Ceil(float64(wide*3/2+gap)/slot)))
	for i := len(days) - 1; i >= 0; i -= step {
		x := left + int((float64(i)+0.5)*slot) - wide/2
		p.write(small, pale, min(x, width-margin-wide), line, days[i].Day.Date().Format("02.01"))
	}
}
