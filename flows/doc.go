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
// The staff have dialogs of their own, Flows with a Role: they are entered by the
// steps that Engine.Begin… names, in the midst of any other dialog, and lead back
// to where that was. What staff do with a resident or a ticket at once is a
// ResidentDeed or a TicketDeed; who may give which command is not known here.
//
// The transcripts in testdata are the specification of the dialogs, read them
// first; the diagrams beside them are drawn from the tables that run.
package flows
