package captcha

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

const (
	maxBytes = 30 << 10
	maxTook  = 40 * time.Millisecond
)

// Ensure that a picture is a function of answer and seed and of nothing else,
// also when several are drawn at once.
func TestDraw_Deterministic(t *testing.T) {
	seed := [32]byte{1, 2, 3}
	want := mustDraw(t, "40728", seed)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if got, err := Draw("40728", seed); err != nil || !bytes.Equal(got, want) {
				t.Errorf("another picture for the same answer and seed (error %v)", err)
			}
		})
	}
	group.Wait()
	if bytes.Equal(mustDraw(t, "40728", [32]byte{1, 2, 4}), want) {
		t.Error("the same picture for another seed")
	}
	if bytes.Equal(mustDraw(t, "40729", seed), want) {
		t.Error("the same picture for another answer")
	}
}

// Ensure size, format and a sane share of ink, and leave three pictures to be
// judged by eye (go test -artifacts keeps them).
func TestDraw_Pictures(t *testing.T) {
	rng := rand.New(rand.NewChaCha8([32]byte{'d'}))
	dir := t.ArtifactDir()
	for i := range 50 {
		data := mustDraw(t, fmt.Sprintf("%05d", rng.IntN(100_000)), newSeed(rng))
		if len(data) > maxBytes {
			t.Errorf("picture %d has %d bytes, want at most %d", i, len(data), maxBytes)
		}
		picture := decode(t, data)
		if size := picture.Bounds(); size != image.Rect(0, 0, 320, 120) {
			t.Fatalf("picture %d is %v", i, size)
		}
		if share := inked(picture.(*image.Paletted)); share < 0.15 || share > 0.5 {
			t.Errorf("picture %d: %.0f %% ink", i, 100*share)
		}
		if i < 3 {
			path := filepath.Join(dir, fmt.Sprintf("sample-%d.png", i+1))
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			t.Log("sample:", path)
		}
	}
}

func inked(p *image.Paletted) float64 {
	dark := 0
	for _, shade := range p.Pix {
		if shade >= levels/2 {
			dark++
		}
	}
	return float64(dark) / float64(len(p.Pix))
}

// Ensure that the picture is drawn while the resident notices nothing. The
// fastest of ten is taken: the bound is on the work, not on a busy machine.
func TestDraw_Time(t *testing.T) {
	fastest := time.Hour
	for i := range 10 {
		start := time.Now()
		mustDraw(t, "40728", [32]byte{byte(i)})
		fastest = min(fastest, time.Since(start))
	}
	if fastest > maxTook {
		t.Errorf("a picture takes %v, want at most %v", fastest, maxTook)
	}
}

// Ensure that figure and ground are far enough apart for weak eyes: 7:1 is
// what WCAG 2.2 (1.4.6) asks.
func TestPairs_Contrast(t *testing.T) {
	for i, pair := range pairs {
		if ratio := (luminance(pair[0]) + 0.05) / (luminance(pair[1]) + 0.05); ratio < 9 {
			t.Errorf("pair %d: contrast %.1f:1", i, ratio)
		}
	}
}

// luminance is WCAG's relative luminance.
func luminance(c color.RGBA) float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

func BenchmarkDraw(b *testing.B) {
	mustDraw(b, "40728", [32]byte{}) // parses the fonts
	size, n := 0, 0
	for b.Loop() {
		size += len(mustDraw(b, "40728", [32]byte{byte(n), byte(n >> 8)}))
		n++
	}
	b.ReportMetric(float64(size)/float64(n), "png-bytes/op")
}
