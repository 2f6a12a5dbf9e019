package storage

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"slices"

	"mvkbot/flows"
)

// maxWalk is how many records one page of a search may read: the index knows
// only how a surname begins, and everything else must be looked for.
const maxWalk = 1000

// Find lists up to limit residents that one of the queries asks for, in the order
// of accounts, chats and registrations, each once. The queries are those of one
// flows.ParseQuery. The next page begins at the cursor that is returned; a search
// that looked at many without finding a page ends early, with a cursor to go on.
func (s *Store) Find(ctx context.Context, queries []flows.Query, after flows.Cursor, limit int) (hits []flows.Hit, next flows.Cursor, err error) {
	var f finder
	err = s.backend.View(ctx, func(snap Snapshot) error {
		f = finder{store: s, snap: snap, limit: limit, last: after}
		if len(queries) == 1 && queries[0].By == flows.LookupSurname {
			return f.walk(queries[0])
		}
		return f.pick(queries)
	})
	if err != nil {
		return nil, flows.Cursor{}, fmt.Errorf("find residents: %w", err)
	}
	return f.hits, f.next, nil
}

// finder gathers one page.
type finder struct {
	store  *Store
	snap   Snapshot
	limit  int
	looked int
	last   flows.Cursor // looked at
	next   flows.Cursor
	hits   []flows.Hit
}

// candidate is somebody who may be a hit.
type candidate struct {
	who   flows.Cursor
	query flows.Query
}

func compareCursors(a, b flows.Cursor) int {
	return cmp.Or(cmp.Compare(a.Tag, b.Tag), cmp.Compare(a.ID, b.ID))
}

// walk looks at all whose surname begins as the query's does.
func (f *finder) walk(q flows.Query) error {
	rows := f.store.surnameRows(q.Prefix())
	from := append(f.store.surnameKey(q.Prefix(), f.last), 0) // the key behind
	return f.snap.Scan(rows, from, func(k, _ []byte) (bool, error) {
		if len(k) != surnameKeySize {
			return true, nil
		}
		who := flows.Cursor{Tag: k[len(rows)], ID: binary.BigEndian.Uint64(k[len(rows)+1:])}
		return f.look(candidate{who, q})
	})
}

// pick looks at those whom queries name; who is named twice is found by the first.
func (f *finder) pick(queries []flows.Query) error {
	var all []candidate
	for _, q := range queries {
		named, err := f.named(q)
		if err != nil {
			return err
		}
		for _, who := range named {
			all = append(all, candidate{who, q})
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return compareCursors(a.who, b.who) })
	for _, c := range all {
		if compareCursors(c.who, f.last) <= 0 { // of a page before, or named already
			continue
		}
		if more, err := f.look(c); err != nil || !more {
			return err
		}
	}
	return nil
}

// look takes a candidate for a hit if it is one; false when the page ends.
func (f *finder) look(c candidate) (more bool, err error) {
	hit, ok, err := f.hit(c.who)
	if err != nil {
		return false, err
	}
	if hit.By = c.query.By; ok && c.query.Fits(hit) {
		if len(f.hits) == f.limit {
			f.next = f.last
			return false, nil
		}
		f.hits = append(f.hits, hit)
	}
	f.last = c.who
	if f.looked++; f.looked == maxWalk {
		f.next = f.last
	}
	return f.looked < maxWalk, nil
}

// named tells whom a query names that is not by surname.
func (f *finder) named(q flows.Query) (who []flows.Cursor, err error) {
	switch q.By {
	case flows.LookupAccount:
		return []flows.Cursor{{Tag: tagAccount, ID: q.Number}}, nil
	case flows.LookupChat:
		return f.inChat(int64(q.Number))
	case flows.LookupUsername:
		v, err := f.snap.Get(f.store.usernameKey(q.Value))
		if err != nil || len(v) != 8 {
			return nil, err
		}
		return f.inChat(chatOf(v))
	case flows.LookupPhone:
		return f.owner(flows.Contact{Channel: flows.ByPhone, Value: q.Value})
	case flows.LookupEmail:
		return f.owner(flows.Contact{Channel: flows.ByEmail, Value: q.Value})
	case flows.LookupContract:
		var accounts []uint64
		_, err := f.store.get(f.snap, f.store.holdersKey(flows.Number(q.Value)), &accounts)
		for _, a := range accounts {
			who = append(who, flows.Cursor{Tag: tagAccount, ID: a})
		}
		return who, err
	}
	return nil, nil
}

// owner is who has a contact.
func (f *finder) owner(c flows.Contact) ([]flows.Cursor, error) {
	var o flows.Owner
	switch ok, err := f.store.get(f.snap, f.store.ownerKey(c), &o); {
	case err != nil || !ok:
		return nil, err
	case o.Account != 0:
		return []flows.Cursor{{Tag: tagAccount, ID: o.Account}}, nil
	}
	return []flows.Cursor{{Tag: tagRegistration, ID: ordered(o.Chat)}}, nil
}

// inChat is who writes in a chat.
func (f *finder) inChat(chat int64) ([]flows.Cursor, error) {
	var c flows.Conversation
	if ok, err := f.store.get(f.snap, chatKey(chat), &c); err != nil || !ok {
		return nil, err
	}
	if c.Account != 0 {
		var a flows.Account
		if _, err := f.store.get(f.snap, key64(kindAccount, c.Account), &a); err != nil {
			return nil, err
		}
		if a.Chat == chat { // else it was moved to another one
			return []flows.Cursor{{Tag: tagAccount, ID: a.Number}}, nil
		}
	}
	if c.Registration.Submitted != 0 {
		return []flows.Cursor{{Tag: tagRegistration, ID: ordered(chat)}}, nil
	}
	return []flows.Cursor{{Tag: tagChat, ID: ordered(chat)}}, nil
}

// hit reads what is shown of somebody; false when they are not there.
func (f *finder) hit(who flows.Cursor) (h flows.Hit, ok bool, err error) {
	if who.Tag == tagAccount {
		var a flows.Account
		ok, err := f.store.get(f.snap, key64(kindAccount, who.ID), &a)
		return flows.Hit{
			Account: a.Number, Chat: a.Chat, Surname: a.Surname, Name: a.Name, Patronymic: a.Patronymic, Phone: a.Phone, Email: a.Email,
		}, ok, err
	}
	var c flows.Conversation
	ok, err = f.store.get(f.snap, key64(kindConversation, who.ID), &c)
	r := c.Registration
	if who.Tag == tagChat || r.Submitted == 0 {
		return flows.Hit{Chat: c.Chat}, ok && who.Tag == tagChat, err
	}
	return flows.Hit{
		Chat: c.Chat, Registration: true, Surname: r.Surname, Name: r.Name, Patronymic: r.Patronymic, Phone: r.Phone, Email: r.Email,
	}, ok, err
}
