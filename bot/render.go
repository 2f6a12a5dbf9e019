package bot

import (
	"encoding/json"
	"fmt"
	"strconv"
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
	Data    []byte               `cbor:"7,keyasint,omitempty"` // of an exported file
	FileID  string               `cbor:"8,keyasint,omitempty"` // of a file that Telegram has
	ReplyTo int                  `cbor:"9,keyasint,omitempty"`
}

// maxInline is how many characters of terms are shown in the message itself.
const maxInline = 3000

// render turns effects into outbox records.
func (b *Bot) render(crew flows.Crew, chat int64, effects []flows.Effect, at time.Time) (records []storage.Record, notice flows.Text, err error) {
	for _, e := range effects {
		var r storage.Record
		switch e := e.(type) {
		case flows.Notice:
			notice = e.Text
			continue
		case flows.Alert:
			alerts, err := b.alerts(crew, e, at)
			if err != nil {
				return nil, "", err
			}
			records = append(records, alerts...)
			continue
		case flows.Say:
			r, err = b.renderSay(chat, e)
		case flows.Tell:
			r, err = renderErrand(e.To, errand{News: e.News, Value: e.Value})
		case flows.For:
			others, _, err := b.render(crew, e.Chat, e.Effects, at)
			if err != nil {
				return nil, "", err
			}
			records = append(records, others...)
			continue
		case flows.Menu:
			r, err = renderErrand(e.Chat, errand{Menu: &e.Role})
		case flows.CountAudience:
			r, err = renderErrand(chat, errand{Count: &e})
		case flows.RunBroadcast:
			r, err = renderErrand(chat, errand{Broadcast: true})
		case flows.RunImport:
			r, err = renderErrand(chat, errand{Import: &e})
		case flows.Redeliver:
			continue // has its payload, see redelivered
		case flows.Backup:
			r, err = renderErrand(chat, errand{Backup: true})
		case flows.SendTable:
			r, err = renderErrand(chat, errand{Table: e.Table})
		case flows.Forget:
			r, err = renderErrand(chat, errand{Forget: true, Tickets: e.Tickets})
		case flows.SMS:
			r, err = b.renderSMS(e)
		case flows.Mail:
			r, err = b.renderMail(e)
		default:
			err = fmt.Errorf("unknown effect %T", e)
		}
		if err != nil {
			return nil, "", err
		}
		if r.Chat == 0 {
			r.Chat = chat
		}
		r.At = at.Unix()
		records = append(records, r)
	}
	return records, notice, nil
}

func (b *Bot) renderSay(chat int64, say flows.Say) (storage.Record, error) {
	r := storage.Record{Channel: storage.Telegram, Chat: say.To, NotAfter: unix(say.NotAfter), Ref: say.Report}
	var parts []string
	for _, l := range say.Lead {
		s, err := b.Texts.HTML(l.Text, l.Args)
		if err != nil {
			return r, err
		}
		parts = append(parts, s)
	}
	s, err := b.Texts.HTML(say.Text, say.Args)
	if err != nil {
		return r, err
	}
	m := message{
		Text: strings.Join(append(parts, s), "\n\n"), Replace: say.Replace, ReplyTo: say.ReplyTo,
		Attach: say.Attach.Kind, Answer: say.Attach.Answer, Seed: say.Attach.Seed, Data: say.Attach.Data, FileID: say.Attach.FileID,
	}
	if t := say.Attach.Terms.Text; t != "" && utf8.RuneCountInString(t) <= maxInline && m.Attach == flows.ConsentTerms {
		m.Text += "\n\n<blockquote>" + telegram.EscapeHTML(t) + "</blockquote>"
		m.Attach = flows.NoAttachment
	}
	if m.Markup, err = b.markup(say); err != nil {
		return r, err
	}
	r.Payload, err = cbor.Marshal(m)
	return r, err
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

// alerts renders an alert for every administrator.
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
		if m.Role == flows.Administrator {
			records = append(records, storage.Record{Channel: storage.Telegram, Chat: m.Chat, Payload: payload, At: at.Unix()})
		}
	}
	return records, nil
}

type inlineButton struct {
	Text  string `json:"text"`
	Data  string `json:"callback_data,omitempty"`
	Style string `json:"style,omitempty"`
}

type replyButton struct {
	Text    string `json:"text"`
	Contact bool   `json:"request_contact,omitempty"`
}

type markup struct {
	Inline   [][]inlineButton `json:"inline_keyboard,omitempty"`
	Reply    [][]replyButton  `json:"keyboard,omitempty"`
	Resize   bool             `json:"resize_keyboard,omitempty"`
	OneTime  bool             `json:"one_time_keyboard,omitempty"`
	Remove   bool             `json:"remove_keyboard,omitempty"`
	Persists bool             `json:"is_persistent,omitempty"`
}

var styles = map[flows.Style]string{flows.Danger: "danger", flows.Success: "success"}

func (b *Bot) markup(say flows.Say) (string, error) {
	var m markup
	switch {
	case say.Keyboard == flows.RemoveKeyboard:
		m.Remove = true
	case say.Keyboard == flows.PhoneKeyboard:
		m.Resize, m.Persists = true, true
		m.Reply = append(m.Reply, []replyButton{{Text: b.Texts.Caption("button.send_phone", flows.Args{}), Contact: true}})
		for _, row := range say.Buttons {
			var out []replyButton
			for _, btn := range row {
				out = append(out, replyButton{Text: b.Texts.Caption(btn.Caption, btn.Args)})
			}
			m.Reply = append(m.Reply, out)
		}
	case len(say.Buttons) == 0:
		return "", nil
	}
	if say.Keyboard == flows.KeepKeyboard {
		for _, row := range say.Buttons {
			var out []inlineButton
			for _, btn := range row {
				ib := inlineButton{Text: b.Texts.Caption(btn.Caption, btn.Args), Data: buttonData(btn, say), Style: styles[btn.Style]}
				if len(ib.Data) > telegram.MaxCallbackData || ib.Text == "" {
					return "", fmt.Errorf("button %s: caption %q, %d bytes of data", btn.Event, btn.Caption, len(ib.Data))
				}
				out = append(out, ib)
			}
			m.Inline = append(m.Inline, out)
		}
	}
	s, err := json.Marshal(m)
	return string(s), err
}

// buttonData is what a button carries: its event, the number of its dialog, the
// revision of the question, and an index. It names nobody and proves nothing.
func buttonData(b flows.Button, say flows.Say) string {
	return fmt.Sprintf("%s:%x:%x:%x", b.Event, say.Dialog, say.Revision, b.Arg)
}

// readButton reads what a button carried. Anything forged is an event that no
// question offers.
func readButton(data string) flows.Turn {
	t := flows.Turn{Kind: flows.Pressed}
	f := strings.Split(data, ":")
	if len(f) != 4 {
		return t
	}
	dialog, err1 := strconv.ParseUint(f[1], 16, 32)
	revision, err2 := strconv.ParseUint(f[2], 16, 32)
	arg, err3 := strconv.ParseUint(f[3], 16, 53) // as large as a Telegram id
	if err1 != nil || err2 != nil || err3 != nil {
		return t
	}
	t.Event, t.Dialog, t.Revision, t.Arg = flows.Event(f[0]), uint32(dialog), uint32(revision), int(arg)
	return t
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
