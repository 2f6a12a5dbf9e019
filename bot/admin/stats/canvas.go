package stats

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gomedium"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// The colours. Words have a contrast of at least 5:1 on white.
var (
	ink    = color.RGBA{0x1b, 0x26, 0x31, 0xff}
	pale   = color.RGBA{0x5b, 0x67, 0x73, 0xff}
	rule   = color.RGBA{0xe3, 0xe8, 0xed, 0xff}
	blue   = color.RGBA{0x1f, 0x6f, 0xc4, 0xff}
	green  = color.RGBA{0x2f, 0x9e, 0x62, 0xff}
	orange = color.RGBA{0xe8, 0x8a, 0x1a, 0xff}
)

// size is a size of type.
type size int

const (
	title size = iota
	plain
	small
)

// pixels are the sizes of type: on a phone of usual width they are read without
// enlarging the picture.
var pixels = [...]float64{title: 46, plain: 33, small: 27}

// typeface is parsed once: the Go fonts have Cyrillic letters.
var typeface = sync.OnceValues(func() (*opentype.Font, error) { return opentype.Parse(gomedium.TTF) })

// canvas is a white picture with three sizes of type. It belongs to one
// goroutine: faces keep a buffer.
type canvas struct {
	*image.RGBA
	faces [len(pixels)]font.Face
}

func newCanvas(wide, high int) (*canvas, error) {
	p := &canvas{RGBA: image.NewRGBA(image.Rect(0, 0, wide, high))}
	f, err := typeface()
	for i := range p.faces {
		if err == nil {
			p.faces[i], err = opentype.NewFace(f, &opentype.FaceOptions{Size: pixels[i], DPI: 72})
		}
	}
	if err != nil {
		return nil, fmt.Errorf("load typeface: %w", err)
	}
	draw.Draw(p, p.Bounds(), image.White, image.Point{}, draw.Src)
	return p, nil
}

func (p *canvas) fill(c color.RGBA, x, y, wide, high int) {
	draw.Draw(p, image.Rect(x, y, x+wide, y+high), image.NewUniform(c), image.Point{}, draw.Src)
}

// write writes from x to the right, on a base line.
func (p *canvas) write(s size, c color.RGBA, x, line int, text string) {
	d := font.Drawer{Dst: p, Src: image.NewUniform(c), Face: p.faces[s], Dot: fixed.P(x, line)}
	d.DrawString(text)
}

func (p *canvas) measure(s size, text string) int {
	return font.MeasureString(p.faces[s], text).Ceil()
}

// cut shortens a text to the room that it has.
func (p *canvas) cut(s size, text string, room int) string {
	if p.measure(s, text) <= room {
		return text
	}
	r := []rune(text)
	for len(r) > 0 && p.measure(s, string(r)+"…") > room {
		r = r[:len(r)-1]
	}
	return string(r) + "…"
}

func (p *canvas) png() ([]byte, error) {
	var buf bytes.Buffer
	if err := png.Encode(&buf, p); err != nil {
		return nil, fmt.Errorf("encode statistics: %w", err)
	}
	return buf.Bytes(), nil
}
