package bot

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"mvkbot/bot/telegram"
	"mvkbot/flows"
)

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
