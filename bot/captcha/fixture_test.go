package captcha

import (
	"bytes"
	"image"
	"image/png"
	"math/rand/v2"
	"testing"
)

func mustDraw(t testing.TB, answer string, seed [32]byte) []byte {
	t.Helper()
	data, err := Draw(answer, seed)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func decode(t testing.TB, data []byte) image.Image {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

func newSeed(rng *rand.Rand) (seed [32]byte) {
	for i := range seed {
		seed[i] = byte(rng.Uint32())
	}
	return seed
}
