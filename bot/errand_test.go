package bot

import (
	"context"
	"testing"
	"time"

	"mvkbot/flows"
	"mvkbot/storage"
)

// Ensure that news which an earlier process left in the outbox are heard, once,
// and that news about a contact that was changed meanwhile change nothing.
func TestNews(t *testing.T) {
	w := newWorld(t)
	w.plant(flows.Conversation{Chat: anna, State: "enter_phone_code", Dialog: 1, Registration: flows.Registration{
		Submitted: 1, PurgeAt: w.time.now().Unix() + 1000, Phone: "+79161234501", Email: "anna@mail.example",
	}})
	if err := w.store.Turn(t.Context(), func(tx *storage.Turn) error {
		tx.SetOwner(flows.Contact{Channel: flows.ByPhone, Value: "+79161234501"}, flows.Owner{Chat: boris, Proven: true})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, value := range []string{"+79161234501", "+79160000000"} {
		r, err := renderErrand(anna, errand{News: flows.PhoneLost, Value: value})
		if err != nil {
			t.Fatal(err)
		}
		w.post(r)
	}
	w.start()
	w.until("the news", func() bool { return len(w.heard(anna, "подтвердил другой человек")) > 0 })
	w.settled()
	w.restart()
	w.settled()
	if n := len(w.heard(anna, "подтвердил другой человек")); n != 1 {
		t.Errorf("the news were heard %d times, want once", n)
	}
}

// Ensure that the dead letters of a deleted account go with it, those of its
// tickets at the staff's among them, and nobody else's.
func TestForget(t *testing.T) {
	w := newWorld(t)
	w.meet(anna)
	of := func(ticket uint64) flows.Ref { return flows.Ref{Kind: flows.RefRelay, Ticket: ticket} }
	records := []storage.Record{
		{Chat: anna, Channel: storage.Telegram}, {Chat: boris, Channel: storage.Telegram},
		{Chat: olga, Channel: storage.Telegram, Ref: of(7)}, {Chat: olga, Channel: storage.Telegram, Ref: of(8)},
	}
	w.post(records...)
	for _, r := range w.outbox() {
		if err := w.store.Turn(t.Context(), func(tx *storage.Turn) error { return tx.Bury(r, "refused") }); err != nil {
			t.Fatal(err)
		}
	}
	r, err := renderErrand(anna, errand{Forget: true, Tickets: []uint64{7}})
	if err != nil {
		t.Fatal(err)
	}
	w.post(r)
	w.start()
	w.until("the dead letter of anna to go", func() bool {
		left := w.deadLetters()
		return len(left) == 2 && left[0].Chat == boris && left[1].Ref == of(8)
	})
	w.settled()
}

// Ensure that an errand that cannot be read ends as a dead letter.
func TestErrandUnreadable(t *testing.T) {
	w := newWorld(t)
	w.meet(administrator)
	w.post(storage.Record{Chat: anna, Channel: storage.Inner, Payload: []byte{0xff}})
	w.start()
	w.until("the dead letter", func() bool { return len(w.deadLetters()) == 1 })
	w.until("an alert", func() bool {
		return len(w.heard(administrator, "служебное: запись повреждена")) == 1
	})
}

// Ensure that work that takes long holds up nobody's news, however many ask for
// it at once.
func TestLengthyErrandsHoldUpNobody(t *testing.T) {
	w := newWorld(t)
	work := stuck{make(chan struct{}, innerSlots+2), make(chan struct{})}
	w.bot.Importer = work
	w.start()
	w.greet(anna)
	id := w.upload("contracts.csv")
	var records []storage.Record
	var crew []flows.Member
	for i := range innerSlots + 2 {
		crew = append(crew, flows.Member{Chat: 2000 + int64(i), Role: flows.Administrator})
		r, err := renderErrand(2000+int64(i), errand{Import: &flows.RunImport{Serial: 1, File: id}})
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, r)
	}
	if err := w.store.Turn(t.Context(), func(tx *storage.Turn) error { tx.SetStaff(crew); return nil }); err != nil {
		t.Fatal(err)
	}
	w.bot.out.add(w.posted(records...))
	for range records {
		select {
		case <-work.begun:
		case <-time.After(20 * time.Second):
			t.Fatal("work waits for other work")
		}
	}
	news, err := renderErrand(anna, errand{News: flows.PhoneLost, Value: "+79161234567"})
	if err != nil {
		t.Fatal(err)
	}
	w.bot.out.add(w.posted(news))
	w.until("the news", func() bool { return w.bot.out.lines[storage.Inner].waitingOf(anna) == 0 })
	close(work.release)
	w.settled()
}

// stuck is an Importer that takes long.
type stuck struct{ begun, release chan struct{} }

func (s stuck) Import(context.Context, string, flows.RunImport) (flows.ImportReport, []ImportList, error) {
	s.begun <- struct{}{}
	<-s.release
	return flows.ImportReport{}, nil, nil
}
