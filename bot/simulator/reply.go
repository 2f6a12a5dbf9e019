package simulator

// Reply sends a text as the resident's answer to a message of the chat: the update has
// "reply_to_message". The errors are those of Say and ErrNoMessage.
func (s *Server) Reply(user int64, messageID int, text string) (replyID int, err error) {
	m, err := typed(text)
	if err != nil {
		return 0, err
	}
	return s.send(user, m, messageID)
}

// ReplyPhoto is SendPhoto as an answer to a message; to none if its id is 0. It may also
// fail with ErrNoMessage.
func (s *Server) ReplyPhoto(user int64, messageID int, picture []byte, caption string) (replyID int, err error) {
	f, refused := s.picture(picture)
	if refused != nil {
		return 0, ErrBadPicture
	}
	return s.sendWithFile(user, f, caption, messageID, "")
}

// ReplyAlbum sends several pictures at once, each as ReplyPhoto does: the caption is that
// of the first, and all have one "media_group_id".
func (s *Server) ReplyAlbum(user int64, messageID int, caption string, pictures ...[]byte) (replyIDs []int, err error) {
	album := ""
	for _, picture := range pictures {
		f, refused := s.picture(picture)
		if refused != nil {
			return replyIDs, ErrBadPicture
		}
		if album == "" {
			album = f.id
		}
		id, err := s.sendWithFile(user, f, caption, messageID, album)
		if err != nil {
			return replyIDs, err
		}
		replyIDs, caption = append(replyIDs, id), ""
	}
	return replyIDs, nil
}

// ReplyDocument is SendDocument as an answer to a message; to none if its id is 0. It may
// also fail with ErrNoMessage.
func (s *Server) ReplyDocument(user int64, messageID int, name string, content []byte, caption string) (replyID int, err error) {
	return s.sendWithFile(user, s.files.add("document", name, content, 0, 0), caption, messageID, "")
}

// EditText changes a text that the resident sent before: an update "edited_message".
// The errors are those of Say, and ErrNoMessage where there is no such text of the
// resident's own.
func (s *Server) EditText(user int64, messageID int, text string) error {
	next, err := typed(text)
	if err != nil {
		return err
	}
	return s.amend(user, messageID, next.text, func(m *message) bool { return m.kind == "text" })
}

// EditCaption changes the caption of a photo, file or voice message that the resident
// sent before, as EditText does a text. It may be empty.
func (s *Server) EditCaption(user int64, messageID int, caption string) error {
	text, err := typedCaption(caption)
	if err != nil {
		return err
	}
	return s.amend(user, messageID, text, func(m *message) bool { return m.file != nil && m.kind != "sticker" })
}

// amend changes the words of a resident's own message that suits.
func (s *Server) amend(user int64, messageID int, text string, suits func(*message) bool) error {
	return s.say(user, func(c *chat, _ *User) error {
		m, _ := c.find(messageID)
		if m == nil || m.fromBot || m.origin != nil || !suits(m) {
			return ErrNoMessage
		}
		m.text, m.marks, m.edited, m.rendered = text, commandsIn(text), s.unix(), false
		s.touch(c)
		s.push(c.id, "edited_message", m.wireIn(c))
		return nil
	})
}
