package storage_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"mvkbot/flows"
	"mvkbot/storage"
)

// populate fills a world with people who are found in every way.
func populate(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.settleWith(flows.Account{Chat: 9161234502, Surname: "Соколова", Name: "Анна", Patronymic: "Петровна", Phone: annaPhone, Email: annaMail}, "Anna_S")
	w.settleWith(flows.Account{Chat: 12, Surname: "Соколов", Name: "Пётр", Phone: "+79161234503", Email: "petr@mail.example"}, "")
	w.change(13, func(c *flows.Conversation) {
		c.Registration = flows.Registration{Submitted: 1, Surname: "Сокол", Name: "Борис", Phone: borisPhone, Email: borisMail}
		c.Username = "boris"
	})
	w.change(14, func(c *flows.Conversation) { c.State = "ask_surname" })
	w.change(2, func(c *flows.Conversation) { c.Account = 1 }) // the chat that account 1 was moved from
	w.turn(func(tx *storage.Turn) {
		tx.SetOwner(phoneOf(borisPhone), flows.Owner{Chat: 13})
		tx.SetOwner(mailOf(borisMail), flows.Owner{Chat: 13})
		tx.SetBindings(1, []flows.Binding{{Number: "100"}, {Number: "13"}, {Number: "1"}})
		tx.SetBindings(2, []flows.Binding{{Number: "100"}, {Number: "Л1"}})
	})
	return w
}

// shown names hits briefly: how, and whom.
func shown(hits []flows.Hit) (list []string) {
	by := map[flows.Lookup]string{
		flows.LookupAccount: "account", flows.LookupChat: "chat", flows.LookupPhone: "phone", flows.LookupEmail: "email",
		flows.LookupUsername: "username", flows.LookupContract: "contract", flows.LookupSurname: "surname",
	}
	for _, h := range hits {
		whom := fmt.Sprintf("chat %d", h.Chat)
		if h.Account != 0 {
			whom = fmt.Sprintf("Л%d", h.Account)
		} else if h.Registration {
			whom = fmt.Sprintf("registration %d", h.Chat)
		}
		list = append(list, by[h.By]+": "+whom)
	}
	return list
}

