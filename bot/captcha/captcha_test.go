package captcha

import (
	"errors"
	"strings"
	"testing"
)

// Ensure that what is no answer is refused without being repeated.
func TestAnswer(t *testing.T) {
	tests := []struct {
		name, answer string
		ok           bool
	}{
		{"Five", "40728", true},
		{"One", "7", true},
		{"Ten", "0123456789", true},
		{"Empty", "", false},
		{"Eleven", "01234567890", false},
		{"Letter", "4072b", false},
		{"Space", "4072 ", false},
		{"Minus", "-4072", false},
		{"ArabicIndic", "٤٠٧٢٨", false},
		{"Fullwidth", "４０７", false},
		{"NUL", "40\x0028", false},
		{"BrokenUTF8", "40\xff28", false},
	}
	t.Setenv("PATH", t.TempDir())
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			picture, err := Draw(tt.answer, [32]byte{})
			check(t, "Draw", tt.answer, tt.ok, picture, err)
			speech, err := Speak(t.Context(), tt.answer)
			check(t, "Speak", tt.answer, tt.ok, speech.Data, err)
		})
	}
}

func check(t *testing.T, what, answer string, ok bool, data []byte, err error) {
	t.Helper()
	switch {
	case ok && (err != nil || len(data) == 0):
		t.Errorf("%s: %d bytes, error %v", what, len(data), err)
	case !ok && (!errors.Is(err, ErrAnswer) || data != nil):
		t.Errorf("%s: %d bytes, error %v, want ErrAnswer", what, len(data), err)
	case !ok && answer != "" && strings.Contains(err.Error(), answer):
		t.Errorf("%s: the error holds the answer", what)
	}
}
