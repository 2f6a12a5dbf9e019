package bot

import (
	"context"
	"errors"
	"time"

	"mvkbot/flows"
	"mvkbot/storage"
)

// errNoRoom is returned by copyDatabase when a copy would leave the bot itself
// no room to write.
var errNoRoom = errors.New("no room for a copy")

// backup writes a copy of the database, far from any transaction, and tells the
// chat that asked. The name comes from the record: a process that finds the
// errand of an earlier one makes the same copy anew, or finds it made. Two that are
// asked for in one second are one.
func (d *dispatcher) backup(a *attempt) error {
	name := "mvkbot-backup-" + time.Unix(a.At, 0).In(d.bot.Engine.Rules().Location).Format("20060102-150405") + ".db"
	var path string
	var size int64
	anchor, err := d.bot.Store.AuditAnchor(a.ctx) // before the copy, which then has its line
	if err == nil {
		path, size, err = d.copyDatabase(a.ctx, name)
	}
	if a.ctx.Err() != nil {
		return a.ctx.Err()
	}
	say, result := flows.Say{Text: "desk.backup_done", Args: flows.Args{Value: path, Desk: size, Label: anchor.String()}}, ""
	switch {
	case errors.Is(err, errNoRoom):
		say = flows.Say{Text: "desk.backup_no_space", Args: flows.Args{Desk: d.bot.Host.Database().Free}}
		result = flows.Refusal + string(say.Text)
	case err != nil:
		d.bot.Log.Error("copy of the database", "name", name, "err", err)
		say, result = flows.Say{Text: "desk.backup_failed", Args: flows.Args{Value: err.Error()}}, "failed"
	}
	return d.copied(a, say, flows.AuditLine{Actor: a.Chat, Action: flows.StaffAction + "backup", Note: name, Result: result})
}

// copyDatabase writes the copy where there is room for it and for the bot.
func (d *dispatcher) copyDatabase(ctx context.Context, name string) (path string, size int64, err error) {
	if db := d.bot.Host.Database(); db.Free >= 0 && db.Free < db.Size+LowDisk {
		return "", 0, errNoRoom
	}
	return d.bot.Host.Backup(ctx, name)
}

// copied ends the errand: the next copy may be asked for, and the chat is told.
func (d *dispatcher) copied(a *attempt, say flows.Say, line flows.AuditLine) error {
	at := d.bot.Now().Unix()
	told, err := d.bot.renderSay(say)
	if err != nil {
		return err
	}
	told.Chat, told.At, line.At = a.Chat, at, at
	var records []storage.Record
	err = d.turn(func(tx *storage.Turn) error {
		records = nil
		if ok, err := tx.Finish(a.Sequence); !ok || err != nil {
			return err
		}
		o := tx.Operation()
		o.Backup = 0
		tx.SetOperation(o)
		tx.Audit(line)
		records = []storage.Record{told}
		return tx.Append(&records[0])
	})
	if err == nil {
		d.add(records)
	}
	return err
}
