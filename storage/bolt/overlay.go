package bolt

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"go.etcd.io/bbolt"

	"mvkbot/storage"
)

const maxKey = 1024 // bytes; the contract of storage.Tx

// errTxEnded is returned by a Tx that outlived its function.
var errTxEnded = errors.New("transaction has ended")

// overlay holds the writes of one group over the state before it. What the
// running function wrote can be taken back; nothing reaches bolt until apply.
type overlay struct {
	base    *bbolt.Bucket
	pending map[string][]byte // nil: removed
	undo    []before          // of the running function, oldest first
	written int               // bytes put by the running function
}

// before is what pending held under a key; value counts only if present.
type before struct {
	key     string
	value   []byte
	present bool
}

// begin makes all writes so far part of the group.
func (o *overlay) begin() {
	clear(o.undo)
	o.undo = o.undo[:0]
	o.written = 0
}

// discard takes back all writes since begin.
func (o *overlay) discard() {
	for _, b := range slices.Backward(o.undo) {
		if b.present {
			o.pending[b.key] = b.value
		} else {
			delete(o.pending, b.key)
		}
	}
	o.begin()
}

func (o *overlay) get(key []byte) []byte {
	if v, ok := o.pending[string(key)]; ok {
		return v
	}
	return o.base.Get(key)
}

func (o *overlay) set(key, value []byte) {
	k := string(key)
	old, present := o.pending[k]
	o.undo = append(o.undo, before{k, old, present})
	o.pending[k] = value
	o.written += len(key) + len(value)
}

// apply hands the group's writes to bolt in key order: neighbouring keys share
// pages, and a page is then materialized once and while it is warm.
func (o *overlay) apply() error {
	keys := slices.AppendSeq(make([]string, 0, len(o.pending)), maps.Keys(o.pending))
	slices.Sort(keys)
	for _, k := range keys {
		v := o.pending[k]
		var err error
		if v == nil {
			err = o.base.Delete([]byte(k))
		} else {
			err = o.base.Put([]byte(k), v)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// txn is the overlay in the hands of one function.
type txn struct {
	overlay *overlay // nil once the function has ended
}

var _ storage.Tx = (*txn)(nil)

func (t *txn) Get(key []byte) ([]byte, error) {
	if t.overlay == nil {
		return nil, errTxEnded
	}
	return t.overlay.get(key), nil
}

func (t *txn) Put(key, value []byte) error {
	if err := t.mayWrite(key); err != nil {
		return err
	}
	if int64(len(value)) > bbolt.MaxValueSize {
		return fmt.Errorf("put: value of %d bytes is too large", len(value))
	}
	t.overlay.set(key, append(make([]byte, 0, len(value)), value...))
	return nil
}

func (t *txn) Delete(key []byte) error {
	if err := t.mayWrite(key); err != nil {
		return err
	}
	t.overlay.set(key, nil)
	return nil
}

func (t *txn) mayWrite(key []byte) error {
	if t.overlay == nil {
		return errTxEnded
	}
	if len(key) == 0 || len(key) > maxKey {
		return fmt.Errorf("key of %d bytes, want 1 to %d", len(key), maxKey)
	}
	return nil
}
