package simulator_test

import (
	"errors"
	"strings"
	"testing"

	"mvkbot/bot/simulator"
)

// Ensure that an answer of any content tells the bot, and shows, what it answers.
func TestReply(t *testing.T) {
	r := newRig(t)
	asked := r.sent("sendMessage", "chat_id", id(anna), "text", "Что случилось?")
	first := r.must(r.Reply(anna, asked, "нет воды"))
	for _, step := range []struct {
		send   func() (int, error)
		answer int
		has    func(simulator.Message) bool
	}{
		{func() (int, error) { return r.Reply(anna, first, "со вчера") }, first,
			func(m simulator.Message) bool { return m.Text == "со вчера" }},
		{func() (int, error) { return r.ReplyPhoto(anna, asked, picture(t, 9, 9), "вот") }, asked,
			func(m simulator.Message) bool { return m.Photo != nil && m.Text == "вот" }},
		{func() (int, error) { return r.ReplyDocument(anna, asked, "акт.pdf", []byte("%PDF"), "") }, asked,
			func(m simulator.Message) bool { return m.Document != nil && m.Document.Name == "акт.pdf" }},
		{func() (int, error) { return r.ReplyDocument(anna, 0, "акт.pdf", []byte("%PDF"), "") }, 0,
			func(m simulator.Message) bool { return m.Document != nil }},
	} {
		sent := r.must(step.send())
		m := r.next().Message
		if m.MessageID != sent || (m.ReplyToMessage != nil) != (step.answer != 0) {
			t.Fatalf("%+v", m)
		}
		if to := m.ReplyToMessage; to != nil && (to.MessageID != step.answer || to.Text == "" || to.ReplyToMessage != nil) {
			t.Errorf("%+v", to)
		}
		if shown := r.last(anna); shown.ReplyTo != step.answer || !step.has(shown) {
			t.Errorf("%+v", shown)
		}
	}
	r.sent("sendMessage", "chat_id", id(anna), "text", "Принято", "reply_parameters", `{"message_id":`+id(int64(first))+`}`)
	if got := r.last(anna).ReplyTo; got != first {
		t.Errorf("the bot answers %d", got)
	}
	r.blameless()
}

// Ensure that a resident changes own words only, and that the bot is told them.
func TestEdits_OfResidents(t *testing.T) {
	r := newRig(t)
	text := r.must(r.Say(anna, "а"))
	photo := r.must(r.SendPhoto(anna, picture(t, 9, 9), "б"))
	if err := r.EditText(anna, text, "/find я"); err != nil {
		t.Fatal(err)
	}
	if m := r.next().EditedMessage; m.MessageID != text || m.Text != "/find я" || m.EditDate == 0 || len(m.Entities) != 1 {
		t.Errorf("%+v", m)
	}
	for _, caption := range []string{"в", ""} {
		if err := r.EditCaption(anna, photo, caption); err != nil {
			t.Fatal(err)
		}
		if m := r.next().EditedMessage; m.MessageID != photo || m.Caption != caption || len(m.Photo) != 1 {
			t.Errorf("%+v", m)
		}
		if m := r.last(anna); !m.Edited || m.Text != caption {
			t.Errorf("%+v", m)
		}
	}
	sticker := r.must(r.SendSticker(anna))
	foreign := r.must(r.Forward(anna, simulator.User{ID: 7, FirstName: "Пётр"}, "чужое"))
	of := r.sent("sendPhoto", "chat_id", id(anna), "photo", r.photo())
	pending := r.Pending()
	_, noPicture := r.ReplyPhoto(anna, text, []byte("GIF"), "")
	_, noText := r.Reply(anna, text, " ")
	_, long := r.ReplyDocument(anna, text, "a", nil, strings.Repeat("a", 1025))
	_, noMessage := r.Reply(anna, 9, "a")
	_, noDocument := r.ReplyDocument(anna, 9, "a", nil, "")
	for i, c := range []struct{ got, want error }{
		{r.EditText(anna, photo, "a"), simulator.ErrNoMessage}, {r.EditCaption(anna, text, "a"), simulator.ErrNoMessage},
		{r.EditCaption(anna, sticker, "a"), simulator.ErrNoMessage}, {r.EditText(anna, foreign, "a"), simulator.ErrNoMessage},
		{r.EditCaption(anna, of, "a"), simulator.ErrNoMessage}, {r.EditCaption(900, photo, "a"), simulator.ErrUnknownUser},
		{r.EditCaption(anna, photo, strings.Repeat("a", 1025)), simulator.ErrBadText},
		{noPicture, simulator.ErrBadPicture}, {noText, simulator.ErrBadText}, {long, simulator.ErrBadText},
		{noMessage, simulator.ErrNoMessage}, {noDocument, simulator.ErrNoMessage},
	} {
		if !errors.Is(c.got, c.want) {
			t.Errorf("%d: got %v, want %v", i, c.got, c.want)
		}
	}
	if got := r.Pending(); got != pending {
		t.Errorf("%d updates of what was not done", got-pending)
	}
}
