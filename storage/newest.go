package storage

import (
	"context"
	"fmt"

	"github.com/fxamacker/cbor/v2"
)

// Newest is the latest moment that a record tells of, in Unix seconds: of the
// last line of the audit log, or of a message that waits or could not be sent. A
// clock that is behind it is wrong, or was.
func (s *Store) Newest(ctx context.Context) (at int64, err error) {
	err = s.backend.View(ctx, func(snap Snapshot) error {
		at = 0
		for _, kind := range []byte{kindOutbox, kindDead} {
			err := snap.Scan([]byte{kind}, nil, func(k, v []byte) (bool, error) {
				at = max(at, s.openRecord(k, v).At)
				return true, nil
			})
			if err != nil {
				return err
			}
		}
		line, err := s.lastLine(snap)
		at = max(at, line.At)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("read newest record: %w", err)
	}
	return at, nil
}

// lastLine is the last line of the audit log, the zero line when it is empty.
func (s *Store) lastLine(snap Snapshot) (l auditLine, err error) {
	head, err := s.auditHead(snap)
	if err != nil {
		return l, err
	}
	v, err := snap.Get(auditKey(head.Line))
	if err != nil || v == nil {
		return l, err
	}
	return l, cbor.Unmarshal(v, &l)
}
