package storage_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"mvkbot/flows"
	"mvkbot/storage"
)

// numbers reads all pages of a filter and names the lines, page by page.
func (w *world) numbers(f storage.AuditFilter) (pages [][]uint64) {
	w.t.Helper()
	for {
		lines, more, err := w.AuditPage(w.t.Context(), f)
		if err != nil {
			w.t.Fatal(err)
		}
		var page []uint64
		for _, l := range lines {
			page = append(page, l.Number)
			f.Before = l.Number
		}
		if pages = append(pages, page); !more {
			return pages
		}
	}
}

// Ensure that the pages of every filter hold its lines, all and once, the newest
// first.
func TestAuditPage(t *testing.T) {
	w := newWorld(t)
	if got := w.numbers(storage.AuditFilter{Limit: 5}); len(got) != 1 || len(got[0]) != 0 {
		t.Errorf("an empty log has lines %v", got)
	}
	w.keepLog(12)
	for _, tt := range []struct {
		filter storage.AuditFilter
		want   [][]uint64
	}{
		{storage.AuditFilter{Limit: 5}, [][]uint64{{12, 11, 10, 9, 8}, {7, 6, 5, 4, 3}, {2, 1}}},
		{storage.AuditFilter{Limit: 12}, [][]uint64{{12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1}}},
		{storage.AuditFilter{Limit: 5, Before: 4}, [][]uint64{{3, 2, 1}}},
		{storage.AuditFilter{Limit: 5, Before: 1}, [][]uint64{nil}},
		{storage.AuditFilter{Limit: 2, Subject: 7}, [][]uint64{{11, 9}, {7, 5}, {3, 1}}},
		{storage.AuditFilter{Limit: 2, Subject: 8}, [][]uint64{{10, 6}, {2}}},
		{storage.AuditFilter{Limit: 2, Actor: 42}, [][]uint64{{11, 7}, {3}}},
		{storage.AuditFilter{Limit: 3, Actor: 43}, [][]uint64{{12, 8, 4}}},
		{storage.AuditFilter{Limit: 3, Actor: 43, Before: 1}, [][]uint64{nil}},
		{storage.AuditFilter{Limit: 2, Subject: 7, Actor: 42}, [][]uint64{{11, 7}, {3}}},
		{storage.AuditFilter{Limit: 2, Subject: 8, Actor: 42}, [][]uint64{nil}},
		{storage.AuditFilter{Limit: 2, Subject: 9}, [][]uint64{nil}},
		{storage.AuditFilter{Limit: 2, Actor: 44}, [][]uint64{nil}},
	} {
		if got := w.numbers(tt.filter); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%+v: %v, want %v", tt.filter, got, tt.want)
		}
	}
}

// Ensure that a line reads as it was written, and that the detail of a person who
// was deleted is sealed while the line stays.
func TestAuditPageDetails(t *testing.T) {
	w := newWorld(t)
	w.keepLog(4)
	w.turn(func(tx *storage.Turn) {
		if got := tx.Lines(7); len(got) != 2 || got[1].Detail != "secret 3" || got[1].Actor != 42 {
			t.Errorf("lines of a person: %+v", got)
		}
		if got := tx.LastLines(7, 1); len(got) != 1 || got[0].Detail != "secret 3" {
			t.Errorf("last line of a person: %+v", got)
		}
		if got := tx.LastLines(7, 9); len(got) != 2 || got[1].Detail != tx.Lines(7)[0].Detail {
			t.Errorf("last lines of a person: %+v", got)
		}
		if got := tx.Lines(0); got != nil {
			t.Errorf("lines of nobody: %+v", got)
		}
		tx.CloseSubject(8)
	})
	line := func(subject uint64, detail string) flows.AuditLine {
		return flows.AuditLine{At: w.at.Unix(), Subject: subject, Action: flows.ActionBound, Note: "Л1", Detail: detail}
	}
	theirs := line(7, "secret 3")
	theirs.Actor = 42
	want := []storage.NumberedLine{
		{Number: 1, AuditLine: line(7, "secret 1")}, {Number: 2, AuditLine: line(8, ""), Sealed: true}, {Number: 3, AuditLine: theirs},
		{Number: 4, AuditLine: flows.AuditLine{At: w.at.Unix(), Action: "maintenance", Actor: 43, Result: "refused"}},
	}
	got, err := w.AuditLines(t.Context(), 0, 10)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := w.AuditLines(t.Context(), 1, 2); err != nil || !reflect.DeepEqual(got, want[1:3]) {
		t.Errorf("%+v, %v", got, err)
	}
	if lines, _, err := w.AuditPage(t.Context(), storage.AuditFilter{Limit: 3}); err != nil || !lines[2].Sealed || lines[2].Detail != "" {
		t.Errorf("%+v, %v", lines, err)
	}
	if got := w.numbers(storage.AuditFilter{Limit: 3, Subject: 8}); len(got[0]) != 0 {
		t.Errorf("a deleted person has lines %v", got)
	}
}

