package telegram

import (
	"encoding/json"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

const (
	chatJSON = `"chat":{"id":5,"type":"private","first_name":"Анна"},"from":{"id":5,"is_bot":false,"first_name":"Анна","username":"anna"}`
	headJSON = `"message_id":9,"date":1700000000,` + chatJSON
)

// at is the message's head as decode gives it.
func at(kind UpdateKind) Update {
	return Update{ID: 1, Kind: kind, Chat: 5, From: 5, Username: "anna", Private: true, MessageID: 9,
		Date: time.Unix(1700000000, 0).UTC()}
}

func with(u Update, set func(*Update)) Update { set(&u); return u }

func message(rest string) string {
	return `{"update_id":1,"message":{` + headJSON + rest + `}}`
}

// decodeTests are also the seeds of the fuzz test.
var decodeTests = []struct {
	name string
	raw  string
	want Update
}{
	{"text", message(`,"text":"Привет"`), with(at(KindText), func(u *Update) { u.Text = "Привет" })},
	{"own contact", message(`,"contact":{"phone_number":"79161234567","first_name":"А","user_id":5}`),
		with(at(KindContact), func(u *Update) { u.Contact = &Contact{"79161234567", 5} })},
	{"contact without Telegram", message(`,"contact":{"phone_number":"+79161234567","first_name":"А"}`),
		with(at(KindContact), func(u *Update) { u.Contact = &Contact{"+79161234567", 0} })},
	{"photo", message(`,"caption":"вот","photo":[{"file_id":"s","width":9,"height":9},{"file_id":"l","width":90,"height":90}]`),
		with(at(KindPhoto), func(u *Update) { u.FileID, u.Caption = "l", "вот" })},
	{"document", message(`,"caption":"/import","document":{"file_id":"d","file_name":"../a\u0000.pdf"}`),
		with(at(KindDocument), func(u *Update) { u.FileID, u.FileName, u.Caption = "d", "../a\x00.pdf", "/import" })},
	{"document of a senseless size", message(`,"document":{"file_id":"d","file_size":-1}`), with(at(KindDocument), func(u *Update) { u.FileID = "d" })},
	{"reply", message(`,"text":"да","reply_to_message":{"message_id":7,"date":1,"text":"?"}`),
		with(at(KindText), func(u *Update) { u.Text, u.ReplyTo = "да", 7 })},
	{"reply with a document", message(`,"document":{"file_id":"d"},"reply_to_message":{"message_id":7}`),
		with(at(KindDocument), func(u *Update) { u.FileID, u.ReplyTo = "d", 7 })},
	{"item of an album", message(`,"media_group_id":"13","photo":[{"file_id":"s"}]`),
		with(at(KindPhoto), func(u *Update) { u.FileID, u.Album = "s", "13" })},
	{"reply in another chat", message(`,"text":"да","external_reply":{"message_id":7,"chat":{"id":-100}},"quote":{"text":"?"}`),
		with(at(KindText), func(u *Update) { u.Text = "да" })},
	{"reply to no message", message(`,"reply_to_message":7`), Update{ID: 1, Kind: KindUndecodable}},
	{"voice", message(`,"voice":{"file_id":"v","duration":3}`), with(at(KindVoice), func(u *Update) { u.FileID = "v" })},
	{"sticker", message(`,"sticker":{"file_id":"s","type":"regular","width":1,"height":1,"is_animated":false,"is_video":false}`),
		with(at(KindSticker), func(u *Update) { u.FileID = "s" })},
	{"location", message(`,"location":{"latitude":1.5,"longitude":2}`), at(KindOther)},
	{"nothing", message(``), at(KindOther)},
	{"forward before 7.0", message(`,"forward_date":5,"text":"x"`), with(at(KindText), func(u *Update) { u.Text, u.Forwarded = "x", true })},
	{"forward since 7.0", message(`,"forward_origin":{"type":"hidden_user","date":5,"sender_user_name":"x"},"text":"x"`),
		with(at(KindText), func(u *Update) { u.Text, u.Forwarded = "x", true })},
	{"through an inline bot", message(`,"via_bot":{"id":8,"is_bot":true,"first_name":"Гифки","username":"gif"},"text":"/grant 8 admin"`),
		with(at(KindText), func(u *Update) { u.Text, u.Forwarded = "/grant 8 admin", true })},
	{"group", `{"update_id":1,"message":{"message_id":2,"date":3,"text":"x","chat":{"id":-100,"type":"supergroup"},"sender_chat":{"id":-100,"type":"supergroup"}}}`,
		Update{ID: 1, Kind: KindText, Chat: -100, MessageID: 2, Date: time.Unix(3, 0).UTC(), Text: "x"}},
	{"message without chat", `{"update_id":1,"message":{"message_id":2,"date":0,"text":"x"}}`,
		Update{ID: 1, Kind: KindText, MessageID: 2, Text: "x"}},
	{"edited", `{"update_id":1,"edited_message":{` + headJSON + `,"edit_date":1700000005,"text":"новый"}}`,
		with(at(KindEdited), func(u *Update) { u.Text, u.Content, u.Date = "новый", KindText, time.Unix(1700000005, 0).UTC() })},
	{"edited caption", `{"update_id":1,"edited_message":{` + headJSON + `,"edit_date":1700000005,"caption":"новая","document":{"file_id":"d","file_name":"a"},"reply_to_message":{"message_id":7}}}`,
		with(at(KindEdited), func(u *Update) {
			u.Content = KindDocument
			u.Caption, u.FileID, u.FileName, u.ReplyTo, u.Date = "новая", "d", "a", 7, time.Unix(1700000005, 0).UTC()
		})},
	{"edited contact", `{"update_id":1,"edited_message":{` + headJSON + `,"contact":{"phone_number":"1"}}}`,
		with(at(KindEdited), func(u *Update) { u.Content = KindContact })},
	{"press", `{"update_id":1,"callback_query":{"id":"q","from":{"id":5,"username":"anna"},"chat_instance":"1","data":"d","message":{` + headJSON + `}}}`,
		with(at(KindCallback), func(u *Update) { u.Callback, u.Date = &Callback{"q", "d"}, time.Time{} })},
	{"press on an inaccessible message", `{"update_id":1,"callback_query":{"id":"q","from":{"id":5},"data":"d","message":{"chat":{"id":5,"type":"private"},"message_id":9,"date":0}}}`,
		Update{ID: 1, Kind: KindCallback, Chat: 5, From: 5, Private: true, MessageID: 9, Callback: &Callback{"q", "d"}}},
	{"press without message", `{"update_id":1,"callback_query":{"id":"q","from":{"id":5},"inline_message_id":"i","data":"d"}}`,
		Update{ID: 1, Kind: KindCallback, From: 5, Callback: &Callback{"q", "d"}}},
	{"press by nobody", `{"update_id":1,"callback_query":{"id":"q"}}`, Update{ID: 1, Kind: KindCallback, Callback: &Callback{ID: "q"}}},
	{"blocked", `{"update_id":1,"my_chat_member":{"date":1700000000,` + chatJSON + `,"old_chat_member":{"status":"member"},"new_chat_member":{"status":"kicked","until_date":0}}}`,
		with(at(KindMember), func(u *Update) { u.MessageID, u.Status = 0, "kicked" })},
	{"not asked for", `{"update_id":1,"poll":{"id":7}}`, Update{ID: 1, Kind: KindOther}},
	{"undecodable elsewhere", `{"update_id":1,"poll":7}`, Update{ID: 1, Kind: KindOther}},
	{"undecodable field", `{"update_id":1,"message":{"migrate_to_chat_id":"x"}}`, Update{ID: 1, Kind: KindUndecodable}},
	{"undecodable message", `{"update_id":1,"message":[]}`, Update{ID: 1, Kind: KindUndecodable}},
	{"no id", `{"message":{}}`, Update{}},
	{"id is text", `{"update_id":"1"}`, Update{}},
	{"id is huge", `{"update_id":9223372036854775807}`, Update{}},
	{"id is negative", `{"update_id":-1}`, Update{}},
	{"null", `null`, Update{}},
	{"array", `[1]`, Update{}},
}

func TestDecode(t *testing.T) {
	for _, tt := range decodeTests {
		t.Run(tt.name, func(t *testing.T) {
			if got := decode(json.RawMessage(tt.raw)); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got  %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	for _, tt := range decodeTests {
		f.Add([]byte(tt.raw))
	}
	f.Add([]byte(message(`,"text":"/старт@бот x","entities":[{"type":"bot_command","offset":0,"length":999}]`)))
	f.Add([]byte("{\"update_id\":1,\"message\":{\"text\":\"\\ud800\xff\"}}"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		u := decode(raw)
		if u.ID < 0 || u.ID == 0 && u.Kind != KindUndecodable {
			t.Errorf("id %d, kind %v", u.ID, u.Kind)
		}
		if (u.Callback != nil) != (u.Kind == KindCallback) || (u.Contact != nil) != (u.Kind == KindContact) {
			t.Errorf("kind %v, callback %v, contact %v", u.Kind, u.Callback, u.Contact)
		}
		name, args, ok := u.Command()
		for _, s := range []string{u.Text, u.Caption, u.FileID, u.FileName, u.Username, u.Status, name, args} {
			if !utf8.ValidString(s) {
				t.Errorf("%q is not UTF-8", s)
			}
		}
		if ok != (name != "") || strings.ContainsAny(name, "@ \n") {
			t.Errorf("command %q %v", name, ok)
		}
	})
}

func TestUpdate_Command(t *testing.T) {
	tests := []struct {
		text, name, args string
	}{
		{"/start", "start", ""},
		{"/start  abc \n", "start", "abc"},
		{"/START@mvk_bot deep_link", "start", "deep_link"},
		{"/старт x", "старт", "x"},
		{"/find\nИванов", "find", "Иванов"},
		{"/find\u00a0x", "find", "x"},
		{"/", "", ""},
		{"/ start", "", ""},
		{"/@bot", "", ""},
		{"start", "", ""},
		{" /start", "", ""},
		{"", "", ""},
	}
	for _, tt := range tests {
		name, args, ok := Update{Kind: KindText, Text: tt.text}.Command()
		if name != tt.name || args != tt.args || ok != (tt.name != "") {
			t.Errorf("%q: %q %q %v", tt.text, name, args, ok)
		}
	}
	if _, _, ok := (Update{Kind: KindEdited, Text: "/start"}).Command(); ok {
		t.Error("an edit is a command")
	}
}

// Ensure an update logs without what a person wrote.
func TestUpdate_LogValue(t *testing.T) {
	var log lockedBuffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "update", decode([]byte(message(`,"text":"секрет"`))))
	if text := log.String(); strings.Contains(text, "секрет") || strings.Contains(text, "anna") || !strings.Contains(text, `"chat":5`) {
		t.Error(text)
	}
}

func BenchmarkDecode(b *testing.B) {
	raw := json.RawMessage(message(`,"text":"Привет"`))
	b.ReportAllocs()
	for b.Loop() {
		decode(raw)
	}
}
