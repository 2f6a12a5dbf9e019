package bot

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/fxamacker/cbor/v2"

	"mvkbot/bot/telegram"
	"mvkbot/flows"
	"mvkbot/storage"
)

// message is what the outbox keeps of a message to a chat.
type message struct {
	Text    string               `cbor:"1,keyasint"` // HTML
	Markup  string               `cbor:"2,keyasint,omitempty"`
	Attach  flows.AttachmentKind `cbor:"3,keyasint,omitempty"`
	Answer  string               `cbor:"4,keyasint,omitempty"`
	Seed    [32]byte             `cbor:"5,keyasint,omitzero"`
	Replace int                  `cbor:"6,keyasint,omitempty"`
	Data    []byte               `cbor:"7,keyasint,omitempty"` // of an exported file or a picture
	FileID  string               `cbor:"8,keyasint,omitempty"` // of a file that Telegram has
	ReplyTo int                  `cbor:"9,keyasint,omitempty"`
	Silent  bool                 `cbor:"10,keyasint,omitempty"`
}

// maxInline is how many characters of terms are shown in the message itself.
const maxInline = 3000

// render turns effects into outbox records.
func (b *Bot) render(crew flows.Crew, chat int64, effects []flows.Effect, at time.Time) (records []storage.Record, notice flows.Text, err error) {
	for _, e := range effects {
		var rendered []storage.Record
		switch e := e.(type) {
		case flows.Notice:
			notice = e.Text
		case flows.Redeliver: // has its payload, see redelivered
		case flows.Alert:
			rendered, err = b.alerts(crew, e, at)
		case flows.For:
			rendered, _, err = b.render(crew, e.Chat, e.Effects, at)
		default:
			rendered = make([]storage.Record, 1)
			rendered[0], err = b.renderOne(chat, e, at)
		}
		if err != nil {
			return nil, "", err
		}
		records = append(records, rendered...)
	}
	return records, notice, nil
}

// renderOne turns an effect that is one record into that.
func (b *Bot) renderOne(chat int64, e flows.Effect, at time.Time) (r storage.Record, err error) {
	switch e := e.(type) {
	case flows.Say:
		r, err = b.renderSay(e)
	case flows.SMS:
		r, err = b.renderSMS(e)
	case flows.Mail:
		r, err = b.renderMail(e)
	default:
		var to int64
		var do errand
		if to, do, err = errandOf(e); err == nil {
			r, err = renderErrand(to, do)
		}
	}
	if r.Chat == 0 {
		r.Chat = chat
	}
	r.At = at.Unix()
	return r, err
}

func (b *Bot) renderSay(say flows.Say) (storage.Record, error) {
	r := storage.Record{Channel: storage.Telegram, Chat: say.To, NotAfter: unix(say.NotAfter), Ref: say.Report}
	m, err := b.message(say)
	if err != nil {
		return r, err
	}
	r.Payload, err = cbor.Marshal(m)
	return r, err
}

// message words what is said.
func (b *Bot) message(say flows.Say) (message, error) {
	var parts []string
	for _, l := range append(say.Lead[:len(say.Lead):len(say.Lead)], flows.Line{Text: say.Text, Args: say.Args}) {
		s, err := b.Texts.HTML(l.Text, l.Args)
		if err != nil {
			return message{}, err
		}
		parts = append(parts, s)
	}
	m := message{
		Text: strings.Join(parts, "\n\n"), Replace: say.Replace, ReplyTo: say.ReplyTo, Silent: say.Silent,
		Attach: say.Attach.Kind, Answer: say.Attach.Answer, Seed: say.Attach.Seed, Data: say.Attach.Data, FileID: say.Attach.FileID,
	}
	if t := say.Attach.Terms.Text; t != "" && utf8.RuneCountInString(t) <= maxInline && m.Attach == flows.ConsentTerms {
		m.Text += "\n\n<blockquote>" + telegram.EscapeHTML(t) + "</blockquote>"
		m.Attach = flows.NoAttachment
	}
	var err error
	m.Markup, err = b.markup(say)
	return m, err
}

// unix is a time as a record keeps it: 0 for none.
func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

func (b *Bot) renderSMS(e flows.SMS) (storage.Record, error) {
	r := storage.Record{Channel: storage.SMS, To: string(e.To), Ref: e.Report, NotAfter: unix(e.NotAfter)}
	s, err := b.Texts.Plain(e.Text, e.Args)
	r.Payload = []byte(s)
	return r, err
}

func (b *Bot) renderMail(e flows.Mail) (storage.Record, error) {
	r := storage.Record{Channel: storage.Mail, To: string(e.To), Ref: e.Report, NotAfter: unix(e.NotAfter)}
	var l Letter
	var err error
	if l.Subject, err = b.Texts.Plain(e.Text+".subject", e.Args); err != nil {
		return r, err
	}
	if l.Text, err = b.Texts.Plain(e.Text, e.Args); err != nil {
		return r, err
	}
	if l.HTML, err = b.Texts.HTML(e.Text+".html", e.Args); err != nil {
		return r, err
	}
	r.Payload, err = cbor.Marshal(l)
	return r, err
}

// alerts renders an alert for everybody whom it is for.
func (b *Bot) alerts(crew flows.Crew, e flows.Alert, at time.Time) ([]storage.Record, error) {
	s, err := b.Texts.HTML(e.Text, e.Args)
	if err != nil {
		return nil, err
	}
	payload, err := cbor.Marshal(message{Text: s})
	if err != nil {
		return nil, err
	}
	var records []storage.Record
	for _, m := range b.Engine.Rules().Staff(crew) {
		if m.Role >= e.Least() {
			records = append(records, storage.Record{Channel: storage.Telegram, Chat: m.Chat, Payload: payload, At: at.Unix()})
		}
	}
	return records, nil
}
