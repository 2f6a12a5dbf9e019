package storage

import (
	"context"
	"errors"
)

// Errors that every backend returns, wrapped or plain.
var (
	// ErrLocked is returned by a backend's Open when another process has the
	// database.
	ErrLocked = errors.New("database is in use by another process")

	// ErrClosed is returned by View and Update after Close.
	ErrClosed = errors.New("database is closed")

	// ErrUnknownOutcome is returned by Update when the commit itself failed: the
	// transaction may or may not be on disk. The backend refuses every later
	// transaction with it; the process must stop and open the database again.
	ErrUnknownOutcome = errors.New("outcome of the commit is unknown")

	// ErrNoSpace is returned by Update when the disk or the size bound is
	// exhausted and nothing was changed; the backend goes on working.
	ErrNoSpace = errors.New("no space left for the database")
)

// Reader reads one key.
type Reader interface {
	// Get returns the value of key, nil when it is absent. The value may be
	// read until the transaction ends and must not be modified.
	Get(key []byte) ([]byte, error)
}

// Tx is what an update may do. It has no Scan: etcd's transactions do not guard
// ranges, so a set that a turn reads is one record.
type Tx interface {
	Reader
	// Put sets key (1 to 1,024 bytes) to value, which the backend copies.
	Put(key, value []byte) error
	// Delete removes key; removing an absent key is no error.
	Delete(key []byte) error
}

// Snapshot is one consistent state of the database.
type Snapshot interface {
	Reader
	// Scan calls fn for every key that starts with prefix and is not below
	// from (nil: from the first), in byte order, until fn returns false or an
	// error. Key and value may be used only inside fn.
	Scan(prefix, from []byte, fn func(key, value []byte) (more bool, err error)) error
}

// Backend is the seam under the store: an ordered key-value database with
// serializable transactions.
type Backend interface {
	// View runs fn on a consistent snapshot. It must be short: a held snapshot
	// makes a bolt file grow.
	View(ctx context.Context, fn func(Snapshot) error) error
	// Update runs fn in a read-write transaction and returns once its writes
	// are durable. fn may run several times, so it must leave no trace but its
	// writes. When fn returns an error or panics nothing is written, concurrent
	// updates are undisturbed, and Update returns that error (a panic as an
	// error holding its value and stack). Update gives up waiting only before
	// fn ran: once fn ran, the outcome is reported whatever ctx says.
	Update(ctx context.Context, fn func(Tx) error) error
	// Close waits for running transactions and closes the database. Calling it
	// again returns the same.
	Close() error
}
