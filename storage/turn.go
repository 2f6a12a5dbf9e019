package storage

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"mvkbot/flows"
)

// Turn is one open transaction: a conversation's step with everything that it
// reads and writes. It implements flows.Ledger. The first failure sticks, is
// told by every later method that returns an error, and fails the transaction.
type Turn struct {
	store   *Store
	tx      Tx
	err     error
	read    map[int64]indexed // of the conversations read
	counted map[flows.Day]map[flows.Counter]uint64
}

var _ flows.Ledger = (*Turn)(nil)

// Turn runs fn in one transaction and returns once its writes are durable. fn
// may run several times and must leave no trace but its writes.
func (s *Store) Turn(ctx context.Context, fn func(*Turn) error) error {
	return s.backend.Update(ctx, func(tx Tx) error {
		t := &Turn{store: s, tx: tx, read: map[int64]indexed{}}
		if err := fn(t); err != nil {
			return err
		}
		t.saveTallies()
		return t.err
	})
}

func (t *Turn) fail(op string, err error) {
	if t.err == nil && err != nil {
		t.err = fmt.Errorf("%s: %w", op, err)
	}
}

// load reads a sealed record; false when it is absent or the transaction failed.
func (t *Turn) load(op string, key []byte, record any) bool {
	if t.err != nil {
		return false
	}
	v, err := t.tx.Get(key)
	if err == nil && v != nil {
		err = t.store.decode(key, v, record)
	}
	t.fail(op, err)
	return err == nil && v != nil
}

func (t *Turn) save(op string, key []byte, record any) {
	if t.err != nil {
		return
	}
	v, err := t.store.encode(key, record)
	if err == nil {
		err = t.tx.Put(key, v)
	}
	t.fail(op, err)
}

// put stores the row of an index, which is not sealed.
func (t *Turn) put(op string, key, value []byte) {
	if t.err == nil {
		t.fail(op, t.tx.Put(key, value))
	}
}

// next counts on: it returns the number that a counter comes to, 0 when the
// transaction failed.
func (t *Turn) next(op string, counter []byte) (number uint64) {
	if t.err != nil {
		return 0
	}
	v, err := t.tx.Get(counter)
	t.fail(op, err)
	if len(v) == 8 {
		number = binary.BigEndian.Uint64(v)
	}
	number++
	t.put(op, counter, binary.BigEndian.AppendUint64(nil, number))
	if t.err != nil {
		return 0
	}
	return number
}

func (t *Turn) remove(op string, key []byte) {
	if t.err == nil {
		t.fail(op, t.tx.Delete(key))
	}
}

// FirstSight notes an update and reports whether it is new: one that was seen
// 72 hours ago at least may come again as another, since Telegram restarts ids
// at random after a quiet week.
func (t *Turn) FirstSight(update int64, at time.Time) bool {
	if t.err != nil {
		return false
	}
	key := key64(kindSeen, uint64(update))
	v, err := t.tx.Get(key)
	t.fail("read seen update", err)
	if !stale(v, firstSeenDay(at)) {
		return false
	}
	t.put("note update", key, binary.BigEndian.AppendUint32(nil, seenDay(at)))
	return t.err == nil
}

// Conversation reads a chat's conversation.
func (t *Turn) Conversation(chat int64) (flows.Conversation, error) {
	c := flows.Conversation{Chat: chat}
	t.load("read conversation", chatKey(chat), &c)
	t.read[chat] = indexedOf(c)
	return c, t.err
}

// SaveConversation stores a conversation that this transaction has read, and
// keeps the indexes in step. Of a blank one there is no record.
func (t *Turn) SaveConversation(c flows.Conversation) error {
	if c.Blank() {
		t.remove("forget conversation", chatKey(c.Chat))
	} else {
		t.save("save conversation", chatKey(c.Chat), c)
	}
	if t.err != nil {
		return t.err
	}
	was, is := t.read[c.Chat], indexedOf(c)
	if !was.deadline.Equal(is.deadline) {
		if !was.deadline.IsZero() {
			t.remove("drop deadline", deadlineKey(was.deadline, c.Chat))
		}
		if !is.deadline.IsZero() {
			t.put("note deadline", deadlineKey(is.deadline, c.Chat), []byte{1})
		}
	}
	t.indexSurname(flows.Cursor{Tag: tagRegistration, ID: ordered(c.Chat)}, was.surname, is.surname)
	t.indexUsername(c.Chat, was.username, is.username)
	t.read[c.Chat] = is
	return t.err
}

// PutOff moves a row of the index of deadlines, or drops it when to is zero. It
// does nothing when the row is gone, and leaves the conversation alone: a row
// must not come back for ever because its conversation cannot be played.
func (t *Turn) PutOff(d Deadline, to time.Time) error {
	if t.err != nil {
		return t.err
	}
	key := deadlineKey(d.At, d.Chat)
	v, err := t.tx.Get(key)
	t.fail("read deadline", err)
	if v == nil || t.err != nil {
		return t.err
	}
	t.remove("put deadline off", key)
	if !to.IsZero() {
		t.put("put deadline off", deadlineKey(to, d.Chat), []byte{1})
	}
	return t.err
}

// Owner implements flows.Owners.
func (t *Turn) Owner(c flows.Contact) (o flows.Owner) {
	t.load("read owner", t.store.ownerKey(c), &o)
	return o
}

// SetOwner implements flows.Owners.
func (t *Turn) SetOwner(c flows.Contact, o flows.Owner) {
	if o == (flows.Owner{}) {
		t.remove("free contact", t.store.ownerKey(c))
		return
	}
	t.save("save owner", t.store.ownerKey(c), o)
}

// Contract implements flows.Contracts.
func (t *Turn) Contract(n flows.Number) (flows.Contract, bool) {
	if t.err != nil || t.store.contracts == nil {
		return flows.Contract{}, false
	}
	c, ok, err := t.store.contracts.Contract(n)
	t.fail("look contract up", err)
	return c, ok && err == nil
}

// Usage implements flows.Budgets.
func (t *Turn) Usage(b flows.Budget) (u flows.Usage) {
	t.load("read usage", t.store.usageKey(b), &u)
	return u
}

// SetUsage implements flows.Budgets.
func (t *Turn) SetUsage(b flows.Budget, u flows.Usage) {
	if len(u.Spends) == 0 && u.Count == 0 {
		t.remove("drop usage", t.store.usageKey(b))
		return
	}
	t.save("save usage", t.store.usageKey(b), u)
}
