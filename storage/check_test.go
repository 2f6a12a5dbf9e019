package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"mvkbot/flows"
	"mvkbot/storage"
)

const (
	annaPhone  = "+79161234501"
	annaMail   = "anna@mail.example"
	borisPhone = "+79161234502"
	borisMail  = "boris@mail.example"
)

func phoneOf(value string) flows.Contact { return flows.Contact{Channel: flows.ByPhone, Value: value} }
func mailOf(value string) flows.Contact  { return flows.Contact{Channel: flows.ByEmail, Value: value} }

// settle fills a database: Anna (chat 1) has account 1 with two contracts, Boris
// (chat 2) a registration, chat 3 a form; there is one record of every other kind.
func (w *world) settle() {
	w.t.Helper()
	w.turn(func(tx *storage.Turn) {
		save := func(c flows.Conversation) { _, _ = tx.Conversation(c.Chat); _ = tx.SaveConversation(c) }
		anna := flows.Account{Chat: 1, Surname: "Соколова", Phone: annaPhone, Email: annaMail}
		boris := flows.Registration{Submitted: 1, PurgeAt: 500, PhoneAt: 2, Surname: "Ли", Phone: borisPhone, Email: borisMail}
		save(flows.Conversation{Chat: 1, Account: tx.OpenAccount(anna), Username: "Anna_S"})
		save(flows.Conversation{Chat: 2, Registration: boris})
		save(flows.Conversation{Chat: 3, Form: flows.Form{Until: 400}})
		for _, c := range []flows.Contact{phoneOf(annaPhone), mailOf(annaMail)} {
			tx.SetOwner(c, flows.Owner{Account: 1})
		}
		tx.SetOwner(phoneOf(borisPhone), flows.Owner{Chat: 2, Proven: true})
		tx.SetOwner(mailOf(borisMail), flows.Owner{Chat: 2})
		tx.SetBindings(1, []flows.Binding{{Number: "100"}, {Number: "200"}})
		tx.SetUsage(flows.Budget{Name: "contact", Subject: annaMail}, flows.Usage{Count: 1})
		tx.FirstSight(7, w.at)
		tx.Tally(100, "funnel.came")
		r := storage.Record{Chat: 1, Channel: storage.Telegram}
		_ = tx.Append(&r)
		_ = tx.Bury(r, "refused")
		_ = tx.Append(&r)
	})
}

// Ensure that a sound database has no faults and is counted rightly.
func TestCheck(t *testing.T) {
	w := newWorld(t)
	w.settle()
	r, err := w.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := storage.Report{
		Conversations: 3, Registrations: 1, Deadlines: 2, Accounts: 1, Contacts: 4, Bindings: 2, Holders: 2,
		Surnames: 10, Budgets: 1, Seen: 1, Outbox: 1, DeadLetters: 1, TalliedDays: 1,
	}
	if fmt.Sprint(r) != fmt.Sprint(want) {
		t.Errorf("report\n%+v\nwant\n%+v", r, want)
	}
}

