package directory

import (
	"errors"
	"fmt"
	"strings"
)

// Errors of an opened directory.
var (
	// ErrBroken is returned when the directory's file is damaged, is no
	// directory at all or is of a newer schema. A new import heals it.
	ErrBroken = errors.New("contract directory is broken, import it again")

	// ErrClosed is returned by Contract and Refresh after Close.
	ErrClosed = errors.New("contract directory is closed")
)

// Errors of Import and Check. After each of them the directory is as it was.
var (
	// ErrImporting is returned when another import of the same directory runs.
	ErrImporting = errors.New("another import of this directory is running")

	// ErrEmpty is returned for a source without a single character to read.
	ErrEmpty = errors.New("file is empty")

	// ErrNoRows is returned for a source that ends after its header row.
	ErrNoRows = errors.New("file has a header row and nothing below it")

	// ErrNoGoodRows is returned when every row is bad.
	ErrNoGoodRows = errors.New("file has no good row")

	// ErrBadRows is returned by a strict import of a source with bad rows.
	ErrBadRows = errors.New("file has bad rows")

	// ErrFormat is returned for a source that is neither CSV nor XLSX, or is a
	// damaged one.
	ErrFormat = errors.New("file is neither CSV nor XLSX, or is damaged")

	// ErrUnpacked is returned for a workbook that unpacks to more than any honest one
	// of its size. It is an ErrFormat.
	ErrUnpacked = fmt.Errorf("%w: it unpacks to too much", ErrFormat)

	// ErrChanged is returned when the source was written to during the import, or
	// is another one than was expected.
	ErrChanged = errors.New("file changed")

	// ErrSuperseded is returned when the directory is another version than was
	// expected: what a check counted no longer holds.
	ErrSuperseded = errors.New("directory changed since the check")
)

// ColumnsError is returned by Import for a header row that does not name every
// required column exactly once.
type ColumnsError struct {
	Missing  []Column
	Repeated []Column
}

// Error names all missing and repeated columns.
func (e *ColumnsError) Error() string {
	var parts []string
	for _, c := range e.Missing {
		parts = append(parts, "column "+string(c)+" ("+headerNames[c][0]+") is missing")
	}
	for _, c := range e.Repeated {
		parts = append(parts, "column "+string(c)+" ("+headerNames[c][0]+") is named twice")
	}
	return "header row: " + strings.Join(parts, ", ")
}