// Ensure that everybody is found by everything that they have, in every reading
// of what was typed, once.
func TestFind(t *testing.T) {
	w := populate(t)
	for text, want := range map[string][]string{
		"8 (916) 123-45-01": {"phone: Л1"}, "9161234503": {"phone: Л2"}, "+79161234509": nil,
		"9161234502":        {"chat: Л1", "phone: registration 13"},
		"ANNA@mail.example": {"email: Л1"}, borisMail: {"email: registration 13"}, "nobody@mail.example": nil,
		"@anna_s": {"username: Л1"}, "@BORIS": {"username: registration 13"}, "@nobody": nil,
		"Л2": {"account: Л2"}, "л1": {"account: Л1", "contract: Л2"}, "Л77": nil,
		"1": {"account: Л1"}, "2": {"account: Л2", "chat: chat 2"}, "12": {"chat: Л2"}, "14": {"chat: chat 14"},
		"13": {"contract: Л1", "chat: registration 13"}, "100": {"contract: Л1", "contract: Л2"}, "1-0-0": {"contract: Л1", "contract: Л2"},
		"соколова":   {"surname: Л1"},
		"Соколов":    {"surname: Л1", "surname: Л2"},
		"со":         {"surname: Л1", "surname: Л2", "surname: registration 13"},
		"сокол петр": {"surname: Л1", "surname: Л2"}, "сокол ан": {"surname: Л1"},
		"сокол Б.":     {"surname: registration 13"},
		"соколова а п": {"surname: Л1"},
		"соколовская":  nil, "к": nil, "": nil,
	} {
		hits, next, err := w.Find(t.Context(), flows.ParseQuery(text), flows.Cursor{}, 10)
		if err != nil || next != (flows.Cursor{}) {
			t.Errorf("%q: %v, next %v", text, err, next)
		}
		if got := shown(hits); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	hits, _, err := w.Find(t.Context(), flows.ParseQuery("@anna_s"), flows.Cursor{}, 1)
	want := flows.Hit{
		By: flows.LookupUsername, Account: 1, Chat: 9161234502, Surname: "Соколова", Name: "Анна", Patronymic: "Петровна", Phone: annaPhone, Email: annaMail,
	}
	if err != nil || len(hits) != 1 || hits[0] != want {
		t.Errorf("%+v, %v", hits, err)
	}
	hits, _, err = w.Find(t.Context(), flows.ParseQuery("@boris"), flows.Cursor{}, 1)
	want = flows.Hit{By: flows.LookupUsername, Registration: true, Chat: 13, Surname: "Сокол", Name: "Борис", Phone: borisPhone, Email: borisMail}
	if err != nil || len(hits) != 1 || hits[0] != want {
		t.Errorf("%+v, %v", hits, err)
	}
}

// pages reads a search to its end.
func (w *world) pages(text string, limit int) (pages [][]flows.Hit) {
	w.t.Helper()
	var at flows.Cursor
	for {
		hits, next, err := w.Find(w.t.Context(), flows.ParseQuery(text), at, limit)
		if err != nil {
			w.t.Fatal(err)
		}
		pages = append(pages, hits)
		if next == (flows.Cursor{}) {
			return pages
		}
		if next == at {
			w.t.Fatal("a page leads to itself")
		}
		at = next
	}
}

// Ensure that pages follow each other without a gap, a repetition or an empty end.
func TestFindPages(t *testing.T) {
	w := populate(t)
	for text, want := range map[string][]string{
		"со": {"surname: Л1", "surname: Л2", "surname: registration 13"}, "100": {"contract: Л1", "contract: Л2"}, "13": {"contract: Л1", "chat: registration 13"},
	} {
		for limit := 1; limit <= len(want)+1; limit++ {
			pages := w.pages(text, limit)
			if n := (len(want) + limit - 1) / limit; len(pages) != n {
				t.Errorf("%q by %d: %d pages, want %d", text, limit, len(pages), n)
			}
			if got := shown(slices.Concat(pages...)); !slices.Equal(got, want) {
				t.Errorf("%q by %d: %q, want %q", text, limit, got, want)
			}
		}
	}
}

// Ensure that a search reads a bounded number of records for a page, and goes on
// behind them at the next.
func TestFindIsBounded(t *testing.T) {
	w := newWorld(t)
	const many = 2*storage.MaxWalk + 10
	w.turn(func(tx *storage.Turn) {
		for range many {
			tx.OpenAccount(flows.Account{Surname: "Иванов", Name: "Иван"})
		}
		tx.OpenAccount(flows.Account{Surname: "Иванов", Name: "Пётр"})
	})
	pages := w.pages("Иванов Пётр", 10)
	if got := shown(slices.Concat(pages...)); len(pages) != 3 || len(got) != 1 || got[0] != fmt.Sprintf("surname: Л%d", many+1) {
		t.Errorf("%d pages, %q", len(pages), got)
	}
}

// Ensure that a record which does not open keeps nobody else from being found,
// and that a fault of the disk is told.
func TestFindAmongFaults(t *testing.T) {
	w := populate(t)
	w.raw(func(tx storage.Tx) error {
		return tx.Put(storage.Key64('a', 1), []byte("rubbish that is long enough to be a sealed record"))
	})
	if got := shown(slices.Concat(w.pages("со", 10)...)); !slices.Equal(got, []string{"surname: Л2", "surname: registration 13"}) {
		t.Errorf("found %q", got)
	}
	for text, kind := range map[string]byte{"@anna_s": 'e', "12": 'c', "Л2": 'a', borisMail: 'p', "100": 'h', "соколов": 'a', "со": 'c'} {
		s := w.broken(kind)
		if _, _, err := s.Find(t.Context(), flows.ParseQuery(text), flows.Cursor{}, 10); !errors.Is(err, errBroken) {
			t.Errorf("%q, reading %c: %v", text, kind, err)
		}
	}
}
