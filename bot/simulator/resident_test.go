package simulator_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"mvkbot/bot/simulator"
)

// Ensure that each thing a resident sends reaches the bot as Telegram words it.
func TestResident_Sends(t *testing.T) {
	r := newRig(t)
	card := simulator.Contact{Phone: "79990001122", FirstName: "Иван"}
	stranger := simulator.User{ID: 900, FirstName: "Вера"}

	photo := r.must(r.SendPhoto(anna, picture(t, 30, 20), "квитанция"))
	if m := r.next().Message; m.MessageID != photo || m.Photo[0].Width != 30 || m.Caption != "квитанция" {
		t.Errorf("%+v", m)
	}
	r.must(r.SendDocument(anna, "base.csv", []byte("a;b"), "/import"))
	if m := r.next().Message; m.Document.FileName != "base.csv" || m.CaptionEntities[0].Type != "bot_command" {
		t.Errorf("%+v", m)
	}
	r.must(r.SendVoice(anna, []byte("OggS")))
	if m := r.next().Message; m.Voice == nil {
		t.Errorf("%+v", m)
	}
	r.must(r.SendSticker(anna))
	if m := r.next().Message; m.Sticker == nil || m.Sticker.Width != 512 || r.last(anna).Sticker == nil {
		t.Errorf("%+v", m)
	}
	r.must(r.ShareContact(anna, card))
	if m := r.next().Message; m.Contact.PhoneNumber != card.Phone || m.Contact.UserID != 0 {
		t.Errorf("%+v", m)
	}
	r.must(r.Forward(anna, stranger, "чужое"))
	if raw := r.call("getUpdates", "offset", "-1"); !strings.Contains(string(raw.Result), `"forward_origin":{"type":"user"`) || !r.last(anna).Forwarded {
		t.Error(string(raw.Result))
	}
	r.must(r.ForwardContact(anna, stranger, card))
	if !r.last(anna).Forwarded || r.last(anna).Contact == nil {
		t.Errorf("%+v", r.last(anna))
	}
	said := r.must(r.Say(anna, "  ошипка "))
	if err := r.EditText(anna, said, "ошибка"); err != nil {
		t.Fatal(err)
	}
	if m := r.next().EditedMessage; m.Text != "ошибка" || m.EditDate == 0 || !r.last(anna).Edited {
		t.Errorf("%+v", m)
	}
	if got := r.call("deleteMessage", "chat_id", id(anna), "message_id", strconv.Itoa(said)); !got.OK || !r.last(anna).Deleted {
		t.Errorf("a code can be taken away: %+v", got)
	}
}

func TestResident_Errors(t *testing.T) {
	r := newRig(t)
	sent := r.sent("sendMessage", "chat_id", id(anna), "text", "a", "reply_markup", `{"inline_keyboard":[[{"text":"да","callback_data":"y"},{"text":"сайт","url":"https://a.ru"}]]}`)
	press := func(user int64, message int, data string) error {
		_, err := r.Press(user, message, data)
		return err
	}
	_, empty := r.Say(anna, "\u202e \n")
	_, long := r.Say(anna, strings.Repeat("a", 4097))
	_, nobody := r.Say(900, "a")
	_, caption := r.SendDocument(anna, "a", nil, strings.Repeat("a", 1025))
	_, noPicture := r.SendPhoto(anna, []byte("GIF"), "")
	_, noKeyboard := r.PressCaption(anna, "сайт")
	_, noGroup := r.SayInGroup(5, anna, "a")
	_, forward := r.Forward(anna, simulator.User{}, "")
	_, inGroup := r.SayInGroup(-5, anna, "")
	_, _, noFile := r.File("x")
	_, _, noCallback := r.WaitAnswer(r.context(), "5")
	for i, c := range []struct{ got, want error }{
		{empty, simulator.ErrBadText}, {long, simulator.ErrBadText}, {nobody, simulator.ErrUnknownUser},
		{caption, simulator.ErrBadText}, {noPicture, simulator.ErrBadPicture}, {noKeyboard, simulator.ErrNoButton},
		{noGroup, simulator.ErrUnknownUser}, {forward, simulator.ErrBadText}, {inGroup, simulator.ErrBadText},
		{noFile, simulator.ErrNoFile}, {noCallback, simulator.ErrNoCallback},
		{press(anna, sent, "z"), simulator.ErrNoButton}, {press(anna, sent, ""), simulator.ErrNoButton},
		{press(anna, 9, "y"), simulator.ErrNoMessage}, {press(900, sent, "y"), simulator.ErrUnknownUser},
		{r.EditText(anna, sent, "b"), simulator.ErrNoMessage}, {r.EditText(anna, sent, ""), simulator.ErrBadText},
		{r.Block(900), simulator.ErrUnknownUser},
		{r.WaitFor(r.context(), 900, nil), simulator.ErrUnknownUser},
	} {
		if !errors.Is(c.got, c.want) {
			t.Errorf("%d: got %v, want %v", i, c.got, c.want)
		}
	}
	if r.Chat(900) != nil || r.ReplyKeyboard(900) != nil || r.Typing(900) != "" {
		t.Error("there is nobody")
	}
	if u := r.Users(); len(u) != 2 || u[0].ID != anna || u[1].FirstName != "Борис" {
		t.Errorf("%+v", u)
	}
}

