package simulator

import "strings"

// say lets a resident do something in the own chat, under its lock.
func (s *Server) say(user int64, act func(c *chat, u *User) error) error {
	u, c := s.user(user), s.chat(user)
	if u == nil {
		return ErrUnknownUser
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.blocked {
		return ErrBlocked
	}
	return act(c, u)
}

// write adds a resident's message and tells the bot. c.mu is held.
func (s *Server) write(c *chat, u *User, m *message) int {
	c.known = true
	m.from = u.wire()
	s.add(c, m)
	s.push(c.id, "message", m.wireIn(c))
	return m.id
}

// send writes a message made elsewhere, as a reply to another one unless that is 0.
func (s *Server) send(user int64, m *message, replyTo int) (id int, err error) {
	err = s.say(user, func(c *chat, u *User) error {
		if replyTo != 0 {
			answered, _ := c.find(replyTo)
			if answered == nil {
				return ErrNoMessage
			}
			m.replyTo = answered.quotedIn(c)
		}
		id = s.write(c, u, m)
		return nil
	})
	return id, err
}

// typed is what a client makes of a text.
func typed(text string) (*message, error) {
	text, _ = trim(clean(strings.ToValidUTF8(text, "")), nil)
	if text == "" || units(text) > maxText {
		return nil, ErrBadText
	}
	return &message{kind: "text", text: text, marks: commandsIn(text)}, nil
}

// Say sends a text as the resident: an update "message" with the bot commands in
// it marked. The text is trimmed as clients do. The errors are ErrUnknownUser,
// ErrBlocked and ErrBadText.
func (s *Server) Say(user int64, text string) (messageID int, err error) {
	m, err := typed(text)
	if err != nil {
		return 0, err
	}
	return s.send(user, m, 0)
}

// ShareContact sends a card of the address book. The own number is shared with
// the own id in UserID.
func (s *Server) ShareContact(user int64, card Contact) (messageID int, err error) {
	return s.send(user, &message{kind: "contact", contact: &card}, 0)
}

// SendPhoto sends a picture (PNG, JPEG or GIF) with a caption, which may be empty.
// It may fail with ErrBadPicture.
func (s *Server) SendPhoto(user int64, picture []byte, caption string) (messageID int, err error) {
	return s.ReplyPhoto(user, 0, picture, caption)
}

// SendDocument sends a file with a caption, which may be empty.
func (s *Server) SendDocument(user int64, name string, content []byte, caption string) (messageID int, err error) {
	return s.ReplyDocument(user, 0, name, content, caption)
}

// SendVoice sends a voice message (Ogg Opus; the content is not looked at).
func (s *Server) SendVoice(user int64, sound []byte) (messageID int, err error) {
	return s.sendWithFile(user, s.files.add("voice", "", sound, 0, 0), "", 0, "")
}

// SendSticker sends a sticker.
func (s *Server) SendSticker(user int64) (messageID int, err error) {
	return s.sendWithFile(user, s.files.add("sticker", "", []byte("RIFF\x00\x00\x00\x00WEBP"), 512, 512), "", 0, "")
}

func (s *Server) sendWithFile(user int64, f *file, caption string, replyTo int, album string) (id int, err error) {
	text, err := typedCaption(caption)
	if err == nil {
		id, err = s.send(user, &message{kind: f.kind, file: f, album: album, text: text, marks: commandsIn(text)}, replyTo)
	}
	if err != nil {
		s.files.forget(f)
	}
	return id, err
}

// typedCaption is what a client makes of a caption, which may be empty.
func typedCaption(caption string) (string, error) {
	text, _ := trim(clean(strings.ToValidUTF8(caption, "")), nil)
	if units(text) > maxCaption {
		return "", ErrBadText
	}
	return text, nil
}

// Forward sends a text that somebody else wrote elsewhere. from need not be known.
func (s *Server) Forward(user int64, from User, text string) (messageID int, err error) {
	m, err := typed(text)
	if err != nil {
		return 0, err
	}
	m.origin = &wireOrigin{Type: "user", Date: s.unix(), Sender: from.wire()}
	return s.send(user, m, 0)
}

// ForwardContact sends a card that somebody else sent elsewhere.
func (s *Server) ForwardContact(user int64, from User, card Contact) (messageID int, err error) {
	origin := &wireOrigin{Type: "user", Date: s.unix(), Sender: from.wire()}
	return s.send(user, &message{kind: "contact", contact: &card, origin: origin}, 0)
}

// SayInGroup sends a text in a group (group is negative), which the bot then
// knows and may answer in.
func (s *Server) SayInGroup(group, user int64, text string) (messageID int, err error) {
	u := s.user(user)
	if u == nil || group >= 0 {
		return 0, ErrUnknownUser
	}
	m, err := typed(text)
	if err != nil {
		return 0, err
	}
	c := s.group(group, "Соседи")
	c.mu.Lock()
	defer c.mu.Unlock()
	return s.write(c, u, m), nil
}

// Block stops the bot: an update "my_chat_member", and every message to the
// resident is refused with 403 until Unblock.
func (s *Server) Block(user int64) error { return s.setBlocked(user, true) }

// Unblock lets the bot write again: an update "my_chat_member".
func (s *Server) Unblock(user int64) error { return s.setBlocked(user, false) }

func (s *Server) setBlocked(user int64, blocked bool) error {
	u, c := s.user(user), s.chat(user)
	if u == nil {
		return ErrUnknownUser
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.blocked == blocked {
		return nil
	}
	c.blocked = blocked
	member, kicked := memberState{User: s.bot, Status: "member"}, memberState{User: s.bot, Status: "kicked", UntilDate: new(int64)}
	w := wireMember{Chat: c.wire, From: u.wire(), Date: s.unix(), Old: member, New: kicked}
	if !blocked {
		w.Old, w.New = kicked, member
	}
	s.push(c.id, "my_chat_member", w)
	s.touch(c)
	return nil
}
