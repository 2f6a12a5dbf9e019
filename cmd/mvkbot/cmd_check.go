package main

import (
	"errors"
	"fmt"

	"mvkbot/storage"
	"mvkbot/storage/bolt"
)

type checkCmd struct {
	Audit storage.Anchor `placeholder:"LINE:HASH" help:"A line of the audit log that must be there, as the bot's log names it."`
}

// Run verifies the database: its pages, then its records and indexes. Every
// fault is a line of the error. A database that is in use is refused: check a
// backup of it instead.
func (c checkCmd) Run(a *app) error {
	unlock, err := a.lockDatabase()
	if err != nil {
		return err
	}
	if err := unlock(); err != nil { // to be taken again by what follows
		return err
	}
	if err := bolt.Check(a.ctx, a.cfg.Store); err != nil {
		return a.aboutDatabase(err)
	}
	db, store, err := a.openStore(a.ctx, nil)
	if err != nil {
		return err
	}
	report, err := store.Check(a.ctx)
	var last storage.Anchor
	if err == nil && report.FaultCount == 0 {
		if err = store.CheckAnchor(a.ctx, c.Audit); err == nil {
			last, err = store.AuditAnchor(a.ctx)
		}
	}
	if err := errors.Join(err, db.Close()); err != nil {
		return a.aboutDatabase(err)
	}
	fmt.Fprintf(a.stdout, "%s: %d conversations, %d registrations, %d accounts, %d contacts, %d bindings, %d tickets, %d messages in them, "+
		"%d updates remembered, %d messages to send, %d dead letters, %d audit lines\n",
		a.cfg.Store, report.Conversations, report.Registrations, report.Accounts, report.Contacts, report.Bindings, report.Tickets, report.TicketMessages,
		report.Seen, report.Outbox, report.DeadLetters, report.AuditLines)
	if report.FaultCount == 0 {
		fmt.Fprintf(a.stdout, "audit log ends at %s\n", last)
	}
	return verdict(report)
}

// verdict is nil for a sound database, else one line for every fault.
func verdict(r storage.Report) error {
	if r.FaultCount == 0 {
		return nil
	}
	faults := []error{fmt.Errorf("%d faults in the records", r.FaultCount)}
	for _, f := range r.Faults {
		faults = append(faults, errors.New(f))
	}
	if more := r.FaultCount - len(r.Faults); more > 0 {
		faults = append(faults, fmt.Errorf("%d more faults", more))
	}
	return errors.Join(faults...)
}
