package simulator

import (
	"encoding/json"
	"slices"
)

// markupReader reads a keyboard the slow way: it finds Telegram's words for what is
// wrong with it, and notes members that the Bot API does not know.
type markupReader struct {
	note func(line string)
}

// Members of the objects of a reply_markup (Bot API 10.1).
var (
	markupMembers = []string{
		"inline_keyboard", "keyboard", "is_persistent", "resize_keyboard", "one_time_keyboard",
		"input_field_placeholder", "selective", "remove_keyboard", "force_reply",
	}
	inlineMembers = []string{
		"text", "icon_custom_emoji_id", "style", "url", "callback_data", "web_app", "login_url",
		"switch_inline_query", "switch_inline_query_current_chat", "switch_inline_query_chosen_chat",
		"copy_text", "callback_game", "pay",
	}
	buttonMembers = []string{
		"text", "icon_custom_emoji_id", "style", "request_users", "request_chat", "request_managed_bot",
		"request_contact", "request_location", "request_poll", "web_app",
	}
)

func (r markupReader) read(raw []byte) (*givenMarkup, *failure) {
	var value any
	if json.Unmarshal(raw, &value) != nil {
		return nil, bad("can't parse reply keyboard markup JSON object")
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, bad("object expected as reply markup")
	}
	r.unknown("reply_markup", object, markupMembers)
	g := new(givenMarkup)
	if f := r.replyRows(object, g); f != nil {
		return nil, f
	}
	if f := r.inlineRows(object, g); f != nil {
		return nil, f
	}
	for name, into := range map[string]*bool{
		"resize_keyboard": &g.Resize, "one_time_keyboard": &g.OneTime, "is_persistent": &g.Persistent,
		"selective": &g.Selective, "remove_keyboard": &g.Remove, "force_reply": &g.Force,
	} {
		if reason := boolean(object, name, into); reason != "" {
			return nil, bad(reason)
		}
	}
	if reason := text(object, "input_field_placeholder", &g.Placeholder); reason != "" {
		return nil, bad(reason)
	}
	return g, nil
}

func (r markupReader) unknown(where string, object map[string]any, known []string) {
	for name := range object {
		if !slices.Contains(known, name) {
			r.note(where + ": the Bot API knows no field " + name)
		}
	}
}

func (r markupReader) replyRows(object map[string]any, g *givenMarkup) *failure {
	rows, reason := rowsOf(object, "keyboard", `field "keyboard" must be an Array of Arrays`)
	if reason != "" {
		return bad(reason)
	}
	for _, row := range rows {
		var buttons []givenButton
		for _, item := range row {
			b, reason := r.button(item)
			if reason != "" {
				return bad("can't parse keyboard button: " + reason)
			}
			buttons = append(buttons, b)
		}
		g.Keyboard = append(g.Keyboard, buttons)
	}
	return nil
}

func (r markupReader) button(item any) (b givenButton, reason string) {
	if label, ok := item.(string); ok {
		b.Text = label
		return b, ""
	}
	object, ok := item.(map[string]any)
	if !ok {
		return b, "KeyboardButton must be a String or an Object"
	}
	r.unknown("keyboard button", object, buttonMembers)
	if reason = required(object, "text", &b.Text); reason != "" {
		return b, reason
	}
	if reason = text(object, "style", &b.Style); reason != "" {
		return b, reason
	}
	return b, boolean(object, "request_contact", &b.Contact)
}

func (r markupReader) inlineRows(object map[string]any, g *givenMarkup) *failure {
	rows, reason := rowsOf(object, "inline_keyboard", `field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays`)
	if reason != "" {
		return bad(reason)
	}
	for _, row := range rows {
		var buttons []givenInline
		for _, item := range row {
			b, reason := r.inline(item)
			if reason != "" {
				return bad("can't parse inline keyboard button: " + reason)
			}
			buttons = append(buttons, b)
		}
		g.Inline = append(g.Inline, buttons)
	}
	return nil
}

func (r markupReader) inline(item any) (b givenInline, reason string) {
	object, ok := item.(map[string]any)
	if !ok {
		return b, "InlineKeyboardButton must be an Object"
	}
	r.unknown("inline keyboard button", object, inlineMembers)
	if reason = required(object, "text", &b.Text); reason != "" {
		return b, reason
	}
	for name, into := range map[string]*string{"style": &b.Style, "url": &b.URL, "callback_data": &b.Data} {
		if reason = text(object, name, into); reason != "" {
			return b, reason
		}
	}
	if b.URL == "" && b.Data == "" {
		return b, "Text buttons are unallowed in the inline keyboard"
	}
	return b, ""
}

// rowsOf reads an array of arrays; a missing member has no rows.
func rowsOf(object map[string]any, name, notRows string) (rows [][]any, reason string) {
	value, ok := object[name]
	if !ok || value == nil {
		return nil, ""
	}
	outer, ok := value.([]any)
	if !ok {
		return nil, `field "` + name + `" must be of type Array`
	}
	for _, item := range outer {
		row, ok := item.([]any)
		if !ok {
			return nil, notRows
		}
		rows = append(rows, row)
	}
	return rows, ""
}

func required(object map[string]any, name string, into *string) (reason string) {
	if _, ok := object[name]; !ok {
		return `Can't find field "` + name + `"`
	}
	return text(object, name, into)
}

// text reads an optional string; Telegram takes numbers for strings as well.
func text(object map[string]any, name string, into *string) (reason string) {
	switch value := object[name].(type) {
	case string:
		*into = value
	case float64:
		raw, _ := json.Marshal(value)
		*into = string(raw)
	default:
		if _, ok := object[name]; ok {
			return `Field "` + name + `" must be of type String`
		}
	}
	return ""
}

func boolean(object map[string]any, name string, into *bool) (reason string) {
	value, ok := object[name]
	if !ok {
		return ""
	}
	if *into, ok = value.(bool); !ok {
		return `Field "` + name + `" must be of type Boolean`
	}
	return ""
}
