package captcha

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gobolditalic"
	"golang.org/x/image/font/gofont/goitalic"
	"golang.org/x/image/font/gofont/gomedium"
	"golang.org/x/image/font/gofont/gomediumitalic"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// step is the longest piece of an outline, in em. A straight stroke must be
// cut up as well, or the wave that bends the picture would leave it straight.
const step = 1.0 / 20

type point struct{ x, y float64 }

// shape is a set of closed contours, wound as the font winds them.
type shape [][]point

// glyph is a digit's outline in em, y growing downwards, moved so that the
// origin is the middle of its advance and of its height.
type glyph struct {
	outline shape
	advance float64
}

// face holds the ten digits of one font.
type face [10]glyph

// faces parses the fonts once: parsing costs more than a whole picture. The
// monospaced Go fonts are left out because their crossed zero, once bent, is
// read as an eight.
var faces = sync.OnceValues(func() ([]face, error) {
	var all []face
	for _, ttf := range [][]byte{
		goregular.TTF, goitalic.TTF, gomedium.TTF,
		gomediumitalic.TTF, gobold.TTF, gobolditalic.TTF,
	} {
		f, err := parseFace(ttf)
		if err != nil {
			return nil, fmt.Errorf("parse captcha font: %w", err)
		}
		all = append(all, f)
	}
	return all, nil
})

func parseFace(ttf []byte) (face, error) {
	f, err := sfnt.Parse(ttf)
	if err != nil {
		return face{}, err
	}
	var digits face
	for d := range digits {
		if digits[d], err = loadGlyph(f, rune('0'+d)); err != nil {
			return face{}, err
		}
	}
	return digits, nil
}

func loadGlyph(f *sfnt.Font, r rune) (glyph, error) {
	var buf sfnt.Buffer
	index, err := f.GlyphIndex(&buf, r)
	if err != nil {
		return glyph{}, err
	}
	ppem := fixed.I(int(f.UnitsPerEm()))
	width, err := f.GlyphAdvance(&buf, index, ppem, font.HintingNone)
	if err != nil {
		return glyph{}, err
	}
	segments, err := f.LoadGlyph(&buf, index, ppem, nil)
	if err != nil {
		return glyph{}, err
	}
	g := glyph{outline: flatten(segments, float64(ppem)), advance: float64(width) / float64(ppem)}
	if r == '0' {
		g.outline = uncrossed(g.outline)
	}
	top, bottom := math.Inf(1), math.Inf(-1)
	for _, contour := range g.outline {
		for _, p := range contour {
			top, bottom = min(top, p.y), max(bottom, p.y)
		}
	}
	g.outline = g.outline.moved(func(p point) point {
		return point{p.x - g.advance/2, p.y - (top+bottom)/2}
	})
	return g, nil
}

// flatten cuts the segments of a TrueType outline, which knows lines and
// quadratic curves only, into pieces of at most about step.
func flatten(segments sfnt.Segments, em float64) shape {
	at := func(p fixed.Point26_6) point { return point{float64(p.X) / em, float64(p.Y) / em} }
	var s shape
	var contour []point
	for _, seg := range segments {
		a := at(seg.Args[0])
		switch seg.Op {
		case sfnt.SegmentOpMoveTo:
			s = append(s, contour)
			contour = []point{a}
		case sfnt.SegmentOpLineTo:
			from := contour[len(contour)-1]
			contour = appendQuad(contour, point{(from.x + a.x) / 2, (from.y + a.y) / 2}, a)
		case sfnt.SegmentOpQuadTo:
			contour = appendQuad(contour, a, at(seg.Args[1]))
		}
	}
	return append(s, contour)[1:]
}

// appendQuad continues a contour along a quadratic curve.
func appendQuad(contour []point, control, end point) []point {
	from := contour[len(contour)-1]
	length := math.Hypot(control.x-from.x, control.y-from.y) + math.Hypot(end.x-control.x, end.y-control.y)
	n := max(1, int(math.Ceil(length/step)))
	for i := 1; i <= n; i++ {
		t := float64(i) / float64(n)
		a, b, c := (1-t)*(1-t), 2*t*(1-t), t*t
		contour = append(contour, point{
			a*from.x + b*control.x + c*end.x,
			a*from.y + b*control.y + c*end.y,
		})
	}
	return contour
}

// uncrossed takes the bar out of the Go fonts' zero, which is drawn as an oval
// with two counters: crossed and bent, a zero is read as an eight. The hull of
// the counters is the one counter of an open zero.
func uncrossed(zero shape) shape {
	oval := slices.MaxFunc(zero, func(a, b []point) int { return cmp.Compare(math.Abs(area(a)), math.Abs(area(b))) })
	var counters []point
	for _, contour := range zero {
		if &contour[0] != &oval[0] {
			counters = append(counters, contour...)
		}
	}
	counter := hull(counters)
	if area(counter)*area(oval) > 0 {
		slices.Reverse(counter)
	}
	return shape{oval, counter}
}

// area is positive or negative with the way the contour is wound.
func area(contour []point) float64 {
	sum := 0.0
	for i, p := range contour {
		q := contour[(i+1)%len(contour)]
		sum += p.x*q.y - q.x*p.y
	}
	return sum / 2
}

// hull returns the convex hull of the points (Andrew's monotone chain).
func hull(points []point) []point {
	slices.SortFunc(points, func(a, b point) int { return cmp.Or(cmp.Compare(a.x, b.x), cmp.Compare(a.y, b.y)) })
	half := func(out []point, p point) []point {
		for n := len(out); n >= 2 && area([]point{out[n-2], out[n-1], p}) <= 0; n = len(out) {
			out = out[:n-1]
		}
		return append(out, p)
	}
	var lower, upper []point
	for i := range points {
		lower = half(lower, points[i])
		upper = half(upper, points[len(points)-1-i])
	}
	return append(lower[:len(lower)-1], upper[:len(upper)-1]...)
}

// moved returns a copy of the shape with every point replaced.
func (s shape) moved(to func(point) point) shape {
	out := make(shape, len(s))
	for i, contour := range s {
		out[i] = make([]point, len(contour))
		for j, p := range contour {
			out[i][j] = to(p)
		}
	}
	return out
}

// sides returns the least and the greatest x.
func (s shape) sides() (left, right float64) {
	left, right = math.Inf(1), math.Inf(-1)
	for _, contour := range s {
		for _, p := range contour {
			left, right = min(left, p.x), max(right, p.x)
		}
	}
	return left, right
}
