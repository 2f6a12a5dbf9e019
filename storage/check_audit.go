package storage

import (
	"github.com/fxamacker/cbor/v2"
)

// auditLine checks that a line that staff wrote is in the index of what they
// did. That the line is sound is for CheckAudit to say.
func (c *checker) auditLine(value []byte) error {
	c.report.AuditLines++
	var l auditLine
	if cbor.Unmarshal(value, &l) != nil || l.Actor == 0 {
		return nil
	}
	if row, err := c.snap.Get(actorKey(l.Actor, idOf(c.key))); err != nil {
		return err
	} else if row == nil {
		c.fault("it is not in the index of its actor")
	}
	return nil
}

// actor checks that a row of the index of what staff did names a line of theirs.
func (c *checker) actor([]byte) error {
	actor, number := actorOf(c.key)
	v, err := c.snap.Get(auditKey(number))
	if err != nil {
		return err
	}
	var l auditLine
	if v == nil || cbor.Unmarshal(v, &l) != nil || l.Actor != actor {
		c.fault("line %d is not theirs", number)
	}
	return nil
}
