package storage_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"mvkbot/flows"
	"mvkbot/storage"
)

// Ensure that nothing personal stands in the database in plain, and that equal
// records do not look equal.
func TestSealHidesPersonalData(t *testing.T) {
	w := newWorld(t)
	person := flows.Registration{Submitted: 1, Surname: "Соколова", Phone: "+79161234501", Email: "anna@mail.example", PurgeAt: 2_000_000_000}
	for _, chat := range []int64{1, 2} {
		w.talk(flows.Conversation{Chat: chat, Registration: person})
	}
	w.turn(func(tx *storage.Turn) {
		tx.SetOwner(flows.Contact{Channel: flows.ByPhone, Value: "+79161234501"}, flows.Owner{Chat: 1})
		tx.SetUsage(flows.Budget{Name: "contact", Subject: "anna@mail.example"}, flows.Usage{Count: 1})
		_ = tx.Append(&storage.Record{Chat: 1, Channel: storage.SMS, To: "+79161234501", Payload: []byte("код 123456")})
		tx.SetBindings(1, []flows.Binding{{Number: "1234567890"}})
	})
	var values []string
	for k, v := range w.records() {
		for _, plain := range []string{"Соколова", "79161234501", "anna", "123456", "1234567890"} {
			if strings.Contains(k+string(v), plain) {
				t.Errorf("%q stands in the record of kind %c", plain, k[0])
			}
		}
		if k[0] != 'd' && k[0] != 'n' { // bare rows say nothing
			values = append(values, string(v))
		}
	}
	slices.Sort(values)
	if n := len(slices.Compact(slices.Clone(values))); n < len(values) {
		t.Errorf("%d values, %d different", len(values), n)
	}
}

// Ensure that a record which was altered, moved or cut is an error and never
// read as something else.
func TestSealRefusesForeignRecords(t *testing.T) {
	key := func(w *world, i int) []byte { return []byte(w.keys('c')[i]) }
	for _, tt := range []struct {
		name  string
		spoil func(w *world, value []byte) []byte
	}{
		{"altered byte", func(_ *world, v []byte) []byte { v[len(v)/2] ^= 1; return v }},
		{"altered tag", func(_ *world, v []byte) []byte { v[len(v)-1] ^= 1; return v }},
		{"altered key id", func(_ *world, v []byte) []byte { v[1] ^= 1; return v }},
		{"altered epoch", func(_ *world, v []byte) []byte { v[6] ^= 1; return v }},
		{"altered format", func(_ *world, v []byte) []byte { v[0]++; return v }},
		{"moved from another chat", func(w *world, _ []byte) []byte { return w.records()[string(key(w, 1))] }},
		{"cut", func(_ *world, v []byte) []byte { return v[:len(v)-1] }},
		{"cut into the nonce", func(_ *world, v []byte) []byte { return v[:10] }},
		{"cut into the header", func(_ *world, v []byte) []byte { return v[:5] }},
		{"empty", func(_ *world, _ []byte) []byte { return []byte{} }},
		{"grown", func(_ *world, v []byte) []byte { return append(v, 0) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.talk(flows.Conversation{Chat: 1, State: "ask_name"})
			w.talk(flows.Conversation{Chat: 2, State: "ask_phone"})
			value := tt.spoil(w, bytes.Clone(w.records()[string(key(w, 0))]))
			w.raw(func(tx storage.Tx) error { return tx.Put(key(w, 0), value) })
			if c, err := w.Conversation(t.Context(), 1); err == nil {
				t.Errorf("read as %q", c.State)
			}
			err := w.Turn(t.Context(), func(tx *storage.Turn) error { _, err := tx.Conversation(1); return err })
			if err == nil || !strings.HasPrefix(err.Error(), "read conversation: ") {
				t.Errorf("in a turn: %v", err)
			}
			if c, err := w.Conversation(t.Context(), 2); err != nil || c.State != "ask_phone" {
				t.Errorf("the neighbour suffered: %q, %v", c.State, err)
			}
		})
	}
}

