package admin

import "mvkbot/flows"

// another reports whether a deed was confirmed that one person alone must not do
// (SPEC §3), and asks where it was not. With nobody else to ask, the same person
// is asked twice, and the audit log says so.
func (k *call) another(question flows.Text, a flows.Args) bool {
	if !k.sure(question, a) {
		return false
	}
	if k.second {
		k.note += ", confirmed twice by one person"
		return true
	}
	k.confirmed = false
	k.sure("desk.sure_again", a)
	k.c.Desk.Again = true
	return false
}
