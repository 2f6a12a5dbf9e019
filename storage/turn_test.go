package storage_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"mvkbot/flows"
	"mvkbot/storage"
)

// Ensure that a database of a newer program is refused.
func TestOpenRefusesNewerSchema(t *testing.T) {
	w := newWorld(t)
	if err := w.WriteSchema(t.Context(), storage.Schema+1); err != nil {
		t.Fatal(err)
	}
	_, err := storage.Open(t.Context(), w.db, w.options(testSecret))
	if err == nil || !strings.Contains(err.Error(), "written by a newer one") {
		t.Errorf("Open = %v", err)
	}
}

// Ensure that whatever the ledger is told it tells again, over a restart too.
func TestLedger(t *testing.T) {
	w := newWorld(t)
	phone := flows.Contact{Channel: flows.ByPhone, Value: "+79161234501"}
	mail := flows.Contact{Channel: flows.ByEmail, Value: "anna@mail.example"}
	budget := flows.Budget{Name: "contact", Subject: "anna@mail.example"}
	usage := flows.Usage{Spends: []flows.Spend{{At: 7, Tag: 9}}, Window: 5, Count: 2, Told: true}
	account := flows.Account{Chat: 1, Surname: "Соколова", Phone: "+79161234501", Email: "anna@mail.example"}
	w.turn(func(tx *storage.Turn) {
		if o := tx.Owner(phone); o != (flows.Owner{}) {
			t.Errorf("owner of an unknown contact: %v", o)
		}
		tx.SetOwner(phone, flows.Owner{Chat: 1})
		tx.SetOwner(mail, flows.Owner{Account: 1})
		if n := tx.OpenAccount(account); n != 1 {
			t.Errorf("first account has number %d", n)
		}
		if n := tx.OpenAccount(account); n != 2 {
			t.Errorf("second account has number %d", n)
		}
		tx.SetUsage(budget, usage)
		if a := tx.Account(9); a != (flows.Account{}) {
			t.Errorf("unknown account: %v", a)
		}
	})
	w.reopen()
	w.turn(func(tx *storage.Turn) {
		if a, b := tx.Owner(phone), tx.Owner(mail); a.Chat != 1 || b.Account != 1 {
			t.Errorf("owners %v, %v", a, b)
		}
		account.Number = 2
		if a := tx.Account(2); a != account {
			t.Errorf("account %v", a)
		}
		if n := tx.OpenAccount(account); n != 3 {
			t.Errorf("numbers repeat: %d", n)
		}
		if u := tx.Usage(budget); !reflect.DeepEqual(u, usage) {
			t.Errorf("usage %v", u)
		}
		if u := tx.Usage(flows.Budget{Name: "user", Subject: budget.Subject}); u.Count != 0 {
			t.Error("budgets of one subject are mixed up")
		}
		tx.SetUsage(budget, flows.Usage{})
		tx.SetOwner(phone, flows.Owner{})
		if tx.Owner(phone) != (flows.Owner{}) || tx.Usage(budget).Count != 0 {
			t.Error("freed records are still there")
		}
	})
	if p, g := w.keys('p'), w.keys('g'); len(p) != 1 || len(g) != 0 {
		t.Errorf("freed records are left: %d, %d", len(p), len(g))
	}
}

