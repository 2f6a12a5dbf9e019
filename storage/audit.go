package storage

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"

	"github.com/fxamacker/cbor/v2"

	"mvkbot/flows"
)

// auditLine is one line as it is stored. Of people it names only the staff: the
// subject is a random number, and what is personal is sealed under the subject's
// own key, so that destroying the key destroys it, and the chain, which hashes
// the sealed bytes, still holds. In a line about nobody who has a key it is sealed
// under that of the database.
type auditLine struct {
	At      int64    `cbor:"1,keyasint"`
	Subject uint64   `cbor:"2,keyasint,omitempty"`
	Action  string   `cbor:"3,keyasint"`
	Note    string   `cbor:"4,keyasint,omitempty"`
	Detail  []byte   `cbor:"5,keyasint,omitempty"`
	Before  [32]byte `cbor:"6,keyasint"` // hash of the line before, zero for the first
	Actor   int64    `cbor:"7,keyasint,omitempty"`
	Result  string   `cbor:"8,keyasint,omitempty"`
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

func lineHash(line uint64, value []byte) [32]byte {
	return sha256.Sum256(append(binary.BigEndian.AppendUint64(nil, line), value...))
}

// OpenSubject implements flows.AuditLog.
func (t *Turn) OpenSubject(n uint64, key [32]byte) {
	t.save("open subject", key64(kindSubject, n), subject{Key: key})
}

// CloseSubject implements flows.AuditLog.
func (t *Turn) CloseSubject(n uint64) { t.remove("close subject", key64(kindSubject, n)) }

// Audit implements flows.AuditLog.
func (t *Turn) Audit(l flows.AuditLine) {
	var head auditHead
	t.load("read end of audit log", metaAudit, &head)
	var who *subject
	if s := new(subject); l.Subject != 0 && t.load("read subject", key64(kindSubject, l.Subject), s) {
		who = s
	}
	stored := auditLine{
		At: l.At, Subject: l.Subject, Action: string(l.Action), Note: l.Note,
		Before: head.Hash, Actor: l.Actor, Result: l.Result,
	}
	head.Line++
	key := auditKey(head.Line)
	if l.Detail != "" && t.err == nil {
		box, err := t.store.detailSealer(l.Subject, who)
		if err == nil && box != nil {
			stored.Detail, err = box.seal(key, []byte(l.Detail))
		}
		t.fail("seal audit line", err)
	}
	value, err := cbor.Marshal(stored)
	t.fail("encode audit line", err)
	t.put("append audit line", key, value)
	head.Hash = lineHash(head.Line, value)
	t.save("save end of audit log", metaAudit, head)
	if who != nil {
		who.Lines = append(who.Lines, head.Line)
		t.save("note audit line", key64(kindSubject, l.Subject), who)
	}
	if l.Actor != 0 {
		t.put("note actor", actorKey(l.Actor, head.Line), []byte{1})
	}
}

// Lines implements flows.AuditLog.
func (t *Turn) Lines(n uint64) []flows.AuditLine { return t.lines(n, math.MaxInt) }

// LastLines implements flows.AuditLog.
func (t *Turn) LastLines(n uint64, limit int) []flows.AuditLine {
	lines := t.lines(n, limit)
	slices.Reverse(lines)
	return lines
}

// lines reads the last lines of a subject, the oldest first.
func (t *Turn) lines(n uint64, limit int) (lines []flows.AuditLine) {
	var who subject
	if n == 0 || !t.load("read subject", key64(kindSubject, n), &who) {
		return nil
	}
	for _, number := range who.Lines[max(0, len(who.Lines)-limit):] {
		v, err := t.tx.Get(auditKey(number))
		var l auditLine
		if err == nil {
			err = cbor.Unmarshal(v, &l)
		}
		var out NumberedLine
		if err == nil {
			out, err = t.store.openLine(number, l, &who)
		}
		t.fail("read audit line", err)
		if t.err != nil {
			return nil
		}
		lines = append(lines, out.AuditLine)
	}
	return lines
}

// detailSealer seals the details of lines about a subject, nil for one that is
// closed: nobody shall read those.
func (s *Store) detailSealer(number uint64, who *subject) (*sealer, error) {
	switch {
	case number == 0:
		return s.seal, nil
	case who == nil:
		return nil, nil
	}
	return newSealer(who.Key[:], s.now)
}

// openLine opens a line; who is its subject, nil for one that is closed or none.
func (s *Store) openLine(number uint64, l auditLine, who *subject) (NumberedLine, error) {
	out := NumberedLine{Number: number, AuditLine: flows.AuditLine{
		At: l.At, Subject: l.Subject, Action: flows.Action(l.Action), Note: l.Note, Actor: l.Actor, Result: l.Result,
	}}
	if len(l.Detail) == 0 {
		return out, nil
	}
	box, err := s.detailSealer(l.Subject, who)
	if err != nil {
		return NumberedLine{}, err
	}
	if box == nil {
		out.Sealed = true
		return out, nil
	}
	plain, err := box.open(auditKey(number), l.Detail)
	out.Detail = string(plain)
	return out, err
}
