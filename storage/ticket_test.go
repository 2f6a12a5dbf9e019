package storage_test

import (
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"mvkbot/flows"
	"mvkbot/storage"
)

// write opens a ticket of Anna's (see settle) that waits since a moment: one
// message of hers with a copy at the staff's, and an answer that is on its way.
func (w *world) write(since int64) (number uint64) {
	w.t.Helper()
	w.turn(func(tx *storage.Turn) {
		number = tx.OpenTicket(flows.Ticket{Account: 1, State: flows.TicketOpen, Opened: since, Since: since})
		t := tx.Ticket(number)
		t.Messages = 2
		tx.SaveTicket(t)
		at := 100 * int(number)
		tx.SaveMessage(number, 0, flows.TicketMessage{
			Kind: flows.FromResident, Text: "Нет воды", Written: flows.Place{Chat: 1, Message: at}, Copies: []flows.Place{{Chat: 9, Message: at}, {Chat: 8}},
		})
		tx.SaveMessage(number, 1, flows.TicketMessage{Kind: flows.FromStaff, Author: 9, Text: "Едем", Written: flows.Place{Chat: 9, Message: at + 1}})
	})
	return number
}

// Ensure that tickets are numbered, listed and found by every place where a
// message of theirs stands, and that nothing of one is left once it is dropped.
func TestTickets(t *testing.T) {
	w := newWorld(t)
	w.settle()
	before := len(w.records())
	first, second := w.write(100), w.write(50)
	w.turn(func(tx *storage.Turn) {
		if got := tx.TicketsOf(1); !slices.Equal(got, []uint64{first, second}) || tx.TicketsOf(2) != nil || tx.TicketsOf(0) != nil {
			t.Errorf("tickets %v", got)
		}
		for place, want := range map[flows.Place]flows.Relay{
			{Chat: 1, Message: 100}: {Ticket: first}, {Chat: 9, Message: 200}: {Ticket: second}, {Chat: 9, Message: 101}: {Ticket: first, Index: 1},
		} {
			if r, ok := tx.Relay(place); !ok || r != want {
				t.Errorf("at %v stands %v, %v", place, r, ok)
			}
		}
		for _, place := range []flows.Place{{Chat: 8}, {Chat: 1, Message: 101}, {Chat: -1, Message: 100}} {
			if _, ok := tx.Relay(place); ok {
				t.Errorf("something stands at %v", place)
			}
		}
		m := tx.Message(first, 0)
		m.Copies = []flows.Place{{Chat: 8, Message: 7}}
		tx.SaveMessage(first, 0, m)
		if _, ok := tx.Relay(flows.Place{Chat: 9, Message: 100}); ok {
			t.Error("a copy that is none any more is found")
		}
	})
	w.turn(func(tx *storage.Turn) { tx.DropTicket(first); tx.DropTicket(first); tx.DropTicket(99) })
	if r, err := w.Check(t.Context()); err != nil || r.FaultCount != 0 || r.Tickets != 1 || r.TicketMessages != 2 || r.Relays != 3 {
		t.Errorf("%+v, %v", r, err)
	}
	w.turn(func(tx *storage.Turn) { tx.DropTicket(second) })
	if n := len(w.records()); n != before+1 { // the counter stays: no number is given twice
		t.Errorf("%d records, want %d", n, before+1)
	}
	if third := w.write(70); third != second+1 {
		t.Errorf("number %d was given", third)
	}
}

