package flows

// Ledger is the rest of the world that a step reads and writes, implemented by
// the open transaction. Its methods return zero values when the storage fails;
// the transaction then fails as a whole, whatever the step made of them. A list
// that it returns must not be modified.
type Ledger interface {
	Owners
	Accounts
	Contracts
	Budgets
	AuditLog
	Tallies
	Tickets
	Chats
	StaffList
	Approvals
	Door
	Alarms
	DeadLetters
	Broadcasts
	BindingReviews
}

// Owners tell whose the contacts are.
type Owners interface {
	// Owner tells who has a contact.
	Owner(Contact) Owner
	// SetOwner gives a contact to an owner; the zero Owner frees it.
	SetOwner(Contact, Owner)
}

// Accounts are the accounts of residents.
type Accounts interface {
	// Account reads an account; the zero Account when there is none.
	Account(number uint64) Account
	// OpenAccount stores a new account and returns its number.
	OpenAccount(Account) uint64
	// SaveAccount stores a changed account, DropAccount removes one.
	SaveAccount(Account)
	DropAccount(number uint64)
}

// Contracts are the directory, and who holds what is in it.
type Contracts interface {
	// Contract looks a contract up in the directory.
	Contract(Number) (Contract, bool)
	// Bindings lists an account's contracts, the oldest first.
	Bindings(account uint64) []Binding
	// SetBindings replaces the list, and keeps the contracts' holders in step.
	SetBindings(account uint64, list []Binding)
	// Holders lists the accounts that hold a contract.
	Holders(Number) []uint64
}

// Budgets count what must not be done too often.
type Budgets interface {
	// Usage reads what a budget has seen, SetUsage writes it.
	Usage(Budget) Usage
	SetUsage(Budget, Usage)
}

// AuditLog is the log of what was done: it only grows.
type AuditLog interface {
	// OpenSubject founds a person in the audit log under a random number, with
	// the key that seals their details. CloseSubject destroys the key: the lines
	// stay, what they say of the person does not.
	OpenSubject(subject uint64, key [32]byte)
	CloseSubject(subject uint64)
	// Audit appends a line to the log, Lines reads those of a subject and LastLines
	// so many of them, the newest first.
	Audit(AuditLine)
	Lines(subject uint64) []AuditLine
	LastLines(subject uint64, limit int) []AuditLine
}

// Tallies count what happens, for the statistics.
type Tallies interface {
	// Tally adds one to a counter of a day.
	Tally(Day, Counter)
}

// Tickets are what residents wrote to the support, and what came of it.
type Tickets interface {
	// Ticket reads a ticket; the zero Ticket when there is none.
	Ticket(number uint64) Ticket
	// TicketsOf lists the tickets of an account, the oldest first.
	TicketsOf(account uint64) []uint64
	// OpenTicket stores a new ticket and returns its number.
	OpenTicket(Ticket) uint64
	// SaveTicket stores a changed ticket, and keeps the queue in step.
	SaveTicket(Ticket)
	// DropTicket removes a ticket with everything that was said.
	DropTicket(number uint64)
	// Message reads a message of a ticket by its index, from 0.
	Message(number uint64, index uint32) TicketMessage
	// SaveMessage stores a message, and keeps the places where it stands in step.
	SaveMessage(number uint64, index uint32, m TicketMessage)
	// Relay finds the message that stands at a place; false when none does.
	Relay(Place) (Relay, bool)
}

// Chats are the conversations of others: a deed of staff changes one besides
// the conversation of who does it.
type Chats interface {
	// Chat reads a conversation; one that never began has no state.
	Chat(chat int64) Conversation
	// SaveChat stores a conversation that this step has read by Chat.
	SaveChat(Conversation)
}

// StaffList is who was granted a role.
type StaffList interface {
	Crew
	// SetStaff replaces the list.
	SetStaff([]Member)
}

// Crew tells who was granted a role, in a transaction or outside of one.
type Crew interface {
	// Staff lists them.
	Staff() []Member
}

// Approvals are the deeds of staff that wait for a second person.
type Approvals interface {
	// Approvals lists them, the oldest first.
	Approvals() []Approval
	// SetApprovals replaces the list.
	SetApprovals([]Approval)
}

// Door is how the bot as a whole is run.
type Door interface {
	// Operation reads it, SetOperation writes it.
	Operation() Operation
	SetOperation(Operation)
}

// Alarms are what administrators know of: kept, so that a restart repeats nothing.
type Alarms interface {
	// Alarms lists what was told.
	Alarms() []Alarm
	// SetAlarms replaces the list.
	SetAlarms([]Alarm)
}

// DeadLetters are what could not be delivered.
type DeadLetters interface {
	// DeadLetter reads one; false when there is none of that number.
	DeadLetter(number uint64) (DeadLetter, bool)
	// DropDeadLetter removes one for good.
	DropDeadLetter(number uint64)
}

// Broadcasts are the messages to many.
type Broadcasts interface {
	// Broadcast reads one; the zero Broadcast when there is none.
	Broadcast(number uint64) Broadcast
	// OpenBroadcast stores a new one and returns its number.
	OpenBroadcast(Broadcast) uint64
	// SaveBroadcast stores a changed one.
	SaveBroadcast(Broadcast)
	// DropBroadcast removes one that never began.
	DropBroadcast(number uint64)
	// ActiveBroadcast is the number of the one that is active, 0 for none.
	ActiveBroadcast() uint64
}

// BindingReviews tell how far the bindings were compared with the directory.
type BindingReviews interface {
	// BindingReview reads it, SaveBindingReview writes it.
	BindingReview() BindingReview
	SaveBindingReview(BindingReview)
}
