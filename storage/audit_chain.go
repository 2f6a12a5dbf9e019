package storage

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/fxamacker/cbor/v2"
)

// ErrBrokenChain is returned by CheckAudit when a line of the audit log was
// altered, removed or put in.
var ErrBrokenChain = errors.New("audit log is broken")

func brokenAt(line uint64, how string) error {
	return fmt.Errorf("%w at line %d: %s", ErrBrokenChain, line, how)
}

// CheckAudit walks the log and returns how many lines it has, or ErrBrokenChain
// with the number of the first line that was altered, is missing or does not
// belong there. Behind a line that was put in with all later ones renumbered, the
// next is named.
func (s *Store) CheckAudit(ctx context.Context) (lines uint64, err error) {
	var c chain
	err = s.backend.View(ctx, func(snap Snapshot) error {
		c = chain{}
		head, err := s.auditHead(snap)
		lost := errors.Is(err, errUnsealed)
		if err != nil && !lost {
			return err
		}
		if c.head = head; lost {
			c.head.Line = math.MaxUint64 // no line is behind the end
		}
		if err := snap.Scan([]byte{kindAudit}, nil, func(k, v []byte) (bool, error) { return true, c.line(k, v) }); err != nil {
			return err
		}
		if lost {
			return fmt.Errorf("%w at its end: %w", ErrBrokenChain, err)
		}
		return c.end()
	})
	return c.lines, err
}

// chain follows the log from line to line. A line holds the hash of the one
// before, so a link that does not hold may be the fault of either side: the later
// line's if the link behind it does not hold as well, else the earlier one's.
type chain struct {
	head  auditHead
	lines uint64   // so far
	hash  [32]byte // of the last
	doubt bool     // the link before the last does not hold
}

// line looks at the next line.
func (c *chain) line(key, value []byte) error {
	number := c.lines + 1
	if c.lines == c.head.Line {
		return cmp.Or(c.end(), brokenAt(number, "behind the end"))
	}
	var l auditLine
	is, opens := bytes.Equal(key, auditKey(number)), cbor.Unmarshal(value, &l) == nil
	switch err := c.link(is && opens && l.Before == c.hash); {
	case err != nil:
		return err
	case !is:
		return brokenAt(number, "missing")
	case !opens:
		return brokenAt(number, "altered")
	}
	c.lines, c.hash = number, lineHash(number, value)
	return nil
}

// link judges the link behind the last line.
func (c *chain) link(holds bool) error {
	switch {
	case c.doubt && holds:
		return brokenAt(max(1, c.lines-1), "altered")
	case c.doubt:
		return brokenAt(c.lines, "altered")
	}
	c.doubt = !holds
	return nil
}

// end looks whether the last line is the one that it should be.
func (c *chain) end() error {
	switch err := c.link(c.lines == c.head.Line && c.hash == c.head.Hash); {
	case err != nil:
		return err
	case c.lines < c.head.Line:
		return brokenAt(c.lines+1, "missing")
	case c.doubt:
		return brokenAt(c.lines, "altered")
	}
	return nil
}