// Ensure that the bot may write to whom it met before the server began, who reads
// it once there is a phone.
func TestResident_Met(t *testing.T) {
	r := newRig(t)
	const olga = 77
	r.Meet(olga)
	r.Meet(boris)
	r.sent("sendMessage", "chat_id", id(olga), "text", "раньше")
	r.sent("sendMessage", "chat_id", id(boris), "text", "a")
	if _, err := r.Say(olga, "a"); !errors.Is(err, simulator.ErrUnknownUser) || len(r.Users()) != 2 {
		t.Errorf("%v, %+v", err, r.Users())
	}
	r.AddUser(simulator.User{ID: olga, FirstName: "Ольга"})
	r.sent("sendMessage", "chat_id", id(olga), "text", "теперь")
	if all := r.Chat(olga); len(all) != 2 || all[0].Text != "раньше" || len(r.Users()) != 3 {
		t.Errorf("%+v", all)
	}
}

func TestResident_Blocks(t *testing.T) {
	r := newRig(t)
	if err := errors.Join(r.Block(anna), r.Block(anna)); err != nil {
		t.Fatal(err)
	}
	if m := r.next().MyChatMember; m.OldChatMember.Status != "member" || m.NewChatMember.Status != "kicked" || !m.NewChatMember.User.IsBot {
		t.Errorf("%+v", m)
	}
	if _, err := r.Say(anna, "a"); !errors.Is(err, simulator.ErrBlocked) {
		t.Error(err)
	}
	if err := r.Unblock(anna); err != nil {
		t.Fatal(err)
	}
	if m := r.next().MyChatMember; m.NewChatMember.Status != "member" {
		t.Errorf("%+v", m)
	}
	if got := r.call("sendMessage", "chat_id", id(anna), "text", "a"); !got.OK {
		t.Error(got.Description)
	}
}

// Ensure that ids of messages tell nothing across chats.
func TestMessageIDs(t *testing.T) {
	r := newRig(t)
	one := r.must(r.Say(anna, "a"))
	if two := r.must(r.Say(anna, "b")); two != one+1 {
		t.Error(one, two)
	}
	if other := r.must(r.Say(boris, "a")); other == one || other == one+2 {
		t.Error("the chats count together")
	}
}

func TestTyping(t *testing.T) {
	r := newRig(t)
	typing := func(want string) {
		t.Helper()
		if got := r.Typing(anna); got != want {
			t.Errorf("%q", got)
		}
	}
	r.call("sendChatAction", "chat_id", id(anna), "action", "upload_photo")
	typing("upload_photo")
	r.now = r.now.Add(5 * time.Second)
	typing("")
	r.call("sendChatAction", "chat_id", id(anna), "action", "typing")
	r.sent("sendMessage", "chat_id", id(anna), "text", "a")
	typing("")
}

func TestReplies(t *testing.T) {
	r := newRig(t)
	said := r.must(r.Say(anna, "вопрос"))
	got := r.call("sendMessage", "chat_id", id(anna), "text", "ответ", "reply_parameters", `{"message_id":`+strconv.Itoa(said)+`}`)
	if !strings.Contains(string(got.Result), `"reply_to_message":{"message_id":`+strconv.Itoa(said)) {
		t.Error(string(got.Result))
	}
	if got := r.call("sendMessage", "chat_id", id(anna), "text", "ответ", "reply_parameters", `{"message_id":99999,"allow_sending_without_reply":true}`); !got.OK {
		t.Error(got.Description)
	}
	r.blameless()
}

