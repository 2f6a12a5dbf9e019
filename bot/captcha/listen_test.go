package captcha

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/mojocn/base64Captcha"
)

// frame is 10 ms of a recording of 8,000 samples a second.
const frame = 80

// bands are the frequencies by whose loudness words are told apart, in Hz.
var bands = [...]float64{250, 500, 800, 1200, 1700, 2300, 3200}

// word is the loudness of each band, frame by frame.
type word [len(bands)][]float64

// hear cuts samples around zero into the words between the beeps. The murmur
// behind them stays below the threshold, and they are a second apart.
func hear(samples []float64) []word {
	const loud, pause, around = 38, 40, 12
	var all word
	for i := 0; i+frame <= len(samples); i += frame {
		for band, hz := range bands {
			all[band] = append(all[band], loudness(samples[i:i+frame], hz))
		}
	}
	var words []word
	start, quiet := -1, 0
	for i := range all[0] {
		sum := 0.0
		for band := range all {
			sum += all[band][i]
		}
		switch {
		case sum >= loud:
			if start < 0 {
				start = i
			}
			quiet = 0
		case start >= 0:
			if quiet++; quiet < pause {
				continue
			}
			var w word
			for band := range all {
				w[band] = all[band][max(0, start-around) : i-pause+around]
			}
			words, start = append(words, w), -1
		}
	}
	return words[1:] // the beeps at the start; the one at the end has no pause after it
}

// loudness is the strength of one frequency (Goertzel's algorithm, in short
// windows so that each stands for a broad band).
func loudness(samples []float64, hz float64) float64 {
	const window = 20
	k := 2 * math.Cos(2*math.Pi*hz/8000)
	power := 0.0
	for at := 0; at+window <= len(samples); at += window {
		var s1, s2 float64
		for _, v := range samples[at : at+window] {
			s1, s2 = v+k*s1-s2, s1
		}
		power += s1*s1 + s2*s2 - k*s1*s2
	}
	return math.Sqrt(power) / window
}

// likeness is 1 for the same word spoken at any of the driver's speeds.
func likeness(a, b word) float64 {
	best := 0.0
	for stretch := 0.86; stretch < 1.17; stretch += 0.02 {
		for shift := -8; shift <= 8; shift++ {
			var ab, aa, bb float64
			for band := range a {
				for i := range len(a[band]) + 20 {
					var v, w float64
					if i < len(a[band]) {
						v = a[band][i]
					}
					if j := int(float64(i-shift) * stretch); j >= 0 && j < len(b[band]) {
						w = b[band][j]
					}
					ab, aa, bb = ab+v*w, aa+v*v, bb+w*w
				}
			}
			best = max(best, ab/math.Sqrt(aa*bb))
		}
	}
	return best
}

// listener knows how each digit sounds in a language, spoken alone and a few
// times over.
type listener [10][3]word

func newListener(t testing.TB, language string) *listener {
	t.Helper()
	l := new(listener)
	for digit := range l {
		for i := range l[digit] {
			item, err := base64Captcha.NewDriverAudio(1, language).DrawCaptcha(string(rune('0' + digit)))
			if err != nil {
				t.Fatal(err)
			}
			var wav bytes.Buffer
			if _, err := item.WriteTo(&wav); err != nil {
				t.Fatal(err)
			}
			words := hear(samples(wav.Bytes()))
			if len(words) != 1 {
				t.Fatalf("%s digit %d spoken alone: heard %d words", language, digit, len(words))
			}
			l[digit][i] = words[0]
		}
	}
	return l
}

// write returns the digits that the listener hears.
func (l *listener) write(samples []float64) string {
	var heard strings.Builder
	for _, w := range hear(samples) {
		best, digit := -1.0, 0
		for d, known := range l {
			for _, k := range known {
				if alike := likeness(w, k); alike > best {
					best, digit = alike, d
				}
			}
		}
		heard.WriteByte(byte('0' + digit))
	}
	return heard.String()
}

// vote is what most of three hearings say at each place: the driver mixes in
// noise of its own, and a test must not hang on one unlucky draw of it.
func vote(heard [3]string) string {
	if heard[1] == heard[2] {
		return heard[1]
	}
	out := []byte(heard[0])
	for i := range out {
		if i < len(heard[1]) && i < len(heard[2]) && heard[1][i] == heard[2][i] {
			out[i] = heard[1][i]
		}
	}
	return string(out)
}

// samples returns a recording's samples around zero.
func samples(wav []byte) []float64 {
	out := make([]float64, len(wav)-wavHeader)
	for i, v := range wav[wavHeader:] {
		out[i] = float64(v) - 128
	}
	return out
}