// Ensure that the holders of a contract follow the bindings of the accounts.
func TestBindings(t *testing.T) {
	w := newWorld(t)
	bind := func(account uint64, numbers ...flows.Number) {
		var list []flows.Binding
		for i, n := range numbers {
			list = append(list, flows.Binding{Number: n, At: int64(i)})
		}
		w.turn(func(tx *storage.Turn) { tx.SetBindings(account, list) })
	}
	bind(1, "100", "200")
	bind(2, "200", "300")
	bind(1, "200", "400")
	w.reopen()
	w.turn(func(tx *storage.Turn) {
		for number, want := range map[flows.Number][]uint64{"100": nil, "200": {1, 2}, "300": {2}, "400": {1}} {
			if got := tx.Holders(number); !slices.Equal(got, want) {
				t.Errorf("holders of %s: %v, want %v", number, got, want)
			}
		}
		if b := tx.Bindings(1); len(b) != 2 || b[0].Number != "200" || b[1].Number != "400" {
			t.Errorf("bindings %v", b)
		}
		if tx.Bindings(0) != nil || tx.Bindings(9) != nil {
			t.Error("bindings of nobody")
		}
	})
	bind(1)
	bind(2)
	if b, h := w.keys('b'), w.keys('h'); len(b)+len(h) != 0 {
		t.Errorf("%d lists of bindings and %d of holders are left", len(b), len(h))
	}
}

type contracts struct{ err error }

func (c contracts) Contract(n flows.Number) (flows.Contract, bool, error) {
	return flows.Contract{Number: n}, n == "100", c.err
}

// Ensure that contracts come from the directory, and that its fault fails the turn.
func TestContract(t *testing.T) {
	w := newWorld(t)
	w.turn(func(tx *storage.Turn) {
		if _, ok := tx.Contract("100"); ok {
			t.Error("a contract without a directory")
		}
	})
	broken := errors.New("directory is broken")
	for _, tt := range []struct {
		number flows.Number
		err    error
		ok     bool
	}{{"100", nil, true}, {"200", nil, false}, {"100", broken, false}} {
		o := w.options(testSecret)
		o.Contracts = contracts{tt.err}
		s, err := storage.Open(t.Context(), w.db, o)
		if err != nil {
			t.Fatal(err)
		}
		err = s.Turn(t.Context(), func(tx *storage.Turn) error {
			if c, ok := tx.Contract(tt.number); ok != tt.ok || ok && c.Number != tt.number {
				t.Errorf("contract %s: %v, %v", tt.number, c, ok)
			}
			return nil
		})
		if !errors.Is(err, tt.err) {
			t.Errorf("turn = %v", err)
		}
	}
}

// Ensure that the index follows the deadlines of the conversations.
func TestDeadlines(t *testing.T) {
	w := newWorld(t)
	until := func(chat, at int64) { w.talk(flows.Conversation{Chat: chat, Form: flows.Form{Until: at}}) }
	due := func(at int64, limit int) []int64 {
		t.Helper()
		rows, err := w.Store.Deadlines(t.Context(), time.Unix(at, 0), limit)
		if err != nil {
			t.Fatal(err)
		}
		var chats []int64
		for _, d := range rows {
			chats = append(chats, d.Chat)
		}
		return chats
	}
	until(5, 300)
	until(-7, 100)
	until(6, 200)
	for _, tt := range []struct {
		at    int64
		limit int
		want  []int64
	}{
		{99, 10, nil}, {100, 10, []int64{-7}}, {200, 10, []int64{-7, 6}},
		{300, 10, []int64{-7, 6, 5}}, {300, 2, []int64{-7, 6}},
	} {
		if got := due(tt.at, tt.limit); !slices.Equal(got, tt.want) {
			t.Errorf("due at %d, at most %d: %v, want %v", tt.at, tt.limit, got, tt.want)
		}
	}
	until(-7, 400) // moved
	until(6, 0)    // gone
	until(5, 300)  // the same
	if got := due(1000, 10); !slices.Equal(got, []int64{5, -7}) {
		t.Errorf("after changes: %v", got)
	}
	if n := len(w.keys('d')); n != 2 {
		t.Errorf("%d keys in the index", n)
	}
}

