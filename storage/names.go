package storage

import (
	"slices"
	"strings"
	"time"

	"mvkbot/flows"
)

// indexed is what the indexes know of a conversation.
type indexed struct {
	deadline          time.Time
	surname, username string // surname: of the registration
}

func indexedOf(c flows.Conversation) indexed {
	i := indexed{deadline: c.Deadline(), username: c.Username}
	if c.Registration.Submitted != 0 {
		i.surname = c.Registration.Surname
	}
	return i
}

// indexSurname notes by what surname somebody is found from now on, and that it
// is no longer by the one before; "" is none.
func (t *Turn) indexSurname(who flows.Cursor, was, is string) {
	if was == is {
		return
	}
	old, now := flows.SurnamePrefixes(was), flows.SurnamePrefixes(is)
	for _, p := range old {
		if !slices.Contains(now, p) {
			t.remove("drop surname", t.store.surnameKey(p, who))
		}
	}
	for _, p := range now {
		if !slices.Contains(old, p) {
			t.put("note surname", t.store.surnameKey(p, who), []byte{1})
		}
	}
}

// indexUsername notes by what username a chat is found from now on. The
// messenger gives a name that became free to another: it is the latest one's.
func (t *Turn) indexUsername(chat int64, was, is string) {
	if sameUsername(was, is) {
		return
	}
	if was != "" && t.usernameHolder(was) == chat {
		t.remove("drop username", t.store.usernameKey(was))
	}
	if is == "" {
		return
	}
	if other := t.usernameHolder(is); other != 0 && other != chat {
		t.takeUsername(other, is)
	}
	t.put("note username", t.store.usernameKey(is), chatKey(chat)[1:])
}

// usernameHolder is the chat that is found by a username, 0 for none.
func (t *Turn) usernameHolder(name string) int64 {
	if t.err != nil {
		return 0
	}
	v, err := t.tx.Get(t.store.usernameKey(name))
	t.fail("read username", err)
	if len(v) != 8 {
		return 0
	}
	return chatOf(v)
}

// takeUsername takes a username from a chat that does not have it any more.
func (t *Turn) takeUsername(chat int64, name string) {
	var c flows.Conversation
	if t.load("read conversation", chatKey(chat), &c) && sameUsername(c.Username, name) {
		c.Username = ""
		t.save("take username", chatKey(chat), c)
	}
	if i, ok := t.read[chat]; ok {
		i.username = ""
		t.read[chat] = i
	}
}

func sameUsername(a, b string) bool { return strings.EqualFold(a, b) }
