package storage

import (
	"slices"

	"mvkbot/flows"
)

func (c *checker) conversation(value []byte) error {
	c.report.Conversations++
	var v flows.Conversation
	if !c.opens(value, &v) {
		return nil
	}
	chat := chatOf(c.key[1:])
	if v.Chat != chat {
		c.fault("holds another chat")
	}
	if at := v.Deadline(); !at.IsZero() {
		if mark, err := c.snap.Get(deadlineKey(at, chat)); err != nil {
			return err
		} else if mark == nil {
			c.fault("its deadline is not in the index")
		}
	}
	if err := c.hasUsername(chat, v.Username); err != nil {
		return err
	}
	if v.Account != 0 {
		var a flows.Account
		if ok, err := c.find(key64(kindAccount, v.Account), &a); err != nil {
			return err
		} else if !ok { // one that moved away is told so by the outbox
			c.fault("account %016x is not there", v.Account)
		}
	}
	if v.Registration.Submitted == 0 {
		return nil
	}
	c.report.Registrations++
	if err := c.surname(flows.Cursor{Tag: tagRegistration, ID: ordered(chat)}, v.Registration.Surname); err != nil {
		return err
	}
	// Until it is proven a contact may be claimed by another.
	r, proven := v.Registration, flows.Owner{Chat: chat, Proven: true}
	if r.PhoneAt != 0 {
		if err := c.contact(proven, flows.Contact{Channel: flows.ByPhone, Value: string(r.Phone)}); err != nil {
			return err
		}
	}
	if r.EmailAt == 0 {
		return nil
	}
	return c.contact(proven, flows.Contact{Channel: flows.ByEmail, Value: string(r.Email)})
}

// contacts checks that an owner has its contacts.
func (c *checker) contacts(want flows.Owner, phone flows.Phone, email flows.Email) error {
	for _, contact := range both(phone, email) {
		if err := c.contact(want, contact); err != nil {
			return err
		}
	}
	return nil
}

// contact looks whether a contact has the owner that it must have.
func (c *checker) contact(want flows.Owner, contact flows.Contact) error {
	var o flows.Owner
	if _, err := c.find(c.store.ownerKey(contact), &o); err != nil {
		return err
	}
	if o != want {
		c.fault("its %s is not owned by it", channelNames[contact.Channel])
	}
	return nil
}

var channelNames = map[flows.Channel]string{flows.ByPhone: "phone", flows.ByEmail: "e-mail"}

func both(phone flows.Phone, email flows.Email) []flows.Contact {
	return []flows.Contact{{Channel: flows.ByPhone, Value: string(phone)}, {Channel: flows.ByEmail, Value: string(email)}}
}

func (c *checker) deadline([]byte) error {
	c.report.Deadlines++
	chat := chatOf(c.key[9:])
	var v flows.Conversation
	ok, err := c.find(chatKey(chat), &v)
	if err != nil {
		return err
	}
	if at := v.Deadline(); !ok || at.IsZero() || string(deadlineKey(at, chat)) != string(c.key) {
		c.fault("its conversation has another deadline or none")
	}
	return nil
}

// owner checks that whom a contact points to has that contact.
func (c *checker) owner(value []byte) error {
	c.report.Contacts++
	var o flows.Owner
	if !c.opens(value, &o) {
		return nil
	}
	var a flows.Account
	var v flows.Conversation
	has := both("", "")
	switch {
	case o.Account != 0 && o.Chat != 0, o == flows.Owner{}:
		c.fault("names not exactly one owner")
		return nil
	case o.Account != 0:
		if _, err := c.find(key64(kindAccount, o.Account), &a); err != nil {
			return err
		}
		has = both(a.Phone, a.Email)
	default:
		if _, err := c.find(chatKey(o.Chat), &v); err != nil {
			return err
		}
		if v.Registration.Submitted != 0 {
			has = both(v.Registration.Phone, v.Registration.Email)
		}
	}
	if !slices.ContainsFunc(has, func(h flows.Contact) bool { return string(c.store.ownerKey(h)) == string(c.key) }) {
		c.fault("its owner does not have the contact")
	}
	return nil
}
