// Package directory keeps the contract directory: the reference data that the
// utility exports from billing (SPEC §4). It is a bolt file of its own, which
// is read-only once it stands.
//
// It promises that an import is all or nothing: the new file is built beside
// the old one, put on disk and renamed over it, so that readers, also those of
// another process, see either the old directory or the new one. An import needs
// bounded memory whatever the size of its source, reports every row that it
// does not take, and may be killed at any moment. A check is an import without
// its last step, so that what it counts is what an import of the same will do.
//
// It refuses to guess: a column, a kind or a status that it does not know is an
// error with its place, never a default. It holds no state of the dialogs; the
// file can be thrown away and imported again.
//
// Beside the directory's path two names are its own: path.lock, a file that is
// locked while an import runs, and path.import, the folder in which it works.
package directory
