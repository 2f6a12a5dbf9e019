package admin

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"mvkbot/flows"
	"mvkbot/flows/text"
	"mvkbot/storage"
)

// hands are staff who type and press whatever comes.
type hands struct {
	*tableWorld
	random *rand.Rand
	texts  *text.Texts
	events []flows.Event
}

var (
	oddArgs  = []int{0, 1, 2, 3, 500, 601, 602, 603, 700, 1 << 32, 1 << 52, 1<<53 - 1}
	oddWords = []string{
		"700", "701", "Л1", "1", "Л9999999999999999", "-1", "9223372036854775807", "phone", "email", "#0", "#-1", "#99999999999999999999",
		"<b>", "\u202e", "\n", "Соколова", "1011234567", "on", "off", "audit", "retry", "drop", "оператор", "602", "week", "@x", "+79161234567",
	}
)

// newHands returns them with a resident who has an account, 700, and one who has
// a registration, 701.
func newHands(t *testing.T) *hands {
	t.Helper()
	h := &hands{tableWorld: newTableWorld(t), random: rand.New(rand.NewPCG(4, 2))}
	var err error
	h.texts, err = text.New(time.UTC)
	h.must(err)
	for _, c := range h.desk.table {
		for e := range c.presses {
			h.events = append(h.events, e)
		}
	}
	slices.Sort(h.events) // so that the same is done each time
	h.events = append(h.events, pageTurned, linePicked, deedConfirmed, deedConfirmed, deedConfirmed, deedDropped)
	h.must(h.store.Turn(t.Context(), func(tx *storage.Turn) error {
		tx.OpenSubject(9, [32]byte{1})
		account := tx.OpenAccount(flows.Account{Chat: 700, Surname: "Соколова", Name: "Анна", Phone: "+79161234567", Email: "a@mail.ru", Subject: 9})
		tx.SetBindings(account, []flows.Binding{{Number: "1011234567"}, {Number: "1011234568"}})
		tx.OpenTicket(flows.Ticket{Account: account, State: flows.TicketOpen})
		h.must(tx.SaveConversation(flows.Conversation{Chat: 700, State: "main_menu", Account: account}))
		tx.OpenSubject(10, [32]byte{2})
		return tx.SaveConversation(flows.Conversation{Chat: 701, State: "enter_phone_code", Registration: flows.Registration{
			Submitted: 1, VerifyBy: 1_900_000_000, PurgeAt: 1_900_000_000, Surname: "Ли", Name: "Ян", Phone: "+79161234568", Email: "b@mail.ru", Subject: 10,
		}})
	}))
	return h
}

func oneOf[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

// next is the next thing that they do.
func (h *hands) next(c flows.Conversation) flows.Turn {
	r := h.random
	h.now = h.now.Add(time.Duration(r.IntN(9)) * time.Second)
	if r.IntN(50) == 0 {
		h.now = h.now.Add(-time.Hour)
	}
	t := flows.Turn{Kind: flows.Said, At: h.now, Message: r.IntN(100), ReplyTo: max(0, r.IntN(200)-100)}
	for i := range t.Entropy {
		t.Entropy[i] = byte(r.IntN(256))
	}
	if r.IntN(2) == 0 {
		t.Kind, t.Event, t.Arg = flows.Pressed, oneOf(r, h.events...), oneOf(r, oddArgs...)
		t.Revision = oneOf(r, c.Desk.List.Serial, c.Desk.Question.Serial, c.Desk.Serial, 0)
		return t
	}
	t.Text = "/" + oneOf(r, h.desk.table...).name
	for range r.IntN(4) {
		t.Text += " " + oneOf(r, oddWords...)
	}
	if r.IntN(20) == 0 {
		t.Kind, t.File = flows.Sent, flows.File{Kind: flows.DocumentFile, ID: "id", Name: "name"}
	}
	return t
}

// shown looks whether all that is said can be sent.
func (h *hands) shown(effects []flows.Effect) error {
	for _, e := range effects {
		switch e := e.(type) {
		case flows.For:
			if err := h.shown(e.Effects); err != nil {
				return err
			}
		case flows.Say:
			message, err := h.texts.HTML(e.Text, e.Args)
			if err != nil || flows.Units(message) > flows.MaxMessage {
				return fmt.Errorf("%s: %d units: %w", e.Text, flows.Units(message), err)
			}
			for _, row := range e.Buttons {
				for _, b := range row {
					if h.texts.Caption(b.Caption, b.Args) == "" || b.Arg < 0 || b.Arg >= 1<<53 {
						return fmt.Errorf("%s: button %s, %d", e.Text, b.Event, b.Arg)
					}
				}
			}
		}
	}
	return nil
}

// Ensure that whatever staff type, press or forge is no fault and has an answer
// that can be sent, and that the log of it holds.
func TestHands(t *testing.T) {
	h := newHands(t)
	for range 2000 {
		chat := chatOfRole(oneOf(h.random, flows.Operator, flows.Supervisor, flows.Administrator))
		c, err := h.store.Conversation(t.Context(), chat)
		h.must(err)
		turn := h.next(c)
		step, err := h.desk.Before(t.Context(), chat, turn)
		h.must(err)
		err = h.store.Turn(t.Context(), func(tx *storage.Turn) error {
			next, effects, err := step(tx.Chat(chat), turn, tx)
			if err == nil {
				err = h.shown(effects)
			}
			if err != nil {
				return err
			}
			return tx.SaveConversation(next)
		})
		if err != nil {
			t.Fatalf("%d, %q %s %d: %v", chat, turn.Text, turn.Event, turn.Arg, err)
		}
	}
	if lines, err := h.store.CheckAudit(t.Context()); err != nil || lines < 500 {
		t.Errorf("%d lines, %v", lines, err)
	}
}
