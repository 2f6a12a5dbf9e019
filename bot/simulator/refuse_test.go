package simulator_test

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

func id(n int64) string { return strconv.FormatInt(n, 10) }

// Every mistake is refused in Telegram's words and noted.
func TestRefusals(t *testing.T) {
	a, long := id(anna), strings.Repeat("я", 4097)
	inline := func(button string) string { return `{"inline_keyboard":[[` + button + `]]}` }
	send := func(args ...string) []string { return append([]string{"chat_id", a, "text", "текст"}, args...) }
	for _, c := range []struct {
		method string
		args   []string
		want   string
	}{
		{"sendMessage", []string{"text", "a"}, "chat_id is empty"},
		{"sendMessage", []string{"chat_id", "999", "text", "a"}, "chat not found"},
		{"sendMessage", []string{"chat_id", "@channel", "text", "a"}, "chat not found"},
		{"sendMessage", []string{"chat_id", id(boris), "text", "a"}, "chat not found"},
		{"sendMessage", []string{"chat_id", a}, "message text is empty"},
		{"sendMessage", []string{"chat_id", a, "text", " \n "}, "text must be non-empty"},
		{"sendMessage", []string{"chat_id", a, "text", long}, "message is too long"},
		{"sendMessage", []string{"chat_id", a, "text", strings.Repeat("👋", 2049)}, "message is too long"},
		{"sendMessage", []string{"chat_id", a, "text", strings.Repeat("я", 16385)}, "text is too long"},
		{"sendMessage", []string{"chat_id", a, "text", "a\xff"}, "strings must be encoded in UTF-8"},
		{"sendMessage", send("parse_mode", "HTMl5"), "unsupported parse_mode"},
		{"sendMessage", send("parse_mode", "MarkdownV2"), "the simulator does not parse MarkdownV2"},
		{"sendMessage", []string{"chat_id", a, "text", "<b>Анна", "parse_mode", "HTML"}, `can't parse entities: Can't find end tag corresponding to start tag "b"`},
		{"sendMessage", send("entities", `[{"type":"bold","offset":4,"length":2}]`), "ENTITY_BOUNDS_INVALID"},
		{"sendMessage", send("entities", `[{"type":"fat","offset":0,"length":2}]`), "can't parse MessageEntity: Unsupported type specified"},
		{"sendMessage", send("entities", `[1]`), "can't parse MessageEntity: expected an Object"},
		{"sendMessage", send("reply_markup", `{`), "can't parse reply keyboard markup JSON object"},
		{"sendMessage", send("reply_markup", `[]`), "object expected as reply markup"},
		{"sendMessage", send("reply_markup", `{"inline_keyboard":{}}`), `field "inline_keyboard" must be of type Array`},
		{"sendMessage", send("reply_markup", `{"inline_keyboard":[{}]}`), `field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays`},
		{"sendMessage", send("reply_markup", inline(`"a"`)), "can't parse inline keyboard button: InlineKeyboardButton must be an Object"},
		{"sendMessage", send("reply_markup", inline(`{"callback_data":"a"}`)), `can't parse inline keyboard button: Can't find field "text"`},
		{"sendMessage", send("reply_markup", inline(`{"text":true}`)), `can't parse inline keyboard button: Field "text" must be of type String`},
		{"sendMessage", send("reply_markup", inline(`{"text":"a","url":null,"callback_data":"a"}`)), `can't parse inline keyboard button: Field "url" must be of type String`},
		{"sendMessage", send("reply_markup", inline(`{"text":"a"}`)), "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"},
		{"sendMessage", send("reply_markup", inline(`{"text":"a","callback_data":"a","style":"red"}`)), "can't parse inline keyboard button: invalid button style specified"},
		{"sendMessage", send("reply_markup", inline(`{"text":"a","callback_data":"`+strings.Repeat("я", 33)+`"}`)), "BUTTON_DATA_INVALID"},
		{"sendMessage", send("reply_markup", inline(`{"text":" ","callback_data":"a"}`)), "inline keyboard button text must be non-empty"},
		{"sendMessage", send("reply_markup", inline(`{"text":"a","url":"nowhere"}`)), "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL"},
		{"sendMessage", send("reply_markup", inline(strings.Repeat(`{"text":"a","callback_data":"a"},`, 8)+`{"text":"a","callback_data":"a"}`)), "reply markup is too long"},
		{"sendMessage", send("reply_markup", `{"keyboard":["a"]}`), `field "keyboard" must be an Array of Arrays`},
		{"sendMessage", send("reply_markup", `{"keyboard":[[1]]}`), "can't parse keyboard button: KeyboardButton must be a String or an Object"},
		{"sendMessage", send("reply_markup", `{"keyboard":[[{}]]}`), `can't parse keyboard button: Can't find field "text"`},
		{"sendMessage", send("reply_markup", `{"keyboard":[[{"text":"a","style":"red"}]]}`), "can't parse keyboard button: invalid button style specified"},
		{"sendMessage", send("reply_markup", `{"keyboard":[[{"text":""}]]}`), "keyboard button text must be non-empty"},
		{"sendMessage", send("reply_markup", `{"remove_keyboard":"yes"}`), `Field "remove_keyboard" must be of type Boolean`},
		{"sendMessage", send("reply_parameters", `{"message_id":99999}`), "message to be replied not found"},
		{"sendMessage", send("reply_parameters", `5`), "can't parse reply parameters JSON object"},
		{"sendPhoto", []string{"chat_id", a}, "there is no photo in the request"},
		{"sendPhoto", []string{"chat_id", a, "photo", "AgAC"}, "wrong file identifier/HTTP URL specified"},
		{"sendPhoto", []string{"chat_id", a, "photo", "AgAC", "caption", strings.Repeat("я", 1025)}, "message caption is too long"},
		{"sendDocument", []string{"chat_id", a}, "there is no document in the request"},
		{"sendChatAction", []string{"chat_id", a, "action", "dancing"}, "wrong parameter action in request"},
		{"sendChatAction", []string{"action", "typing"}, "chat_id is empty"},
		{"editMessageText", []string{"chat_id", a, "message_id", "99999", "text", "a"}, "message to edit not found"},
		{"editMessageText", []string{"chat_id", a, "message_id", "1", "text", long}, "MESSAGE_TOO_LONG"},
		{"editMessageText", []string{"chat_id", a, "message_id", "1"}, "message text is empty"},
		{"editMessageText", []string{"chat_id", a, "message_id", "1", "text", " "}, "text must be non-empty"},
		{"editMessageText", []string{"text", "a"}, "message identifier is not specified"},
		{"editMessageText", []string{"chat_id", a, "message_id", "1", "text", "a", "reply_markup", `{"remove_keyboard":true}`}, "inline keyboard expected"},
		{"editMessageCaption", []string{"chat_id", a, "caption", strings.Repeat("я", 1025)}, "message caption is too long"},
		{"editMessageMedia", []string{"chat_id", a, "message_id", "1"}, `parameter "media" is required`},
		{"editMessageMedia", []string{"chat_id", a, "message_id", "1", "media", "["}, "can't parse input media JSON object"},
		{"editMessageMedia", []string{"chat_id", a, "message_id", "1", "media", `{"type":"photo"}`}, "can't parse InputMedia: media not found"},
		{"editMessageMedia", []string{"chat_id", a, "message_id", "1", "media", `{"type":"film","media":"attach://a"}`}, `can't parse InputMedia: type "film" is unsupported`},
		{"editMessageMedia", []string{"chat_id", a, "message_id", "1", "media", `{"type":"photo","media":"attach://a"}`}, "there is no photo in the request"},
		{"deleteMessage", []string{"message_id", "1"}, "chat identifier is not specified"},
		{"deleteMessage", []string{"chat_id", a}, "message identifier is not specified"},
		{"deleteMessage", []string{"chat_id", a, "message_id", "99999"}, "message to delete not found"},
		{"answerCallbackQuery", []string{"callback_query_id", "1", "text", strings.Repeat("я", 201)}, "MESSAGE_TOO_LONG"},
		{"answerCallbackQuery", []string{"callback_query_id", "1", "url", "https://example.ru"}, "URL_INVALID"},
		{"setMyCommands", []string{"commands", "["}, "can't parse commands JSON object"},
		{"setMyCommands", []string{"commands", "{}"}, "expected an Array of BotCommand"},
		{"setMyCommands", []string{"commands", "[null]"}, "can't parse BotCommand: expected an Object"},
		{"setMyCommands", []string{"commands", `[{"command":"a"}]`}, `can't parse BotCommand: Can't find field "description"`},
		{"setMyCommands", []string{"commands", `[{"command":"Find","description":"a"}]`}, "BOT_COMMAND_INVALID"},
		{"setMyCommands", []string{"commands", `[{"command":"find","description":""}]`}, "BOT_COMMAND_DESCRIPTION_INVALID"},
		{"setMyCommands", []string{"commands", `[` + strings.Repeat(`{"command":"a","description":"a"},`, 100) + `{"command":"b","description":"b"}]`}, "BOT_COMMANDS_TOO_MUCH"},
		{"setMyCommands", []string{"scope", `{"type":"chat","chat_id":999}`}, "chat not found"},
		{"setMyCommands", []string{"scope", `{"type":"chat"}`}, `can't parse BotCommandScope: Can't find field "chat_id"`},
		{"setMyCommands", []string{"scope", `{"type":"chat_member","chat_id":"501"}`}, "can't parse BotCommandScope: Invalid user_id specified"},
		{"getMyCommands", []string{"scope", `{"type":"moon"}`}, "can't parse BotCommandScope: Unsupported type specified"},
		{"deleteMyCommands", []string{"scope", `{}`}, `can't parse BotCommandScope: Can't find field "type"`},
		{"setMyCommands", []string{"scope", `x`}, "can't parse BotCommandScope JSON object"},
		{"setMyCommands", []string{"language_code", "rus"}, "invalid language code specified"},
		{"setMyDescription", []string{"description", strings.Repeat("я", 513)}, "description is too long"},
		{"setMyShortDescription", []string{"short_description", strings.Repeat("я", 121)}, "description is too long"},
		{"getFile", nil, "invalid file_id"},
		{"leaveChat", []string{"chat_id", a}, "chat member status can't be changed in private chats"},
	} {
		t.Run(c.method+" "+c.want[:min(20, len(c.want))], func(t *testing.T) {
			r := newRig(t)
			before := len(r.Chat(anna))
			got := r.call(c.method, c.args...)
			if got.OK || got.Code != 400 || got.Description != "Bad Request: "+c.want {
				t.Errorf("got  %d %s\nwant Bad Request: %s", got.Code, got.Description, c.want)
			}
			if v := r.Violations(); len(v) != 1 || !strings.HasSuffix(v[0], c.want) {
				t.Errorf("violations: %q", v)
			}
			if len(r.Chat(anna)) != before {
				t.Error("something was said all the same")
			}
		})
	}
}