// Ensure that a deed about the bot itself touches no record of a person.
func TestAuditOfNobody(t *testing.T) {
	w := newWorld(t)
	f := &failing{Backend: w.db}
	s, err := storage.Open(t.Context(), f, w.options(testSecret))
	if err != nil {
		t.Fatal(err)
	}
	f.get = func(key []byte) error {
		if key[0] == 's' {
			return errors.New("a person is read")
		}
		return nil
	}
	err = s.Turn(t.Context(), func(tx *storage.Turn) error {
		tx.Audit(flows.AuditLine{Action: "maintenance", Actor: 42, Detail: "lost"})
		return nil
	})
	if err != nil || len(w.keys('s')) != 0 || len(w.keys('l')) != 1 {
		t.Errorf("%v, %d persons", err, len(w.keys('s')))
	}
}

// Ensure that a page over a damaged log fails and names the line.
func TestAuditPageFaults(t *testing.T) {
	for _, kind := range []byte("lsm") {
		w := newWorld(t)
		w.keepLog(4)
		s := w.broken(kind)
		if _, _, err := s.AuditPage(t.Context(), storage.AuditFilter{Limit: 9}); !errors.Is(err, errBroken) {
			t.Errorf("reading %c: %v", kind, err)
		}
	}
	for name, value := range map[string][]byte{"gone": nil, "rubbish": []byte("rubbish")} {
		w := newWorld(t)
		w.keepLog(4)
		if w.remove(storage.Key64('l', 2)); value != nil {
			w.put(storage.Key64('l', 2), value)
		}
		_, _, err := w.AuditPage(t.Context(), storage.AuditFilter{Limit: 9})
		if want := "line 2: "; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Ensure that faults between the log and the index of what staff did are found,
// from either side.
func TestCheckActors(t *testing.T) {
	row := func(actor int64, line uint64) []byte { return storage.ActorKey(actor, line) }
	for _, tt := range []struct {
		name  string
		spoil func(w *world)
		want  string
	}{
		{"sound", func(*world) {}, ""},
		{"row missing", func(w *world) { w.remove(row(42, 3)) }, "audit line 0000000000000003: it is not in the index of its actor"},
		{"row of another", func(w *world) { w.put(row(44, 3), []byte{1}) }, "actor 800000000000002cfffffffffffffffc: line 3 is not theirs"},
		{"row of a resident's line", func(w *world) { w.put(row(42, 1), []byte{1}) }, "actor 800000000000002afffffffffffffffe: line 1 is not theirs"},
		{"row of no line", func(w *world) { w.put(row(42, 99), []byte{1}) }, "actor 800000000000002affffffffffffff9c: line 99 is not theirs"},
		{"row cut", func(w *world) { w.put(row(42, 3)[:9], []byte{1}) }, "actor 800000000000002a: key of 9 bytes, want 17"},
	} {
		w := newWorld(t)
		w.keepLog(8)
		tt.spoil(w)
		r, err := w.Check(t.Context())
		want := "[" + tt.want + "]"
		if err != nil || fmt.Sprint(r.Faults) != want || r.AuditLines != 8 {
			t.Errorf("%s: %v, %v, want %v", tt.name, r.Faults, err, want)
		}
	}
}

// Ensure that the detail of a line about nobody who has a key is sealed, and can be
// read for good; that of a person who was deleted meanwhile cannot.
func TestAuditDetailWithoutSubject(t *testing.T) {
	w := newWorld(t)
	w.turn(func(tx *storage.Turn) {
		tx.Audit(flows.AuditLine{At: w.at.Unix(), Action: "staff_block", Detail: "the reason"})
		tx.Audit(flows.AuditLine{At: w.at.Unix(), Action: "staff_block", Subject: 9, Detail: "the reason"})
	})
	for i, value := range w.audited() {
		if strings.Contains(string(value), "reason") {
			t.Errorf("line %d lies open", i+1)
		}
	}
	lines, err := w.AuditLines(t.Context(), 0, 10)
	if err != nil || len(lines) != 2 || lines[0].Detail != "the reason" || lines[0].Sealed || lines[1].Detail != "" {
		t.Errorf("%+v, %v", lines, err)
	}
}
