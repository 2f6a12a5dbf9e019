package flows_test

import (
	"testing"

	"mvkbot/flows"
)

// Ensure that every end of a message is counted as what it is, and that what ends
// unsent after a cancellation was not somebody who blocked the bot.
func TestBroadcast_End(t *testing.T) {
	for _, tt := range []struct {
		state   flows.BroadcastState
		outcome flows.Outcome
		want    flows.Broadcast
	}{
		{flows.BroadcastRunning, flows.Delivered, flows.Broadcast{Delivered: 1}},
		{flows.BroadcastRunning, flows.Unsent, flows.Broadcast{Gone: 1}},
		{flows.BroadcastPaused, flows.Unsent, flows.Broadcast{Gone: 1}},
		{flows.BroadcastRunning, flows.Refused, flows.Broadcast{Refused: 1}},
		{flows.BroadcastRunning, flows.Unknown, flows.Broadcast{Unknown: 1}},
		{flows.BroadcastCancelled, flows.Unsent, flows.Broadcast{Dropped: 1}},
		{flows.BroadcastCancelled, flows.Delivered, flows.Broadcast{Delivered: 1}},
	} {
		b := flows.Broadcast{State: tt.state, Queued: 3}
		b.End(tt.outcome)
		if b.UnderWay() != 2 {
			t.Errorf("%+v: %d under way", tt, b.UnderWay())
		}
		tt.want.State, tt.want.Queued = tt.state, 3
		if b != tt.want {
			t.Errorf("%+v, want %+v", b, tt.want)
		}
	}
}

// Ensure that only a message that nobody gets pauses its broadcast.
func TestBroadcast_Hopeless(t *testing.T) {
	for delivered, want := range map[int]flows.BroadcastState{0: flows.BroadcastPaused, 1: flows.BroadcastRunning} {
		b := flows.Broadcast{State: flows.BroadcastRunning, Queued: 30, Delivered: delivered}
		for range 9 {
			b.End(flows.Refused)
		}
		if b.State != flows.BroadcastRunning || b.Hopeless() {
			t.Errorf("%+v gave up early", b)
		}
		b.End(flows.Refused)
		if b.State != want || b.Active() != true || b.Hopeless() != (delivered == 0) {
			t.Errorf("%+v, want state %d", b, want)
		}
	}
}
