package storage

import (
	"context"
	"fmt"

	"github.com/fxamacker/cbor/v2"

	"mvkbot/flows"
)

// NumberedLine is a line of the audit log as its readers see it.
type NumberedLine struct {
	Number uint64
	flows.AuditLine
	Sealed bool // it has a detail that nobody can read any more: the person was deleted
}

// AuditFilter says which lines of the audit log are wanted.
type AuditFilter struct {
	Subject uint64 // about that person, 0 = about everybody; a deleted person has no list any more
	Actor   int64  // by that member of staff, 0 = by everybody
	Before  uint64 // older than that line, 0 = from the newest on
	Limit   int
}

// AuditPage reads up to f.Limit lines, the newest first, and tells whether
// there are more. It looks at no other lines than those that the filter finds.
func (s *Store) AuditPage(ctx context.Context, f AuditFilter) (lines []NumberedLine, more bool, err error) {
	err = s.backend.View(ctx, func(snap Snapshot) error {
		lines = nil
		return s.backwards(snap, f, func(number uint64) (bool, error) {
			l, err := s.auditLine(snap, number)
			if err == nil && (f.Actor == 0 || l.Actor == f.Actor) {
				lines = append(lines, l)
			}
			return len(lines) <= f.Limit, err
		})
	})
	if err != nil {
		return nil, false, fmt.Errorf("read audit log: %w", err)
	}
	if more = len(lines) > f.Limit; more {
		lines = lines[:f.Limit]
	}
	return lines, more, nil
}

// backwards calls take with the numbers of the lines that may be wanted, the
// newest first, until it returns false.
func (s *Store) backwards(snap Snapshot, f AuditFilter, take func(number uint64) (bool, error)) error {
	switch {
	case f.Subject != 0:
		who, err := s.subject(snap, f.Subject)
		if err != nil || who == nil {
			return err
		}
		for i := len(who.Lines) - 1; i >= 0; i-- {
			if number := who.Lines[i]; f.Before == 0 || number < f.Before {
				if more, err := take(number); err != nil || !more {
					return err
				}
			}
		}
		return nil
	case f.Actor != 0:
		return snap.Scan(actorRows(f.Actor), actorKey(f.Actor, f.Before-1), func(k, _ []byte) (bool, error) {
			_, number := actorOf(k)
			return take(number)
		})
	}
	head, err := s.auditHead(snap)
	if err != nil {
		return err
	}
	for number := min(head.Line, f.Before-1); number > 0; number-- {
		if more, err := take(number); err != nil || !more {
			return err
		}
	}
	return nil
}

// AuditLines reads up to limit lines behind a number, the oldest first.
func (s *Store) AuditLines(ctx context.Context, after uint64, limit int) ([]NumberedLine, error) {
	lines, err := page(ctx, s, auditKey(after), limit, func(snap Snapshot, k, v []byte) (NumberedLine, bool, error) {
		l, err := s.readLine(snap, idOf(k), v)
		return l, true, err
	})
	if err != nil {
		return nil, fmt.Errorf("read audit log: %w", err)
	}
	return lines, nil
}

// auditLine reads the line of a number, which must be there.
func (s *Store) auditLine(r Reader, number uint64) (NumberedLine, error) {
	v, err := r.Get(auditKey(number))
	if err != nil {
		return NumberedLine{}, err
	}
	if v == nil {
		return NumberedLine{}, fmt.Errorf("%w at line %d: missing", ErrBrokenChain, number)
	}
	return s.readLine(r, number, v)
}

// readLine opens a stored line with the key of its subject.
func (s *Store) readLine(r Reader, number uint64, value []byte) (NumberedLine, error) {
	var l auditLine
	var who *subject
	err := cbor.Unmarshal(value, &l)
	if err == nil && l.Subject != 0 {
		who, err = s.subject(r, l.Subject)
	}
	var out NumberedLine
	if err == nil {
		out, err = s.openLine(number, l, who)
	}
	if err != nil {
		return NumberedLine{}, fmt.Errorf("line %d: %w", number, err)
	}
	return out, nil
}

// subject reads a person of the audit log, nil for one that was closed.
func (s *Store) subject(r Reader, n uint64) (*subject, error) {
	key := key64(kindSubject, n)
	v, err := r.Get(key)
	if err != nil || v == nil {
		return nil, err
	}
	var who subject
	if err := s.decode(key, v, &who); err != nil {
		return nil, fmt.Errorf("subject: %w", err)
	}
	return &who, nil
}

// auditHead reads the end of the log, zero for an empty one.
func (s *Store) auditHead(r Reader) (head auditHead, err error) {
	v, err := r.Get(metaAudit)
	if err == nil && v != nil {
		err = s.decode(metaAudit, v, &head)
	}
	if err != nil {
		return auditHead{}, fmt.Errorf("end of the log: %w", err)
	}
	return head, nil
}
