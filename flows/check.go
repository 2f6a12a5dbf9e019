package flows

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Check reports everything that is wrong with the dialogs as tables: targets
// that are no state, unreachable states, states without a way out, buttons
// without a row, questions that nothing answers, missing texts.
func Check(all []*Flow, has func(Text) bool) error {
	c := checker{all: all, has: has, home: map[State]*Flow{}}
	for _, f := range all {
		for s := range f.States {
			if other := c.home[s]; other != nil {
				c.fault("%s: state %s belongs to %s already", f.Name, s, other.Name)
			}
			c.home[s] = f
		}
	}
	for _, f := range all {
		if _, ok := f.States[f.Start]; !ok {
			c.fault("%s: start %s is no state", f.Name, f.Start)
		}
		for _, s := range slices.Sorted(maps.Keys(f.States)) {
			c.node(f, s)
		}
	}
	c.reach()
	return errors.Join(c.faults...)
}

type checker struct {
	all    []*Flow
	has    func(Text) bool
	home   map[State]*Flow
	faults []error
}

func (c *checker) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Errorf(format, args...))
}

func (c *checker) text(f *Flow, s State, t Text) {
	if !c.has(t) {
		c.fault("%s: %s: text %q is missing", f.Name, s, t)
	}
}

func (c *checker) node(f *Flow, s State) {
	n, rows, out := f.States[s], f.rows(s, true), false
	c.text(f, s, n.Ask)
	c.text(f, s, s.Text())
	if n.Again != "" {
		c.text(f, s, n.Again)
	}
	for _, e := range slices.Sorted(maps.Keys(rows)) {
		m := rows[e]
		if m.Say != "" {
			c.text(f, s, m.Say)
		}
		if c.home[m.To] == nil && m.To != resume {
			c.fault("%s: %s: %s leads to %s, which is no state", f.Name, s, e, m.To)
		}
		out = out || m.To != s
	}
	if !out {
		c.fault("%s: %s has no way out", f.Name, s)
	}
	offered := slices.Clone(n.Lists)
	for _, row := range n.Buttons {
		for _, b := range row {
			c.text(f, s, b.Caption)
			offered = append(offered, b.Event)
		}
	}
	if len(offered) == 0 && n.Read == nil {
		c.fault("%s: %s: nothing answers the question", f.Name, s)
	}
	for _, e := range offered {
		_, decided := n.Decide[e]
		if _, ok := rows[e]; !ok && !decided && e != helpPressed {
			c.fault("%s: %s: button %s has no row", f.Name, s, e)
		}
	}
	for _, e := range slices.Sorted(maps.Keys(n.Decide)) {
		d := n.Decide[e]
		for _, into := range d.Into {
			if _, ok := rows[into]; !ok {
				c.fault("%s: %s: %s is decided into %s, which has no row", f.Name, s, e, into)
			}
		}
	}
}

// reach walks from the first flow's start, and from those of the dialogs that
// commands of staff lead into.
func (c *checker) reach() {
	seen, queue := map[State]bool{}, []State{c.all[0].Start}
	for _, f := range c.all {
		if f.Role != NoRole {
			queue = append(queue, f.Start)
		}
	}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		f := c.home[s]
		if f == nil || seen[s] {
			continue
		}
		seen[s] = true
		for _, m := range f.rows(s, true) {
			queue = append(queue, m.To)
		}
	}
	for _, s := range slices.Sorted(maps.Keys(c.home)) {
		if !seen[s] {
			c.fault("%s: state %s is unreachable", c.home[s].Name, s)
		}
	}
}