// What a correct bot may meet is refused, but held against nobody.
func TestRefusals_Legal(t *testing.T) {
	r := newRig(t)
	a := id(anna)
	sent := strconv.Itoa(r.sent("sendMessage", "chat_id", a, "text", "раз", "reply_markup", `{"inline_keyboard":[[{"text":"a","callback_data":"a"}]]}`))
	want := func(got answer, code int, description string) {
		t.Helper()
		if got.Code != code || got.Description != description {
			t.Errorf("got %d %s\nwant %s", got.Code, got.Description, description)
		}
	}
	press, err := r.PressCaption(anna, "a")
	if err != nil {
		t.Fatal(err)
	}
	tooOld := "Bad Request: query is too old and response timeout expired or query ID is invalid"
	second, err := r.PressCaption(anna, "a")
	if err != nil {
		t.Fatal(err)
	}
	if got := r.call("answerCallbackQuery", "callback_query_id", second); !got.OK {
		t.Error(got.Description)
	}
	want(r.call("answerCallbackQuery", "callback_query_id", second), 400, tooOld)
	r.now = r.now.Add(time.Minute)
	want(r.call("answerCallbackQuery", "callback_query_id", press), 400, tooOld)
	want(r.call("answerCallbackQuery", "callback_query_id", "x"), 400, tooOld)
	want(r.call("editMessageReplyMarkup", "chat_id", a, "message_id", sent, "reply_markup", `{"inline_keyboard":[[{"text":"a","callback_data":"a"}]]}`), 400,
		"Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
	r.now = r.now.Add(48 * time.Hour)
	want(r.call("deleteMessage", "chat_id", a, "message_id", sent), 400, "Bad Request: message can't be deleted")
	r.now = start
	if got := r.call("deleteMessage", "chat_id", a, "message_id", sent); !got.OK {
		t.Error(got.Description)
	}
	want(r.call("deleteMessage", "chat_id", a, "message_id", sent), 400, "Bad Request: message to delete not found")
	want(r.call("editMessageText", "chat_id", a, "message_id", sent, "text", "b"), 400, "Bad Request: message to edit not found")
	for _, nobody := range []string{id(boris), "999"} {
		want(r.call("getChat", "chat_id", nobody), 400, "Bad Request: chat not found")
	}
	if err := r.Block(anna); err != nil {
		t.Fatal(err)
	}
	blocked := "Forbidden: bot was blocked by the user"
	want(r.call("sendMessage", "chat_id", a, "text", "b"), 403, blocked)
	want(r.call("sendChatAction", "chat_id", a, "action", "typing"), 403, blocked)
	want(r.call("editMessageText", "chat_id", a, "message_id", sent, "text", "b"), 403, blocked)
	want(r.call("deleteMessage", "chat_id", a, "message_id", sent), 403, blocked)
	r.blameless()
}

// Edits must fit what the message is.
func TestRefusals_Edits(t *testing.T) {
	r := newRig(t)
	a := id(anna)
	text := strconv.Itoa(r.sent("sendMessage", "chat_id", a, "text", "раз"))
	own := strconv.Itoa(r.must(r.Say(anna, "моё")))
	photo := strconv.Itoa(r.upload("sendPhoto", "photo", "a.png", picture(t, 10, 10), "chat_id", a))
	voice := strconv.Itoa(r.upload("sendVoice", "voice", "a.ogg", []byte("OggS"), "chat_id", a))
	known := r.Chat(anna)[len(r.Chat(anna))-2].Photo.ID
	for _, c := range []struct{ method, message, name, value, want string }{
		{"editMessageText", own, "text", "b", "message can't be edited"},
		{"editMessageText", photo, "text", "b", "there is no text in the message to edit"},
		{"editMessageCaption", text, "caption", "b", "there is no caption in the message to edit"},
		{"editMessageMedia", voice, "media", `{"type":"photo","media":"` + known + `"}`, "message can't be edited"},
		{"editMessageMedia", photo, "media", `{"type":"document","media":"` + known + `"}`, "can't use file of type Photo as Document"},
	} {
		got := r.call(c.method, "chat_id", a, "message_id", c.message, c.name, c.value)
		if got.Description != "Bad Request: "+c.want {
			t.Errorf("%s: %s", c.method, got.Description)
		}
	}
	if got := r.call("editMessageCaption", "chat_id", a, "message_id", photo, "caption", "<i>b</i>", "parse_mode", "HTML"); !got.OK {
		t.Error(got.Description)
	}
	// A keyboard alone is a change as well.
	kb := `{"inline_keyboard":[[{"text":"a","callback_data":"a"}]]}`
	for _, markup := range []string{kb, `{"inline_keyboard":[[{"text":"a","callback_data":"a","style":"danger"}]]}`, ""} {
		if got := r.call("editMessageReplyMarkup", "chat_id", a, "message_id", text, "reply_markup", markup); !got.OK {
			t.Errorf("%s: %s", markup, got.Description)
		}
	}
	// A text may become a picture.
	if got := r.call("editMessageMedia", "chat_id", a, "message_id", text, "media", `{"type":"photo","media":"`+known+`"}`); !got.OK {
		t.Error(got.Description)
	}
}

func (r *rig) upload(method, field, name string, data []byte, args ...string) int {
	r.Helper()
	a := r.uploadRaw(method, field, name, data, args...)
	if !a.OK {
		r.Fatal(a.Description)
	}
	var m struct {
		ID int `json:"message_id"`
	}
	if err := json.Unmarshal(a.Result, &m); err != nil {
		r.Fatal(err)
	}
	return m.ID
}

func (r *rig) uploadRaw(method, field, name string, data []byte, args ...string) answer {
	r.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile(field, name)
	if err != nil {
		r.Fatal(err)
	}
	part.Write(data)
	for i := 0; i < len(args); i += 2 {
		form.WriteField(args[i], args[i+1])
	}
	form.Close()
	return r.read(http.Post(r.web.URL+"/bot"+token+"/"+method, form.FormDataContentType(), &body))
}

func TestRefusals_Uploads(t *testing.T) {
	r := newRig(t)
	for _, c := range []struct {
		field, want string
		data        []byte
	}{
		{"photo", "file must be non-empty", nil},
		{"photo", "IMAGE_PROCESS_FAILED", []byte("not a picture")},
		{"photo", "PHOTO_INVALID_DIMENSIONS", picture(t, 210, 10)},
		{"photo", "PHOTO_INVALID_DIMENSIONS", picture(t, 9991, 500)},
		{"photo", "file is too big", make([]byte, 10<<20+1)},
		{"document", "file must be non-empty", nil},
	} {
		method := "send" + strings.ToUpper(c.field[:1]) + c.field[1:]
		got := r.uploadRaw(method, c.field, "a", c.data, "chat_id", id(anna))
		if got.Description != "Bad Request: "+c.want {
			t.Errorf("%s: %s", c.want, got.Description)
		}
	}
	got := r.uploadRaw("sendDocument", "document", "a", make([]byte, 50<<20+1), "chat_id", id(anna))
	if got.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("too large: %+v", got)
	}
}

