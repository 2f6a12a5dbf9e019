package storage

import "context"

// WriteSchema marks the database as written by a program of that schema.
func (s *Store) WriteSchema(ctx context.Context, schema int) error {
	return s.backend.Update(ctx, func(tx Tx) error {
		v, err := s.encode(metaSeal, foundation{schema})
		if err != nil {
			return err
		}
		return tx.Put(metaSeal, v)
	})
}

// Plant stores a record under a key, sealed as the store would.
func (s *Store) Plant(ctx context.Context, key []byte, record any) error {
	return s.backend.Update(ctx, func(tx Tx) error {
		v, err := s.encode(key, record)
		if err != nil {
			return err
		}
		return tx.Put(key, v)
	})
}

// What the tests see of the inside.
var (
	OwnerKey    = (*Store).ownerKey
	HoldersKey  = (*Store).holdersKey
	ChatKey     = chatKey
	DeadlineKey = deadlineKey
	Key64       = key64
	ActorKey    = actorKey
	SurnameKey  = (*Store).surnameKey
	UsernameKey = (*Store).usernameKey
	Encode      = (*Store).encode
)

const (
	PageLook     = pageLook
	MaxFaults    = maxFaults
	MaxWalk      = maxWalk
	MigrateGroup = migrateGroup
)

// Unsealed calls fn with every record that the secret opens, and with those that
// it does not as they are.
func (s *Store) Unsealed(ctx context.Context, fn func(key, plain []byte)) error {
	return s.backend.View(ctx, func(snap Snapshot) error {
		return snap.Scan(nil, nil, func(k, v []byte) (bool, error) {
			plain, err := s.seal.open(k, v)
			if err != nil {
				plain = v
			}
			fn(k, plain)
			return true, nil
		})
	})
}
