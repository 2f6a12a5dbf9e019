package directory_test

import (
	"errors"
	"strings"
	"testing"

	"mvkbot/flows"
	"mvkbot/storage/directory"
)

// Ensure that each fault of a row is told with its line, column and reason, and
// stops no good row.
func TestImport_BadRows(t *testing.T) {
	row := func(number, kind, flat, address, holder, status string) string {
		return strings.Join([]string{number, kind, flat, address, holder, status}, ";")
	}
	good := func(number string) string { return strings.TrimSuffix(house(number, "A"), "\n") }
	long := strings.Repeat("я", directory.MaxAddress+1)
	tests := []struct {
		name string
		line string
		want directory.BadRow
	}{
		{"NumberEmpty", good(""), directory.BadRow{Column: directory.ColumnNumber, Reason: directory.ReasonEmpty}},
		{"NumberInvalid", good("12?3"), directory.BadRow{Column: directory.ColumnNumber, Reason: directory.ReasonNotNumber, Value: "12?3"}},
		{"NumberLong", good(strings.Repeat("1", 21)), directory.BadRow{Column: directory.ColumnNumber, Reason: directory.ReasonNotNumber, Value: strings.Repeat("1", 21)}},
		{"NumberScientific", good("1.23457E+11"), directory.BadRow{Column: directory.ColumnNumber, Reason: directory.ReasonNotNumber, Value: "1.23457E+11"}},
		{"KindUnknown", row("5", "гараж", "", "A", "person", "active"), directory.BadRow{Column: directory.ColumnKind, Reason: directory.ReasonUnknown, Value: "гараж"}},
		{"KindEmpty", row("5", " ", "", "A", "person", "active"), directory.BadRow{Column: directory.ColumnKind, Reason: directory.ReasonEmpty}},
		{"HolderUnknown", row("5", "house", "", "A", "ИП", "active"), directory.BadRow{Column: directory.ColumnHolder, Reason: directory.ReasonUnknown, Value: "ИП"}},
		{"StatusUnknown", row("5", "house", "", "A", "person", strings.Repeat("s", 50)), directory.BadRow{Column: directory.ColumnStatus, Reason: directory.ReasonUnknown, Value: strings.Repeat("s", 40) + "…"}},
		{"FlatMissing", row("5", "flat", "", "A", "person", "active"), directory.BadRow{Column: directory.ColumnFlat, Reason: directory.ReasonNoFlat}},
		{"FlatOnlyDot", row("5", "flat", " . ", "A", "person", "active"), directory.BadRow{Column: directory.ColumnFlat, Reason: directory.ReasonNoFlat, Value: "."}},
		{"FlatLong", row("5", "flat", strings.Repeat("1", flows.MaxFlat+1), "A", "person", "active"), directory.BadRow{Column: directory.ColumnFlat, Reason: directory.ReasonTooLong, Value: strings.Repeat("1", flows.MaxFlat+1)}},
		{"AddressEmpty", row("5", "house", "", "", "person", "active"), directory.BadRow{Column: directory.ColumnAddress, Reason: directory.ReasonEmpty}},
		{"AddressLong", row("5", "house", "", long, "person", "active"), directory.BadRow{Column: directory.ColumnAddress, Reason: directory.ReasonTooLong, Value: strings.Repeat("я", 40) + "…"}},
		{"AddressControl", row("5", "house", "", "A\x07B", "person", "active"), directory.BadRow{Column: directory.ColumnAddress, Reason: directory.ReasonUnreadable, Value: "U+0007"}},
		{"AddressRightToLeft", row("5", "house", "", "A\u202eB", "person", "active"), directory.BadRow{Column: directory.ColumnAddress, Reason: directory.ReasonUnreadable, Value: "U+202E"}},
		{"NumberZero", row("5\x00", "house", "", "A", "person", "active"), directory.BadRow{Column: directory.ColumnNumber, Reason: directory.ReasonUnreadable, Value: "U+0000"}},
		{"TooFewColumns", "5;house", directory.BadRow{Reason: directory.ReasonWidth, Value: "2 instead of 6"}},
		{"TooManyColumns", good("5") + ";", directory.BadRow{Reason: directory.ReasonWidth, Value: "7 instead of 6"}},
		{"OnlyDelimiters", ";;;;;", directory.BadRow{Column: directory.ColumnNumber, Reason: directory.ReasonEmpty}},
		{"QuotesNotClosed", `5;house;;"A;person;active`, directory.BadRow{Reason: directory.ReasonQuotes}},
		{"QuotesInside", `5;house;;A "B" C;person;active`, directory.BadRow{Reason: directory.ReasonQuotes}},
		{"LongLine", row("5", "house", "", strings.Repeat("x", 200<<10), "person", "active"), directory.BadRow{Reason: directory.ReasonLongLine}},
		{"Repeats", good("1-0"), directory.BadRow{Column: directory.ColumnNumber, Reason: directory.ReasonRepeats, Value: "10", First: 2}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := newPath(t)
			content := header + house("10", "A") + "\n" + test.line + "\r\n" + house("11", "B")
			test.want.Line = 4
			var bad []directory.BadRow
			report := imports(t, path, content, directory.ImportOptions{OnBadRow: collect(&bad)})
			if !equalRows(bad, []directory.BadRow{test.want}) {
				t.Errorf("bad rows %+v, want %+v", bad, test.want)
			}
			if report.Read != 3 || report.Good != 2 || report.Bad != 1 {
				t.Errorf("report %+v", report)
			}
			has(t, open(t, path), houseContract("10", "A"), houseContract("11", "B"))

			_, err := directory.Import(t.Context(), path, writeFile(t, []byte(content+house("12", "C"))), directory.ImportOptions{Strict: true})
			if !errors.Is(err, directory.ErrBadRows) || !strings.Contains(err.Error(), "1 of 4") {
				t.Errorf("strict: %v", err)
			}
			onlyDirectory(t, path)
			has(t, open(t, path), houseContract("10", "A"), houseContract("11", "B"))
		})
	}
}

