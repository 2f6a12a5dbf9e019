package main

import (
	"context"
	"errors"
	"io/fs"

	"mvkbot/flows"
	"mvkbot/flows/text"
	"mvkbot/storage"
	"mvkbot/storage/directory"
)

// holders tell which contracts the residents hold.
type holders interface {
	// EachHolder calls fn for every account that holds contracts.
	EachHolder(ctx context.Context, fn func(account uint64, list []flows.Binding) error) error
}

func newLostList(texts *text.Texts) *importList {
	return newImportList(texts, "lost-contracts", "import.more_lost", "import.account", "import.contract", "import.reason")
}

// compareBindings counts and lists the residents' contracts that would be of no
// use any more with the next directory, or with the present one extended by it.
// Of which the holder is told already it says nothing.
func (i importer) compareBindings(ctx context.Context, next storage.Contracts, lost *importList, r *flows.ImportReport) error {
	// A file that is broken or gone leaves the version in use, and is what an import mends.
	if err := i.contracts.Refresh(); err != nil && !errors.Is(err, directory.ErrBroken) && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return i.holders.EachHolder(ctx, func(account uint64, list []flows.Binding) error {
		r.Bindings += len(list)
		for _, b := range list {
			if b.Lost != 0 {
				continue
			}
			why, anyway, err := i.compare(b.Number, next)
			if err != nil {
				return err
			}
			if why == "" {
				continue
			}
			r.Lost++
			if anyway {
				r.LostAnyway++
			}
			lost.add(lost.word("import.account_number", flows.Args{Account: account}), string(b.Number), lost.word(why, flows.Args{}))
		}
		return nil
	})
}

// compare tells why a contract would be lost, empty for one that would not, and
// whether it would be where the present directory is only extended.
func (i importer) compare(n flows.Number, next storage.Contracts) (why flows.Text, anyway bool, err error) {
	c, known, err := next.Contract(n)
	switch {
	case err != nil:
		return "", false, err
	case !flows.Lost(c, known):
		return "", false, nil
	case known:
		return "import.lost_closed", true, nil
	}
	c, known, err = i.contracts.Contract(n)
	switch {
	case err != nil:
		return "", false, err
	case !known:
		return "import.lost_unknown", true, nil
	case flows.Lost(c, known):
		return "import.lost_closed_before", true, nil
	}
	return "import.lost_gone", false, nil
}
