package storage_test

import (
	"errors"
	"fmt"
	"maps"
	"testing"

	"mvkbot/storage"
)

// Ensure that a log that was put back to an earlier state, with all that names its
// later lines, is sound but for an anchor of those.
func TestAuditRolledBack(t *testing.T) {
	w := newWorld(t)
	w.keepLog(logged)
	early, err := w.AuditAnchor(t.Context())
	if err != nil || early.Line != logged {
		t.Fatal(early, err)
	}
	before := maps.Clone(w.records())
	w.keepLog(4)
	late, err := w.AuditAnchor(t.Context())
	if err != nil || late.Line != logged+4 {
		t.Fatal(late, err)
	}
	for _, a := range []storage.Anchor{{}, early, late} {
		if err := w.CheckAnchor(t.Context(), a); err != nil {
			t.Errorf("%s: %v", a, err)
		}
	}
	for key := range w.records() {
		if _, ok := before[key]; !ok {
			w.remove([]byte(key))
		}
	}
	for key, value := range before {
		w.put([]byte(key), value)
	}
	if r, err := w.Check(t.Context()); err != nil || r.FaultCount != 0 || r.AuditLines != logged {
		t.Fatalf("the earlier state has faults: %v, %+v", err, r)
	}
	if err := w.CheckAnchor(t.Context(), early); err != nil {
		t.Error(err)
	}
	if err := w.CheckAnchor(t.Context(), late); !errors.Is(err, storage.ErrBrokenChain) {
		t.Errorf("the anchor of a line that is gone: %v", err)
	}
	w.keepLog(5) // the lines come again, as others
	if err := w.CheckAnchor(t.Context(), late); !errors.Is(err, storage.ErrBrokenChain) {
		t.Errorf("the anchor of a line that is another: %v", err)
	}
}

// Ensure that an anchor is read as it is told, and nothing else is.
func TestAnchorText(t *testing.T) {
	const hash = "000102030405060708090a0b0c0d0e0f"
	var a storage.Anchor
	if err := a.UnmarshalText([]byte("12:" + hash)); err != nil || a.String() != "12:"+hash {
		t.Errorf("%s, %v", a, err)
	}
	for _, bad := range []string{"", "12", "12:", ":" + hash, "-1:" + hash, "12:" + hash[2:], "12:" + hash + "10", fmt.Sprintf("12:%32s", "g")} {
		if err := a.UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("%q is read as %s", bad, a)
		}
	}
}
