package storage

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/fxamacker/cbor/v2"

	"mvkbot/flows"
)

// ErrBrokenChain is returned by CheckAudit when a line of the audit log was
// altered, removed or put in.
var ErrBrokenChain = errors.New("audit log is broken")

// auditLine is one line as it is stored. Nothing in it names a person: the
// subject is a random number, and what is personal is sealed under the
// subject's own key, so that destroying the key destroys it, and the chain,
// which hashes the sealed bytes, still holds.
type auditLine struct {
	At      int64    `cbor:"1,keyasint"`
	Subject uint64   `cbor:"2,keyasint,omitempty"`
	Action  string   `cbor:"3,keyasint"`
	Note    string   `cbor:"4,keyasint,omitempty"`
	Detail  []byte   `cbor:"5,keyasint,omitempty"`
	Before  [32]byte `cbor:"6,keyasint"` // hash of the line before, zero for the first
}

// auditHead is the end of the chain.
type auditHead struct {
	Line uint64   `cbor:"1,keyasint"`
	Hash [32]byte `cbor:"2,keyasint"`
}

// subject is a person in the audit log.
type subject struct {
	Key   [32]byte `cbor:"1,keyasint"`
	Lines []uint64 `cbor:"2,keyasint,omitempty"`
}

func auditKey(line uint64) []byte { return key64(kindAudit, line) }

func lineHash(line uint64, value []byte) [32]byte {
	return sha256.Sum256(append(binary.BigEndian.AppendUint64(nil, line), value...))
}

// OpenSubject implements flows.Ledger.
func (t *Turn) OpenSubject(n uint64, key [32]byte) {
	t.save("open subject", key64(kindSubject, n), subject{Key: key})
}

// CloseSubject implements flows.Ledger.
func (t *Turn) CloseSubject(n uint64) { t.remove("close subject", key64(kindSubject, n)) }

// Audit implements flows.Ledger.
func (t *Turn) Audit(l flows.AuditLine) {
	var head auditHead
	t.load("read end of audit log", metaAudit, &head)
	var who subject
	known := t.load("read subject", key64(kindSubject, l.Subject), &who)
	stored := auditLine{At: l.At, Subject: l.Subject, Action: string(l.Action), Note: l.Note, Before: head.Hash}
	head.Line++
	key := auditKey(head.Line)
	if l.Detail != "" && known && t.err == nil {
		box, err := newSealer(who.Key[:], t.store.now)
		if err == nil {
			stored.Detail, err = box.seal(key, []byte(l.Detail))
		}
		t.fail("seal audit line", err)
	}
	value, err := cbor.Marshal(stored)
	t.fail("encode audit line", err)
	if t.err == nil {
		t.fail("append audit line", t.tx.Put(key, value))
	}
	head.Hash = lineHash(head.Line, value)
	t.save("save end of audit log", metaAudit, head)
	if known {
		who.Lines = append(who.Lines, head.Line)
		t.save("note audit line", key64(kindSubject, l.Subject), who)
	}
}

// Lines implements flows.Ledger.
func (t *Turn) Lines(n uint64) (lines []flows.AuditLine) {
	var who subject
	if !t.load("read subject", key64(kindSubject, n), &who) {
		return nil
	}
	for _, number := range who.Lines {
		key := auditKey(number)
		v, err := t.tx.Get(key)
		var l auditLine
		if err == nil {
			err = cbor.Unmarshal(v, &l)
		}
		out := flows.AuditLine{At: l.At, Subject: l.Subject, Action: flows.Action(l.Action), Note: l.Note}
		if err == nil && len(l.Detail) > 0 {
			out.Detail, err = openDetail(who, key, l, t.store)
		}
		t.fail("read audit line", err)
		if t.err != nil {
			return nil
		}
		lines = append(lines, out)
	}
	return lines
}

func openDetail(who subject, key []byte, l auditLine, s *Store) (string, error) {
	box, err := newSealer(who.Key[:], s.now)
	if err != nil {
		return "", err
	}
	plain, err := box.open(key, l.Detail)
	return string(plain), err
}

// CheckAudit walks the log and returns how many lines it has, or ErrBrokenChain
// with the number of the first line that does not fit.
func (s *Store) CheckAudit(ctx context.Context) (lines uint64, err error) {
	var head auditHead
	var last [32]byte
	err = s.backend.View(ctx, func(snap Snapshot) error {
		lines, last, head = 0, [32]byte{}, auditHead{}
		v, err := snap.Get(metaAudit)
		if err != nil {
			return err
		}
		if v != nil {
			if err := s.decode(metaAudit, v, &head); err != nil {
				return fmt.Errorf("end of the log: %w", err)
			}
		}
		return snap.Scan([]byte{kindAudit}, nil, func(k, v []byte) (bool, error) {
			lines++
			var l auditLine
			if !bytes.Equal(k, auditKey(lines)) || cbor.Unmarshal(v, &l) != nil || l.Before != last {
				return false, fmt.Errorf("%w at line %d", ErrBrokenChain, lines)
			}
			last = lineHash(lines, v)
			return true, nil
		})
	})
	if err == nil && (lines != head.Line || last != head.Hash) {
		err = fmt.Errorf("%w at its end: %d lines, want %d", ErrBrokenChain, lines, head.Line)
	}
	return lines, err
}