// What Telegram ignores is done, and noted.
func TestViolations_UnknownNames(t *testing.T) {
	r := newRig(t)
	for _, args := range [][]string{
		{"parsemode", "HTML"},
		{"disable_web_page_preview", "true"},
		{"reply_markup", `{"inline_keyboard":[[{"text":"a","callback_data":"a","color":"red"}]]}`},
		{"reply_markup", `{"keyboard":[[{"text":"a","callback_data":"a"}]]}`},
		{"reply_markup", `{"inline_keybord":[]}`},
		{"reply_parameters", `{"message":1,"message_id":99,"allow_sending_without_reply":true}`},
	} {
		if got := r.call("sendMessage", append(args, "chat_id", id(anna), "text", "a")...); !got.OK {
			t.Errorf("%v: %s", args, got.Description)
		}
	}
	want := []string{"no parameter parsemode", "no parameter disable_web_page_preview", "no field color", "no field callback_data", "no field inline_keybord", "no field message"}
	got := r.Violations()
	if len(got) != len(want) {
		t.Fatalf("%q", got)
	}
	for i := range want {
		if !strings.HasSuffix(got[i], want[i]) {
			t.Errorf("got %q, want …%s", got[i], want[i])
		}
	}
}

func TestRefusals_Addresses(t *testing.T) {
	r := newRig(t)
	for path, want := range map[string]answer{
		"/bot1:AAA/getMe":                  {Code: 401, Description: "Unauthorized"},
		"/botnonsense/getMe":               {Code: 404, Description: "Not Found"},
		"/":                                {Code: 404, Description: "Not Found"},
		"/file/bot1:AAA/photos/file_0.jpg": {Code: 401, Description: "Unauthorized"},
		"/file/bot" + token + "/nothing":   {Code: 404, Description: "Not Found"},
	} {
		got := r.read(http.Get(r.web.URL + path))
		if got.Code != want.Code || got.Description != want.Description {
			t.Errorf("%s: %+v", path, got)
		}
	}
	r.blameless()
	if got := r.call("sendDice"); got.Code != 404 || len(r.Violations()) != 1 {
		t.Errorf("unknown method: %+v, %q", got, r.Violations())
	}
	if got := r.call("SENDMESSAGE", "chat_id", id(anna), "text", "a"); !got.OK {
		t.Error("names of methods count in any case")
	}
	req, _ := http.NewRequest(http.MethodPut, r.web.URL+"/bot"+token+"/getMe", nil)
	if got := r.read(http.DefaultClient.Do(req)); got.Code != http.StatusMethodNotAllowed {
		t.Errorf("PUT: %+v", got)
	}
}

