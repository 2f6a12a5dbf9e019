package bolt

import (
	"sync/atomic"
	"time"
)

// Stats counts what the committer did since Open. Updates divided by Commits is
// the mean size of a group.
type Stats struct {
	Commits    uint64        // transactions made durable
	Updates    uint64        // updates in them, also those that failed or only read
	CommitTime time.Duration // writing and syncing, without the functions
}

type counters struct {
	commits, updates atomic.Uint64
	nanoseconds      atomic.Int64
}

func (c *counters) committed(group int, took time.Duration) {
	c.commits.Add(1)
	c.updates.Add(uint64(group))
	c.nanoseconds.Add(int64(took))
}

// Stats returns the counters. Their values may be one commit apart.
func (d *DB) Stats() Stats {
	return Stats{
		Commits:    d.stats.commits.Load(),
		Updates:    d.stats.updates.Load(),
		CommitTime: time.Duration(d.stats.nanoseconds.Load()),
	}
}

// Size is how many bytes of the file are in use, free pages included; 0 after
// Close. The file itself may be up to 16 MiB longer. It never shrinks.
func (d *DB) Size() int64 {
	tx, err := d.begin(false)
	if err != nil {
		return 0
	}
	defer func() { _ = tx.Rollback() }()
	return tx.Size()
}
