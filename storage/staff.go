package storage

import (
	"context"

	"mvkbot/flows"
)

// Staff implements flows.Crew.
func (t *Turn) Staff() (list []flows.Member) {
	t.load("read staff", metaStaff, &list)
	return list
}

// SetStaff implements flows.StaffList.
func (t *Turn) SetStaff(list []flows.Member) { t.save("save staff", metaStaff, list) }

// Operation implements flows.Door.
func (t *Turn) Operation() (o flows.Operation) {
	t.load("read operation", metaOperation, &o)
	return o
}

// SetOperation implements flows.Door.
func (t *Turn) SetOperation(o flows.Operation) { t.save("save operation", metaOperation, o) }

// Approvals implements flows.Approvals.
func (t *Turn) Approvals() (list []flows.Approval) {
	t.load("read approvals", metaApprovals, &list)
	return list
}

// SetApprovals implements flows.Approvals.
func (t *Turn) SetApprovals(list []flows.Approval) { t.save("save approvals", metaApprovals, list) }

// Chat implements flows.Chats.
func (t *Turn) Chat(chat int64) flows.Conversation {
	c, err := t.Conversation(chat)
	t.fail("read conversation", err)
	return c
}

// SaveChat implements flows.Chats.
func (t *Turn) SaveChat(c flows.Conversation) { t.fail("save conversation", t.SaveConversation(c)) }

// Staff lists those who were granted a role.
func (s *Store) Staff(ctx context.Context) (list []flows.Member, err error) {
	err = s.read(ctx, "read staff", metaStaff, &list)
	return list, err
}
