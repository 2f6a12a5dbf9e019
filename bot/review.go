package bot

import (
	"context"
	"errors"
	"time"

	"mvkbot/flows"
	"mvkbot/storage"
)

// Contracts is the contract directory as the bot watches it.
type Contracts interface {
	storage.Contracts
	// Edition names the version in use and never another one; it is empty while
	// there is none.
	Edition() string
}

const (
	reviewEvery = 30 * time.Second // a look for a new directory
	maxBehind   = 1000             // messages that may wait while holders are told
)

// errEdition is returned when the directory was replaced under a review.
var errEdition = errors.New("contract directory was replaced")

// reviewBindings compares the bindings with every new edition of the directory,
// also one that came while the bot was down.
func (b *Bot) reviewBindings(ctx context.Context) error {
	if b.Contracts == nil {
		return nil
	}
	for {
		err := b.reviewOnce(ctx)
		if errors.Is(err, storage.ErrUnknownOutcome) {
			return err
		}
		if err != nil && ctx.Err() == nil {
			b.Log.Error("review bindings", "err", err)
		}
		if !b.sleep(ctx, reviewEvery) {
			return nil
		}
	}
}

// reviewOnce brings the review of the current edition to its end, unless it is
// there. Each account's marks and what its holder is told are one transaction;
// so a review that was broken off tells nobody twice.
func (b *Bot) reviewOnce(ctx context.Context) error {
	edition := b.Contracts.Edition()
	r, err := b.Store.BindingReview(ctx)
	if err != nil || edition == "" || r.Edition == edition && r.Done {
		return err
	}
	if r.Edition != edition {
		if r, err = b.beginReview(ctx, edition); err != nil || r.Done {
			return b.superseded(err)
		}
	}
	err = b.Store.EachHolder(ctx, func(account uint64, list []flows.Binding) error {
		changed, _, err := b.compare(list)
		if err != nil || !changed {
			return err
		}
		return b.reviewAccount(ctx, account, edition)
	})
	if err != nil {
		return b.superseded(err)
	}
	return b.endReview(ctx, edition)
}

// superseded passes over a directory that was replaced: the next look begins
// with the new one.
func (b *Bot) superseded(err error) error {
	if errors.Is(err, errEdition) {
		b.Log.Info("contract directory replaced, bindings are reviewed again")
		return nil
	}
	return err
}

// compare looks an account's bindings up: whether a mark is to change, and how
// many contracts are lost that were not.
func (b *Bot) compare(list []flows.Binding) (changed bool, lost int, err error) {
	for _, binding := range list {
		c, known, err := b.Contracts.Contract(binding.Number)
		if err != nil {
			return false, 0, err
		}
		marked := binding.Lost != 0
		if flows.Lost(c, known) == marked {
			continue
		}
		changed = true
		if !marked {
			lost++
		}
	}
	return changed, lost, nil
}

// still fails when the directory is not of that edition any more; an answer that
// it gave before is of the edition that it has after.
func (b *Bot) still(edition string) error {
	if b.Contracts.Edition() != edition {
		return errEdition
	}
	return nil
}

// beginReview judges a new edition as a whole, before anybody is told. A doubtful
// one is told to nobody and marks nothing, and the administrators get an alert;
// the next edition is judged anew.
func (b *Bot) beginReview(ctx context.Context, edition string) (flows.BindingReview, error) {
	next := flows.BindingReview{Edition: edition}
	err := b.Store.EachHolder(ctx, func(account uint64, list []flows.Binding) error {
		if list == nil {
			b.Log.Error("bindings are damaged and not reviewed", "account", account)
		}
		_, lost, err := b.compare(list)
		next.Bindings += len(list)
		next.Lost += lost
		return err
	})
	if err == nil {
		err = b.still(edition)
	}
	if err != nil {
		return next, err
	}
	doubtful := flows.Doubtful(next.Lost, next.Bindings)
	err = b.announce(ctx, func(tx *storage.Turn) (out []flows.Effect, err error) {
		told, old := 0, tx.BindingReview()
		if !old.Done { // it was broken off and is still to be summed up
			told = old.Lost
		}
		next.Doubtful = doubtful && old.Trusted != edition
		next.Done = next.Doubtful
		if !next.Doubtful {
			flows.ClearAlarm(tx, flows.AlarmDirectory)
			tx.SaveBindingReview(flows.BindingReview{Edition: edition, Bindings: next.Bindings, Lost: told})
			return nil, nil
		}
		tx.SaveBindingReview(next)
		flows.RaiseAlarm(tx, flows.AlarmDirectory, b.Now().Unix())
		if told > 0 {
			out = append(out, flows.BindingsLost(told))
		}
		return append(out, flows.DirectoryDoubtful(next.Lost, next.Bindings)), nil
	})
	if err == nil && next.Doubtful {
		b.Log.Warn("contract directory is doubtful, nobody is told", "lost", next.Lost, "bindings", next.Bindings)
	}
	return next, err
}

// endReview sums up for the administrators, if anybody was told.
func (b *Bot) endReview(ctx context.Context, edition string) error {
	var r flows.BindingReview
	err := b.announce(ctx, func(tx *storage.Turn) ([]flows.Effect, error) {
		r = tx.BindingReview()
		r.Done = true
		tx.SaveBindingReview(r)
		if r.Lost == 0 {
			return nil, nil
		}
		return []flows.Effect{flows.BindingsLost(r.Lost)}, nil
	})
	if err == nil {
		b.Log.Info("bindings reviewed", "edition", edition, "bindings", r.Bindings, "lost", r.Lost)
	}
	return err
}

// reviewAccount marks and tells one holder. One whose records do not open is
// left out: it must not keep the others from being told.
func (b *Bot) reviewAccount(ctx context.Context, account uint64, edition string) error {
	for b.out.lines[storage.Telegram].waiting() >= maxBehind {
		if !b.sleep(ctx, time.Second) {
			return ctx.Err()
		}
	}
	err := b.announce(ctx, func(tx *storage.Turn) ([]flows.Effect, error) {
		effects, lost := b.Engine.ReviewBindings(account, b.Now(), tx)
		if err := b.still(edition); err != nil || lost == 0 {
			return nil, err
		}
		r := tx.BindingReview()
		r.Lost += lost
		tx.SaveBindingReview(r)
		return effects, nil
	})
	if err == nil || passing(err) || errors.Is(err, errEdition) {
		return err
	}
	b.Log.Error("bindings are not reviewed", "account", account, "err", err)
	return nil
}

// announce runs fn as one transaction with the messages that it asks for, and has
// them sent.
func (b *Bot) announce(ctx context.Context, fn func(*storage.Turn) ([]flows.Effect, error)) error {
	var records []storage.Record
	err := b.Store.Turn(ctx, func(tx *storage.Turn) error {
		effects, err := fn(tx)
		if err != nil {
			return err
		}
		if records, _, err = b.render(tx, 0, effects, b.Now()); err != nil {
			return err
		}
		return tx.AppendAll(records)
	})
	if err != nil {
		return err
	}
	b.out.add(records)
	return nil
}
