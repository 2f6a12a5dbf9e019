// Package flows is the ground floor of mvkbot: the words of the trade and the
// dialogs, as pure finite-state machines.
package flows
