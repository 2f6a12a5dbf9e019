package simulator

import (
	"encoding/json"
	"slices"
	"time"
)

// deletableFor is how long messages can be deleted (Bot API, deleteMessage).
const deletableFor = 48 * time.Hour

// edit changes a message of the bot. change works on a copy and may refuse; an edit
// without reply_markup takes the keyboard away.
func (s *Server) edit(p *params, change func(m *message) *failure) (any, *failure) {
	kb, f := s.readMarkup(p)
	if f != nil {
		return nil, f
	}
	if kb.fixes() {
		return nil, bad("inline keyboard expected")
	}
	if p.get("chat_id") == "" && p.messageID() == 0 {
		return nil, bad("message identifier is not specified")
	}
	c, f := s.target(p)
	if f != nil {
		return nil, f
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if f := c.refusal(); f != nil {
		return nil, f
	}
	m, existed := c.find(p.messageID())
	switch {
	case m == nil:
		f := bad("message to edit not found")
		f.legal = existed
		return nil, f
	case !m.fromBot || m.fixed:
		return nil, bad("message can't be edited")
	}
	changed := *m
	changed.markup = kb.inline
	if f := change(&changed); f != nil {
		return nil, f
	}
	if changed.sameAs(m) {
		return nil, notModified()
	}
	if changed.file != m.file {
		s.files.swap(m.file, changed.file)
	}
	changed.edited, changed.rendered = s.unix(), false
	*m = changed
	s.touch(c)
	return m.wireIn(c), nil
}

func (m *message) sameAs(other *message) bool {
	return m.kind == other.kind && m.text == other.text && slices.Equal(m.marks, other.marks) &&
		m.file == other.file && m.markup.same(other.markup)
}

func (s *Server) editMessageText(p *params) (any, *failure) {
	if p.get("text") == "" {
		return nil, bad("message text is empty")
	}
	text, marks, f := formatted(p.get("text"), p.get("parse_mode"), p.get("entities"))
	switch {
	case f != nil:
		return nil, f
	case text == "":
		return nil, bad("text must be non-empty")
	case units(text) > maxText:
		return nil, bad("MESSAGE_TOO_LONG")
	}
	return s.edit(p, func(m *message) *failure {
		if m.kind != "text" {
			return bad("there is no text in the message to edit")
		}
		m.text, m.marks = text, marks
		return nil
	})
}

func (s *Server) editMessageCaption(p *params) (any, *failure) {
	text, marks, f := caption(p.get("caption"), p.get("parse_mode"), p.get("caption_entities"))
	if f != nil {
		return nil, f
	}
	return s.edit(p, func(m *message) *failure {
		if m.kind == "text" {
			return bad("there is no caption in the message to edit")
		}
		m.text, m.marks = text, marks
		return nil
	})
}

func (s *Server) editMessageReplyMarkup(p *params) (any, *failure) {
	return s.edit(p, func(*message) *failure { return nil })
}

// inputMedia is what editMessageMedia puts into a message.
type inputMedia struct {
	Type      string          `json:"type"`
	Media     string          `json:"media"`
	Caption   string          `json:"caption"`
	ParseMode string          `json:"parse_mode"`
	Entities  json.RawMessage `json:"caption_entities"`
	Duration  int             `json:"duration"`
}

// mediaMembers are the fields of the InputMedia objects that are simulated.
var mediaMembers = []string{
	"type", "media", "caption", "parse_mode", "caption_entities", "duration", "thumbnail", "performer",
	"title", "show_caption_above_media", "has_spoiler", "disable_content_type_detection",
}

func (s *Server) editMessageMedia(p *params) (any, *failure) {
	raw := p.get("media")
	if raw == "" {
		return nil, bad("parameter \"media\" is required")
	}
	media, f := s.readMedia(p, []byte(raw))
	if f != nil {
		return nil, f
	}
	text, marks, f := caption(media.Caption, media.ParseMode, string(media.Entities))
	if f != nil {
		return nil, f
	}
	switch media.Type {
	case "photo", "document", "audio":
	default:
		return nil, badf("can't parse InputMedia: type \"%s\" is unsupported", media.Type)
	}
	file, f := s.given(p, media.Type, media.Media, "")
	if f != nil {
		return nil, f
	}
	out, f := s.edit(p, func(m *message) *failure {
		if m.kind == "voice" || m.kind == "sticker" || m.kind == "contact" {
			return bad("message can't be edited")
		}
		m.kind, m.file, m.text, m.marks, m.seconds = file.kind, file, text, marks, media.Duration
		return nil
	})
	if f != nil {
		s.files.forget(file)
	}
	return out, f
}

func (s *Server) readMedia(p *params, raw []byte) (*inputMedia, *failure) {
	var members map[string]any
	var media inputMedia
	if json.Unmarshal(raw, &members) != nil || json.Unmarshal(raw, &media) != nil {
		return nil, bad("can't parse input media JSON object")
	}
	reader := markupReader{note: func(line string) { s.violate(p, line) }}
	reader.unknown("media", members, mediaMembers)
	if media.Media == "" {
		return nil, bad("can't parse InputMedia: media not found")
	}
	return &media, nil
}

// deleteMessage takes away the bot's messages, and the resident's own in a private
// chat, while they are younger than 48 hours.
func (s *Server) deleteMessage(p *params) (any, *failure) {
	if p.get("chat_id") == "" {
		return nil, bad("chat identifier is not specified")
	}
	if p.messageID() == 0 {
		return nil, bad("message identifier is not specified")
	}
	c, f := s.target(p)
	if f != nil {
		return nil, f
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if f := c.refusal(); f != nil {
		return nil, f
	}
	m, existed := c.find(p.messageID())
	switch {
	case m == nil:
		f := bad("message to delete not found")
		f.legal = existed
		return nil, f
	case s.unix()-m.date > int64(deletableFor/time.Second):
		return nil, legally(bad("message can't be deleted"))
	case !m.fromBot && c.id < 0:
		return nil, bad("message can't be deleted")
	}
	m.deleted = true
	s.touch(c)
	return true, nil
}