// Ensure that a row of the index can be put off and dropped whatever its
// conversation says, and that a row that is gone does not come back.
func TestPutOff(t *testing.T) {
	w := newWorld(t)
	w.talk(flows.Conversation{Chat: 5, Form: flows.Form{Until: 100}})
	putOff := func(from, to time.Time) {
		w.turn(func(tx *storage.Turn) {
			if err := tx.PutOff(storage.Deadline{At: from, Chat: 5}, to); err != nil {
				t.Error(err)
			}
		})
	}
	rows := func() []storage.Deadline {
		rows, err := w.Deadlines(t.Context(), time.Unix(1000, 0), 10)
		if err != nil {
			t.Fatal(err)
		}
		return rows
	}
	putOff(time.Unix(100, 0), time.Unix(200, 0))
	putOff(time.Unix(100, 0), time.Unix(300, 0))
	if got := rows(); len(got) != 1 || got[0] != (storage.Deadline{At: time.Unix(200, 0), Chat: 5}) {
		t.Errorf("rows %v", got)
	}
	putOff(time.Unix(200, 0), time.Time{})
	if got := rows(); len(got) != 0 {
		t.Errorf("rows %v", got)
	}
}

// Ensure that a conversation saved twice in one turn leaves one deadline.
func TestDeadlineWithinOneTurn(t *testing.T) {
	w := newWorld(t)
	w.turn(func(tx *storage.Turn) {
		c, _ := tx.Conversation(1)
		for _, at := range []int64{100, 200} {
			c.Form.Until = at
			_ = tx.SaveConversation(c)
		}
	})
	if keys := w.keys('d'); len(keys) != 1 || keys[0] != string(storage.DeadlineKey(time.Unix(200, 0), 1)) {
		t.Errorf("%d keys in the index", len(keys))
	}
}

// Ensure that a chat that never wrote has an empty conversation of its own.
func TestConversationOfAStranger(t *testing.T) {
	w := newWorld(t)
	c, err := w.Conversation(t.Context(), -5)
	if err != nil || c != (flows.Conversation{Chat: -5}) {
		t.Errorf("%v, %v", c, err)
	}
	w.turn(func(tx *storage.Turn) {
		if c, err := tx.Conversation(-5); err != nil || c.Chat != -5 {
			t.Errorf("%v, %v", c, err)
		}
	})
}

