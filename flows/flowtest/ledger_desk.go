package flowtest

import "mvkbot/flows"

// Staff implements flows.Crew.
func (l *Ledger) Staff() []flows.Member { return l.Granted }

// SetStaff implements flows.StaffList.
func (l *Ledger) SetStaff(list []flows.Member) { l.Granted = list }

// Operation implements flows.Door.
func (l *Ledger) Operation() flows.Operation { return l.Run }

// SetOperation implements flows.Door.
func (l *Ledger) SetOperation(o flows.Operation) { l.Run = o }

// Approvals implements flows.Approvals.
func (l *Ledger) Approvals() []flows.Approval { return l.Waiting }

// SetApprovals implements flows.Approvals.
func (l *Ledger) SetApprovals(list []flows.Approval) { l.Waiting = list }

// Chat implements flows.Chats.
func (l *Ledger) Chat(chat int64) flows.Conversation {
	c := l.Dialogs[chat]
	c.Chat = chat
	return c
}

// SaveChat implements flows.Chats.
func (l *Ledger) SaveChat(c flows.Conversation) { l.Dialogs[c.Chat] = c }

// Alarms implements flows.Alarms.
func (l *Ledger) Alarms() []flows.Alarm { return l.Raised }

// SetAlarms implements flows.Alarms.
func (l *Ledger) SetAlarms(list []flows.Alarm) { l.Raised = list }

// DeadLetter implements flows.DeadLetters.
func (l *Ledger) DeadLetter(number uint64) (flows.DeadLetter, bool) {
	d, ok := l.Dead[number]
	return d, ok
}

// DropDeadLetter implements flows.DeadLetters.
func (l *Ledger) DropDeadLetter(number uint64) { delete(l.Dead, number) }

// Broadcast implements flows.Broadcasts.
func (l *Ledger) Broadcast(number uint64) flows.Broadcast {
	if number == 0 || number > uint64(len(l.Broadcasts)) {
		return flows.Broadcast{}
	}
	return l.Broadcasts[number-1]
}

// OpenBroadcast implements flows.Broadcasts.
func (l *Ledger) OpenBroadcast(b flows.Broadcast) uint64 {
	b.Number = uint64(len(l.Broadcasts)) + 1
	l.Broadcasts = append(l.Broadcasts, b)
	return b.Number
}

// SaveBroadcast implements flows.Broadcasts.
func (l *Ledger) SaveBroadcast(b flows.Broadcast) { l.Broadcasts[b.Number-1] = b }

// DropBroadcast implements flows.Broadcasts.
func (l *Ledger) DropBroadcast(number uint64) { l.Broadcasts[number-1] = flows.Broadcast{} }

// ActiveBroadcast implements flows.Broadcasts.
func (l *Ledger) ActiveBroadcast() uint64 {
	for _, b := range l.Broadcasts {
		if b.Active() {
			return b.Number
		}
	}
	return 0
}

// BindingReview implements flows.BindingReviews.
func (l *Ledger) BindingReview() flows.BindingReview { return l.Reviewed }

// SaveBindingReview implements flows.BindingReviews.
func (l *Ledger) SaveBindingReview(r flows.BindingReview) { l.Reviewed = r }