// Ensure that the queue is ordered by the wait, lists what is answered behind and
// what is closed not at all, and counts what a page does not show.
func TestQueue(t *testing.T) {
	w := newWorld(t)
	w.settle()
	if q, err := w.Queue(t.Context()); err != nil || q != (storage.Queue{}) {
		t.Errorf("an empty queue is %+v, %v", q, err)
	}
	for _, since := range []int64{500, 300, 400, 200, 100} {
		w.write(since)
	}
	move := func(n uint64, s flows.TicketState, since int64) {
		w.turn(func(tx *storage.Turn) {
			ticket := tx.Ticket(n)
			ticket.State, ticket.Since = s, since
			tx.SaveTicket(ticket)
		})
	}
	move(2, flows.TicketAnswered, 600)
	move(5, flows.TicketClosed, 50)
	want := storage.Queue{Open: 3, Answered: 1, Oldest: time.Unix(200, 0)}
	odd := func(t flows.Ticket) bool { return t.Number%2 == 1 }
	for _, tt := range []struct {
		skip, limit int
		wanted      func(flows.Ticket) bool
		want        []uint64
		all         int
	}{
		{0, 10, nil, []uint64{4, 3, 1, 2}, 4},
		{1, 2, nil, []uint64{3, 1}, 4},
		{3, 8, nil, []uint64{2}, 4},
		{8, 8, nil, nil, 4},
		{0, 0, nil, nil, 4},
		{0, 10, odd, []uint64{3, 1}, 2},
		{1, 1, odd, []uint64{1}, 2},
		{0, 1, odd, []uint64{3}, 2},
		{2, 8, odd, nil, 2},
	} {
		list, all, q, err := w.Tickets(t.Context(), tt.skip, tt.limit, tt.wanted)
		var got []uint64
		for _, ticket := range list {
			got = append(got, ticket.Number)
		}
		if err != nil || !slices.Equal(got, tt.want) || all != tt.all || q != want {
			t.Errorf("from %d: %v of %d, %+v, %v", tt.skip, got, all, q, err)
		}
	}
	w.raw(func(tx storage.Tx) error { return tx.Delete(storage.Key64('t', 1)) })
	if _, _, _, err := w.Tickets(t.Context(), 0, 10, nil); err == nil {
		t.Error("a ticket that is gone is listed")
	}
}

