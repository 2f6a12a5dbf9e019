package simulator_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"mvkbot/bot/simulator"
)

// A dialog through the library leaves the resident with what the bot meant to show.
func TestClient_Dialog(t *testing.T) {
	r := newRig(t)
	bot := r.bot()
	if bot.Self.UserName != "mvk_test_bot" || !bot.Self.IsBot || bot.Self.ID != 4200042 {
		t.Errorf("getMe: %+v", bot.Self)
	}
	u := r.next()
	if !u.Message.IsCommand() || u.Message.Command() != "start" || u.Message.Chat.ID != anna || u.Message.From.LanguageCode != "ru" {
		t.Errorf("update: %+v", u.Message)
	}
	msg := tgbotapi.NewMessage(anna, "<b>Привет</b> &amp; 👋 <i>мир</i>")
	msg.ParseMode = tgbotapi.ModeHTML
	msg.ReplyMarkup = tgbotapi.NewInlineKeyboardMarkup(tgbotapi.NewInlineKeyboardRow(
		tgbotapi.NewInlineKeyboardButtonData("✅ Согласен", "yes"), tgbotapi.NewInlineKeyboardButtonURL("Портал", "https://example.ru/"),
	))
	sent, err := bot.Send(msg)
	if err != nil {
		t.Fatal(err)
	}
	shown := r.last(anna)
	if shown.ID != sent.MessageID || !shown.FromBot || shown.Text != "Привет & 👋 мир" || shown.HTML != "<b>Привет</b> &amp; 👋 <i>мир</i>" {
		t.Errorf("shown: %+v", shown)
	}
	if e := sent.Entities; len(e) != 2 || e[1].Offset != 12 || e[1].Length != 3 {
		t.Errorf("entities: %+v", e)
	}
	id, err := r.PressCaption(anna, "Согласен")
	if err != nil || id == "" {
		t.Fatal(id, err)
	}
	press := r.next().CallbackQuery
	if press.ID != id || press.Data != "yes" || press.From.ID != anna || press.Message.MessageID != sent.MessageID {
		t.Errorf("press: %+v", press)
	}
	if _, err := bot.Request(tgbotapi.NewCallbackWithAlert(id, "Готово")); err != nil {
		t.Fatal(err)
	}
	if text, alert, answered := r.CallbackAnswer(id); text != "Готово" || !alert || !answered {
		t.Error(text, alert, answered)
	}
	edit := tgbotapi.NewEditMessageText(anna, sent.MessageID, "Дальше")
	if _, err := bot.Send(edit); err != nil {
		t.Fatal(err)
	}
	if shown = r.last(anna); shown.Text != "Дальше" || !shown.Edited || shown.Keyboard != nil {
		t.Errorf("edited: %+v", shown)
	}
	_, err = bot.Send(edit)
	var refused *tgbotapi.Error
	if !errors.As(err, &refused) || refused.Code != 400 || !strings.HasPrefix(refused.Message, "Bad Request: message is not modified") {
		t.Errorf("second edit: %v", err)
	}
	r.blameless()
}

// A picture goes up, is replaced in the same message, and comes down again.
func TestClient_Pictures(t *testing.T) {
	r := newRig(t)
	bot := r.bot()
	upload := tgbotapi.NewPhoto(anna, tgbotapi.FileBytes{Name: "captcha.png", Bytes: picture(t, 320, 120)})
	upload.Caption = "Введите пять цифр"
	sent, err := bot.Send(upload)
	if err != nil {
		t.Fatal(err)
	}
	size := sent.Photo[len(sent.Photo)-1]
	if size.Width != 320 || size.Height != 120 || sent.Caption != "Введите пять цифр" {
		t.Errorf("photo: %+v", sent)
	}
	media := tgbotapi.NewInputMediaPhoto(tgbotapi.FileBytes{Name: "captcha.png", Bytes: picture(t, 200, 100)})
	media.Caption = "Ещё раз"
	edit := tgbotapi.EditMessageMediaConfig{BaseEdit: tgbotapi.BaseEdit{ChatID: anna, MessageID: sent.MessageID}, Media: media}
	if _, err := bot.Send(edit); err != nil {
		t.Fatal(err)
	}
	shown := r.last(anna)
	if shown.Photo == nil || shown.Photo.Width != 200 || shown.Text != "Ещё раз" || !shown.Edited {
		t.Fatalf("shown: %+v", shown)
	}
	if _, _, err := r.File(size.FileID); !errors.Is(err, simulator.ErrNoFile) {
		t.Errorf("the replaced picture is still there: %v", err)
	}
	file, err := bot.GetFile(tgbotapi.FileConfig{FileID: shown.Photo.ID})
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Get(r.web.URL + "/file/bot" + token + "/" + file.FilePath)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	want, info, _ := r.File(shown.Photo.ID)
	if err != nil || string(got) != string(want) || info.MIME != "image/png" {
		t.Errorf("download: %v, %d of %d bytes, %s", err, len(got), len(want), info.MIME)
	}
	r.blameless()
}

