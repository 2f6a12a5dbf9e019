package bot

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"

	"mvkbot/bot/admin"
	"mvkbot/flows"
	"mvkbot/storage"
)

// rendered is the message that a question becomes.
func (w *world) rendered(say flows.Say) message {
	w.t.Helper()
	records, _, err := w.bot.render(admin.Roster{}, anna, []flows.Effect{say}, w.time.now())
	if err != nil || len(records) != 1 {
		w.t.Fatalf("%d records, %v", len(records), err)
	}
	var m message
	if err := cbor.Unmarshal(records[0].Payload, &m); err != nil {
		w.t.Fatal(err)
	}
	return m
}

// Ensure that what is said silently makes no sound, with a file or without, and
// that nothing else is silent: an edit never rings.
func TestSilent(t *testing.T) {
	w := newWorld(t)
	for _, kind := range []flows.AttachmentKind{flows.NoAttachment, flows.PhotoFile, flows.DocumentFile} {
		for _, tt := range []struct {
			silent  bool
			replace int
			want    string
		}{{true, 0, "true"}, {false, 0, ""}, {true, 5, ""}} {
			say := flows.Say{Text: "start.choose", Silent: tt.silent, Replace: tt.replace, Attach: flows.Attachment{Kind: kind, FileID: "id"}}
			call, err := w.bot.call(t.Context(), anna, w.rendered(say))
			if err != nil || call.Params["disable_notification"] != tt.want {
				t.Errorf("%s of attachment %d, %+v: %q, %v", call.Method, kind, tt, call.Params["disable_notification"], err)
			}
		}
	}
}

// Ensure that each effect becomes a record of its channel, in order, with all
// that a later process needs.
func TestRender(t *testing.T) {
	w := newWorld(t)
	at := w.time.now()
	ref := flows.Ref{Kind: flows.RefPhoneCode, Serial: 4, At: 5}
	args := flows.Args{Code: "123456"}
	records, notice, err := w.bot.render(admin.Roster{}, anna, []flows.Effect{
		flows.Say{Text: "start.choose"}, flows.Say{To: boris, Text: "start.choose"},
		flows.SMS{To: "+79161234501", Text: "sms.code", Args: args, Report: ref, NotAfter: at},
		flows.Mail{To: "anna@mail.example", Text: "mail.code", Args: args, Report: ref, NotAfter: at},
		flows.Notice{Text: "notice.old"}, flows.Notice{Text: "notice.twice"},
		flows.Alert{Text: "alert.dead_letter", Args: flows.Args{Value: "<b>"}},
	}, at)
	if err != nil || notice != "notice.twice" {
		t.Fatal(notice, err)
	}
	want := []storage.Record{
		{Channel: storage.Telegram, Chat: anna}, {Channel: storage.Telegram, Chat: boris},
		{Channel: storage.SMS, Chat: anna, To: "+79161234501", Ref: ref, NotAfter: at.Unix()},
		{Channel: storage.Mail, Chat: anna, To: "anna@mail.example", Ref: ref, NotAfter: at.Unix()},
		{Channel: storage.Telegram, Chat: administrator},
	}
	if len(records) != len(want) {
		t.Fatalf("%d records", len(records))
	}
	for i, r := range records {
		w := want[i]
		if r.Channel != w.Channel || r.Chat != w.Chat || r.To != w.To || r.Ref != w.Ref || r.NotAfter != w.NotAfter || r.At != at.Unix() {
			t.Errorf("record %d: %+v", i, r)
		}
	}
	if sms := string(records[2].Payload); !strings.Contains(sms, "123456") {
		t.Errorf("SMS %q", sms)
	}
	var l Letter
	if err := cbor.Unmarshal(records[3].Payload, &l); err != nil || l.Subject == "" || !strings.Contains(l.Text, "123456") || !strings.Contains(l.HTML, "123456") {
		t.Errorf("letter %+v, %v", l, err)
	}
	if alert := string(records[4].Payload); strings.Contains(alert, "<b>") {
		t.Error("an alert is not escaped")
	}
}