// Arguments arrive in any of four ways.
func TestParams(t *testing.T) {
	r := newRig(t)
	base := r.web.URL + "/bot" + token + "/sendMessage"
	for _, got := range []answer{
		r.read(http.Get(base + "?chat_id=501&text=a%20b&protect_content=1")),
		r.read(http.Post(base, "application/json", strings.NewReader(`{"chat_id":501,"text":"a b","protect_content":true}`))),
		r.read(http.Post(base+"?text=a+b&chat_id=501", "application/x-www-form-urlencoded", strings.NewReader("text=c&protect_content=True"))),
		r.uploadRaw("sendMessage", "unused", "a", nil, "chat_id", "501", "text", "a b", "protect_content", "yes"),
	} {
		if m := r.last(anna); !got.OK || m.Text != "a b" || !m.Protected {
			t.Errorf("%+v: %+v", got, m)
		}
	}
	got := r.read(http.Post(base, "application/json", strings.NewReader(`{"chat_id":`)))
	if got.Description != "Bad Request: can't parse JSON object" {
		t.Error(got.Description)
	}
	got = r.read(http.Post(base, "multipart/form-data; boundary=x", strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nabc")))
	if got.Description != "Bad Request: can't parse multipart request" {
		t.Error(got.Description)
	}
}
