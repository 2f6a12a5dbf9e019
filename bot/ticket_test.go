package bot

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mvkbot/bot/simulator"
	"mvkbot/flows"
	"mvkbot/storage"
)

const (
	olga  = int64(103) // an operator
	clara = int64(104) // Anna's other telephone
)

// staffed is a world with Anna, who has an account, and two of the staff: Olga
// and the administrator.
func staffed(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	for _, id := range []int64{olga, clara} {
		w.telegram.AddUser(simulator.User{ID: id, FirstName: "Человек"})
	}
	proof := func(t flows.Terms) flows.Acceptance { return flows.Acceptance{Version: t.Version, SHA256: t.SHA256} }
	if err := w.store.Turn(t.Context(), func(tx *storage.Turn) error {
		tx.SetStaff([]flows.Member{{Chat: olga, Role: flows.Operator}})
		a := flows.Account{
			Chat: anna, Surname: "Соколова", Name: "Анна", Phone: flows.Phone(phone(anna)), Email: "anna@mail.example",
			Consent: proof(w.rules.Consent), Agreement: proof(w.rules.Agreement),
		}
		a.Number = tx.OpenAccount(a)
		for _, c := range []flows.Contact{{Channel: flows.ByPhone, Value: string(a.Phone)}, {Channel: flows.ByEmail, Value: string(a.Email)}} {
			tx.SetOwner(c, flows.Owner{Account: a.Number})
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	w.plant(flows.Conversation{Chat: anna, State: "main_menu", Dialog: 1, Account: 1})
	w.start()
	w.hear(anna, 0, "Главное меню")
	w.say(olga, "/admin", "Памятка")
	w.say(administrator, "/admin", "Памятка")
	w.settled()
	return w
}

// found is the newest message of the bot in a chat that holds words.
func (w *world) found(chat int64, words string) simulator.Message {
	w.t.Helper()
	for _, m := range slices.Backward(w.telegram.Chat(chat)) {
		if m.FromBot && strings.Contains(m.Text, words) {
			return m
		}
	}
	w.t.Fatalf("%d has no message %q", chat, words)
	return simulator.Message{}
}

// answer replies to the message that holds words, as Telegram's clients do.
func (w *world) answer(chat int64, words, text string) {
	w.t.Helper()
	if _, err := w.telegram.Reply(chat, w.found(chat, words).ID, text); err != nil {
		w.t.Error(err)
	}
}

func (w *world) sound() {
	w.t.Helper()
	w.settled()
	if r, err := w.store.Check(w.t.Context()); err != nil || r.FaultCount != 0 {
		w.t.Errorf("%v, %v", r.Faults, err)
	}
}

// Ensure that of two operators who answer at once one has the ticket, and the
// resident gets one answer; the other is told who.
func TestTickets_TwoOperatorsAtOnce(t *testing.T) {
	w := staffed(t)
	for i := range 5 {
		w.press(anna, "Поддержка", "Напишите вопрос")
		question, closed := fmt.Sprintf("Вопрос %d.", i), fmt.Sprintf("№ %d закрыто", i+1)
		w.say(anna, question, "принято")
		both := []int64{olga, administrator}
		w.settled() // a place is known once its delivery was noted
		var together sync.WaitGroup
		for _, chat := range both {
			w.hear(chat, 0, question)
			together.Go(func() { w.answer(chat, question, fmt.Sprintf("Ответ %d от %d.", i, chat)) })
		}
		together.Wait()
		w.until("an answer and a refusal", func() bool {
			return len(w.heard(olga, "отправлен"))+len(w.heard(administrator, "отправлен")) == i+1 &&
				len(w.heard(olga, "сейчас у сотрудника"))+len(w.heard(administrator, "сейчас у сотрудника")) == i+1
		})
		w.settled()
		got := w.heard(anna, fmt.Sprintf("Ответ %d от ", i))
		if len(got) != 1 {
			t.Fatalf("Anna got %q", got)
		}
		holder := both[0]
		if strings.Contains(got[0], fmt.Sprint(both[1])) {
			holder = both[1]
		}
		w.say(holder, fmt.Sprintf("/close %d", i+1), "закрыто")
		w.hear(anna, 0, closed)
		w.say(anna, "/start", "Главное меню")
		w.time.pass(8 * 24 * time.Hour) // the next question is a ticket of its own
	}
	w.sound()
}

// Ensure that pictures, documents, replies and edits go both ways, and that a
// restart forgets none of the places where messages stand.
func TestTickets_FilesAndEdits(t *testing.T) {
	w := staffed(t)
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 9, 9))); err != nil {
		t.Fatal(err)
	}
	must := func(id int, err error) int {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	w.press(anna, "Поддержка", "Напишите вопрос")
	photo := must(w.telegram.SendPhoto(anna, picture.Bytes(), "Мой кран"))
	w.hear(olga, 0, "Мой кран")
	w.hear(anna, photo, "принято")
	w.restart()
	if m := w.found(olga, "Мой кран"); m.Photo == nil {
		t.Error("the picture did not come")
	}
	if err := w.telegram.EditCaption(anna, photo, "Мой старый кран"); err != nil {
		t.Fatal(err)
	}
	w.until("the edit", func() bool { return len(w.heard(olga, "Мой старый кран")) == 1 })
	must(w.telegram.ReplyDocument(olga, w.found(olga, "Мой старый кран").ID, "akt.pdf", []byte("%PDF"), "Вот акт"))
	reply := w.hear(anna, 0, "Вот акт")
	if reply.Document == nil || reply.Document.Name != "akt.pdf" || reply.ReplyTo != photo {
		t.Errorf("the document came as %+v", reply)
	}
	w.settled()
	w.answer(anna, "Вот акт", "Спасибо")
	w.hear(olga, 0, "Спасибо")
	if got := w.heard(administrator, "Спасибо"); len(got) != 0 {
		t.Errorf("who does not have the ticket got %q", got)
	}
	words := must(w.telegram.Say(olga, "/reply 1 До свидания"))
	w.hear(anna, 0, "До свидания")
	w.restart()
	if err := w.telegram.EditText(olga, words, "/reply 1 Всего доброго"); err != nil {
		t.Fatal(err)
	}
	w.until("the edit", func() bool { return len(w.heard(anna, "Всего доброго")) == 1 })
	if got := w.heard(anna, "До свидания"); len(got) != 0 {
		t.Errorf("beside the edit stands %q", got)
	}
	w.sound()
}

// Ensure that every picture of an album comes over, both ways, wherever the dialog of
// its sender stands by then, and that the sender hears of one message.
func TestTickets_Albums(t *testing.T) {
	w := staffed(t)
	pictures := func(chat int64) (n int) {
		for _, m := range w.telegram.Chat(chat) {
			if m.FromBot && m.Photo != nil {
				n++
			}
		}
		return n
	}
	send := func(from, to int64, replyTo int, caption string) {
		t.Helper()
		came := pictures(to)
		if _, err := w.telegram.ReplyAlbum(from, replyTo, caption, picture(t), picture(t), picture(t)); err != nil {
			t.Fatal(err)
		}
		w.until("three pictures of "+caption, func() bool { return pictures(to) == came+3 })
		w.settled()
	}
	w.press(anna, "Поддержка", "Напишите вопрос")
	send(anna, olga, 0, "Мой кран")
	send(olga, anna, w.found(olga, "Мой кран").ID, "Такой?")
	w.say(olga, "/reply 1", "Напишите ответ")
	send(olga, anna, 0, "Или такой?")
	w.say(anna, "/start", "Главное меню")
	w.press(anna, "Ответить", "Напишите, что передать")
	send(anna, olga, 0, "Такой")
	send(anna, olga, w.found(anna, "Такой?").ID, "Вот")
	if told := append(w.heard(anna, "принято"), w.heard(anna, "Добавили")...); len(told) != 3 {
		t.Errorf("the resident heard %q", told)
	}
	if told := w.heard(olga, "отправлен"); len(told) != 2 {
		t.Errorf("staff heard %q", told)
	}
	w.sound()
}

// pending leaves an answer in the outbox of a bot that does not run.
func (w *world) pending(text string) {
	w.t.Helper()
	if err := w.store.Turn(w.t.Context(), func(tx *storage.Turn) error {
		effects, answer := w.bot.Engine.ServeTicket(flows.TicketDeed{Kind: flows.AnswerTicket, Ticket: 1, By: olga}, flows.Turn{Kind: flows.Said, Text: text, At: w.time.now()}, tx)
		records, _, err := w.bot.render(tx, olga, effects, w.time.now())
		if err != nil || !answer.Done {
			w.t.Errorf("not answered: %v", err)
			return err
		}
		for i := range records {
			if err := tx.Append(&records[i]); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		w.t.Fatal(err)
	}
}

// Ensure that an answer that waits to be sent while its account moves goes to
// where the account is, and to nobody else.
func TestTickets_AccountMovesMeanwhile(t *testing.T) {
	w := staffed(t)
	w.press(anna, "Поддержка", "Напишите вопрос")
	w.say(anna, "Где мой ответ?", "принято")
	w.greet(clara)
	w.settled()
	w.end()
	w.open()
	w.pending("Вот он")
	if err := w.store.Turn(t.Context(), func(tx *storage.Turn) error {
		a := tx.Account(1)
		a.Chat = clara
		tx.SaveAccount(a)
		c, err := tx.Conversation(clara)
		if err != nil {
			return err
		}
		c.Account, c.State = 1, "main_menu"
		old, err := tx.Conversation(anna)
		if err != nil {
			return err
		}
		old.Account = 0
		if err := tx.SaveConversation(old); err != nil {
			return err
		}
		return tx.SaveConversation(c)
	}); err != nil {
		t.Fatal(err)
	}
	w.start()
	w.hear(clara, 0, "Вот он")
	w.sound()
	if got := w.heard(anna, "Вот он"); len(got) != 0 {
		t.Errorf("the old chat got %q", got)
	}
	w.answer(clara, "Вот он", "Дошло")
	w.hear(olga, 0, "Дошло")
}

// Ensure that who answers a resident that stopped the bot is told so, and that
// what waits for somebody whose role is gone, or of an account that is deleted,
// is not sent.
func TestTickets_Undelivered(t *testing.T) {
	w := staffed(t)
	w.press(anna, "Поддержка", "Напишите вопрос")
	w.say(anna, "Вопрос", "принято")
	w.hear(olga, 0, "Вопрос")
	w.settled()
	if err := w.telegram.Block(anna); err != nil {
		t.Fatal(err)
	}
	w.say(olga, "/reply 1 Ответ", "не доставлен: житель остановил бота")
	w.settled()
	w.end()
	w.open()
	w.pending("Ещё один")
	if err := w.store.Turn(t.Context(), func(tx *storage.Turn) error {
		r, err := w.bot.renderSay(flows.Say{Text: "desk.relay", Args: flows.Args{Value: "Тайна"}, Report: flows.Ref{Kind: flows.RefRelay, Ticket: 1}})
		r.Chat, r.At = olga, w.time.now().Unix()
		if err != nil {
			return err
		}
		tx.SetStaff(nil)
		return tx.Append(&r)
	}); err != nil {
		t.Fatal(err)
	}
	w.start()
	w.sound()
	if got := w.heard(olga, "Тайна"); len(got) != 0 {
		t.Errorf("whose role is gone got %q", got)
	}
}

// Ensure that the staff, to whom everybody's messages come, are not taken for
// flooders.
func TestTickets_StaffAreNoFlooders(t *testing.T) {
	w := staffed(t)
	w.time.pass(time.Minute)
	release := w.telegram.Inject(simulator.Fault{Kind: simulator.FaultFlood, Chat: olga, RetryAfter: time.Second})
	for i := range maxUnsent + 5 {
		w.bot.out.add(w.posted(w.letter(olga, message{Text: fmt.Sprint("Сообщение ", i)})))
	}
	if _, err := w.telegram.Say(olga, "/tickets"); err != nil {
		t.Fatal(err)
	}
	w.until("the command", func() bool { return w.log.has("desk_tickets") })
	release()
	w.settled()
	if got := w.heard(olga, "слишком много"); len(got) != 0 {
		t.Errorf("the operator was told %q", got)
	}
}

// Ensure that a message of a ticket that is gone by the time it is refused leaves
// no dead letter.
func TestTickets_NoDeadLetterOfTheDeleted(t *testing.T) {
	w := staffed(t)
	r := w.letter(olga, message{Text: "Тайна"})
	r.Ref = flows.Ref{Kind: flows.RefRelay, Ticket: 7}
	w.bot.out.bury(w.posted(r)[0], "refused")
	w.settled()
	if dead := w.deadLetters(); len(dead) != 0 {
		t.Errorf("dead letters %v", dead)
	}
}

// Ensure that a message of a ticket is not sent to a chat of which nobody can say
// whether it is still for it.
func TestUncheckedMessageStays(t *testing.T) {
	w := newWorld(t)
	gate := &gatedBackend{Backend: w.db}
	w.bot = w.newBot(gate)
	w.start()
	w.greet(anna)
	r := w.letter(anna, message{Text: "somebody else's"})
	r.Ref = flows.Ref{Kind: flows.RefRelay, Ticket: 7}
	records := w.posted(r)
	gate.blind(storage.ErrClosed)
	w.bot.out.add(records)
	w.until("the failure", func() bool { return w.log.has("record stays in the outbox") })
	gate.blind(nil)
	if n := len(w.heard(anna, "somebody else's")); n != 0 || len(w.outbox()) != 1 {
		t.Errorf("%d came, %d wait", n, len(w.outbox()))
	}
}

// Ensure that a message of a ticket is checked without waiting for transactions.
func TestMessageIsCheckedBesideTransactions(t *testing.T) {
	w := newWorld(t)
	gate := &gatedBackend{Backend: w.db}
	w.bot = w.newBot(gate)
	w.start()
	w.greet(anna)
	r := w.letter(anna, message{Text: "of no ticket"})
	r.Ref = flows.Ref{Kind: flows.RefRelay, Ticket: 7}
	records := w.posted(r)
	open := gate.shut()
	defer open()
	w.bot.out.add(records)
	w.until("the check", func() bool { return w.sent(storage.Telegram, flows.Unsent) == 1 })
}
