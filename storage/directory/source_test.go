package directory

import "testing"

// Ensure that the weight of a text does not depend on where its pieces are cut.
func TestUTF8Counter_Pieces(t *testing.T) {
	tests := []struct {
		text string
		want bool
	}{
		{"", true},
		{"ascii", true},
		{"я", true},
		{"€𝄞", true},
		{"я\xff", false},        // as many broken as good
		{"яя\xff", true},        // one damaged character in Russian
		{"\xcc\xee\xf1", false}, // «Мос» in windows-1251
		{"a\xd1", false},        // ends inside a character
	}
	for _, test := range tests {
		for size := 1; size <= len(test.text)+1; size++ {
			var c utf8Counter
			for rest := []byte(test.text); len(rest) > 0; rest = rest[min(size, len(rest)):] {
				c.write(rest[:min(size, len(rest))])
			}
			if got := c.isUTF8(); got != test.want {
				t.Errorf("%q in pieces of %d: %v", test.text, size, got)
			}
		}
	}
}
