package bot

import (
	"fmt"
	"time"

	"mvkbot/flows"
	"mvkbot/storage"
)

// redelivered are the dead letters that a turn puts back, as new records.
func redelivered(tx *storage.Turn, effects []flows.Effect, at time.Time) (records []storage.Record, err error) {
	for _, e := range effects {
		if e, ok := e.(flows.Redeliver); ok {
			r, ok, err := tx.TakeDead(e.Letter)
			if err != nil {
				return nil, err
			}
			if !ok {
				return nil, &fault{fmt.Errorf("dead letter %d is not there", e.Letter)}
			}
			r.At = at.Unix() // its time to be tried begins anew
			records = append(records, r)
		}
	}
	return records, nil
}
