package directory

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"mvkbot/flows"
)

// Reason is why a row is bad: a word for programs, see Reason.String and the
// texts for the one that people read.
type Reason string

// The reasons for which a row is not taken.
const (
	ReasonQuotes     Reason = "quotes"
	ReasonLongLine   Reason = "long_line"
	ReasonWidth      Reason = "width"
	ReasonEmpty      Reason = "empty"
	ReasonUnknown    Reason = "unknown"
	ReasonNotNumber  Reason = "not_number"
	ReasonTooLong    Reason = "too_long"
	ReasonUnreadable Reason = "unreadable"
	ReasonNoFlat     Reason = "no_flat"
	ReasonRepeats    Reason = "repeats"
)

var reasonWords = map[Reason]string{
	ReasonQuotes:     "quotes are not closed on the line, or not doubled inside a field",
	ReasonLongLine:   "line is longer than 64 KiB",
	ReasonWidth:      "number of columns differs from the header row's",
	ReasonEmpty:      "empty",
	ReasonUnknown:    "unknown value",
	ReasonNotNumber:  "not a contract number",
	ReasonTooLong:    "too long",
	ReasonUnreadable: "control, invisible or undecodable character",
	ReasonNoFlat:     "a flat without its number",
	ReasonRepeats:    "contract number repeats an earlier line",
}

// Reasons lists all reasons.
func Reasons() []Reason { return slices.Sorted(maps.Keys(reasonWords)) }

// String words the reason in English.
func (r Reason) String() string { return reasonWords[r] }

// BadRow is a row that an import did not take.
type BadRow struct {
	Line   int64  // 1-based line of a CSV file, row of an XLSX sheet
	Column Column // empty when the row as a whole is at fault
	Reason Reason
	Value  string // what stands there or how much, shortened; may be empty
	First  int64  // ReasonRepeats: the line that was taken
	Row    string // as it was read, its fields joined by «;», shortened
}

// String is one line for an administrator.
func (b BadRow) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "line %d: ", b.Line)
	if b.Column != "" {
		s.WriteString(string(b.Column) + ": ")
	}
	s.WriteString(b.Reason.String())
	if b.Value != "" {
		fmt.Fprintf(&s, " %q", b.Value)
	}
	if b.First != 0 {
		fmt.Fprintf(&s, " (line %d)", b.First)
	}
	return s.String()
}

// How many characters are kept of what stood in a bad row.
const (
	shownOfValue = 40
	shownOfRow   = 300
)

func badValue(column Column, reason Reason, value string) *BadRow {
	return &BadRow{Column: column, Reason: reason, Value: shortened(value, shownOfValue)}
}

// shortened cuts a text to n characters, and marks the cut.
func shortened(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i] + "…"
		}
	}
	return s
}

func joined(fields []string) string { return shortened(strings.Join(fields, ";"), shownOfRow) }

// asRead is the row that a good record was made of, in the order of a template.
func asRead(r record) string {
	c, err := decodeValue(flows.Number(r.key), r.value)
	if err != nil { // appendValue made it
		return string(r.key)
	}
	return joined([]string{string(c.Number), string(c.Kind), c.Flat, c.Address, string(c.Holder), string(c.Status)})
}
