package storage_test

import (
	"testing"

	"mvkbot/flows"
	"mvkbot/storage"
)

// Ensure that a look sees what was committed, and that a write fails it and
// changes nothing.
func TestLook(t *testing.T) {
	w := newWorld(t)
	w.turn(func(tx *storage.Turn) { tx.SetStaff([]flows.Member{{Chat: 7, Role: flows.Operator}}) })
	look := func() (staff []flows.Member) {
		if err := w.Look(t.Context(), func(l flows.Ledger) { staff = l.Staff() }); err != nil {
			t.Fatal(err)
		}
		return staff
	}
	if staff := look(); len(staff) != 1 || staff[0].Chat != 7 {
		t.Errorf("staff %v", staff)
	}
	if err := w.Look(t.Context(), func(l flows.Ledger) { l.SetStaff(nil) }); err == nil {
		t.Error("a write succeeded")
	}
	if staff := look(); len(staff) != 1 {
		t.Errorf("staff %v", staff)
	}
}
