package storage

import (
	"mvkbot/flows"
)

// broadcast checks that a broadcast counts what lies in the outbox as under way,
// and that it is known as the active one if it is.
func (c *checker) broadcast(value []byte) error {
	c.report.Broadcasts++
	var b flows.Broadcast
	if !c.opens(value, &b) {
		return nil
	}
	number := idOf(c.key)
	if b.Number != number {
		c.fault("holds another number")
	}
	var all broadcasting
	if _, err := c.find(metaBroadcast, &all); err != nil {
		return err
	}
	if all.Last < number {
		c.fault("the counter of broadcasts is behind it")
	}
	if b.Active() != (all.Active == number) {
		c.fault("it and the note of the active one disagree")
	}
	if n := c.bulk[number]; n != b.UnderWay() {
		c.fault("%d of its messages are under way, %d in the outbox", b.UnderWay(), n)
	}
	return nil
}
