//go:build integration

package captcha

import (
	"image"
	"image/color"
	"math"
	"slices"

	"golang.org/x/image/draw"
)

// preparation is what an attacker does to a picture before reading it.
type preparation struct {
	name string
	do   func(image.Image) image.Image
}

// preparations are the cheap and usual ones.
var preparations = []preparation{
	{"raw", func(m image.Image) image.Image { return m }},
	{"grey+2x", func(m image.Image) image.Image { return double(grey(m)) }},
	{"otsu", func(m image.Image) image.Image { return otsu(grey(m)) }},
	{"median+otsu", func(m image.Image) image.Image { return otsu(median(grey(m))) }},
	{"opening r2", func(m image.Image) image.Image { return despeckle(opening(otsu(grey(m)), 2)) }},
	{"opening r3", func(m image.Image) image.Image { return despeckle(opening(otsu(grey(m)), 3)) }},
	{"edges", func(m image.Image) image.Image { return edges(grey(m)) }},
}

func grey(m image.Image) *image.Gray {
	g := image.NewGray(m.Bounds())
	draw.Draw(g, g.Rect, m, m.Bounds().Min, draw.Src)
	return g
}

func double(g *image.Gray) *image.Gray {
	out := image.NewGray(image.Rect(0, 0, 2*g.Rect.Dx(), 2*g.Rect.Dy()))
	draw.CatmullRom.Scale(out, out.Rect, g, g.Rect, draw.Src, nil)
	return out
}

// each returns a picture whose pixels are f of the pixels within r of them.
func each(g *image.Gray, r int, round bool, f func([]uint8) uint8) *image.Gray {
	out := image.NewGray(g.Rect)
	w, h := g.Rect.Dx(), g.Rect.Dy()
	near := make([]uint8, 0, (2*r+1)*(2*r+1))
	for i := range g.Pix {
		x, y := i%w, i/w
		near = near[:0]
		for dy := max(-r, -y); dy <= min(r, h-1-y); dy++ {
			half := r
			if round {
				half = int(math.Sqrt(float64(r*r - dy*dy)))
			}
			row := (y + dy) * w
			near = append(near, g.Pix[row+max(0, x-half):row+min(w, x+half+1)]...)
		}
		out.Pix[i] = f(near)
	}
	return out
}

func median(g *image.Gray) *image.Gray {
	return each(g, 1, false, func(near []uint8) uint8 {
		slices.Sort(near)
		return near[len(near)/2]
	})
}

// opening removes dark strokes thinner than twice r.
func opening(g *image.Gray, r int) *image.Gray {
	thinner := each(g, r, true, slices.Max[[]uint8])
	return each(thinner, r, true, slices.Min[[]uint8])
}

// otsu makes a picture black and white at the level that parts it best.
func otsu(g *image.Gray) *image.Gray {
	var count [256]float64
	total, sum := float64(len(g.Pix)), 0.0
	for _, v := range g.Pix {
		count[v]++
		sum += float64(v)
	}
	best, level, below, belowSum := -1.0, 0, 0.0, 0.0
	for v := range count {
		below += count[v]
		belowSum += float64(v) * count[v]
		if below == 0 || below == total {
			continue
		}
		gap := belowSum/below - (sum-belowSum)/(total-below)
		if spread := below * (total - below) * gap * gap; spread > best {
			best, level = spread, v
		}
	}
	out := image.NewGray(g.Rect)
	for i, v := range g.Pix {
		if int(v) > level {
			out.Pix[i] = 255
		}
	}
	return out
}

// despeckle whitens dark spots of fewer than 60 pixels.
func despeckle(g *image.Gray) *image.Gray {
	w, out, seen := g.Rect.Dx(), grey(g), make([]bool, len(g.Pix))
	for start := range g.Pix {
		if seen[start] || g.Pix[start] != 0 {
			continue
		}
		seen[start] = true
		spot := []int{start}
		for i := 0; i < len(spot); i++ {
			x := spot[i] % w
			for _, next := range []int{spot[i] - 1, spot[i] + 1, spot[i] - w, spot[i] + w} {
				wrapped := (x == 0 && next == spot[i]-1) || (x == w-1 && next == spot[i]+1)
				if next >= 0 && next < len(seen) && !wrapped && !seen[next] && g.Pix[next] == 0 {
					seen[next] = true
					spot = append(spot, next)
				}
			}
		}
		if len(spot) < 60 {
			for _, i := range spot {
				out.Pix[i] = 255
			}
		}
	}
	return out
}

// edges is the size of the Sobel gradient, dark on white.
func edges(g *image.Gray) *image.Gray {
	out := image.NewGray(g.Rect)
	at := func(x, y int) float64 {
		x, y = min(max(x, 0), g.Rect.Dx()-1), min(max(y, 0), g.Rect.Dy()-1)
		return float64(g.GrayAt(x, y).Y)
	}
	for y := range g.Rect.Dy() {
		for x := range g.Rect.Dx() {
			gx := at(x+1, y-1) + 2*at(x+1, y) + at(x+1, y+1) - at(x-1, y-1) - 2*at(x-1, y) - at(x-1, y+1)
			gy := at(x-1, y+1) + 2*at(x, y+1) + at(x+1, y+1) - at(x-1, y-1) - 2*at(x, y-1) - at(x+1, y-1)
			out.SetGray(x, y, color.Gray{Y: 255 - uint8(min(255, math.Hypot(gx, gy)/4))})
		}
	}
	return out
}
