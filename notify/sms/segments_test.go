package sms

import (
	"strings"
	"testing"
)

func TestSegments(t *testing.T) {
	tests := []struct {
		name string
		text string
		want int
	}{
		{"empty", "", 0},
		{"160 of GSM", strings.Repeat("a", 160), 1},
		{"161 of GSM", strings.Repeat("a", 161), 2},
		{"306 of GSM", strings.Repeat("a", 306), 2},
		{"307 of GSM", strings.Repeat("a", 307), 3},
		{"80 escapes", strings.Repeat("€", 80), 1},
		{"81 escapes", strings.Repeat("€", 81), 2},
		{"an escape is not torn at 153", strings.Repeat("a", 152) + "€" + strings.Repeat("a", 152), 3},
		{"70 Russian", strings.Repeat("ж", 70), 1},
		{"71 Russian", strings.Repeat("ж", 71), 2},
		{"134 Russian", strings.Repeat("ж", 134), 2},
		{"135 Russian", strings.Repeat("ж", 135), 3},
		{"one letter changes the alphabet", strings.Repeat("a", 70) + "ж", 2},
		{"35 pairs", strings.Repeat("🔴", 35), 1},
		{"a pair is not torn at 67", strings.Repeat("ж", 66) + "🔴" + strings.Repeat("ж", 66), 3},
		{"a code", "Мой МВК Портал: код 123456. Никому его не сообщайте.", 1},
		{"broken UTF-8", "\xff", 1},
	}
	for _, tt := range tests {
		if got := Segments(tt.text); got != tt.want {
			t.Errorf("%s: Segments = %d, want %d", tt.name, got, tt.want)
		}
	}
}
