// Package bolt keeps the store in one bbolt file: one writing process, one
// machine.
//
// It promises group commit without a delay. A single goroutine, the committer,
// takes every update that gathered while the last commit ran, runs them one
// after another in one bolt transaction, each seeing the ones before it, and
// commits once for all. An update on an idle database is committed at once. An
// update that fails leaves nothing behind and does not disturb its neighbours.
//
// It promises that Update returns nil only when its writes are on disk, and
// that a commit whose outcome is unknown stops the database for good: every
// later transaction fails with storage.ErrUnknownOutcome until the file is
// opened again.
//
// It refuses a file that another process has open, and a file whose pages do
// not hold together: Open reads the whole file once and returns ErrDamaged.
//
// # Obligations of the caller
//
// A function given to Update must not call Update: it would wait for the
// committer that runs it, until its context ends. Neither may a function given
// to View, since a growing database waits for its readers. Close must not be
// called from either.
package bolt