// Ensure that values at their limits are good.
func TestImport_Limits(t *testing.T) {
	path := newPath(t)
	c := flows.Contract{
		Number: flows.Number(strings.Repeat("9", flows.MaxNumber)), Kind: flows.KindFlat, Flat: strings.Repeat("я", flows.MaxFlat),
		Address: strings.Repeat("я", directory.MaxAddress), Holder: flows.HolderPerson, Status: flows.StatusActive,
	}
	imports(t, path, header+string(c.Number)+";flat;"+c.Flat+";"+c.Address+";person;active\n", directory.ImportOptions{Strict: true})
	has(t, open(t, path), c)
}

// Ensure that the smallest line of a repeated number is taken and each other
// one is told.
func TestImport_Repeats(t *testing.T) {
	path := newPath(t)
	var bad []directory.BadRow
	report := imports(t, path, header+house("7", "first")+house("5", "A")+house("7", "second")+house("07", "other")+house("7", "first"),
		directory.ImportOptions{OnBadRow: collect(&bad)})
	repeat := directory.BadRow{Column: directory.ColumnNumber, Reason: directory.ReasonRepeats, Value: "7", First: 2}
	second, third := repeat, repeat
	second.Line, third.Line = 4, 6
	if !equalRows(bad, []directory.BadRow{second, third}) {
		t.Errorf("bad rows %+v", bad)
	}
	if report.Good != 3 || report.Bad != 2 || report.New != 3 {
		t.Errorf("report %+v", report)
	}
	has(t, open(t, path), houseContract("7", "first"), houseContract("5", "A"), houseContract("07", "other"))
}

func TestBadRow_String(t *testing.T) {
	for want, b := range map[string]directory.BadRow{
		`line 3: kind: unknown value "гараж"`:                                   {Line: 3, Column: directory.ColumnKind, Reason: directory.ReasonUnknown, Value: "гараж"},
		`line 4: line is longer than 64 KiB`:                                    {Line: 4, Reason: directory.ReasonLongLine},
		`line 9: number: contract number repeats an earlier line "12" (line 2)`: {Line: 9, Column: directory.ColumnNumber, Reason: directory.ReasonRepeats, Value: "12", First: 2},
	} {
		if got := b.String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// Ensure that every reason has words.
func TestReasons(t *testing.T) {
	for _, r := range directory.Reasons() {
		if r.String() == "" {
			t.Errorf("reason %s has none", string(r))
		}
	}
}

// Ensure that a bad row comes with what stood there, within bounds.
func TestBadRow_Row(t *testing.T) {
	rows := map[string]string{
		"5;гараж;;A;person;active":     "5;гараж;;A;person;active",
		"5;\"x\";;A":                   "5;x;;A",
		"5;house;;\"A;person;active":   "5;house;;\"A;person;active",
		"1;flat;7;A;person;active":     "1;flat;7;A;person;active",
		strings.Repeat("я", 400) + ";": strings.Repeat("я", 300) + "…",
	}
	for line, want := range rows {
		var got string
		imports(t, newPath(t), header+house("1", "A")+line+"\n", directory.ImportOptions{OnBadRow: func(b directory.BadRow) { got = b.Row }})
		if got != want {
			t.Errorf("row %q, want %q", got, want)
		}
	}
}
