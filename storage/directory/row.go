package directory

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"mvkbot/flows"
)

// MaxAddress is the longest address taken, in characters.
const MaxAddress = 512

// contract reads one row. The second result is nil for a good row and lacks
// only its line otherwise.
func (c columns) contract(fields []string) (flows.Contract, *BadRow) {
	var row flows.Contract
	if len(fields) != c.width {
		return row, &BadRow{Reason: ReasonWidth, Value: fmt.Sprintf("%d instead of %d", len(fields), c.width)}
	}
	value := func(column Column) string {
		i, ok := c.at[column]
		if !ok {
			return ""
		}
		return strings.TrimSpace(fields[i])
	}
	for _, column := range Columns() {
		v := value(column)
		if r, bad := unreadable(v); bad {
			return row, &BadRow{Column: column, Reason: ReasonUnreadable, Value: fmt.Sprintf("%U", r)}
		}
		if v == "" && column != ColumnFlat {
			return row, &BadRow{Column: column, Reason: ReasonEmpty}
		}
	}
	var ok bool
	if row.Number, ok = flows.ParseNumber(value(ColumnNumber)); !ok {
		return row, badValue(ColumnNumber, ReasonNotNumber, value(ColumnNumber))
	}
	if row.Kind, ok = meaning(kindNames, value(ColumnKind)); !ok {
		return row, badValue(ColumnKind, ReasonUnknown, value(ColumnKind))
	}
	if row.Holder, ok = meaning(holderNames, value(ColumnHolder)); !ok {
		return row, badValue(ColumnHolder, ReasonUnknown, value(ColumnHolder))
	}
	if row.Status, ok = meaning(statusNames, value(ColumnStatus)); !ok {
		return row, badValue(ColumnStatus, ReasonUnknown, value(ColumnStatus))
	}
	if row.Flat = value(ColumnFlat); utf8.RuneCountInString(row.Flat) > flows.MaxFlat {
		return row, badValue(ColumnFlat, ReasonTooLong, row.Flat)
	}
	if row.Kind == flows.KindFlat && flows.NormalFlat(row.Flat) == "" {
		return row, badValue(ColumnFlat, ReasonNoFlat, row.Flat)
	}
	if row.Address = value(ColumnAddress); utf8.RuneCountInString(row.Address) > MaxAddress {
		return row, badValue(ColumnAddress, ReasonTooLong, row.Address)
	}
	return row, nil
}

// unreadable finds the first character that must not reach a resident's eyes:
// controls, invisible and direction marks, and what did not decode.
func unreadable(s string) (rune, bool) {
	for _, r := range s {
		if r >= ' ' && r < 0x7f || r >= 'Ѐ' && r <= 'џ' {
			continue // the quick way for nearly every character
		}
		if r == utf8.RuneError || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) {
			return r, true
		}
	}
	return 0, false
}
