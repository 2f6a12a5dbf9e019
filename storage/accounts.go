package storage

import (
	"slices"

	"mvkbot/flows"
)

// Account implements flows.Accounts.
func (t *Turn) Account(number uint64) (a flows.Account) {
	t.load("read account", key64(kindAccount, number), &a)
	return a
}

// OpenAccount implements flows.Accounts.
func (t *Turn) OpenAccount(a flows.Account) uint64 {
	if a.Number = t.next("count account", metaAccount); a.Number == 0 {
		return 0
	}
	t.save("save account", key64(kindAccount, a.Number), a)
	t.indexSurname(flows.Cursor{Tag: tagAccount, ID: a.Number}, "", a.Surname)
	return a.Number
}

// SaveAccount implements flows.Accounts.
func (t *Turn) SaveAccount(a flows.Account) {
	was := t.Account(a.Number)
	t.save("save account", key64(kindAccount, a.Number), a)
	t.indexSurname(flows.Cursor{Tag: tagAccount, ID: a.Number}, was.Surname, a.Surname)
}

// DropAccount implements flows.Accounts.
func (t *Turn) DropAccount(number uint64) {
	was := t.Account(number)
	t.remove("drop account", key64(kindAccount, number))
	t.indexSurname(flows.Cursor{Tag: tagAccount, ID: number}, was.Surname, "")
}

// Bindings implements flows.Contracts.
func (t *Turn) Bindings(account uint64) (list []flows.Binding) {
	if account != 0 {
		t.load("read bindings", key64(kindBindings, account), &list)
	}
	return list
}

// Holders implements flows.Contracts.
func (t *Turn) Holders(n flows.Number) (accounts []uint64) {
	t.load("read holders", t.store.holdersKey(n), &accounts)
	return accounts
}

// SetBindings implements flows.Contracts.
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