func TestClient_DocumentsAndVoice(t *testing.T) {
	r := newRig(t)
	bot := r.bot()
	doc := tgbotapi.NewDocument(anna, tgbotapi.FileBytes{Name: "Соглашение.txt", Bytes: []byte("текст")})
	if _, err := bot.Send(doc); err != nil {
		t.Fatal(err)
	}
	if d := r.last(anna).Document; d == nil || d.Name != "Соглашение.txt" || d.MIME != "text/plain" || d.Size != 10 {
		t.Errorf("document: %+v", d)
	}
	// The same file once more, by its id.
	if _, err := bot.Send(tgbotapi.NewDocument(anna, tgbotapi.FileID(r.last(anna).Document.ID))); err != nil {
		t.Fatal(err)
	}
	voice := tgbotapi.NewVoice(anna, tgbotapi.FileBytes{Name: "a.ogg", Bytes: []byte("OggS...")})
	voice.Duration = 12
	if _, err := bot.Send(voice); err != nil {
		t.Fatal(err)
	}
	if v := r.last(anna).Voice; v == nil || v.Duration.Seconds() != 12 || v.MIME != "audio/ogg" {
		t.Errorf("voice: %+v", v)
	}
	audio := tgbotapi.NewAudio(anna, tgbotapi.FileBytes{Name: "a.mp3", Bytes: []byte("ID3")})
	if _, err := bot.Send(audio); err != nil {
		t.Fatal(err)
	}
	if r.last(anna).Audio == nil {
		t.Error("no audio")
	}
	r.blameless()
	voice.File = tgbotapi.FileBytes{Name: "a.wav", Bytes: []byte("RIFF")}
	if _, err := bot.Send(voice); err != nil {
		t.Fatal(err)
	}
	if r.last(anna).Document == nil || len(r.Violations()) != 1 {
		t.Error("a WAV went out as a voice message")
	}
}

func TestClient_ReplyKeyboard(t *testing.T) {
	r := newRig(t)
	bot := r.bot()
	ask := tgbotapi.NewMessage(anna, "Телефон?")
	ask.ReplyMarkup = tgbotapi.NewReplyKeyboard(tgbotapi.NewKeyboardButtonRow(
		tgbotapi.NewKeyboardButtonContact("📱 Отправить мой номер"), tgbotapi.NewKeyboardButton("Назад"),
	))
	sent, err := bot.Send(ask)
	if err != nil {
		t.Fatal(err)
	}
	kb := r.ReplyKeyboard(anna)
	if kb == nil || !kb.Rows[0][0].RequestContact || !kb.Resize {
		t.Fatalf("keyboard: %+v", kb)
	}
	if id, err := r.PressCaption(anna, "Отправить мой номер"); err != nil || id != "" {
		t.Fatal(id, err)
	}
	if c := r.next().Message.Contact; c == nil || c.PhoneNumber != "79161234567" || c.UserID != anna {
		t.Errorf("contact: %+v", c)
	}
	if _, err := r.PressCaption(anna, "Назад"); err != nil || r.next().Message.Text != "Назад" {
		t.Error("the caption was not sent", err)
	}
	// What carries a reply keyboard can never be edited.
	if _, err := bot.Send(tgbotapi.NewEditMessageText(anna, sent.MessageID, "Иначе")); err == nil {
		t.Error("edited")
	}
	gone := tgbotapi.NewMessage(anna, "Спасибо")
	gone.ReplyMarkup = tgbotapi.NewRemoveKeyboard(false)
	if _, err := bot.Send(gone); err != nil || r.ReplyKeyboard(anna) != nil {
		t.Error("the keyboard stayed", err)
	}
	if _, err := r.PressCaption(anna, "Назад"); !errors.Is(err, simulator.ErrNoButton) {
		t.Error(err)
	}
}

// Ensure that who waits for a chat hears of its new menu.
func TestWaitFor_Commands(t *testing.T) {
	r := newRig(t)
	looked, ended := make(chan bool, 10), make(chan error)
	go func() {
		ended <- r.WaitFor(r.context(), anna, func([]simulator.Message) bool {
			looked <- true
			return len(r.Commands(anna)) == 1
		})
	}()
	<-looked
	r.call("setMyCommands", "scope", `{"type":"chat","chat_id":`+id(anna)+`}`, "commands", `[{"command":"find","description":"…"}]`)
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestClient_Commands(t *testing.T) {
	r := newRig(t)
	bot := r.bot()
	set := func(scope tgbotapi.BotCommandScope, name string) {
		t.Helper()
		cfg := tgbotapi.NewSetMyCommandsWithScope(scope, tgbotapi.BotCommand{Command: name, Description: "…"})
		if _, err := bot.Request(cfg); err != nil {
			t.Fatal(err)
		}
	}
	set(tgbotapi.NewBotCommandScopeDefault(), "help")
	set(tgbotapi.NewBotCommandScopeChat(anna), "find")
	if c := r.Commands(anna); len(c) != 1 || c[0].Name != "find" {
		t.Errorf("staff: %+v", c)
	}
	if c := r.Commands(boris); len(c) != 1 || c[0].Name != "help" {
		t.Errorf("resident: %+v", c)
	}
	got, err := bot.GetMyCommandsWithConfig(tgbotapi.NewGetMyCommandsWithScope(tgbotapi.NewBotCommandScopeChat(anna)))
	if err != nil || len(got) != 1 || got[0].Command != "find" {
		t.Error(got, err)
	}
	if _, err := bot.Request(tgbotapi.NewDeleteMyCommandsWithScope(tgbotapi.NewBotCommandScopeChat(anna))); err != nil {
		t.Fatal(err)
	}
	if c := r.Commands(anna); c[0].Name != "help" {
		t.Errorf("after deletion: %+v", c)
	}
	// Who got a role need not have written to the bot yet, and the bot cannot know.
	cfg := tgbotapi.NewSetMyCommandsWithScope(tgbotapi.NewBotCommandScopeChat(boris), tgbotapi.BotCommand{Command: "find", Description: "…"})
	if _, err := bot.Request(cfg); err == nil || !strings.Contains(err.Error(), "chat not found") {
		t.Error(err)
	}
	if r.Commands(999) != nil {
		t.Error("commands for nobody")
	}
	r.blameless()
}
