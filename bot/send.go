package bot

import (
	"errors"
	"fmt"
	"time"

	"github.com/fxamacker/cbor/v2"

	"mvkbot/bot/captcha"
	"mvkbot/bot/telegram"
	"mvkbot/flows"
)

// sendMessage brings a message to a chat to its end; 0 when the bot stopped
// first. A message whose acceptance is hidden by a crash or a lost answer is
// repeated once.
func (d *dispatcher) sendMessage(a *attempt) flows.Outcome {
	if a.Started {
		return d.given(a)
	}
	if stale, err := d.stale(a.Record); err != nil {
		return d.left(a, err)
	} else if stale {
		return flows.Unsent
	}
	var m message
	if err := cbor.Unmarshal(a.Payload, &m); err != nil {
		d.bury(a.Record, "payload does not decode")
		return 0
	}
	call, err := d.call(a, m)
	if err != nil {
		d.bot.Log.Error("draw message", "record", a.Sequence, "err", err)
		d.bury(a.Record, "cannot be drawn")
		return 0
	}
	for {
		if d.pace(a) != nil {
			return 0
		}
		if astray, err := d.astray(a.Record); err != nil {
			return d.left(a, err)
		} else if astray {
			return flows.Unsent
		}
		if a.risky && !d.begin(a) {
			return 0
		}
		res, err := d.bot.Telegram.Do(a.ctx, call)
		if err == nil && res.EditGone {
			m.Replace = 0
			if call, err = d.call(a, m); err == nil {
				continue
			}
		}
		if err == nil {
			a.message = res.MessageID
			return flows.Delivered
		}
		outcome, again := d.failed(a, err)
		if !again {
			return outcome
		}
	}
}

// failed decides what a failed call means.
func (d *dispatcher) failed(a *attempt, err error) (o flows.Outcome, again bool) {
	var e *telegram.Error
	if !errors.As(err, &e) {
		e = &telegram.Error{Kind: telegram.Unknown, Err: err}
	}
	if e.Kind == telegram.Temporary || e.Kind == telegram.Unauthorized || e.RetryAfter > 0 {
		d.refute(a)
	}
	if a.ctx.Err() != nil {
		return 0, false
	}
	d.bot.Log.Warn("message not sent", "chat", a.Chat, "record", a.Sequence, "try", a.tries+1, "err", err)
	old := d.bot.Now().Sub(time.Unix(a.At, 0)) > maxAge
	switch {
	case e.Kind == telegram.Gone:
		if crew, err := d.bot.crew(a.ctx); err == nil && d.bot.Engine.Rules().Role(crew, a.Chat) == flows.Administrator {
			d.bot.Log.Error("alert not delivered", "admin", a.Chat, "record", a.Sequence)
		}
		return flows.Unsent, false
	case a.Broadcast != 0 && (e.Kind == telegram.Refused || old):
		return flows.Refused, false // counted: thousands of dead letters would say no more
	case e.Kind == telegram.Refused, e.Kind == telegram.Conflict, old:
		d.bury(a.Record, e.Error())
		return 0, false
	case e.Kind == telegram.Unknown:
		if a.risky {
			return d.given(a), false
		}
		a.risky = true
		return 0, a.again()
	case e.Kind == telegram.Unauthorized:
		return 0, a.pause(time.Minute)
	case e.RetryAfter > 0:
		if a.Broadcast != 0 && !a.flooded { // one message to each chat: it is all of them that are too many
			a.flooded = true
			d.bot.Pacer.HoldBulk(e.RetryAfter)
		} else {
			d.bot.Pacer.Hold(a.Chat, e.RetryAfter)
		}
		return 0, true
	}
	return 0, a.again()
}

// begin notes, before a call that repeats another, that there must be no third,
// and tries until that is durable; false when the message is not to be sent: the
// bot stops, or the record is gone.
func (d *dispatcher) begin(a *attempt) bool {
	for {
		ok, err := d.mark(a.Record, true)
		if err == nil {
			a.Started = ok
			return ok
		}
		if !passing(err) {
			d.bury(a.Record, "record cannot be marked")
			return false
		}
		d.bot.Log.Error("mark record", "record", a.Sequence, "err", err)
		if !a.again() {
			return false
		}
	}
}

// refute takes the note of begin back after a call that was surely not accepted.
// Where that fails, the note stands until the next call or, after a crash, costs
// the message.
func (d *dispatcher) refute(a *attempt) {
	if !a.Started {
		return
	}
	if _, err := d.mark(a.Record, false); err != nil {
		d.bot.Log.Error("unmark record", "record", a.Sequence, "err", err)
		return
	}
	a.Started = false
}

// given is the end of a message that must not be sent once more.
func (d *dispatcher) given(a *attempt) flows.Outcome {
	d.bot.Log.Warn("message not repeated a second time", "chat", a.Chat, "record", a.Sequence, "channel", a.Channel.String())
	return flows.Unknown
}

