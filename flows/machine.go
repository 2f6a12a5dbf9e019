package flows

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/looplab/fsm"
)

// judge decides by looplab/fsm whether an event is legal in a state and where
// it leads. It holds no resident: a machine is set to the stored state, asked
// once and returned to the pool, or thrown away after any error, because a
// failed machine refuses everything afterwards.
type judge struct {
	flow *Flow
	pool sync.Pool
}

func newJudge(f *Flow) *judge {
	j := &judge{flow: f}
	j.pool.New = func() any { return f.machine(true) }
	return j
}

// machine builds the flow's machine, with or without the rows that all states
// share. It has no callbacks: looplab ignores those whose name is misspelt, and
// runs them after the state has moved.
func (f *Flow) machine(always bool) *fsm.FSM {
	var events fsm.Events
	for s := range f.States {
		for e, m := range f.rows(s, always) {
			events = append(events, fsm.EventDesc{Name: string(e), Src: []string{string(s)}, Dst: string(m.To)})
		}
	}
	return fsm.NewFSM(string(f.Start), events, nil)
}

// move returns the state that event leads to from a state.
func (j *judge) move(from State, event Event) (State, error) {
	m := j.pool.Get().(*fsm.FSM)
	m.SetState(string(from))
	// A cancelled context would wedge the machine; a self-loop is reported as
	// NoTransitionError and is success.
	err := m.Event(context.Background(), string(event))
	var none fsm.NoTransitionError
	if err != nil && !(errors.As(err, &none) && none.Err == nil) {
		return from, fmt.Errorf("event %s in state %s: %w", event, from, err)
	}
	to := State(m.Current())
	j.pool.Put(m)
	return to, nil
}
