package captcha

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"

	"golang.org/x/image/vector"
)

// The picture, in pixels. Telegram shows it as wide as the chat.
const (
	width  = 320
	height = 120
)

// levels is the number of shades from ground to ink: enough for smooth edges,
// and few enough for four bits a pixel.
const levels = 16

// pairs are ground and ink. Each pair has a contrast of at least 9:1, beyond
// the 7:1 that WCAG 2.2 (1.4.6) asks for people with weak eyes.
var pairs = [...][2]color.RGBA{
	{{0xfd, 0xf8, 0xec, 0xff}, {0x16, 0x2a, 0x5c, 0xff}},
	{{0xf3, 0xf8, 0xff, 0xff}, {0x5a, 0x10, 0x24, 0xff}},
	{{0xf5, 0xfb, 0xf2, 0xff}, {0x12, 0x40, 0x2c, 0xff}},
	{{0xff, 0xf6, 0xf4, 0xff}, {0x3a, 0x1d, 0x5e, 0xff}},
}

// Draw returns a PNG of 320 by 120 pixels that shows the answer. It is a pure
// function of its arguments: the same answer and seed give the same bytes. The
// seed must be unguessable and used for one picture only. An answer that is
// not 1 to 10 digits is refused with [ErrAnswer].
func Draw(answer string, seed [32]byte) ([]byte, error) {
	if err := checkAnswer(answer); err != nil {
		return nil, err
	}
	faces, err := faces()
	if err != nil {
		return nil, err
	}
	rng := rand.New(rand.NewChaCha8(seed))
	pair := pairs[rng.IntN(len(pairs))]

	ink, swap := newMask(), newMask()
	for _, digit := range digits(rng, faces, answer) {
		ink.fill(digit)
	}
	ink.fill(curve(rng))
	for _, patch := range patches(rng) {
		swap.fill(patch)
	}

	var buf bytes.Buffer
	if err := png.Encode(&buf, compose(ink, swap, pair)); err != nil {
		return nil, fmt.Errorf("encode captcha picture: %w", err)
	}
	return buf.Bytes(), nil
}

// mask is how much of each pixel is covered.
type mask struct {
	alpha  *image.Alpha
	raster *vector.Rasterizer
}

func newMask() mask {
	return mask{image.NewAlpha(image.Rect(0, 0, width, height)), vector.NewRasterizer(width, height)}
}

// fill adds a shape to what is covered already.
func (m mask) fill(s shape) {
	m.raster.Reset(width, height)
	for _, contour := range s {
		m.raster.MoveTo(float32(contour[0].x), float32(contour[0].y))
		for _, p := range contour[1:] {
			m.raster.LineTo(float32(p.x), float32(p.y))
		}
		m.raster.ClosePath()
	}
	m.raster.Draw(m.alpha, m.alpha.Bounds(), image.Opaque, image.Point{})
}

// compose paints ink on ground, and ground on ink where swap covers.
func compose(ink, swap mask, pair [2]color.RGBA) *image.Paletted {
	ground, text := pair[0], pair[1]
	palette := make(color.Palette, levels)
	for i := range palette {
		mix := func(a, b uint8) uint8 { return uint8((int(a)*(levels-1-i) + int(b)*i) / (levels - 1)) }
		palette[i] = color.RGBA{mix(ground.R, text.R), mix(ground.G, text.G), mix(ground.B, text.B), 0xff}
	}
	picture := image.NewPaletted(ink.alpha.Bounds(), palette)
	for i := range picture.Pix {
		a, b := int(ink.alpha.Pix[i]), int(swap.alpha.Pix[i])
		shade := (a*(255-b) + (255-a)*b) / 255
		picture.Pix[i] = uint8((shade*(levels-1) + 127) / 255)
	}
	return picture
}
