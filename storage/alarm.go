package storage

import (
	"context"
	"fmt"

	"mvkbot/flows"
)

var metaAlarms = []byte{kindMeta, 'n'} // troubles that administrators know of

// Alarms implements flows.Alarms.
func (t *Turn) Alarms() (list []flows.Alarm) {
	t.load("read alarms", metaAlarms, &list)
	return list
}

// SetAlarms implements flows.Alarms.
func (t *Turn) SetAlarms(list []flows.Alarm) { t.save("save alarms", metaAlarms, list) }

// Alarms lists the troubles that administrators know of.
func (s *Store) Alarms(ctx context.Context) (list []flows.Alarm, err error) {
	err = s.backend.View(ctx, func(snap Snapshot) error {
		v, err := snap.Get(metaAlarms)
		if err != nil || v == nil {
			return err
		}
		return s.decode(metaAlarms, v, &list)
	})
	if err != nil {
		return nil, fmt.Errorf("read alarms: %w", err)
	}
	return list, nil
}
