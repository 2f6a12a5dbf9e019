package storage

import (
	"context"
	"fmt"

	"mvkbot/flows"
)

// BindingReview implements flows.BindingReviews.
func (t *Turn) BindingReview() (r flows.BindingReview) {
	t.load("read review of bindings", metaReview, &r)
	return r
}

// SaveBindingReview implements flows.BindingReviews.
func (t *Turn) SaveBindingReview(r flows.BindingReview) {
	t.save("save review of bindings", metaReview, r)
}

// BindingReview reads how far the bindings were last compared with the directory.
func (s *Store) BindingReview(ctx context.Context) (r flows.BindingReview, err error) {
	err = s.read(ctx, "read review of bindings", metaReview, &r)
	return r, err
}

// EachHolder calls fn for every account that holds contracts, in the order of
// their numbers, outside of any transaction: fn may run turns, which must look
// again. A list that does not open is nil: it must not keep the others from
// being looked at.
func (s *Store) EachHolder(ctx context.Context, fn func(account uint64, list []flows.Binding) error) error {
	type holder struct {
		account  uint64
		bindings []flows.Binding
	}
	const group = 500
	for after := uint64(0); ; {
		list, err := page(ctx, s, key64(kindBindings, after), group, func(_ Snapshot, k, v []byte) (holder, bool, error) {
			h := holder{account: idOf(k)}
			if s.decode(k, v, &h.bindings) != nil {
				h.bindings = nil
			}
			return h, true, nil
		})
		if err != nil {
			return fmt.Errorf("read bindings: %w", err)
		}
		for _, h := range list {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := fn(h.account, h.bindings); err != nil {
				return err
			}
			after = h.account
		}
		if len(list) < group {
			return nil
		}
	}
}
