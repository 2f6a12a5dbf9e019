package bolt

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"mvkbot/storage"
)

// errGoexit is what an update returns whose function called runtime.Goexit, as
// testing.T.FailNow does.
var errGoexit = errors.New("update function ended its goroutine")

// request is one Update on its way through the committer.
type request struct {
	ctx    context.Context
	fn     func(storage.Tx) error
	answer chan error // buffered: the committer never waits for a caller

	err     error // the answer
	gaveUp  bool  // ctx ended before fn ran
	written int   // bytes that fn put
}

// Update runs fn in the committer's next transaction and returns when that is
// on disk. fn runs in a goroutine of the committer, never beside another
// update's function, so it must not wait for one. After an error of the commit
// it may run a second time.
func (d *DB) Update(ctx context.Context, fn func(storage.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := d.refusal(); err != nil {
		return err
	}
	r := &request{ctx: ctx, fn: fn, answer: make(chan error, 1)}
	select {
	case d.requests <- r:
		return <-r.answer
	case <-ctx.Done():
		return ctx.Err()
	case <-d.closing:
		return storage.ErrClosed
	}
}

// runAll runs the functions of a group in order. They run in a goroutine of
// their own, so that one which ends its goroutine does not end the committer;
// the functions after it get another one.
func runAll(group []*request, o *overlay) {
	for next := 0; next < len(group); {
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			for next < len(group) {
				r := group[next]
				next++
				r.run(o)
			}
		}()
		<-ended
	}
}

// run calls the function once. Whatever way the function ends, the overlay
// afterwards holds all its writes or none.
func (r *request) run(o *overlay) {
	if r.err = r.ctx.Err(); r.err != nil {
		r.gaveUp = true
		return
	}
	tx := &txn{overlay: o}
	o.begin()
	r.err = errGoexit
	defer func() {
		if p := recover(); p != nil {
			r.err = fmt.Errorf("update function panicked: %v\n%s", p, debug.Stack())
		}
		tx.overlay = nil
		r.written = o.written
		if r.err != nil {
			o.discard()
		}
	}()
	r.err = r.fn(tx)
}
