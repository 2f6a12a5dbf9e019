package storage

import (
	"encoding/binary"
	"slices"

	"mvkbot/flows"
)

func (c *checker) account(value []byte) error {
	c.report.Accounts++
	var a flows.Account
	if !c.opens(value, &a) {
		return nil
	}
	number := idOf(c.key)
	if a.Number != number {
		c.fault("holds another number")
	}
	last, err := c.snap.Get(metaAccount)
	if err != nil {
		return err
	}
	if len(last) != 8 || binary.BigEndian.Uint64(last) < number {
		c.fault("the counter of accounts is behind it")
	}
	var v flows.Conversation
	if _, err := c.find(chatKey(a.Chat), &v); err != nil {
		return err
	}
	if v.Account != number {
		c.fault("its chat does not know it")
	}
	if err := c.surname(flows.Cursor{Tag: tagAccount, ID: number}, a.Surname); err != nil {
		return err
	}
	return c.contacts(flows.Owner{Account: number}, a.Phone, a.Email)
}

// bindings checks that an account's contracts know the account.
func (c *checker) bindings(value []byte) error {
	var list []flows.Binding
	if !c.opens(value, &list) {
		return nil
	}
	c.report.Bindings += len(list)
	if len(list) == 0 {
		c.fault("empty list")
	}
	number := idOf(c.key)
	if ok, err := c.find(key64(kindAccount, number), &flows.Account{}); err != nil {
		return err
	} else if !ok {
		c.fault("of no account")
	}
	for i, b := range list {
		var accounts []uint64
		if _, err := c.find(c.store.holdersKey(b.Number), &accounts); err != nil {
			return err
		}
		if !slices.Contains(accounts, number) {
			c.fault("contract %d of the list does not know its holder", i+1)
		}
		if slices.ContainsFunc(list[:i], func(other flows.Binding) bool { return other.Number == b.Number }) {
			c.fault("contract %d of the list is there twice", i+1)
		}
	}
	return nil
}

// holders checks that the holders of a contract know the contract.
func (c *checker) holders(value []byte) error {
	c.report.Holders++
	var accounts []uint64
	if !c.opens(value, &accounts) {
		return nil
	}
	if len(accounts) == 0 {
		c.fault("empty list")
	}
	for i, account := range accounts {
		var list []flows.Binding
		if _, err := c.find(key64(kindBindings, account), &list); err != nil {
			return err
		}
		if !slices.ContainsFunc(list, func(b flows.Binding) bool { return string(c.store.holdersKey(b.Number)) == string(c.key) }) {
			c.fault("account %016x does not have the contract", account)
		}
		if slices.Contains(accounts[:i], account) {
			c.fault("account %016x is there twice", account)
		}
	}
	return nil
}
