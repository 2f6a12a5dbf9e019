package flows_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"mvkbot/flows"
)

// Ensure that nothing personal and no secret gets into a log, whatever of a
// dialog is logged.
func TestLog_Masks(t *testing.T) {
	w := newTown(t)
	contract := flows.Contract{Number: "1234567890", Kind: flows.KindFlat, Flat: "77Щ", Address: "Лесная", Holder: flows.HolderPerson, Status: flows.StatusActive}
	w.ledger.Contracts[contract.Number] = contract
	var out bytes.Buffer
	timeless := &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{} // its digits could be a code's
		}
		return a
	}}
	logs := []*slog.Logger{slog.New(slog.NewTextHandler(&out, timeless)), slog.New(slog.NewJSONHandler(&out, timeless))}
	show := func(v any) {
		for _, l := range logs {
			l.Info("seen", "value", v)
		}
	}
	see := func() {
		for _, c := range w.chats {
			show(c)
			show(c.Form)
			show(c.Form.Phone)
			show(c.Captcha)
			show(c.Registration)
			show(c.Registration.PhoneCode)
			show(c.Bind)
			show(c.Link)
			show(c.Change)
			show(c.Access)
		}
	}
	secrets := []string{"Соколова", "Анна", "Петровна", "9161234567", "916 123", "123-45", "anna@", "1234567890", "77Щ", "Лесная", "Дачка", "4000000001", "903 555", "9035556677"}
	w.fill(1, "+79161234567", "anna@mail.ru")
	secrets = append(secrets, w.last[1][flows.RefCaptcha])
	see()
	w.press(1, "submit_pressed")
	secrets = append(secrets, w.last[1][flows.RefPhoneCode], w.last[1][flows.RefEmailCode])
	see()
	w.say(1, w.last[1][flows.RefPhoneCode])
	w.say(1, w.last[1][flows.RefEmailCode])
	w.press(1, "bind_pressed")
	w.press(1, "flat_pressed")
	w.say(1, "1234567890")
	w.say(1, "77Щ")
	see()
	w.press(1, "confirm_pressed")
	w.press(1, "contracts_pressed")
	w.press(1, "rename_pressed")
	w.say(1, "Дачка")
	w.say(1, "/start ls_4000000001_42")
	see()
	w.say(1, "/cancel")
	w.say(1, "Да, выйти")
	w.press(1, "data_pressed")
	w.press(1, "new_phone_pressed")
	w.say(1, "+79035556677")
	see()
	w.say(1, w.last[1][flows.RefPhoneCode])
	w.press(1, "export_pressed")
	var export flows.Export
	if err := json.Unmarshal(exported(w.log), &export); err != nil {
		t.Fatal(err)
	}
	show(export)
	show(export.Contracts[0])
	show(export.Dialog)
	show(export.Log[1])
	for _, text := range []string{"/start", "Физическое лицо", "Войти", "+79035556677", "anna@mail.ru"} {
		w.say(2, text)
	}
	see()
	secrets = append(secrets, w.last[2][flows.RefPhoneCode], w.last[2][flows.RefEmailCode])
	w.say(2, w.last[2][flows.RefPhoneCode])
	w.say(2, w.last[2][flows.RefEmailCode])
	w.press(1, "back_pressed")
	see()
	if w.ledger.Bound[1][0].Name != "Дачка" || w.ledger.Account(1).Chat != 2 || w.ledger.Account(1).Phone != "+79035556677" {
		t.Fatal("the dialogs went elsewhere")
	}
	w.press(2, "support_pressed")
	w.turn(2, flows.Turn{Kind: flows.Sent, Text: "Протечка", File: flows.File{Kind: flows.DocumentFile, ID: "opaque", Name: "Паспорт.pdf"}})
	secrets = append(secrets, "Протечка", "Паспорт")
	show(w.ledger.Ticket(1))
	show(w.ledger.Message(1, 0))
	show(w.ledger.Message(1, 0).File)
	show(flows.ExportedTicket{Messages: []flows.ExportedMessage{{Text: "Протечка"}}})
	show(flows.ExportedMessage{Text: "Протечка"})
	for _, l := range w.ledger.Log {
		show(l)
	}
	for _, e := range append(w.log, flows.Alert{Text: "alert.sms_day", Args: flows.Args{Phone: "+79161234567"}}) {
		show(e)
		if say, ok := e.(flows.Say); ok {
			show(say.Args)
			show(say.Attach)
			for _, l := range say.Lead {
				show(l)
			}
			for _, row := range say.Buttons {
				for _, b := range row {
					show(b)
				}
			}
			for _, f := range say.Args.Fields {
				show(f)
			}
		}
	}
	show(w.ledger.Account(1))
	show(w.ledger.Bound[1][0])
	show(contract)
	show(flows.Contact{Channel: flows.ByPhone, Value: "+79161234567"})
	show(flows.Contact{Channel: flows.ByEmail, Value: "anna@mail.ru"})
	show(flows.Budget{Name: "contact", Subject: "+79161234567"})
	show(flows.Turn{Kind: flows.Said, Text: "Соколова", Entropy: [32]byte{1}})
	for _, s := range secrets {
		if s == "" {
			t.Fatal("a secret that was not planted")
		}
		if i := strings.Index(out.String(), s); i >= 0 {
			t.Errorf("%q is in the log: %s", s, out.String()[max(0, i-80):min(out.Len(), i+80)])
		}
	}
	for _, s := range []string{"verify.phone_code", "+7 916 ***-**-67", "a***@mail.ru", "show_data"} {
		if !strings.Contains(out.String(), s) {
			t.Errorf("%q is not in the log", s)
		}
	}
}

// exported is the last file among effects.
func exported(effects []flows.Effect) (data []byte) {
	for _, e := range effects {
		if say, ok := e.(flows.Say); ok && say.Attach.Kind == flows.ExportFile {
			data = say.Attach.Data
		}
	}
	return data
}