// Ensure that records of earlier weeks open though each week has its own key.
func TestSealOverEpochs(t *testing.T) {
	w := newWorld(t)
	for week := range int64(3) {
		w.talk(flows.Conversation{Chat: week + 1, State: "ask_name"})
		w.at = w.at.Add(7 * 24 * time.Hour)
	}
	w.reopen()
	for week := range int64(3) {
		if c, err := w.Conversation(t.Context(), week+1); err != nil || c.State != "ask_name" {
			t.Errorf("week %d: %q, %v", week, c.State, err)
		}
	}
}

func TestDeriveKey(t *testing.T) {
	a, err := storage.DeriveKey(testSecret, "codes")
	if err != nil || len(a) != 32 {
		t.Fatal(a, err)
	}
	same, _ := storage.DeriveKey(testSecret, "codes")
	other, _ := storage.DeriveKey(testSecret, "links")
	if !bytes.Equal(a, same) || bytes.Equal(a, other) || bytes.Contains(a, testSecret[:8]) {
		t.Error("keys are not derived by purpose")
	}
}

// Ensure that a database is opened with its own secret only, and says so.
func TestOpenRefuses(t *testing.T) {
	other := []byte("another secret of thirty-two bytes")
	for _, tt := range []struct {
		name   string
		secret []byte
		spoil  func(w *world) error
		is     error
		says   string
	}{
		{"short secret", testSecret[:31], nil, nil, "secret has 31 bytes, want at least 32"},
		{"wrong secret", other, nil, storage.ErrWrongKey, "database was sealed with another secret (key id "},
		{"mark of another record", testSecret, func(w *world) error {
			return w.db.Update(t.Context(), func(tx storage.Tx) error {
				v, err := tx.Get([]byte("ms"))
				if err != nil {
					return err
				}
				v = bytes.Clone(v)
				v[len(v)-1] ^= 1
				return tx.Put([]byte("ms"), v)
			})
		}, storage.ErrWrongKey, "record does not open"},
		{"mark cut short", testSecret, func(w *world) error {
			return w.db.Update(t.Context(), func(tx storage.Tx) error { return tx.Put([]byte("ms"), []byte{1}) })
		}, storage.ErrWrongKey, ""},
		{"foreign records", testSecret, func(w *world) error {
			return w.db.Update(t.Context(), func(tx storage.Tx) error {
				if err := tx.Delete([]byte("ms")); err != nil {
					return err
				}
				return tx.Put([]byte("z"), []byte("foreign"))
			})
		}, nil, "no mark of its key"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			if tt.spoil != nil {
				if err := tt.spoil(w); err != nil {
					t.Fatal(err)
				}
			}
			_, err := storage.Open(t.Context(), w.db, w.options(tt.secret))
			if err == nil || tt.is != nil && !errors.Is(err, tt.is) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("Open = %v", err)
			}
			if err != nil && (strings.Contains(err.Error(), string(testSecret)) || strings.Contains(err.Error(), string(other))) {
				t.Error("the error shows a secret")
			}
		})
	}
}

// Ensure that a database opens again and again with its secret.
func TestReopen(t *testing.T) {
	w := newWorld(t)
	before := w.records()
	w.reopen()
	if after := w.records(); len(after) != 1 || !bytes.Equal(after["ms"], before["ms"]) {
		t.Error("opening wrote something")
	}
}

// Ensure that a failing disk is told when a database is opened.
func TestOpenTellsFaultsOfTheDisk(t *testing.T) {
	broken := errors.New("broken disk")
	w := newWorld(t)
	f := &failing{Backend: w.db, get: func([]byte) error { return broken }}
	if _, err := storage.Open(t.Context(), f, w.options(testSecret)); !errors.Is(err, broken) {
		t.Errorf("Open = %v", err)
	}
	w.raw(func(tx storage.Tx) error { return tx.Delete([]byte("ms")) })
	f = &failing{Backend: w.db, put: func([]byte) error { return broken }}
	if _, err := storage.Open(t.Context(), f, w.options(testSecret)); !errors.Is(err, broken) {
		t.Errorf("founding = %v", err)
	}
}