// Ensure that what cannot be rendered is an error and no record.
func TestRenderRefuses(t *testing.T) {
	w := newWorld(t)
	button := func(b flows.Button) flows.Say { return flows.Say{Text: "start.choose", Buttons: [][]flows.Button{{b}}} }
	for name, e := range map[string]flows.Effect{
		"nothing": nil, "text": flows.Say{Text: "none"}, "lead": flows.Say{Text: "start.choose", Lead: []flows.Line{{Text: "none"}}},
		"sms": flows.SMS{Text: "none"}, "mail": flows.Mail{Text: "none"}, "mail without a letter": flows.Mail{Text: "button.back"},
		"alert": flows.Alert{Text: "none"}, "caption": button(flows.Button{Caption: "none", Event: "e"}),
		"data": button(flows.Button{Caption: "button.back", Event: flows.Event(strings.Repeat("e", 60))}),
	} {
		if r, _, err := w.bot.render(admin.Roster{}, anna, []flows.Effect{e}, w.time.now()); err == nil {
			t.Errorf("%s: rendered as %v", name, r)
		}
	}
}

func TestMarkup(t *testing.T) {
	w := newWorld(t)
	back := flows.Button{Caption: "button.back", Event: "back_pressed"}
	rows := [][]flows.Button{{back}}
	for name, tt := range map[string]struct {
		say  flows.Say
		want string
	}{
		"none": {flows.Say{}, ""},
		"inline": {flows.Say{Buttons: rows, Dialog: 10, Revision: 255},
			`{"inline_keyboard":[[{"text":"⬅️ Назад","callback_data":"back_pressed:a:ff:0"}]]}`},
		"styles": {flows.Say{Buttons: [][]flows.Button{
			{{Caption: "button.back", Event: "e", Style: flows.Danger, Arg: 16}, {Caption: "button.back", Event: "f", Style: flows.Success}},
		}}, `{"inline_keyboard":[[{"text":"⬅️ Назад","callback_data":"e:0:0:10","style":"danger"},{"text":"⬅️ Назад","callback_data":"f:0:0:0","style":"success"}]]}`},
		"phone": {flows.Say{Keyboard: flows.PhoneKeyboard, Buttons: rows},
			`{"keyboard":[[{"text":"Отправить мой номер","request_contact":true}],[{"text":"⬅️ Назад"}]],"resize_keyboard":true,"is_persistent":true}`},
		"remove": {flows.Say{Keyboard: flows.RemoveKeyboard}, `{"remove_keyboard":true}`},
	} {
		got, err := w.bot.markup(tt.say)
		if err != nil || got != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s\n%v", name, got, tt.want, err)
		}
		if got != "" && !json.Valid([]byte(got)) {
			t.Errorf("%s is no JSON", name)
		}
	}
}

// Ensure that a short consent stands in the message, escaped, and a long one or
// the agreement is a file.
func TestTerms(t *testing.T) {
	w := newWorld(t)
	short, long := flows.Terms{Text: "Согласен на <всё>"}, flows.Terms{Text: strings.Repeat("ж", maxInline+1)}
	for _, tt := range []struct {
		attach flows.Attachment
		want   flows.AttachmentKind
	}{
		{flows.Attachment{Kind: flows.ConsentTerms, Terms: short}, flows.NoAttachment},
		{flows.Attachment{Kind: flows.ConsentTerms, Terms: long}, flows.ConsentTerms},
		{flows.Attachment{Kind: flows.AgreementTerms, Terms: short}, flows.AgreementTerms},
	} {
		m := w.rendered(flows.Say{Text: "start.choose", Lead: []flows.Line{{Text: "start.hello"}}, Attach: tt.attach})
		if m.Attach != tt.want || strings.Contains(m.Text, "&lt;всё&gt;") != (tt.want == flows.NoAttachment) || !strings.HasPrefix(m.Text, "Здравствуйте") {
			t.Errorf("%+v", m)
		}
	}
}
