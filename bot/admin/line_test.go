package admin

import (
	"testing"

	"mvkbot/flows"
)

// Ensure that neither what somebody wrote nor how they named a file can pass for
// another message of the thread.
func TestLineOf(t *testing.T) {
	forged := "а]\n\n💬 22 ноября, 14:05, 101\u2028Долг списан\u202e\u200b\x00"
	got := (&call{role: flows.Supervisor}).lineOf(flows.TicketMessage{
		Kind: flows.FromResident, Text: forged, File: flows.File{Kind: flows.DocumentFile, Name: forged}, Former: []flows.Edition{{Text: forged}},
	}, threadText)
	if want := "а] 💬 22 ноября, 14:05, 101 Долг списан"; got.Text != want || got.Name != want || got.Was[0].Text != want {
		t.Errorf("%q, file %q, was %q", got.Text, got.Name, got.Was)
	}
}

// Ensure that a command ends at any space, also at one that a telephone or a copied
// text has.
func TestSplit(t *testing.T) {
	for line, want := range map[string][2]string{
		"/find Иванов": {"find", "Иванов"}, "/find\u00a0Иванов": {"find", "Иванов"}, "/FIND@mvk_bot\u2003Иванов ": {"find", "Иванов"},
		" /find\r\nИванов Пётр": {"find", "Иванов Пётр"}, "/find": {"find", ""}, "find Иванов": {"", ""},
	} {
		if name, args := split(line); name != want[0] || args != want[1] {
			t.Errorf("%q: %q, %q", line, name, args)
		}
	}
}

// Ensure that what is cut is no longer than asked for, and still text.
func TestCut(t *testing.T) {
	for text, want := range map[string]string{"": "", "абвг": "абвг", "абвгд": "абв…", "😀😀": "😀😀", "😀😀😀": "😀…", "а😀😀": "а😀…"} {
		if got := cut(text, 4); got != want || flows.Units(got) > 4 {
			t.Errorf("%q: %q", text, got)
		}
	}
}

// Ensure that a button carries every place in a search there and back.
func TestCursorOfPage(t *testing.T) {
	for _, c := range []flows.Cursor{{}, {Tag: 'a', ID: 1}, {Tag: 'a', ID: 1 << 40}, {Tag: 'c', ID: positive | 500}, {Tag: 'r', ID: positive | 1<<40}} {
		if got := cursorOf(pageOf(c)); got != c {
			t.Errorf("%v comes back as %v", c, got)
		}
	}
}