// Ensure that a bounded history forgets the oldest, with their files.
func TestKeepMessages(t *testing.T) {
	r := newRig(t, func(o *simulator.Options) { o.KeepMessages, o.KeepRequests = 2, 3 })
	first := r.must(r.SendDocument(anna, "a.txt", []byte("a"), ""))
	file := r.last(anna).Document.ID
	r.sent("sendDocument", "chat_id", id(anna), "document", file)
	r.must(r.Say(anna, "1"))
	if _, _, err := r.File(file); err != nil {
		t.Error("the second message still shows it: ", err)
	}
	r.must(r.Say(anna, "2"))
	if _, _, err := r.File(file); !errors.Is(err, simulator.ErrNoFile) {
		t.Error(err)
	}
	if all := r.Chat(anna); len(all) != 2 || all[1].Text != "2" {
		t.Errorf("%+v", all)
	}
	r.call("deleteMessage", "chat_id", id(anna), "message_id", strconv.Itoa(first))
	for range 5 {
		r.call("getMe")
	}
	if n := len(r.Requests()); n != 3 {
		t.Error(n)
	}
	r.blameless()
}

// Ensure that who waits is told, once it holds and not before.
func TestWaiting(t *testing.T) {
	r := newRig(t)
	sent := r.sent("sendMessage", "chat_id", id(anna), "text", "a", "reply_markup", `{"inline_keyboard":[[{"text":"да","callback_data":"y"}]]}`)
	press, err := r.Press(anna, sent, "y")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(r.context())
	changes := r.Watch(ctx)
	var all sync.WaitGroup
	all.Go(func() {
		err := r.WaitFor(ctx, anna, func(m []simulator.Message) bool { return m[len(m)-1].Text == "c" })
		if err != nil {
			t.Error(err)
		}
	})
	all.Go(func() {
		if text, alert, err := r.WaitAnswer(ctx, press); text != "готово" || alert || err != nil {
			t.Error(text, alert, err)
		}
	})
	r.sent("sendMessage", "chat_id", id(anna), "text", "b")
	r.call("answerCallbackQuery", "callback_query_id", press, "text", "готово")
	r.sent("sendMessage", "chat_id", id(anna), "text", "c")
	all.Wait()
	if c := <-changes; c.Chat != anna {
		t.Error(c)
	}
	cancel()
	for range changes {
	}
	if err := r.WaitFor(ctx, anna, func([]simulator.Message) bool { return false }); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	changes = r.Watch(r.context())
	r.Server.Close()
	for range changes {
	}
	if err := r.WaitFor(r.context(), anna, func([]simulator.Message) bool { return false }); !errors.Is(err, simulator.ErrClosed) {
		t.Error(err)
	}
}

// Ensure that a slow reader of changes delays nobody and misses no chat.
func TestWatch_Slow(t *testing.T) {
	r := newRig(t)
	changes := r.Watch(r.context())
	for range 1000 {
		r.must(r.Say(anna, "a"))
	}
	r.must(r.Say(boris, "b"))
	seen := map[int64]bool{}
	for !seen[boris] {
		c, ok := <-changes
		if !ok {
			t.Fatal("nobody told of the second chat")
		}
		seen[c.Chat] = true
	}
}

func TestLogOutAndClose(t *testing.T) {
	r := newRig(t)
	if got := r.call("close"); got.Code != 429 || got.Parameters.RetryAfter != 601 {
		t.Errorf("%+v", got)
	}
	r.now = r.now.Add(10 * time.Minute)
	if got := r.call("close"); !got.OK {
		t.Errorf("%+v", got)
	}
	if got := r.call("setMyDescription", "description", "Мосводоканал"); !got.OK {
		t.Errorf("%+v", got)
	}
	if got := r.call("logOut"); !got.OK {
		t.Errorf("%+v", got)
	}
	if got := r.call("getMe"); got.Code != 401 {
		t.Errorf("%+v", got)
	}
}

// Ensure that many residents and a bot get along (run with -race).
func TestParallel(t *testing.T) {
	r := newRig(t, func(o *simulator.Options) { o.KeepMessages = 5 })
	var all sync.WaitGroup
	for n := range int64(8) {
		user := 1000 + n
		r.AddUser(simulator.User{ID: user, FirstName: "Некто"})
		all.Go(func() {
			for range 50 {
				if _, err := r.Say(user, "/start"); err != nil {
					t.Error(err)
				}
				if got := r.call("sendMessage", "chat_id", id(user), "text", "<b>a</b>", "parse_mode", "HTML",
					"reply_markup", `{"inline_keyboard":[[{"text":"a","callback_data":"a"}]]}`); !got.OK {
					t.Error(got.Description)
				}
				if _, err := r.PressCaption(user, "a"); err != nil {
					t.Error(err)
				}
				r.Chat(user)
			}
		})
	}
	all.Wait()
	if n := r.Pending(); n != 801 {
		t.Error(n)
	}
	r.blameless()
}
