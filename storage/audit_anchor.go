package storage

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Anchor is a line of the audit log and what the chain comes to there. One that
// is kept outside of the database shows whether the log was put back to an
// earlier state since, which no chain can tell of itself.
type Anchor struct {
	Line uint64   // 0: of an empty log
	Hash [16]byte // the first half of the line's
}

// String is LINE:HASH, which UnmarshalText reads.
func (a Anchor) String() string { return fmt.Sprintf("%d:%x", a.Line, a.Hash) }

var errAnchor = errors.New("want LINE:HASH, as the bot's log names them")

// UnmarshalText reads LINE:HASH.
func (a *Anchor) UnmarshalText(text []byte) error {
	line, hash, ok := strings.Cut(string(text), ":")
	n, err := strconv.ParseUint(line, 10, 64)
	if !ok || err != nil || len(hash) != hex.EncodedLen(len(a.Hash)) {
		return errAnchor
	}
	if _, err := hex.Decode(a.Hash[:], []byte(hash)); err != nil {
		return errAnchor
	}
	a.Line = n
	return nil
}

// AuditAnchor is the end of the audit log.
func (s *Store) AuditAnchor(ctx context.Context) (a Anchor, err error) {
	err = s.backend.View(ctx, func(snap Snapshot) error {
		head, err := s.auditHead(snap)
		a = Anchor{head.Line, [16]byte(head.Hash[:])}
		return err
	})
	if err != nil {
		return Anchor{}, fmt.Errorf("read audit log: %w", err)
	}
	return a, nil
}

// CheckAnchor returns ErrBrokenChain unless the audit log has the line of an
// anchor as it was. That the chain holds from there on is for CheckAudit to say.
func (s *Store) CheckAnchor(ctx context.Context, a Anchor) error {
	if a.Line == 0 {
		return nil
	}
	return s.backend.View(ctx, func(snap Snapshot) error {
		v, err := snap.Get(auditKey(a.Line))
		if err != nil {
			return fmt.Errorf("read audit log: %w", err)
		}
		if v == nil {
			return brokenAt(a.Line, "missing, but known")
		}
		if hash := lineHash(a.Line, v); [16]byte(hash[:]) != a.Hash {
			return brokenAt(a.Line, "another than the known one")
		}
		return nil
	})
}