// left ends a record whose conversation cannot be read: it waits for the next
// process where the storage was at fault, and is buried where its conversation is.
func (d *dispatcher) left(a *attempt, err error) flows.Outcome {
	if !passing(err) {
		d.bury(a.Record, "its conversation cannot be read")
		return 0
	}
	d.bot.Log.Error("record stays in the outbox", "record", a.Sequence, "err", err)
	return 0
}

// call builds the request of a message; a captcha is drawn and spoken here, far
// from any transaction.
func (d *dispatcher) call(a *attempt, m message) (telegram.Call, error) {
	p := map[string]string{"chat_id": itoa(a.Chat), "parse_mode": "HTML"}
	if m.Markup != "" {
		p["reply_markup"] = m.Markup
	}
	if m.ReplyTo != 0 && m.Replace == 0 {
		p["reply_parameters"] = fmt.Sprintf(`{"message_id":%d,"allow_sending_without_reply":true}`, m.ReplyTo)
	}
	switch m.Attach {
	case flows.CaptchaPicture:
		return pictureCall(p, m)
	case flows.CaptchaSpeech:
		speech, err := captcha.Speak(a.ctx, m.Answer)
		if err != nil {
			return telegram.Call{}, err
		}
		p["caption"] = m.Text
		if speech.Voice {
			return telegram.Call{Method: "sendVoice", Params: p, File: &telegram.File{Field: "voice", Name: speech.Name, Data: speech.Data}}, nil
		}
		return telegram.Call{Method: "sendDocument", Params: p, File: &telegram.File{Field: "document", Name: speech.Name, Data: speech.Data}}, nil
	case flows.ConsentTerms:
		return termsCall(p, m, "soglasie.txt", d.bot.Engine.Rules().Consent), nil
	case flows.PhotoFile, flows.DocumentFile:
		return fileCall(p, m), nil
	case flows.AgreementTerms:
		return termsCall(p, m, "soglashenie.txt", d.bot.Engine.Rules().Agreement), nil
	}
	if m.Attach == flows.Picture {
		p["caption"] = m.Text
		return telegram.Call{Method: "sendPhoto", Params: p, File: &telegram.File{Field: "photo", Name: "picture.png", Data: m.Data}}, nil
	}
	if m.Attach == flows.ExportFile {
		p["caption"] = m.Text
		return telegram.Call{Method: "sendDocument", Params: p, File: &telegram.File{Field: "document", Name: "moi-dannye.json", Data: m.Data}}, nil
	}
	p["text"] = m.Text
	if m.Replace != 0 {
		p["message_id"] = itoa(int64(m.Replace))
	}
	p["link_preview_options"] = `{"is_disabled":true}`
	if m.Replace != 0 {
		return telegram.Call{Method: "editMessageText", Params: p}, nil
	}
	return telegram.Call{Method: "sendMessage", Params: p}, nil
}

func pictureCall(p map[string]string, m message) (telegram.Call, error) {
	png, err := captcha.Draw(m.Answer, m.Seed)
	if err != nil {
		return telegram.Call{}, err
	}
	file := &telegram.File{Field: "photo", Name: "captcha.png", Data: png}
	if m.Replace == 0 {
		p["caption"] = m.Text
		return telegram.Call{Method: "sendPhoto", Params: p, File: file}, nil
	}
	delete(p, "parse_mode")
	p["message_id"] = itoa(int64(m.Replace))
	p["media"] = mediaJSON("photo", "attach://photo", m.Text)
	return telegram.Call{Method: "editMessageMedia", Params: p, File: file}, nil
}

var (
	fileFields  = map[flows.AttachmentKind]string{flows.PhotoFile: "photo", flows.DocumentFile: "document"}
	fileMethods = map[flows.AttachmentKind]string{flows.PhotoFile: "sendPhoto", flows.DocumentFile: "sendDocument"}
)

// fileCall passes on a file that Telegram has.
func fileCall(p map[string]string, m message) telegram.Call {
	field := fileFields[m.Attach]
	if m.Replace == 0 {
		p[field], p["caption"] = m.FileID, m.Text
		return telegram.Call{Method: fileMethods[m.Attach], Params: p}
	}
	delete(p, "parse_mode")
	p["message_id"] = itoa(int64(m.Replace))
	p["media"] = mediaJSON(field, m.FileID, m.Text)
	return telegram.Call{Method: "editMessageMedia", Params: p}
}

func termsCall(p map[string]string, m message, name string, t flows.Terms) telegram.Call {
	p["caption"] = m.Text
	// The byte order mark makes old viewers on Windows show Russian as UTF-8.
	data := append([]byte("\ufeff"), t.Text...)
	return telegram.Call{Method: "sendDocument", Params: p, File: &telegram.File{Field: "document", Name: name, Data: data}}
}
