package admin

import (
	"slices"
	"testing"
	"time"

	"mvkbot/flows"
)

// Ensure that what is revealed is sent within minutes or not at all.
func TestRevealedDoesNotWait(t *testing.T) {
	h := newHands(t)
	chat, turn := chatOfRole(flows.Supervisor), flows.Turn{Kind: flows.Said, Text: "/reveal 700"}
	step, err := h.desk.Before(t.Context(), chat, turn)
	h.must(err)
	effects := h.try(chat, turn, step).effects
	i := slices.IndexFunc(effects, func(e flows.Effect) bool { say, ok := e.(flows.Say); return ok && say.Text == "desk.revealed" })
	if i < 0 {
		t.Fatalf("nothing is revealed: %v", effects)
	}
	if say := effects[i].(flows.Say); !say.NotAfter.After(h.now) || say.NotAfter.Sub(h.now) > 5*time.Minute {
		t.Errorf("it may be sent until %s, asked at %s", say.NotAfter, h.now)
	}
}
