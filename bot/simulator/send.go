package simulator

import (
	"bytes"
	"encoding/json"
	"strconv"
)

func (s *Server) sendMessage(p *params) (any, *failure) {
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
		return nil, bad("message is too long")
	}
	return s.publish(p, &message{kind: "text", text: text, marks: marks})
}

func (s *Server) sendPhoto(p *params) (any, *failure)    { return s.sendFile(p, "photo") }
func (s *Server) sendDocument(p *params) (any, *failure) { return s.sendFile(p, "document") }
func (s *Server) sendVoice(p *params) (any, *failure)    { return s.sendFile(p, "voice") }
func (s *Server) sendAudio(p *params) (any, *failure)    { return s.sendFile(p, "audio") }

func (s *Server) sendFile(p *params, kind string) (any, *failure) {
	text, marks, f := caption(p.get("caption"), p.get("parse_mode"), p.get("caption_entities"))
	if f != nil {
		return nil, f
	}
	file, f := s.given(p, kind, p.get(kind), kind)
	if f != nil {
		return nil, f
	}
	m := &message{kind: file.kind, file: file, text: text, marks: marks, seconds: p.number("duration", 0, 0, 1<<30)}
	out, f := s.publish(p, m)
	if f != nil {
		s.files.forget(file)
	}
	return out, f
}

func caption(text, parseMode, entities string) (string, []Entity, *failure) {
	text, marks, f := formatted(text, parseMode, entities)
	if f == nil && units(text) > maxCaption {
		f = bad("message caption is too long")
	}
	return text, marks, f
}

// given finds the file of an argument: uploaded under the argument's own name or as
// attach://<name>, or known by its id.
func (s *Server) given(p *params, kind, value, field string) (*file, *failure) {
	if name, ok := bytes.CutPrefix([]byte(value), []byte("attach://")); ok {
		value, field = "", string(name)
	}
	up := p.files[field]
	switch {
	case value != "":
		return s.known(kind, value)
	case up == nil:
		return nil, badf("there is no %s in the request", kind)
	case len(up.data) == 0:
		return nil, bad("file must be non-empty")
	case len(up.data) > maxUpload:
		return nil, &failure{code: 413, text: "Request Entity Too Large"}
	case kind == "photo":
		return s.picture(up.data)
	case kind == "voice" && !bytes.HasPrefix(up.data, []byte("OggS")):
		s.violate(p, "a voice message that is not Ogg goes out as a document")
		kind = "document"
	}
	return s.files.add(kind, up.name, up.data, 0, 0), nil
}

// known finds a file by its id. Addresses are not fetched.
func (s *Server) known(kind, id string) (*file, *failure) {
	f := s.files.get(id)
	switch {
	case f == nil:
		return nil, bad("wrong file identifier/HTTP URL specified")
	case f.kind != kind:
		return nil, badf("can't use file of type %s as %s", title(f.kind), title(kind))
	}
	return f, nil
}

func title(kind string) string { return string(kind[0]-'a'+'A') + kind[1:] }

// publish puts the bot's message into the chat.
func (s *Server) publish(p *params, m *message) (any, *failure) {
	kb, f := s.readMarkup(p)
	if f != nil {
		return nil, f
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
	if m.replyTo, f = s.replied(c, p); f != nil {
		return nil, f
	}
	m.from, m.fromBot, m.markup, m.fixed = s.bot, true, kb.inline, kb.fixes()
	m.protected = p.flag("protect_content")
	switch {
	case kb.reply != nil:
		c.keyboard = kb.reply
	case kb.remove:
		c.keyboard = nil
	}
	c.typing = ""
	s.add(c, m)
	s.record.send(s, c.id, m.id)
	return m.wireIn(c), nil
}

// target finds the chat of a call.
func (s *Server) target(p *params) (*chat, *failure) {
	if p.get("chat_id") == "" {
		return nil, bad("chat_id is empty")
	}
	c := s.chat(p.chat)
	if c == nil {
		return nil, chatNotFound()
	}
	return c, nil
}

// replyMembers are the fields of ReplyParameters (Bot API 10.1).
var replyMembers = []string{
	"message_id", "chat_id", "allow_sending_without_reply", "quote", "quote_parse_mode", "quote_entities",
	"quote_position", "checklist_task_id", "poll_option_id",
}

// replied finds the message that a new one replies to; nil without one. Replies to
// messages of other chats and quotations are not simulated. c.mu is held.
func (s *Server) replied(c *chat, p *params) (*wireMessage, *failure) {
	raw := p.get("reply_parameters")
	if raw == "" {
		return nil, nil
	}
	var given struct {
		MessageID int  `json:"message_id"`
		Anyway    bool `json:"allow_sending_without_reply"`
	}
	var members map[string]any
	if json.Unmarshal([]byte(raw), &given) != nil || json.Unmarshal([]byte(raw), &members) != nil {
		return nil, bad("can't parse reply parameters JSON object")
	}
	reader := markupReader{note: func(line string) { s.violate(p, line) }}
	reader.unknown("reply_parameters", members, replyMembers)
	m, existed := c.find(given.MessageID)
	if m == nil {
		if given.Anyway {
			return nil, nil
		}
		f := bad("message to be replied not found")
		f.legal = existed
		return nil, f
	}
	return m.quotedIn(c), nil
}

var chatActions = map[string]bool{
	"typing": true, "upload_photo": true, "record_video": true, "upload_video": true, "record_voice": true,
	"upload_voice": true, "upload_document": true, "choose_sticker": true, "find_location": true,
	"record_video_note": true, "upload_video_note": true,
}

func (s *Server) sendChatAction(p *params) (any, *failure) {
	action := p.get("action")
	if !chatActions[action] {
		return nil, bad("wrong parameter action in request")
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
	c.typing, c.typingUntil = action, s.opts.Now().Add(typingLasts)
	s.touch(c)
	return true, nil
}

// messageID reads the argument; what is no number counts as 0.
func (p *params) messageID() int {
	id, _ := strconv.Atoi(p.get("message_id"))
	return id
}
