package captcha

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// box returns the rectangle around a shape.
func box(s shape) (left, top, right, bottom float64) {
	left, right = s.sides()
	top, bottom = math.Inf(1), math.Inf(-1)
	for _, contour := range s {
		for _, p := range contour {
			top, bottom = min(top, p.y), max(bottom, p.y)
		}
	}
	return left, top, right, bottom
}

// Ensure that digits are large, whole, in order and beside one another, for
// whatever a seed brings.
func TestDigits_Legible(t *testing.T) {
	faces, err := faces()
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewChaCha8([32]byte{'l'}))
	for range 2000 {
		answer := fmt.Sprintf("%05d", rng.IntN(100_000))
		before := math.Inf(-1)
		for i, digit := range digits(rng, faces, answer) {
			left, top, right, bottom := box(digit)
			if left < 1 || top < 1 || right > width-1 || bottom > height-1 {
				t.Errorf("%s: digit %d is cut off: x %.0f..%.0f, y %.0f..%.0f", answer, i, left, right, top, bottom)
			}
			if bottom-top < 44 {
				t.Errorf("%s: digit %d is %.0f px high", answer, i, bottom-top)
			}
			// The wave may push two neighbours together, by no more than a stroke.
			if before-left > 6 {
				t.Errorf("%s: digit %d overlaps the one before by %.0f px", answer, i, before-left)
			}
			before = right
		}
	}
}

// Ensure that the longest answer fits as well.
func TestDigits_Ten(t *testing.T) {
	faces, err := faces()
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewChaCha8([32]byte{'x'}))
	for range 200 {
		for _, digit := range digits(rng, faces, "0123456789") {
			if left, _, right, _ := box(digit); left < 1 || right > width-1 {
				t.Errorf("cut off: x %.0f..%.0f", left, right)
			}
		}
	}
}

// Ensure that a zero is open: with the bar that the Go fonts give it, and
// bent, it would be read as an eight.
func TestFaces_OpenZero(t *testing.T) {
	faces, err := faces()
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range faces {
		zero := f[0].outline
		if len(zero) != 2 || area(zero[0])*area(zero[1]) >= 0 {
			t.Fatalf("face %d: the zero has %d contours, or its counter is wound like its oval", i, len(zero))
		}
		ink := newMask()
		ink.fill(zero.moved(func(p point) point { return point{width/2 + em*p.x, height/2 + em*p.y} }))
		// The middle of an upright zero; a slanted one has its middle further right.
		left, _, right, _ := box(zero)
		if a := ink.alpha.AlphaAt(width/2+int(em*(left+right)/2), height/2).A; a != 0 {
			t.Errorf("face %d: the middle of the zero is inked (%d)", i, a)
		}
	}
}

// Ensure that the curve crosses the whole picture and the patches stay apart
// enough to reach all of it.
func TestCurveAndPatches(t *testing.T) {
	rng := rand.New(rand.NewChaCha8([32]byte{'c'}))
	for range 500 {
		left, top, right, bottom := box(curve(rng))
		if left > 0 || right < width || top < 10 || bottom > height-10 {
			t.Errorf("curve: x %.0f..%.0f, y %.0f..%.0f", left, right, top, bottom)
		}
		for i, patch := range patches(rng) {
			left, _, right, _ := box(patch)
			if middle := (left + right) / 2; int(middle*patchCount/width) != i {
				t.Errorf("patch %d lies around x %.0f", i, middle)
			}
		}
	}
}
