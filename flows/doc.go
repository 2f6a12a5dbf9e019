// Package flows is the ground floor of mvkbot: the words of the trade and the
// dialogs, as pure finite-state machines.
//
// A dialog is a Flow: a table of questions, of how answers are read and of
// where events lead. An Engine steps a Conversation through the tables: time,
// chance, the answer and a Ledger come in, the next Conversation and Effects go
// out. A step sends, stores, logs and waits for nothing, may be run again, and
// leaves its input untouched. A resident's mistake is an event with a row; an
// error is a fault of the program.
//
// The files are of three kinds: the words of the trade (contract.go, person.go,
// account.go, ticket.go, broadcast.go, …) with the Ledger that keeps them and the
// machinery that runs dialogs (flow.go, engine.go, scene.go, take.go); the dialogs
// of residents (start.go, registration.go, review.go, verification.go, menu.go,
// binding.go, profile.go, access.go, leaving.go, renewal.go, support.go); and what
// staff do: their dialogs (reply.go, composing.go, importing.go) and their deeds
// (resident_deed.go, ticket_deed.go).
//
// The staff have dialogs of their own, Flows with a Role: they are entered by the
// steps that Engine.Begin… names, in the midst of any other dialog, and lead back
// to where that was. What staff do with a resident or a ticket at once is a
// ResidentDeed or a TicketDeed; who may give which command is not known here.
//
// The transcripts in testdata are the specification of the dialogs, read them
// first; the diagrams beside them are drawn from the tables that run.
package flows
