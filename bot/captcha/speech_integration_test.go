//go:build integration

package captcha

import (
	"bytes"
	"encoding/binary"
	"os/exec"
	"testing"
)

// Ensure that the real opusenc makes a voice message that Telegram takes (OGG
// with Opus) and in which the same digits can still be heard.
func TestSpeak_Opusenc(t *testing.T) {
	for _, program := range []string{"opusenc", "opusdec"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Fatalf("%s is needed (Debian: opus-tools): %v", program, err)
		}
	}
	const answer = "40728"
	l := newListener(t, "ru")
	var heard [3]string
	for i := range heard {
		s, err := Speak(t.Context(), answer)
		if err != nil {
			t.Fatal(err)
		}
		if s.Name != "code.ogg" || !s.Voice {
			t.Fatalf("name %q, voice %v, want a voice message", s.Name, s.Voice)
		}
		if !bytes.HasPrefix(s.Data, []byte("OggS")) || !bytes.Contains(s.Data[:64], []byte("OpusHead")) {
			t.Fatal("not OGG with Opus")
		}
		if bytes.Contains(s.Data, []byte(answer)) {
			t.Error("the answer stands in the file")
		}
		t.Logf("%d bytes", len(s.Data))
		heard[i] = l.write(opusSamples(t, s.Data))
	}
	if got := vote(heard); got != answer {
		t.Errorf("answer %s: heard %s", answer, got)
	}
}

// opusSamples decodes a voice message to samples around zero, on the scale and
// at the rate of the recording it was made from.
func opusSamples(t *testing.T, ogg []byte) []float64 {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "opusdec", "--quiet", "--rate", "8000", "-", "-")
	cmd.Stdin = bytes.NewReader(ogg)
	raw, err := cmd.Output()
	if err != nil {
		t.Fatalf("opusdec: %v", err)
	}
	out := make([]float64, len(raw)/2)
	for i := range out {
		out[i] = float64(int16(binary.LittleEndian.Uint16(raw[2*i:]))) / 256
	}
	return out
}