// Ensure that tickets are forgotten 90 days after their end, and none earlier.
func TestPruneTickets(t *testing.T) {
	w := newWorld(t)
	w.settle()
	day := int64(24 * time.Hour / time.Second)
	at := w.at.Unix()
	for i, state := range []flows.TicketState{flows.TicketClosed, flows.TicketClosed, flows.TicketOpen, flows.TicketAnswered} {
		n := w.write(at - 91*day)
		w.turn(func(tx *storage.Turn) {
			ticket := tx.Ticket(n)
			ticket.State = state
			if i == 1 {
				ticket.Since = at - 89*day
			}
			tx.SaveTicket(ticket)
		})
	}
	if err := w.Prune(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.turn(func(tx *storage.Turn) {
		if got := tx.TicketsOf(1); !slices.Equal(got, []uint64{2, 3, 4}) {
			t.Errorf("tickets %v are left", got)
		}
	})
	if r, err := w.Check(t.Context()); err != nil || r.FaultCount != 0 {
		t.Errorf("%v, %v", r.Faults, err)
	}
}

// Ensure that every disagreement of tickets, messages, places and queue is found.
func TestCheckTickets(t *testing.T) {
	row := func(state byte, since, number uint64) []byte {
		k := binary.BigEndian.AppendUint64([]byte{'q', state}, since)
		return binary.BigEndian.AppendUint64(k, number)
	}
	message := func(number uint64, index uint32) []byte {
		return binary.BigEndian.AppendUint32(storage.Key64('k', number), index)
	}
	place := func(chat int64, message uint64) []byte {
		return binary.BigEndian.AppendUint64(append([]byte("y"), storage.ChatKey(chat)[1:]...), message)
	}
	remove := func(key []byte) func(*world) {
		return func(w *world) { w.raw(func(tx storage.Tx) error { return tx.Delete(key) }) }
	}
	put := func(key []byte) func(*world) {
		return func(w *world) { w.raw(func(tx storage.Tx) error { return tx.Put(key, []byte("rubbish")) }) }
	}
	plant := func(key []byte, record any) func(*world) {
		return func(w *world) {
			if err := w.Plant(t.Context(), key, record); err != nil {
				t.Fatal(err)
			}
		}
	}
	ticket := flows.Ticket{Number: 1, Account: 1, State: flows.TicketOpen, Opened: 100, Since: 100, Messages: 2}
	with := func(change func(*flows.Ticket)) flows.Ticket {
		other := ticket
		change(&other)
		return other
	}
	for _, tt := range []struct {
		name  string
		spoil func(*world)
		want  []string
	}{
		{"ticket does not open", put(storage.Key64('t', 1)), []string{
			"tickets 0000000000000001: ticket 1 of the list is not", "message: its ticket does not count it", "message: its ticket", "queue: its ticket stands", "ticket: record does not open",
		}},
		{"ticket of another number", plant(storage.Key64('t', 1), with(func(t *flows.Ticket) { t.Number = 2 })), []string{
			"queue: its ticket stands elsewhere", "ticket: holds another number"}},
		{"ticket beside the queue", remove(row(1, 100, 1)), []string{"ticket: it is not in the queue"}},
		{"row too many", put(row(2, 300, 1)), []string{"queue: its ticket stands elsewhere or is gone"}},
		{"row of nothing", put(row(2, 300, 7)), []string{"queue: its ticket stands elsewhere or is gone"}},
		{"row is cut", put([]byte("q1")), []string{"queue: key of 2 bytes, want 18"}},
		{"ticket that its account does not know", plant(storage.Key64('j', 1), []uint64{}), []string{"tickets: empty list", "ticket: account 0000000000000001 does not know it"}},
		{"ticket listed twice", plant(storage.Key64('j', 1), []uint64{1, 1}), []string{"tickets: ticket 2 of the list is there twice"}},
		{"tickets of nobody", plant(storage.Key64('j', 5), []uint64{1}), []string{"tickets: of no account", "tickets: ticket 1 of the list is not the account's"}},
		{"tickets do not open", put(storage.Key64('j', 1)), []string{"tickets: record does not open", "ticket: account 0000000000000001 does not"}},
		{"counter behind", remove([]byte("mt")), []string{"ticket: the counter of tickets is behind"}},
		{"counter cut", put([]byte("mt")), []string{"meta: counter of 7 bytes", "ticket: the counter of tickets is behind"}},
		{"message is gone", remove(message(1, 1)), []string{"ticket: message 2 is not there", "relay: its message does not stand there"}},
		{"message too many", plant(message(1, 2), flows.TicketMessage{}), []string{"message: its ticket does not count it"}},
		{"message does not open", put(message(1, 1)), []string{"message: record does not open", "relay: its message does not"}},
		{"place is not found", remove(place(9, 100)), []string{"message: it is not found at place 2"}},
		{"place of another message", plant(place(9, 100), flows.Relay{Ticket: 1, Index: 1}), []string{"message: it is not found at place 2", "relay: its message does not stand there"}},
		{"place of nothing", plant(place(9, 999), flows.Relay{Ticket: 1}), []string{"relay: its message does not stand there"}},
		{"place does not open", put(place(9, 999)), []string{"relay: record does not open"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.settle()
			w.write(100)
			tt.spoil(w)
			r, err := w.Check(t.Context())
			if err != nil || len(r.Faults) != len(tt.want) {
				t.Fatalf("%v, faults, want %d:\n%s", err, len(tt.want), strings.Join(r.Faults, "\n"))
			}
			for i, want := range tt.want {
				kind, what, _ := strings.Cut(want, ": ")
				if f := r.Faults[i]; !strings.HasPrefix(f, kind) || !strings.Contains(f, ": "+what) {
					t.Errorf("fault %q, want %q", f, want)
				}
			}
		})
	}
}

// Ensure that a disk that fails is an error of the check, the queue and the
// pruning, not a fault of the records.
func TestTicketsTellFaultsOfTheDisk(t *testing.T) {
	for _, kind := range []byte("tkyqjm") {
		w := newWorld(t)
		w.settle()
		w.write(100)
		s := w.broken(kind)
		if _, err := s.Check(t.Context()); !errors.Is(err, errBroken) {
			t.Errorf("reading %c: %v", kind, err)
		}
	}
}
