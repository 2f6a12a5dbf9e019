package storage

import (
	"context"

	"mvkbot/flows"
)

// Alarms implements flows.Alarms.
func (t *Turn) Alarms() (list []flows.Alarm) {
	t.load("read alarms", metaAlarms, &list)
	return list
}

// SetAlarms implements flows.Alarms.
func (t *Turn) SetAlarms(list []flows.Alarm) { t.save("save alarms", metaAlarms, list) }

// Alarms lists the troubles that administrators know of.
func (s *Store) Alarms(ctx context.Context) (list []flows.Alarm, err error) {
	err = s.read(ctx, "read alarms", metaAlarms, &list)
	return list, err
}
