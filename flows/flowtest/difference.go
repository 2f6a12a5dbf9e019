package flowtest

import "strings"

// FirstDifference is the number of the first line that differs, and both
// spellings of it; 0 when there is none.
func FirstDifference(got, want string) (line int, g, w string) {
	at := func(lines []string, i int) string {
		if i < len(lines) {
			return lines[i]
		}
		return "(end)"
	}
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(a), len(b)) {
		if g, w = at(a, i), at(b, i); g != w {
			return i + 1, g, w
		}
	}
	return 0, "", ""
}
