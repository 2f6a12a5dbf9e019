package bolt

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"runtime/debug"
	"slices"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"mvkbot/storage"
)

const (
	// maxGroup bounds the updates of one transaction, and so how long the first
	// of them waits for the last.
	maxGroup = 1024

	// maxAlone is how many updates may fail one by one after a group ran out
	// of space before the rest is refused unseen: after each failure bolt reads
	// the whole file to find its free pages.
	maxAlone = 3
)

// commitLoop is the committer. Requests wait in their callers until it takes
// them, so everything it took is in the group that it serves.
func (d *DB) commitLoop() {
	defer close(d.stopped)
	group := make([]*request, 0, maxGroup)
	for {
		select {
		case r := <-d.requests:
			group = d.gather(append(group, r))
		case <-d.closing:
			return
		}
		d.serve(group)
		for _, r := range group {
			r.answer <- r.err
		}
		clear(group)
		group = group[:0]
	}
}

// gather takes the requests that wait. Before it goes without more it lets the
// other goroutines run once: those that the last commit has just answered often
// come straight back, and would otherwise miss this group by microseconds.
func (d *DB) gather(group []*request) []*request {
	for yielded := false; len(group) < maxGroup; {
		select {
		case r := <-d.requests:
			group = append(group, r)
			yielded = false
		default:
			if yielded {
				return group
			}
			runtime.Gosched()
			yielded = true
		}
	}
	return group
}

// serve decides the group: afterwards every request holds its answer.
//
// A group that runs out of space is tried again one update at a time, those
// that put least first: an update that deletes must get through when one that
// fills the disk does not.
func (d *DB) serve(group []*request) {
	err := d.transact(group)
	if len(group) == 1 || !errors.Is(err, storage.ErrNoSpace) {
		settle(group, err)
		return
	}
	group = slices.SortedStableFunc(slices.Values(group), func(a, b *request) int {
		return cmp.Compare(a.written, b.written)
	})
	for failures := 0; len(group) > 0 && failures < maxAlone; group = group[1:] {
		alone := group[:1]
		if err = d.transact(alone); err != nil {
			failures++
		}
		settle(alone, err)
	}
	settle(group, err)
}

// settle gives every request the fate of the commit, save those that gave up
// before. A function that returned an error shares it, too: it may have read
// what a lost neighbour wrote.
func settle(group []*request, err error) {
	for _, r := range group {
		if err != nil && !r.gaveUp {
			r.err = err
		}
	}
}

// transact runs the group in one transaction and commits it, unless nothing was
// written. Its error is storage.ErrNoSpace, with nothing changed, or the reason
// why the database has stopped.
func (d *DB) transact(group []*request) error {
	if err := d.failed.Load(); err != nil {
		return *err
	}
	tx, err := d.bolt.Begin(true)
	if err != nil {
		return d.fail(err)
	}
	defer func() { _ = tx.Rollback() }() // without effect after a commit
	o := &overlay{base: tx.Bucket(bucketName), pending: make(map[string][]byte)}
	runAll(group, o)
	if len(o.pending) == 0 {
		return nil
	}
	start := time.Now()
	if err := commit(tx, o); err != nil {
		if outOfSpace(err) {
			return fmt.Errorf("%w: %w", storage.ErrNoSpace, err)
		}
		return d.fail(err)
	}
	d.stats.committed(len(group), time.Since(start))
	return nil
}

// commit writes the overlay and makes it durable. Bolt panics when it meets a
// page that is not what it should be.
func commit(tx *bbolt.Tx, o *overlay) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v\n%s", ErrDamaged, r, debug.Stack())
		}
	}()
	if err := o.apply(); err != nil {
		return err
	}
	return tx.Commit()
}

// fail stops the database for good.
func (d *DB) fail(cause error) error {
	err := fmt.Errorf("%w: %w", storage.ErrUnknownOutcome, cause)
	d.failed.Store(&err)
	return err
}

// outOfSpace reports whether a commit failed before anything of it could count:
// at the size bound or at a write. The same code from fsync is different: the
// pages may be on disk, and bolt may even show them.
func outOfSpace(err error) bool {
	if errors.Is(err, berrors.ErrMaxSizeReached) {
		return true
	}
	var write *fs.PathError
	return errors.As(err, &write) && (errors.Is(write.Err, syscall.ENOSPC) || errors.Is(write.Err, syscall.EDQUOT))
}

// isSystemError reports whether the operating system refused something.
func isSystemError(err error) bool {
	var path *fs.PathError
	var errno syscall.Errno
	return errors.As(err, &path) || errors.As(err, &errno)
}
