package simulator

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
)

// Limits of keyboards.
const (
	maxButtonData  = 64 // bytes
	maxButtons     = 100
	maxButtonsARow = 8
)

// markup is a read reply_markup: at most one of its fields is set.
type markup struct {
	inline *inlineMarkup
	reply  *ReplyKeyboard
	remove bool
	force  bool
}

// fixes tells whether a message that carries it can never be edited.
func (m markup) fixes() bool { return m.reply != nil || m.remove || m.force }

// The fast way to read a keyboard that has nothing wrong with it.
type (
	givenMarkup struct {
		Inline      [][]givenInline `json:"inline_keyboard"`
		Keyboard    [][]givenButton `json:"keyboard"`
		Resize      bool            `json:"resize_keyboard"`
		OneTime     bool            `json:"one_time_keyboard"`
		Persistent  bool            `json:"is_persistent"`
		Placeholder string          `json:"input_field_placeholder"`
		Selective   bool            `json:"selective"`
		Remove      bool            `json:"remove_keyboard"`
		Force       bool            `json:"force_reply"`
	}
	givenInline struct {
		Text  string `json:"text"`
		Data  string `json:"callback_data"`
		URL   string `json:"url"`
		Style string `json:"style"`
		Emoji string `json:"icon_custom_emoji_id"`
	}
	givenButton struct {
		Text    string `json:"text"`
		Style   string `json:"style"`
		Emoji   string `json:"icon_custom_emoji_id"`
		Contact bool   `json:"request_contact"`
	}
)

// readMarkup reads the parameter reply_markup; a missing one is an empty markup.
func (s *Server) readMarkup(p *params) (markup, *failure) {
	raw := p.get("reply_markup")
	if raw == "" {
		return markup{}, nil
	}
	given, ok := quickMarkup([]byte(raw))
	if !ok {
		reader := markupReader{note: func(line string) { s.violate(p, line) }}
		var f *failure
		if given, f = reader.read([]byte(raw)); f != nil {
			return markup{}, f
		}
	}
	return given.checked()
}

// quickMarkup reads what is plainly right, and leaves all else to markupReader.
func quickMarkup(raw []byte) (*givenMarkup, bool) {
	if bytes.Contains(raw, []byte("null")) {
		return nil, false
	}
	given := new(givenMarkup)
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if decoder.Decode(given) != nil || decoder.More() {
		return nil, false
	}
	for _, row := range given.Inline {
		for _, b := range row {
			if b.Text == "" || b.Data == "" && b.URL == "" {
				return nil, false
			}
		}
	}
	for _, row := range given.Keyboard {
		for _, b := range row {
			if b.Text == "" {
				return nil, false
			}
		}
	}
	return given, true
}

// checked applies the limits. A keyboard without buttons is none.
func (g *givenMarkup) checked() (markup, *failure) {
	reply, f := g.replyRows()
	if f != nil {
		return markup{}, f
	}
	inline, f := g.inlineRows()
	if f != nil {
		return markup{}, f
	}
	switch {
	case len(reply) > 0:
		return markup{reply: &ReplyKeyboard{
			Rows: reply, Resize: g.Resize, OneTime: g.OneTime, Persistent: g.Persistent, Placeholder: g.Placeholder,
		}}, nil
	case len(inline) > 0:
		return markup{inline: &inlineMarkup{Rows: inline}}, nil
	}
	return markup{remove: g.Remove, force: g.Force && !g.Remove}, nil
}

func (g *givenMarkup) replyRows() ([][]Button, *failure) {
	var rows [][]Button
	for _, given := range g.Keyboard {
		var row []Button
		for _, b := range given {
			if f := checkStyle("keyboard", b.Style); f != nil {
				return nil, f
			}
			if strings.TrimSpace(b.Text) == "" {
				return nil, bad("keyboard button text must be non-empty")
			}
			row = append(row, Button{Text: b.Text, Style: b.Style, RequestContact: b.Contact})
		}
		if row != nil {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

func (g *givenMarkup) inlineRows() ([][]inlineButton, *failure) {
	var rows [][]inlineButton
	count := 0
	for _, given := range g.Inline {
		var row []inlineButton
		for _, b := range given {
			button, f := b.checked()
			if f != nil {
				return nil, f
			}
			row = append(row, button)
		}
		if count += len(row); len(row) > maxButtonsARow || count > maxButtons {
			return nil, bad("reply markup is too long")
		}
		if row != nil {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

func (b givenInline) checked() (inlineButton, *failure) {
	button := inlineButton{Text: b.Text, Style: b.Style}
	if f := checkStyle("inline keyboard", b.Style); f != nil {
		return button, f
	}
	if strings.TrimSpace(b.Text) == "" {
		return button, bad("inline keyboard button text must be non-empty")
	}
	switch {
	case b.URL != "": // wins over callback_data, as with Telegram
		if !openable(b.URL) {
			return button, badf("inline keyboard button URL '%s' is invalid: Wrong HTTP URL", b.URL)
		}
		button.URL = b.URL
	case len(b.Data) > maxButtonData:
		return button, bad("BUTTON_DATA_INVALID")
	default:
		button.Data = b.Data
	}
	return button, nil
}

// checkStyle: Bot API 9.4 knows three styles.
func checkStyle(where, style string) *failure {
	switch style {
	case "", "danger", "success", "primary":
		return nil
	}
	return badf("can't parse %s button: invalid button style specified", where)
}

// openable tells whether a button may open the address.
func openable(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		return strings.Contains(u.Hostname(), ".")
	case "tg":
		return u.Host != ""
	case "":
		return strings.Contains(strings.SplitN(address, "/", 2)[0], ".")
	}
	return false
}

// buttons shows the keyboard to the resident.
func (m *inlineMarkup) buttons() [][]Button {
	rows := make([][]Button, len(m.Rows))
	for i, row := range m.Rows {
		rows[i] = make([]Button, len(row))
		for j, b := range row {
			rows[i][j] = Button{Text: b.Text, Data: b.Data, URL: b.URL, Style: b.Style}
		}
	}
	return rows
}

// same compares two keyboards, nil being none.
func (m *inlineMarkup) same(other *inlineMarkup) bool {
	if m == nil || other == nil {
		return m == other
	}
	if len(m.Rows) != len(other.Rows) {
		return false
	}
	for i := range m.Rows {
		if len(m.Rows[i]) != len(other.Rows[i]) {
			return false
		}
		for j := range m.Rows[i] {
			if m.Rows[i][j] != other.Rows[i][j] {
				return false
			}
		}
	}
	return true
}
