package simulator

import (
	"context"
	"sync"
	"time"
)

// typingLasts is how long clients show a chat action.
const typingLasts = 5 * time.Second

// chat is one conversation. Its lock is never held while another chat's is; the
// locks of queue, files and watchers may be taken under it.
type chat struct {
	id int64

	mu      sync.Mutex
	wire    *wireChat
	known   bool // the bot may write
	blocked bool
	left    bool // the bot left the group
	// messages have consecutive ids; deleted ones stay.
	messages    []*message
	firstID     int
	nextID      int
	keyboard    *ReplyKeyboard
	typing      string
	typingUntil time.Time
	changed     chan struct{} // closed at the next change; nil while nobody waits
}

// message is what the server knows of a bubble. Slices and pointers in it are
// replaced, never written to.
type message struct {
	id        int
	date      int64
	edited    int64
	from      *wireUser
	fromBot   bool
	origin    *wireOrigin
	replyTo   *wireMessage
	album     string // the id that its items share
	text      string
	marks     []Entity
	kind      string // "text", "photo", "document", "voice", "audio", "sticker", "contact"
	file      *file
	seconds   int
	contact   *Contact
	markup    *inlineMarkup
	fixed     bool // it carries a reply keyboard or takes one away: cannot be edited
	protected bool
	deleted   bool
	html      string
	rendered  bool
}

// newChat starts ids at a number of the chat's own, so that no bot can rely on
// ids being the same or different between chats.
func newChat(id int64, advanced int) *chat {
	first := advanced + 100 + int(uint64(id)*2654435761>>9%9000)
	return &chat{id: id, firstID: first, nextID: first}
}

// refusal tells why the bot may not write here; nil if it may. c.mu is held.
func (c *chat) refusal() *failure {
	switch {
	case !c.known:
		return chatNotFound()
	case c.blocked:
		return forbidden("bot was blocked by the user")
	case c.left:
		return forbidden("bot is not a member of the group chat")
	}
	return nil
}

// find returns the message of that id, nil if there is none now; existed tells that
// there was one. c.mu is held.
func (c *chat) find(id int) (m *message, existed bool) {
	if id < c.firstID || id >= c.nextID {
		return nil, false
	}
	i := id - c.messages[0].id
	if i < 0 {
		return nil, true
	}
	if m = c.messages[i]; m.deleted {
		return nil, true
	}
	return m, true
}

// add appends a message. c.mu is held.
func (s *Server) add(c *chat, m *message) {
	m.id = c.nextID
	c.nextID++
	m.date = s.unix()
	if m.file != nil {
		s.files.hold(m.file)
	}
	c.messages = append(c.messages, m)
	if keep := s.opts.KeepMessages; keep > 0 && len(c.messages) > keep {
		if old := c.messages[0]; old.file != nil {
			s.files.release(old.file)
		}
		c.messages[0] = nil
		c.messages = c.messages[1:]
	}
	s.touch(c)
}

// touch tells everybody who waits that the chat changed. c.mu is held.
func (s *Server) touch(c *chat) {
	if c.changed != nil {
		close(c.changed)
		c.changed = nil
	}
	s.watchers.tell(c.id)
}

// change returns the channel that the next touch closes. c.mu is held.
func (c *chat) change() <-chan struct{} {
	if c.changed == nil {
		c.changed = make(chan struct{})
	}
	return c.changed
}

// Chat returns what the resident (or, for a negative id, the group) sees, oldest
// message first, deleted ones included. The slices in it must not be written to.
func (s *Server) Chat(user int64) []Message {
	c := s.chat(user)
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.snapshot()
}

func (c *chat) snapshot() []Message {
	all := make([]Message, len(c.messages))
	for i, m := range c.messages {
		all[i] = m.shown()
	}
	return all
}

// WaitFor blocks until ok holds for the resident's chat, and returns nil; or until
// ctx ends, and returns its error. ok runs at once and whenever the chat changed.
func (s *Server) WaitFor(ctx context.Context, user int64, ok func([]Message) bool) error {
	c := s.chat(user)
	if c == nil {
		return ErrUnknownUser
	}
	for {
		c.mu.Lock()
		now, changed := c.snapshot(), c.change()
		c.mu.Unlock()
		if ok(now) {
			return nil
		}
		if err := s.wait(ctx, changed); err != nil {
			return err
		}
	}
}

func (s *Server) wait(ctx context.Context, changed <-chan struct{}) error {
	select {
	case <-changed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-s.done:
		return ErrClosed
	}
}

// ReplyKeyboard returns the keyboard in place of the resident's own, nil if none.
func (s *Server) ReplyKeyboard(user int64) *ReplyKeyboard {
	c := s.chat(user)
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.keyboard
}

// Typing returns the chat action shown now ("typing", "upload_photo", …) or "".
// It lasts five seconds or until the bot's next message.
func (s *Server) Typing(user int64) string {
	c := s.chat(user)
	if c == nil {
		return ""
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if s.opts.Now().Before(c.typingUntil) {
		return c.typing
	}
	return ""
}

// shown is the message for the resident's eyes. c.mu is held.
func (m *message) shown() Message {
	if !m.rendered {
		m.html, m.rendered = toHTML(m.text, m.marks), true
	}
	out := Message{
		ID: m.id, Date: time.Unix(m.date, 0), FromBot: m.fromBot,
		Text: m.text, Entities: m.marks, HTML: m.html, Contact: m.contact,
		Forwarded: m.origin != nil, Edited: m.edited != 0, Deleted: m.deleted, Protected: m.protected,
	}
	if m.replyTo != nil {
		out.ReplyTo = m.replyTo.ID
	}
	if m.markup != nil {
		out.Keyboard = m.markup.buttons()
	}
	if m.file == nil {
		return out
	}
	f := m.file.public()
	f.Duration = time.Duration(m.seconds) * time.Second
	switch m.kind {
	case "photo":
		out.Photo = &f
	case "document":
		out.Document = &f
	case "voice":
		out.Voice = &f
	case "audio":
		out.Audio = &f
	case "sticker":
		out.Sticker = &f
	}
	return out
}

// quotedIn is the message inside one that answers it. c.mu is held.
func (m *message) quotedIn(c *chat) *wireMessage {
	w := m.wireIn(c)
	w.ReplyTo = nil
	return w
}

// wireIn is the message for the bot's eyes. c.mu is held.
func (m *message) wireIn(c *chat) *wireMessage {
	w := &wireMessage{
		ID: m.id, From: m.from, Chat: c.wire, Date: m.date, EditDate: m.edited,
		ForwardOrigin: m.origin, ReplyTo: m.replyTo, Album: m.album, Protected: m.protected, Markup: m.markup,
	}
	if m.kind == "text" {
		w.Text, w.Entities = m.text, m.marks
		return w
	}
	w.Caption, w.CaptionEntities = m.text, m.marks
	switch m.kind {
	case "photo":
		w.Photo = []*wireFile{m.file.photo()}
	case "document":
		w.Document = m.file.document()
	case "voice":
		w.Voice = m.file.sound(m.seconds)
	case "audio":
		w.Audio = m.file.sound(m.seconds)
	case "sticker":
		w.Sticker = m.file.sticker()
	case "contact":
		w.Contact = &wireContact{Phone: m.contact.Phone, FirstName: m.contact.FirstName, LastName: m.contact.LastName, UserID: m.contact.UserID}
	}
	return w
}
