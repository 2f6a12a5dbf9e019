package storage

import (
	"context"
	"fmt"

	"mvkbot/flows"
)

// broadcasting is which broadcasts there are: the last one, and the active one.
type broadcasting struct {
	Last   uint64 `cbor:"1,keyasint"`
	Active uint64 `cbor:"2,keyasint,omitempty"`
}

func (t *Turn) broadcasting() (b broadcasting) {
	t.load("read broadcasts", metaBroadcast, &b)
	return b
}

// Broadcast implements flows.Broadcasts.
func (t *Turn) Broadcast(number uint64) (b flows.Broadcast) {
	t.load("read broadcast", key64(kindBroadcast, number), &b)
	return b
}

// OpenBroadcast implements flows.Broadcasts.
func (t *Turn) OpenBroadcast(b flows.Broadcast) uint64 {
	all := t.broadcasting()
	all.Last++
	b.Number = all.Last
	t.save("count broadcast", metaBroadcast, all)
	t.SaveBroadcast(b)
	return b.Number
}

// SaveBroadcast implements flows.Broadcasts.
func (t *Turn) SaveBroadcast(b flows.Broadcast) {
	t.save("save broadcast", key64(kindBroadcast, b.Number), b)
	all := t.broadcasting()
	switch {
	case b.Active() && all.Active != b.Number:
		all.Active = b.Number
	case !b.Active() && all.Active == b.Number:
		all.Active = 0
	default:
		return
	}
	t.save("note active broadcast", metaBroadcast, all)
}

// DropBroadcast implements flows.Broadcasts.
func (t *Turn) DropBroadcast(number uint64) {
	t.remove("drop broadcast", key64(kindBroadcast, number))
}

// ActiveBroadcast implements flows.Broadcasts.
func (t *Turn) ActiveBroadcast() uint64 { return t.broadcasting().Active }

// endOf counts how a message of a broadcast ended.
func (t *Turn) endOf(broadcast uint64, o flows.Outcome) {
	if broadcast == 0 {
		return
	}
	if b := t.Broadcast(broadcast); b.Number != 0 {
		b.End(o)
		t.SaveBroadcast(b)
	}
}

// Recipient is the chat to which an account of an audience is written; false
// for an account that is not of it, and for a chat that staff blocked.
func (t *Turn) Recipient(account uint64, a flows.Audience) (chat int64, ok bool) {
	owner := t.Account(account)
	if owner.Number == 0 || !a.Includes(owner, t.Bindings(account), t.Contract) || t.Chat(owner.Chat).Blocked != 0 {
		return 0, false
	}
	return owner.Chat, t.err == nil
}

// Broadcast reads a broadcast, the zero Broadcast when there is none, and whether
// the door is closed. Number 0 is the active one.
func (s *Store) Broadcast(ctx context.Context, number uint64) (b flows.Broadcast, closed bool, err error) {
	err = s.backend.View(ctx, func(snap Snapshot) error {
		t := s.reading(snap)
		if closed = t.Operation().Closed != 0; number == 0 {
			number = t.ActiveBroadcast()
		}
		b = t.Broadcast(number)
		return t.err
	})
	return b, closed, err
}

// Recipients are the accounts of an audience among those that were looked at.
type Recipients struct {
	Accounts []uint64
	Last     uint64 // account that was looked at last
	End      bool   // there are none behind it
}

// maxLook is how many accounts one look reads: a snapshot must not be held for long.
const maxLook = 500

// Recipients looks for up to limit accounts of an audience whose numbers are
// higher than after, in the order of their numbers. It may find fewer than there
// are: it goes on behind Last until End.
func (s *Store) Recipients(ctx context.Context, a flows.Audience, after uint64, limit int) (r Recipients, err error) {
	err = s.backend.View(ctx, func(snap Snapshot) error {
		r = Recipients{Last: after, End: true}
		t, looked := s.reading(snap), 0
		return snap.Scan([]byte{kindAccount}, key64(kindAccount, after+1), func(k, _ []byte) (bool, error) {
			if looked++; looked > maxLook || len(r.Accounts) == limit {
				r.End = false
				return false, nil
			}
			r.Last = idOf(k)
			if _, ok := t.Recipient(r.Last, a); ok {
				r.Accounts = append(r.Accounts, r.Last)
			}
			return true, t.err
		})
	})
	if err != nil {
		return r, fmt.Errorf("look for recipients: %w", err)
	}
	return r, nil
}
