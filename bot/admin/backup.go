package admin

import (
	"time"

	"mvkbot/flows"
)

// backup copies the database.
var backup = command{name: "backup", role: flows.Administrator, help: "desk.help.backup", run: runBackup}

// backupTime is how long a copy is waited for: one that was asked for before,
// and of which nobody heard, does not keep others from asking.
const backupTime = 24 * time.Hour

// runBackup has a copy written. The errand that writes it notes its end.
func runBackup(k *call) {
	o := k.l.Operation()
	if since := moment(o.Backup); !since.IsZero() && k.t.At.Sub(since) < backupTime {
		k.refuse("desk.backup_running", flows.Args{Until: since})
		return
	}
	o.Backup = k.t.At.Unix()
	k.l.SetOperation(o)
	k.out = append(k.out, flows.Backup{})
	k.say("desk.backup_started", flows.Args{})
}
