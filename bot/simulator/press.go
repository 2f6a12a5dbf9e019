package simulator

import (
	"strconv"
	"strings"
	"unicode"
)

// Press presses the inline button with this callback data on the message as it is
// now: an update "callback_query". The errors are ErrUnknownUser, ErrBlocked,
// ErrNoMessage and ErrNoButton.
func (s *Server) Press(user int64, messageID int, data string) (callbackID string, err error) {
	err = s.say(user, func(c *chat, u *User) error {
		m, _ := c.find(messageID)
		if m == nil {
			return ErrNoMessage
		}
		if !m.offers(func(b inlineButton) bool { return b.Data == data && b.Data != "" }) {
			return ErrNoButton
		}
		callbackID = s.press(c, u, m, data)
		return nil
	})
	return callbackID, err
}

// press tells the bot of a pressed button. c.mu is held.
func (s *Server) press(c *chat, u *User, m *message, data string) string {
	cb := s.callbacks.add(c, s.opts.Now())
	id := strconv.FormatInt(cb.id, 10)
	s.push(c.id, "callback_query", wireCallback{
		ID: id, From: u.wire(), Message: m.wireIn(c), Data: data,
		ChatInstance: strconv.FormatInt(c.id*7_919+1, 10),
	})
	return id
}

// PressCaption presses the button with this caption: on the newest message that has
// such an inline button (callbackID is then set), else on the reply keyboard, where
// it sends the caption as a text or shares the own contact (callbackID is empty).
// A caption also matches without the emoji before it. The errors are those of Press.
func (s *Server) PressCaption(user int64, caption string) (callbackID string, err error) {
	err = s.say(user, func(c *chat, u *User) error {
		for i := len(c.messages) - 1; i >= 0; i-- {
			m := c.messages[i]
			data := ""
			found := !m.deleted && m.offers(func(b inlineButton) bool {
				data = b.Data
				return b.Data != "" && reads(b.Text, caption)
			})
			if found {
				callbackID = s.press(c, u, m, data)
				return nil
			}
		}
		return s.tap(c, u, caption)
	})
	return callbackID, err
}

// tap presses a button of the reply keyboard. c.mu is held.
func (s *Server) tap(c *chat, u *User, caption string) error {
	if c.keyboard == nil {
		return ErrNoButton
	}
	for _, row := range c.keyboard.Rows {
		for _, b := range row {
			if !reads(b.Text, caption) {
				continue
			}
			m, err := typed(b.Text)
			if b.RequestContact {
				m = &message{kind: "contact", contact: &Contact{UserID: u.ID, Phone: u.Phone, FirstName: u.FirstName, LastName: u.LastName}}
			} else if err != nil {
				return err
			}
			if c.keyboard.OneTime {
				c.keyboard = nil
			}
			s.write(c, u, m)
			return nil
		}
	}
	return ErrNoButton
}

func (m *message) offers(match func(inlineButton) bool) bool {
	if m.markup == nil {
		return false
	}
	for _, row := range m.markup.Rows {
		for _, b := range row {
			if match(b) {
				return true
			}
		}
	}
	return false
}

// reads tells whether a button's text is the caption, with an emoji before it or not.
func reads(text, caption string) bool {
	if text == caption {
		return true
	}
	rest, ok := strings.CutSuffix(text, caption)
	return ok && caption != "" && strings.HasSuffix(rest, " ") && !strings.ContainsFunc(rest, func(r rune) bool {
		return unicode.IsLetter(r) || unicode.IsNumber(r)
	})
}
