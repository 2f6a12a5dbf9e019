package storagetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"mvkbot/flows"
	"mvkbot/storage"
)

// World is a real store for transcripts: its clock and its contracts are in the
// hands of the script.
type World struct {
	Store     *storage.Store
	contracts map[flows.Number]flows.Contract
	now       time.Time
}

// NewWorld returns an empty world over a backend, which the caller closes.
func NewWorld(t testing.TB, b storage.Backend) *World {
	t.Helper()
	w := &World{contracts: map[flows.Number]flows.Contract{}, now: time.Unix(1_800_000_000, 0)}
	var err error
	w.Store, err = storage.Open(t.Context(), b, storage.Options{
		Secret: make([]byte, storage.MinSecret), Contracts: w, Now: func() time.Time { return w.now },
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// Contract implements storage.Contracts.
func (w *World) Contract(n flows.Number) (flows.Contract, bool, error) {
	c, ok := w.contracts[n]
	return c, ok, nil
}

// AddContract puts a contract into the directory.
func (w *World) AddContract(c flows.Contract) { w.contracts[c.Number] = c }

// SetNow sets the clock.
func (w *World) SetNow(at time.Time) { w.now = at }

// Due lists the chats whose deadline has come.
func (w *World) Due(at time.Time) ([]int64, error) {
	rows, err := w.Store.Deadlines(context.Background(), at, 100)
	var chats []int64
	for _, d := range rows {
		chats = append(chats, d.Chat)
	}
	return chats, err
}

// Bury implements flowtest.Graveyard. What goes by SMS or mail is an old code.
func (w *World) Bury(chat int64, channel, reason string) error {
	r := storage.Record{Chat: chat, Channel: storage.Telegram, At: w.now.Unix(), Payload: []byte("never shown")}
	switch channel {
	case "telegram":
	case "sms":
		r.Channel, r.To, r.Ref = storage.SMS, "+79161234567", flows.Ref{Kind: flows.RefPhoneCode, Serial: 99}
	case "mail":
		r.Channel, r.To, r.Ref = storage.Mail, "anna@mail.ru", flows.Ref{Kind: flows.RefEmailCode, Serial: 99}
	default:
		return fmt.Errorf("unknown channel %q", channel)
	}
	return w.Store.Turn(context.Background(), func(t *storage.Turn) error {
		if err := t.Append(&r); err != nil {
			return err
		}
		return t.Bury(r, reason)
	})
}

// Turn runs a step of a chat as one transaction.
func (w *World) Turn(chat int64, step func(flows.Conversation, flows.Ledger) (flows.Conversation, []flows.Effect, error)) (effects []flows.Effect, err error) {
	err = w.Store.Turn(context.Background(), func(t *storage.Turn) error {
		c, err := t.Conversation(chat)
		if err != nil {
			return err
		}
		next, e, err := step(c, t)
		if err != nil {
			return err
		}
		effects = e
		return t.SaveConversation(next)
	})
	return effects, err
}
