package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"mvkbot/bot/captcha"
	"mvkbot/bot/telegram"
	"mvkbot/flows"
)

// call builds the request of a message; a captcha is drawn and spoken here, far
// from any transaction.
func (b *Bot) call(ctx context.Context, chat int64, m message) (telegram.Call, error) {
	p := map[string]string{"chat_id": itoa(chat), "parse_mode": "HTML"}
	if m.Markup != "" {
		p["reply_markup"] = m.Markup
	}
	if m.ReplyTo != 0 && m.Replace == 0 {
		p["reply_parameters"] = fmt.Sprintf(`{"message_id":%d,"allow_sending_without_reply":true}`, m.ReplyTo)
	}
	if m.Silent && m.Replace == 0 {
		p["disable_notification"] = "true"
	}
	switch m.Attach {
	case flows.CaptchaPicture:
		return captchaCall(p, m)
	case flows.CaptchaSpeech:
		return speechCall(ctx, p, m)
	case flows.ConsentTerms:
		return termsCall(p, m, "soglasie.txt", b.Engine.Rules().Consent), nil
	case flows.AgreementTerms:
		return termsCall(p, m, "soglashenie.txt", b.Engine.Rules().Agreement), nil
	case flows.Picture:
		return upload(p, m, "photo", "picture.png", m.Data), nil
	case flows.ExportFile:
		return upload(p, m, "document", "moi-dannye.json", m.Data), nil
	case flows.PhotoFile:
		return fileCall(p, m, "photo"), nil
	case flows.DocumentFile:
		return fileCall(p, m, "document"), nil
	}
	return textCall(p, m), nil
}

func textCall(p map[string]string, m message) telegram.Call {
	p["text"] = m.Text
	p["link_preview_options"] = `{"is_disabled":true}`
	if m.Replace == 0 {
		return telegram.Call{Method: "sendMessage", Params: p}
	}
	p["message_id"] = itoa(int64(m.Replace))
	return telegram.Call{Method: "editMessageText", Params: p}
}

// sendMethods are the methods by what they send.
var sendMethods = map[string]string{"photo": "sendPhoto", "document": "sendDocument", "voice": "sendVoice"}

// upload sends a file that Telegram does not have.
func upload(p map[string]string, m message, kind, name string, data []byte) telegram.Call {
	p["caption"] = m.Text
	return telegram.Call{Method: sendMethods[kind], Params: p, File: &telegram.File{Field: kind, Name: name, Data: data}}
}

// fileCall passes on a file that Telegram has.
func fileCall(p map[string]string, m message, kind string) telegram.Call {
	if m.Replace != 0 {
		return replaceMedia(p, m, kind, m.FileID)
	}
	p[kind], p["caption"] = m.FileID, m.Text
	return telegram.Call{Method: sendMethods[kind], Params: p}
}

// replaceMedia changes a message with a file into one with another.
func replaceMedia(p map[string]string, m message, kind, media string) telegram.Call {
	delete(p, "parse_mode")
	p["message_id"] = itoa(int64(m.Replace))
	s, _ := json.Marshal(map[string]string{"type": kind, "media": media, "caption": m.Text, "parse_mode": "HTML"}) // strings always encode
	p["media"] = string(s)
	return telegram.Call{Method: "editMessageMedia", Params: p}
}

func captchaCall(p map[string]string, m message) (telegram.Call, error) {
	png, err := captcha.Draw(m.Answer, m.Seed)
	if err != nil {
		return telegram.Call{}, err
	}
	if m.Replace == 0 {
		return upload(p, m, "photo", "captcha.png", png), nil
	}
	call := replaceMedia(p, m, "photo", "attach://photo")
	call.File = &telegram.File{Field: "photo", Name: "captcha.png", Data: png}
	return call, nil
}

func speechCall(ctx context.Context, p map[string]string, m message) (telegram.Call, error) {
	speech, err := captcha.Speak(ctx, m.Answer)
	if err != nil {
		return telegram.Call{}, err
	}
	kind := "document"
	if speech.Voice {
		kind = "voice"
	}
	return upload(p, m, kind, speech.Name, speech.Data), nil
}

func termsCall(p map[string]string, m message, name string, t flows.Terms) telegram.Call {
	// The byte order mark makes old viewers on Windows show Russian as UTF-8.
	return upload(p, m, "document", name, append([]byte("\ufeff"), t.Text...))
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
