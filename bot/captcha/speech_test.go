package captcha

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const wavHeader = 44 // bytes before the samples

// fakeOpusenc makes a shell script the only program on PATH.
func fakeOpusenc(t *testing.T, script string) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "opusenc")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
}

func checkWAV(t *testing.T, s Speech) {
	t.Helper()
	if s.Name != "code.wav" || s.Voice {
		t.Fatalf("name %q, voice %v, want a WAV document", s.Name, s.Voice)
	}
	if len(s.Data) < wavHeader || string(s.Data[:4]) != "RIFF" || string(s.Data[8:16]) != "WAVEfmt " || string(s.Data[36:40]) != "data" {
		t.Fatalf("not a WAV of %d bytes", len(s.Data))
	}
	le := binary.LittleEndian
	for _, field := range []struct {
		name      string
		got, want int
	}{
		{"riff size", int(le.Uint32(s.Data[4:])), len(s.Data) - 8},
		{"format", int(le.Uint16(s.Data[20:])), 1},
		{"channels", int(le.Uint16(s.Data[22:])), 1},
		{"rate", int(le.Uint32(s.Data[24:])), 8000},
		{"bits", int(le.Uint16(s.Data[34:])), 8},
		{"padding", len(s.Data) - wavHeader - int(le.Uint32(s.Data[40:])), int(le.Uint32(s.Data[40:])) % 2},
	} {
		if field.got != field.want {
			t.Errorf("%s is %d, want %d", field.name, field.got, field.want)
		}
	}
}

// Ensure that without a working opusenc the answer is spoken all the same.
func TestSpeak_Document(t *testing.T) {
	tests := map[string]func(t *testing.T){
		"NoProgram": func(t *testing.T) { t.Setenv("PATH", t.TempDir()) },
		"Fails":     func(t *testing.T) { fakeOpusenc(t, "printf OggS; exit 1") },
		"Silent":    func(t *testing.T) { fakeOpusenc(t, "exec /bin/cat >/dev/null") },
		"Rubbish":   func(t *testing.T) { fakeOpusenc(t, "exec /bin/cat") },
	}
	for name, prepare := range tests {
		t.Run(name, func(t *testing.T) {
			prepare(t)
			s, err := Speak(t.Context(), "40728")
			if err != nil {
				t.Fatal(err)
			}
			checkWAV(t, s)
		})
	}
}

// Ensure that an opusenc that never ends delays the answer by a bounded time.
func TestSpeak_Hangs(t *testing.T) {
	fakeOpusenc(t, "exec /bin/sleep 600")
	s, err := speak(t.Context(), "40728", 50*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	checkWAV(t, s)
}

// Ensure that opusenc gets the recording and gives the voice message, and
// learns neither the answer nor the secrets of our environment.
func TestSpeak_Voice(t *testing.T) {
	t.Setenv("MVKBOT_SECRET", "sesame")
	fakeOpusenc(t, `printf 'OggS|%s|%s|' "$*" "$MVKBOT_SECRET"; exec /bin/cat`)
	s, err := Speak(t.Context(), "40728")
	if err != nil {
		t.Fatal(err)
	}
	if s.Name != "code.ogg" || !s.Voice {
		t.Fatalf("name %q, voice %v, want a voice message", s.Name, s.Voice)
	}
	part := strings.SplitN(string(s.Data), "|", 4)
	if len(part) != 4 || part[0] != "OggS" || !strings.HasPrefix(part[3], "RIFF") {
		t.Fatalf("the output of opusenc was not handed on: %d parts", len(part))
	}
	if strings.Contains(part[1], "40728") {
		t.Error("the answer is in the command line")
	}
	if part[2] != "" {
		t.Error("a secret is in the environment of opusenc")
	}
}

// Ensure that an ended context is told and no document is made of it.
func TestSpeak_Ended(t *testing.T) {
	fakeOpusenc(t, "printf OggS")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if s, err := Speak(ctx, "40728"); !errors.Is(err, context.Canceled) || s.Data != nil {
		t.Errorf("%d bytes, error %v, want context.Canceled", len(s.Data), err)
	}
}

// Ensure that the digits of the answer are spoken, in order, and no others; in
// Russian, too: the driver falls back to English without a word.
func TestSpeak_Words(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	russian, english := newListener(t, "ru"), newListener(t, "en")
	for _, answer := range []string{"01234", "98765", "77"} {
		var heard [3]string
		var last []float64
		for i := range heard {
			s, err := Speak(t.Context(), answer)
			if err != nil {
				t.Fatal(err)
			}
			last = samples(s.Data)
			heard[i] = russian.write(last)
		}
		if got := vote(heard); got != answer {
			t.Errorf("answer %s: heard %s", answer, got)
		}
		if len(answer) >= 5 && english.write(last) == answer {
			t.Errorf("answer %s: spoken in English", answer)
		}
	}
}
