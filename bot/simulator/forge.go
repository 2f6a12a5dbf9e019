package simulator

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// named are the chats and people that a forged update mentions.
type named struct {
	Message  *namedMessage `json:"message"`
	Edited   *namedMessage `json:"edited_message"`
	Callback *struct {
		Message *namedMessage `json:"message"`
	} `json:"callback_query"`
}

type namedMessage struct {
	Chat wireChat `json:"chat"`
}

// Forge puts an update of any content into the queue, well-formed JSON object that it
// is. An update_id is assigned unless there is one; an update with an id of its own is
// delivered at least once whatever the offset says, so that repeated and restarted ids
// can be played. The chats that the update names are known to the bot from then on.
// The error is ErrBadUpdate.
func (s *Server) Forge(raw json.RawMessage) error {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil || members == nil {
		return ErrBadUpdate
	}
	chat := s.meet(raw)
	q := &s.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	u := &update{chat: chat, raw: bytes.Clone(raw)}
	if given, ok := members["update_id"]; ok {
		u.forced = true
		u.id, _ = strconv.ParseInt(string(given), 10, 64) // what is no number counts as 0
		q.enqueue(u)
		return nil
	}
	for kind := range members {
		if !q.wants(kind) {
			return nil
		}
	}
	members["update_id"] = strconv.AppendInt(nil, q.next, 10)
	body, err := json.Marshal(members)
	if err != nil {
		return ErrBadUpdate
	}
	u.id, u.raw = q.next, body
	q.next++
	q.enqueue(u)
	return nil
}

// meet makes the chat of an update known and returns its id, 0 if it names none.
func (s *Server) meet(raw json.RawMessage) int64 {
	var n named
	if json.Unmarshal(raw, &n) != nil {
		return 0 // malformed on purpose
	}
	m := n.Message
	if m == nil {
		m = n.Edited
	}
	if m == nil && n.Callback != nil {
		m = n.Callback.Message
	}
	if m == nil || m.Chat.ID == 0 {
		return 0
	}
	id := m.Chat.ID
	if id < 0 {
		s.group(id, m.Chat.Title)
		return id
	}
	if s.user(id) == nil {
		s.AddUser(User{ID: id, FirstName: m.Chat.FirstName, LastName: m.Chat.LastName, Username: m.Chat.Username})
	}
	c := s.chat(id)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known = true
	return id
}
