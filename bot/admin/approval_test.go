package admin

import (
	"fmt"
	"testing"

	"mvkbot/flows"
)

// Ensure that nobody is the second person to their own deed, that the second
// person has the rank which the deed takes, and that who may not answer leaves it
// waiting.
func TestSecondPerson(t *testing.T) {
	w := newTableWorld(t)
	for _, tt := range []struct {
		name     string
		by, role flows.Role // of who asked, and that the second person must have
		second   flows.Role
		may      bool
	}{
		{"who asked", flows.Administrator, flows.Supervisor, flows.Administrator, false},
		{"a lower rank", flows.Administrator, flows.Administrator, flows.Supervisor, false},
		{"another of the rank", flows.Administrator, flows.Supervisor, flows.Supervisor, true},
		{"a higher rank", flows.Supervisor, flows.Supervisor, flows.Administrator, true},
	} {
		for _, answer := range []flows.Event{approvalGiven, approvalRefused} {
			t.Run(fmt.Sprintf("%s, %s", tt.name, answer), func(t *testing.T) {
				chat, turn := chatOfRole(tt.second), flows.Turn{Kind: flows.Pressed, Event: answer, Arg: 7, Message: 7}
				step, err := w.desk.Before(t.Context(), chat, turn)
				w.must(err)
				left := -1
				got := w.try(chat, turn, func(c flows.Conversation, t flows.Turn, l flows.Ledger) (flows.Conversation, []flows.Effect, error) {
					l.SetApprovals([]flows.Approval{{Number: 7, Line: "/reset 500", By: chatOfRole(tt.by), At: w.now.Unix(), Role: tt.role}})
					next, effects, err := step(c, t, l)
					left = len(l.Approvals())
					return next, effects, err
				})
				said, _ := got.effects[0].(flows.Say)
				if refused := said.Text == "desk.not_second"; refused == tt.may || (left == 1) == tt.may {
					t.Errorf("answered %v, %d left waiting", got.effects, left)
				}
			})
		}
	}
}