// Ensure that an update counts once within 72 hours at least, whatever its id,
// and also when the clock is set back.
func TestFirstSight(t *testing.T) {
	w := newWorld(t)
	sight := func(id int64) (fresh bool) {
		w.turn(func(tx *storage.Turn) { fresh = tx.FirstSight(id, w.at) })
		return fresh
	}
	began := w.at
	if !sight(700) || sight(700) || !sight(701) {
		t.Fatal("the same update counted twice, or another not at all")
	}
	for _, after := range []time.Duration{time.Second, 24 * time.Hour, 71 * time.Hour, 72 * time.Hour, -24 * time.Hour, -1000 * time.Hour} {
		w.at = began.Add(after)
		if err := w.Prune(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.reopen()
		if sight(700) {
			t.Errorf("taken again after %v", after)
		}
	}
	w.at = began.Add(97 * time.Hour)
	if !sight(701) {
		t.Error("an id that came back after days is refused")
	}
	if !sight(12) { // Telegram restarts ids at random after a quiet week
		t.Error("a lower id is refused")
	}
}

// Ensure that pruning forgets what is old enough, all of it, and nothing else.
func TestPrune(t *testing.T) {
	w := newWorld(t)
	const many = 1234 // more than two groups
	w.turn(func(tx *storage.Turn) {
		for id := range int64(many) {
			tx.FirstSight(id+1, w.at)
		}
	})
	w.at = w.at.Add(5 * 24 * time.Hour)
	w.turn(func(tx *storage.Turn) { tx.FirstSight(5000, w.at) })
	w.talk(flows.Conversation{Chat: 1, State: "main_menu"})
	for range 2 {
		if err := w.Prune(t.Context()); err != nil {
			t.Fatal(err)
		}
		if u, c := len(w.keys('u')), len(w.keys('c')); u != 1 || c != 1 {
			t.Fatalf("%d updates and %d conversations are left", u, c)
		}
	}
}

// Ensure that the first failure of the database sticks: every later method is
// without effect, tells it or nothing, and the turn leaves nothing behind.
func TestTurnFailsAsAWhole(t *testing.T) {
	broken := errors.New("broken disk")
	on := func(kind byte) func([]byte) error {
		return func(key []byte) error {
			if key[0] == kind {
				return broken
			}
			return nil
		}
	}
	for _, kind := range []byte("cdoupmabhglsine") {
		for name, f := range map[string]*failing{"get": {get: on(kind)}, "put": {put: on(kind)}, "delete": {remove: on(kind)}} {
			t.Run(fmt.Sprintf("%s %c", name, kind), func(t *testing.T) {
				w := newWorld(t)
				w.everything(w.Store, nil)
				before := w.records()
				f.Backend = w.db
				armed := *f
				f.get, f.put, f.remove = nil, nil, nil
				s, err := storage.Open(t.Context(), f, w.options(testSecret))
				if err != nil {
					t.Fatal(err)
				}
				*f = armed
				err = w.everything(s, broken)
				*f = failing{Backend: w.db}
				if err == nil {
					return // this kind is never touched in this way
				}
				if !errors.Is(err, broken) {
					t.Fatalf("turn = %v", err)
				}
				if after := w.records(); !reflect.DeepEqual(before, after) {
					t.Error("a turn that failed left something behind")
				}
			})
		}
	}
}

// everything does in one turn all that a turn can do; run again it changes all
// of it. After the first failure every method that tells errors must tell it.
func (w *world) everything(s *storage.Store, expected error) error {
	phone := flows.Contact{Channel: flows.ByPhone, Value: "+79161234501"}
	budget := flows.Budget{Name: "contact", Subject: "x"}
	return s.Turn(w.t.Context(), func(tx *storage.Turn) error {
		tx.FirstSight(w.at.UnixNano(), w.at)
		w.at = w.at.Add(time.Second)
		c, _ := tx.Conversation(1)
		tx.SetOwner(phone, flows.Owner{Chat: 1})
		tx.SetOwner(phone, flows.Owner{})
		_ = tx.Account(1)
		n := tx.OpenAccount(flows.Account{Chat: 1, Surname: "Соколова"})
		tx.SaveAccount(flows.Account{Number: n, Chat: 1, Surname: "Ли"})
		tx.DropAccount(n)
		tx.SetBindings(1, []flows.Binding{{Number: "100"}})
		tx.SetBindings(1, nil)
		tx.SetUsage(budget, flows.Usage{Count: 1})
		tx.SetUsage(budget, flows.Usage{})
		_, _ = tx.Contract("100")
		tx.OpenSubject(7, [32]byte{1})
		tx.Audit(flows.AuditLine{Subject: 7, Action: flows.ActionBound, Detail: "100", Actor: 42})
		_ = tx.Lines(7)
		tx.CloseSubject(7)
		r := storage.Record{Chat: 1, Channel: storage.SMS}
		_ = tx.Append(&r)
		_, _ = tx.Mark(r.Sequence, true)
		_, _ = tx.Finish(r.Sequence)
		_ = tx.Append(&r)
		_ = tx.Bury(r, "no reason")
		c.Form.Until = w.at.Unix()
		c.Username = fmt.Sprint("anna", w.at.Unix())
		err := tx.SaveConversation(c)
		if err == nil {
			return nil
		}
		if tx.FirstSight(1, w.at) || tx.Owner(phone) != (flows.Owner{}) || tx.Usage(budget).Count != 0 {
			w.t.Error("a failed turn goes on")
		}
		if _, again := tx.Conversation(1); !errors.Is(again, expected) {
			w.t.Errorf("the failure does not stick: %v", again)
		}
		if _, again := tx.Mark(1, true); !errors.Is(again, expected) {
			w.t.Errorf("the failure does not stick: %v", again)
		}
		return nil // forgotten, and yet the turn must fail
	})
}
