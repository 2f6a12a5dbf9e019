package storage

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"mvkbot/flows"
)

// Turn is one open transaction: a conversation's step with everything that it
// reads and writes. It implements flows.Ledger. The first failure sticks, is
// told by every later method that returns an error, and fails the transaction.
type Turn struct {
	store    *Store
	tx       Tx
	err      error
	deadline map[int64]time.Time // of the conversations read
	counted  map[flows.Day]map[flows.Counter]uint64
}

var _ flows.Ledger = (*Turn)(nil)

// Turn runs fn in one transaction and returns once its writes are durable. fn
// may run several times and must leave no trace but its writes.
func (s *Store) Turn(ctx context.Context, fn func(*Turn) error) error {
	return s.backend.Update(ctx, func(tx Tx) error {
		t := &Turn{store: s, tx: tx}
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
	if len(v) == 4 && binary.BigEndian.Uint32(v) >= firstSeenDay(at) {
		return false
	}
	if t.err == nil {
		t.fail("note update", t.tx.Put(key, binary.BigEndian.AppendUint32(nil, seenDay(at))))
	}
	return t.err == nil
}

// Conversation reads a chat's conversation.
func (t *Turn) Conversation(chat int64) (flows.Conversation, error) {
	c := flows.Conversation{Chat: chat}
	t.load("read conversation", chatKey(chat), &c)
	if t.deadline == nil {
		t.deadline = map[int64]time.Time{}
	}
	t.deadline[chat] = c.Deadline()
	return c, t.err
}

// SaveConversation stores a conversation that this transaction has read, and
// keeps the index of deadlines in step.
func (t *Turn) SaveConversation(c flows.Conversation) error {
	t.save("save conversation", chatKey(c.Chat), c)
	was, is := t.deadline[c.Chat], c.Deadline()
	if t.err == nil && !was.Equal(is) {
		if !was.IsZero() {
			t.remove("drop deadline", deadlineKey(was, c.Chat))
		}
		if !is.IsZero() {
			t.fail("note deadline", t.tx.Put(deadlineKey(is, c.Chat), []byte{1}))
		}
		t.deadline[c.Chat] = is
	}
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
	if !to.IsZero() && t.err == nil {
		t.fail("put deadline off", t.tx.Put(deadlineKey(to, d.Chat), []byte{1}))
	}
	return t.err
}

// Owner implements flows.Ledger.
func (t *Turn) Owner(c flows.Contact) (o flows.Owner) {
	t.load("read owner", t.store.ownerKey(c), &o)
	return o
}

// SetOwner implements flows.Ledger.
func (t *Turn) SetOwner(c flows.Contact, o flows.Owner) {
	if o == (flows.Owner{}) {
		t.remove("free contact", t.store.ownerKey(c))
		return
	}
	t.save("save owner", t.store.ownerKey(c), o)
}

// Account implements flows.Ledger.
func (t *Turn) Account(number uint64) (a flows.Account) {
	t.load("read account", key64(kindAccount, number), &a)
	return a
}

// OpenAccount implements flows.Ledger.
func (t *Turn) OpenAccount(a flows.Account) uint64 {
	if t.err != nil {
		return 0
	}
	v, err := t.tx.Get(metaAccount)
	t.fail("read account counter", err)
	if len(v) == 8 {
		a.Number = binary.BigEndian.Uint64(v)
	}
	a.Number++
	if t.err == nil {
		t.fail("count account", t.tx.Put(metaAccount, binary.BigEndian.AppendUint64(nil, a.Number)))
	}
	t.save("save account", key64(kindAccount, a.Number), a)
	return a.Number
}

// SaveAccount implements flows.Ledger.
func (t *Turn) SaveAccount(a flows.Account) { t.save("save account", key64(kindAccount, a.Number), a) }

// DropAccount implements flows.Ledger.
func (t *Turn) DropAccount(number uint64) { t.remove("drop account", key64(kindAccount, number)) }

// Contract implements flows.Ledger.
func (t *Turn) Contract(n flows.Number) (flows.Contract, bool) {
	if t.err != nil || t.store.contracts == nil {
		return flows.Contract{}, false
	}
	c, ok, err := t.store.contracts.Contract(n)
	t.fail("look contract up", err)
	return c, ok && err == nil
}

// Bindings implements flows.Ledger.
func (t *Turn) Bindings(account uint64) (list []flows.Binding) {
	if account != 0 {
		t.load("read bindings", key64(kindBindings, account), &list)
	}
	return list
}

// Holders implements flows.Ledger.
func (t *Turn) Holders(n flows.Number) (accounts []uint64) {
	t.load("read holders", t.store.holdersKey(n), &accounts)
	return accounts
}

// SetBindings implements flows.Ledger.
func (t *Turn) SetBindings(account uint64, list []flows.Binding) {
	has := func(list []flows.Binding, n flows.Number) bool {
		return slices.ContainsFunc(list, func(b flows.Binding) bool { return b.Number == n })
	}
	old := t.Bindings(account)
	for _, b := range old {
		if !has(list, b.Number) {
			t.setHolders(b.Number, slices.DeleteFunc(t.Holders(b.Number), func(a uint64) bool { return a == account }))
		}
	}
	for _, b := range list {
		if !has(old, b.Number) {
			t.setHolders(b.Number, append(t.Holders(b.Number), account))
		}
	}
	if len(list) == 0 {
		t.remove("drop bindings", key64(kindBindings, account))
		return
	}
	t.save("save bindings", key64(kindBindings, account), list)
}

func (t *Turn) setHolders(n flows.Number, accounts []uint64) {
	if len(accounts) == 0 {
		t.remove("drop holders", t.store.holdersKey(n))
		return
	}
	t.save("save holders", t.store.holdersKey(n), accounts)
}

// Usage implements flows.Ledger.
func (t *Turn) Usage(b flows.Budget) (u flows.Usage) {
	t.load("read usage", t.store.usageKey(b), &u)
	return u
}

// SetUsage implements flows.Ledger.
func (t *Turn) SetUsage(b flows.Budget, u flows.Usage) {
	if len(u.Spends) == 0 && u.Count == 0 {
		t.remove("drop usage", t.store.usageKey(b))
		return
	}
	t.save("save usage", t.store.usageKey(b), u)
}
