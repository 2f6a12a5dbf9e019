package sheet

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Stamp is the layout of a time in a cell: every spreadsheet reads it as one.
const Stamp = time.DateTime

// formula begins what a spreadsheet may evaluate, in all widths. The apostrophe
// is among them so that an escape can be told from a cell that begins with one.
const formula = "=+-@＝＋－＠﹦﹢﹣﹫−'"

// separators end a cell in a spreadsheet that is set to another one than ours.
const separators = ";,|"

// plainNumber is a number that every spreadsheet shows as it is written: no zeros
// in front, and no more digits than fit.
var plainNumber = regexp.MustCompile(`^(0|[1-9][0-9]{0,10})$`)

// Escape makes a cell that a spreadsheet shows and does not evaluate. An
// apostrophe stands in front of what may be read as a formula, at the beginning
// of the cell and behind every separator in it, as OWASP («CSV Injection»)
// advises; and in front of digits that would be read as something else, like
// the number of a contract with zeros in front or in the form of a date. Line
// breaks and tabs become spaces, other control characters go. Nothing else
// changes, and no two texts that differ in more become the same cell.
func Escape(text string) string {
	text = clean(text)
	var b strings.Builder
	if misread(text) {
		b.WriteByte('\'')
	}
	for {
		if evaluated(text) {
			b.WriteByte('\'')
		}
		i := strings.IndexAny(text, separators)
		if i < 0 {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(text[:i+1])
		text = text[i+1:]
	}
}

// clean replaces line breaks and tabs by spaces, and drops other control characters.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\u2028', r == '\u2029', unicode.IsControl(r) && unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, string(utf8.RuneError)))
}

// evaluated reports whether a spreadsheet may evaluate a text.
func evaluated(text string) bool {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(text, overlooked))
	return strings.ContainsRune(formula, first)
}

// overlooked reports whether a spreadsheet may pass over a character in front of
// a formula.
func overlooked(r rune) bool { return r == '"' || unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) }

// misread reports whether a spreadsheet may turn a text into another number, or
// into a date, and show that.
func misread(text string) bool {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(text, overlooked))
	if !unicode.IsNumber(first) && first != '.' || plainNumber.MatchString(text) {
		return false
	}
	_, err := time.Parse(Stamp, text)
	return err != nil
}