// Ensure that every fault is found, named, and named without a person.
func TestCheckFindsFaults(t *testing.T) {
	owner := func(w *world, c flows.Contact) []byte { return storage.OwnerKey(w.Store, c) }
	holders := func(w *world, n flows.Number) []byte { return storage.HoldersKey(w.Store, n) }
	put := func(w *world, key, value []byte) { w.raw(func(tx storage.Tx) error { return tx.Put(key, value) }) }
	remove := func(w *world, key []byte) { w.raw(func(tx storage.Tx) error { return tx.Delete(key) }) }
	plant := func(w *world, key []byte, record any) {
		if err := w.Plant(t.Context(), key, record); err != nil {
			t.Fatal(err)
		}
	}
	surname := func(w *world, prefix string, tag byte, id uint64) []byte {
		return storage.SurnameKey(w.Store, prefix, flows.Cursor{Tag: tag, ID: id})
	}
	username := func(w *world, name string) []byte { return storage.UsernameKey(w.Store, name) }
	account, bindings := storage.Key64('a', 1), storage.Key64('b', 1)
	rubbish := []byte("rubbish that is long enough to be a sealed record")
	for _, tt := range []struct {
		name  string
		spoil func(w *world)
		want  []string // the beginnings of kind and fault
	}{
		{"conversation does not open", func(w *world) { put(w, storage.ChatKey(3), rubbish) },
			[]string{"conversation 8000000000000003: record does not open", "deadline 0000000000000190: its conversation has another deadline"}},
		{"conversation of another chat", func(w *world) { plant(w, storage.ChatKey(9), flows.Conversation{Chat: 8}) },
			[]string{"conversation: holds another chat"}},
		{"deadline is missing", func(w *world) { remove(w, storage.DeadlineKey(time.Unix(400, 0), 3)) },
			[]string{"conversation: its deadline is not in the index"}},
		{"deadline is stale", func(w *world) { put(w, storage.DeadlineKey(time.Unix(300, 0), 3), []byte{1}) },
			[]string{"deadline: its conversation has another deadline"}},
		{"deadline of nobody", func(w *world) { put(w, storage.DeadlineKey(time.Unix(300, 0), 77), []byte{1}) },
			[]string{"deadline: its conversation has another deadline or none"}},
		{"registration without the phone that it proved", func(w *world) { remove(w, owner(w, phoneOf(borisPhone))) },
			[]string{"conversation: its phone is not owned by it"}},
		{"mail of a registration that an account is said to have", func(w *world) { plant(w, owner(w, mailOf(borisMail)), flows.Owner{Account: 1}) },
			[]string{"owner: its owner does not have the contact"}},
		{"account without its phone", func(w *world) { remove(w, owner(w, phoneOf(annaPhone))) },
			[]string{"account: its phone is not owned by it"}},
		{"owner that is no account", func(w *world) { plant(w, owner(w, phoneOf("+79160000000")), flows.Owner{Account: 5}) },
			[]string{"owner: its owner does not have the contact"}},
		{"owner without a registration", func(w *world) { plant(w, owner(w, phoneOf("+79160000000")), flows.Owner{Chat: 3}) },
			[]string{"owner: its owner does not have the contact"}},
		{"owner that is nobody", func(w *world) { plant(w, owner(w, phoneOf("+79160000000")), flows.Owner{}) },
			[]string{"owner: names not exactly one owner"}},
		{"owner does not open", func(w *world) { put(w, owner(w, phoneOf("+79160000000")), rubbish) },
			[]string{"owner: record does not open"}},
		{"account does not open", func(w *world) { put(w, account, rubbish) },
			append([]string{"account: record does not open", "bindings: of no account", "conversation: account 0000000000000001 is not there",
				"owner: its owner does not have", "owner: its owner does not have"},
				slices.Repeat([]string{"surname: who is found by it has another surname or none"}, 8)...)},
		{"account without a row of its surname", func(w *world) { remove(w, surname(w, "соко", 'a', 1)) },
			[]string{"account: its surname is not in the index"}},
		{"registration without a row of its surname", func(w *world) { remove(w, surname(w, "ли", 'r', 1<<63+2)) },
			[]string{"conversation: its surname is not in the index"}},
		{"surname of an account that has another", func(w *world) { put(w, surname(w, "ли", 'a', 1), []byte{1}) },
			[]string{"surname: who is found by it has another surname or none"}},
		{"surname of no account", func(w *world) { put(w, surname(w, "соко", 'a', 9), []byte{1}) },
			[]string{"surname: who is found by it has another surname or none"}},
		{"surname of no registration", func(w *world) { put(w, surname(w, "соко", 'r', 1<<63+3), []byte{1}) },
			[]string{"surname: who is found by it has another surname or none"}},
		{"surname of an unknown tag", func(w *world) { put(w, surname(w, "соко", 'x', 1), []byte{1}) }, []string{"surname: of no known tag"}},
		{"a row too few and one too many", func(w *world) {
			remove(w, surname(w, "соко", 'a', 1))
			put(w, surname(w, "соко", 'a', 9), []byte{1})
		}, []string{"account: its surname is not in the index", "surname: who is found by it has another surname or none"}},
		{"chat without the row of its username", func(w *world) { remove(w, username(w, "anna_s")) },
			[]string{"conversation: its username is not in the index"}},
		{"username that another chat is said to have", func(w *world) { put(w, username(w, "anna_s"), storage.ChatKey(2)[1:]) },
			[]string{"conversation: its username is not in the index", "username: its chat has another username or none"}},
		{"username of nobody", func(w *world) { put(w, username(w, "boris"), storage.ChatKey(77)[1:]) },
			[]string{"username: its chat has another username or none"}},
		{"username is cut", func(w *world) { put(w, username(w, "boris"), []byte{1}) }, []string{"username: chat of 1 bytes"}},
		{"account of another number", func(w *world) {
			plant(w, account, flows.Account{Number: 4, Chat: 1, Surname: "Соколова", Phone: annaPhone, Email: annaMail})
		}, []string{"account: holds another number"}},
		{"account that its chat does not know", func(w *world) {
			plant(w, account, flows.Account{Number: 1, Chat: 3, Surname: "Соколова", Phone: annaPhone, Email: annaMail})
		}, []string{"account: its chat does not know it"}},
		{"counter behind", func(w *world) { remove(w, []byte("ma")) }, []string{"account: the counter of accounts is behind"}},
		{"counter cut", func(w *world) { put(w, []byte("ma"), []byte{1}) },
			[]string{"account: the counter of accounts is behind", "meta 61: counter of 1 bytes"}},
		{"binding without a holder", func(w *world) { remove(w, holders(w, "200")) },
			[]string{"bindings: contract 2 of the list does not know its holder"}},
		{"binding twice", func(w *world) { plant(w, bindings, []flows.Binding{{Number: "100"}, {Number: "200"}, {Number: "100"}}) },
			[]string{"bindings: contract 3 of the list is there twice"}},
		{"bindings of no account", func(w *world) {
			plant(w, storage.Key64('b', 9), []flows.Binding{{Number: "100"}})
			plant(w, holders(w, "100"), []uint64{1, 9})
		}, []string{"bindings 0000000000000009: of no account"}},
		{"bindings empty", func(w *world) { plant(w, storage.Key64('b', 9), []flows.Binding{}) },
			[]string{"bindings: empty list", "bindings: of no account"}},
		{"bindings do not open", func(w *world) { put(w, bindings, rubbish) },
			[]string{"bindings: record does not open", "holders: account 0000000000000001 does not have", "holders: account 0000000000000001 does not have"}},
		{"holder without a binding", func(w *world) { plant(w, holders(w, "100"), []uint64{1, 2}) },
			[]string{"holders: account 0000000000000002 does not have the contract"}},
		{"holder twice", func(w *world) { plant(w, holders(w, "100"), []uint64{1, 1}) },
			[]string{"holders: account 0000000000000001 is there twice"}},
		{"holders empty", func(w *world) { plant(w, holders(w, "300"), []uint64{}) }, []string{"holders: empty list"}},
		{"holders do not open", func(w *world) { put(w, holders(w, "100"), rubbish) },
			[]string{"bindings: contract 1 of the list does not know", "holders: record does not open"}},
		{"outbox does not open", func(w *world) { put(w, storage.Key64('o', 5), rubbish) }, []string{"outbox 0000000000000005: record does not open"}},
		{"channel that is none", func(w *world) { plant(w, storage.Key64('o', 5), storage.Record{Channel: 9}) },
			[]string{"outbox: channel 9 is not known"}},
		{"dead letter does not open", func(w *world) { put(w, storage.Key64('x', 5), rubbish) }, []string{"dead letter: record does not open"}},
		{"usage does not open", func(w *world) { put(w, append([]byte("g"), make([]byte, 16)...), rubbish) }, []string{"usage: record does not open"}},
		{"seen update is cut", func(w *world) { put(w, storage.Key64('u', 5), []byte{1}) }, []string{"seen update 0000000000000005: day of 1 bytes"}},
		{"tallies do not open", func(w *world) { put(w, []byte("v\x00\x00\x00\x65"), rubbish) }, []string{"tallies 00000065: record does not open"}},
		{"tallies that are none", func(w *world) { plant(w, []byte("v\x00\x00\x00\x65"), "no map") }, []string{"tallies 00000065: cbor: cannot unmarshal"}},
		{"day is cut", func(w *world) { put(w, []byte("v1"), rubbish) }, []string{"tallies 31: key of 2 bytes, want 5"}},
		{"key is cut", func(w *world) { put(w, storage.ChatKey(3)[:5], rubbish) }, []string{"conversation 80000000: key of 5 bytes, want 9"}},
		{"kind is unknown", func(w *world) { put(w, []byte("z1"), rubbish) }, []string{"key 7a31: of no known kind"}},
		{"meta is unknown", func(w *world) { put(w, []byte("mz"), rubbish) }, []string{"meta 7a: of no known kind"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.settle()
			tt.spoil(w)
			r, err := w.Check(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if r.FaultCount != len(tt.want) || len(r.Faults) != len(tt.want) {
				t.Fatalf("%d faults, want %d:\n%s", r.FaultCount, len(tt.want), strings.Join(r.Faults, "\n"))
			}
			for i, want := range tt.want {
				kind, what, _ := strings.Cut(want, ": ")
				if f := r.Faults[i]; !strings.HasPrefix(f, kind) || !strings.Contains(f, ": "+what) || strings.Contains(f, "\n") {
					t.Errorf("fault %q, want %q", f, want)
				}
			}
		})
	}
}

// Ensure that a database full of faults does not fill the memory.
func TestCheckNamesAHundredFaults(t *testing.T) {
	w := newWorld(t)
	const many = storage.MaxFaults + 50
	w.raw(func(tx storage.Tx) error {
		for i := range byte(many) {
			if err := errors.Join(tx.Put([]byte{'z', i}, nil), tx.Put([]byte{'c', i}, nil)); err != nil {
				return err
			}
		}
		return nil
	})
	r, err := w.Check(t.Context())
	if err != nil || r.FaultCount != 2*many || len(r.Faults) != storage.MaxFaults {
		t.Errorf("%d faults, %d named, %v", r.FaultCount, len(r.Faults), err)
	}
}

// Ensure that a disk that fails is an error, not a fault of the records.
func TestCheckTellsFaultsOfTheDisk(t *testing.T) {
	for _, kind := range []byte("cdpabhmne") {
		w := newWorld(t)
		w.settle()
		s := w.broken(kind)
		if _, err := s.Check(t.Context()); !errors.Is(err, errBroken) {
			t.Errorf("reading %c: %v", kind, err)
		}
	}
}
