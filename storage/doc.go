// Package storage keeps conversations, accounts and everything else that must
// survive: typed records and indexes over a small ordered key-value seam.
//
// It promises that a turn is one transaction: durable as a whole, or without a
// trace; that an update counts once, an outbox record ends once and its number
// never comes again; that a line of the audit log is never changed, and none is
// missing unseen; and that the database alone shows no name, phone, e-mail, code or
// contract: records are sealed, index keys are keyed hashes. What stands open are
// the messenger's ids of chats, and of the audit log when, what and by whom of the
// staff.
//
// It refuses a database that another secret sealed, that a newer program wrote
// or that is not its own, and every record that was altered or moved. It knows
// neither the dialogs' rules nor the database behind the seam. No look outside a
// turn holds a snapshot for as long as the database is large, but Check's and those
// at the outbox.
//
// keys.go lists the kinds of records, check.go what must hold between them, and
// prune.go how long they are kept.
package storage
