// Package storage keeps conversations, accounts and everything else that must
// survive: typed records and indexes over a small ordered key-value seam.
//
// It promises that a turn is one transaction: durable as a whole, or without a
// trace; that an update counts once, an outbox record ends once and its number
// never comes again; and that the database alone shows no name, phone, e-mail,
// code or contract: records are sealed, index keys are keyed hashes.
//
// It refuses a database that another secret sealed, that a newer program wrote
// or that is not its own, and every record that was altered or moved. It knows
// neither the dialogs' rules nor the database behind the seam.
package storage
