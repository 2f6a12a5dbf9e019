package captcha

import (
	"math"
	"math/rand/v2"
)

// What makes a picture hard for a machine and leaves it easy for a person. The
// sizes were chosen by measurement against tesseract 5.3 and are checked by
// the integration test; angles are in radians, lengths in pixels.
const (
	em         = 84.0 // size of the type
	emSpread   = 0.12 // part of em by which a digit may differ
	maxTurn    = 0.25
	maxShear   = 0.2
	maxLift    = 4.0 // up or down from the middle
	gap        = 8.0 // between the sides of neighbouring digits
	waveDown   = 8.0 // how far the wave moves points up and down
	waveAcross = 4.0 // and to the sides
	curveWidth = 3.5
	patchCount = 3
	margin     = 10.0 // kept free at both ends
)

// between returns a number in [low, high).
func between(rng *rand.Rand, low, high float64) float64 {
	return low + (high-low)*rng.Float64()
}

// digits returns the outlines of the answer, each in a face, size and slant of
// its own, set side by side around the middle of the picture and bent by one
// wave.
func digits(rng *rand.Rand, faces []face, answer string) []shape {
	line := make([]shape, len(answer))
	total := gap * float64(len(answer)-1)
	for i := range line {
		g := faces[rng.IntN(len(faces))][answer[i]-'0']
		line[i] = slanted(rng, g.outline)
		left, right := line[i].sides()
		total += right - left
	}
	fit := min(1, (width-2*margin)/total)
	x := (width - total*fit) / 2
	bend := wave(rng)
	for i, s := range line {
		left, right := s.sides()
		y := height/2 + between(rng, -maxLift, maxLift)
		line[i] = s.moved(func(p point) point {
			return bend(point{x + (p.x-left)*fit, y + p.y*fit})
		})
		x += (right - left + gap) * fit
	}
	return line
}

// slanted gives an outline in em a size in pixels, a turn and a shear.
func slanted(rng *rand.Rand, outline shape) shape {
	size := em * between(rng, 1-emSpread, 1+emSpread)
	sin, cos := math.Sincos(between(rng, -maxTurn, maxTurn))
	shear := between(rng, -maxShear, maxShear)
	return outline.moved(func(p point) point {
		x, y := (p.x+shear*p.y)*size, p.y*size
		return point{cos*x - sin*y, sin*x + cos*y}
	})
}

// wave returns the bending of one picture.
func wave(rng *rand.Rand) func(point) point {
	down := 2 * math.Pi / between(rng, 120, 200)
	across := 2 * math.Pi / between(rng, 70, 110)
	downAt, acrossAt := between(rng, 0, 2*math.Pi), between(rng, 0, 2*math.Pi)
	return func(p point) point {
		return point{
			p.x + waveAcross*math.Sin(across*p.y+acrossAt),
			p.y + waveDown*math.Sin(down*p.x+downAt),
		}
	}
}

// curve returns one line that runs through all the digits from edge to edge.
func curve(rng *rand.Rand) shape {
	middle := between(rng, 0.4, 0.6) * height
	slow, fast := 2*math.Pi/between(rng, 180, 320), 2*math.Pi/between(rng, 70, 120)
	slowAt, fastAt := between(rng, 0, 2*math.Pi), between(rng, 0, 2*math.Pi)
	var above, below []point
	for x := -4.0; x <= width+4; x += 4 {
		y := middle + 14*math.Sin(slow*x+slowAt) + 6*math.Sin(fast*x+fastAt)
		slope := 14*slow*math.Cos(slow*x+slowAt) + 6*fast*math.Cos(fast*x+fastAt)
		// The offset is along the normal, or steep parts would be thinner.
		k := curveWidth / 2 / math.Hypot(1, slope)
		above = append(above, point{x + slope*k, y - k})
		below = append(below, point{x - slope*k, y + k})
	}
	for i := len(below) - 1; i >= 0; i-- {
		above = append(above, below[i])
	}
	return shape{above}
}

// patches returns wavy blobs, one in each equal part of the width, so that
// every picture has figure and ground swapped across its whole length.
func patches(rng *rand.Rand) []shape {
	blobs := make([]shape, patchCount)
	part := float64(width) / patchCount
	for i := range blobs {
		middle := point{(float64(i) + between(rng, 0.3, 0.7)) * part, between(rng, 0.3, 0.7) * height}
		rx, ry := between(rng, 26, 38), between(rng, 24, 36)
		at3, at5 := between(rng, 0, 2*math.Pi), between(rng, 0, 2*math.Pi)
		const sides = 72
		contour := make([]point, sides)
		for j := range contour {
			angle := 2 * math.Pi * float64(j) / sides
			r := 1 + 0.16*math.Sin(3*angle+at3) + 0.08*math.Sin(5*angle+at5)
			contour[j] = point{middle.x + r*rx*math.Cos(angle), middle.y + r*ry*math.Sin(angle)}
		}
		blobs[i] = shape{contour}
	}
	return blobs
}
