package admin

import (
	"context"
	"slices"

	"mvkbot/flows"
	"mvkbot/storage"
)

// audit shows the log of what was done, the newest first: all of it, that of one
// resident, or what one member of staff did.
var audit = command{name: "audit", role: flows.Supervisor, help: "desk.help.audit", read: readAudit, run: runAudit}

// auditPage is how many lines a message shows at most.
const auditPage = 15

// auditFound is what was read for one page.
type auditFound struct {
	Lines   []storage.NumberedLine
	More    bool
	Nobody  bool
	Subject uint64 // whom the lines are about, 0: about everybody
	Staff   bool   // the lines are those of a member of staff
}

func readAudit(ctx context.Context, d *Desk, a commandLine) (any, error) {
	f := storage.AuditFilter{Limit: auditPage, Before: uint64(max(a.page, 0))}
	found := auditFound{}
	if a.args != "" {
		var err error
		if f.Subject, f.Actor, err = d.auditFilter(ctx, a.args); err != nil {
			return nil, err
		}
		if f.Subject == 0 && f.Actor == 0 {
			return auditFound{Nobody: true}, nil
		}
		found.Staff, found.Subject = f.Actor != 0, f.Subject
	}
	var err error
	found.Lines, found.More, err = d.Store.AuditPage(ctx, f)
	return found, err
}

// auditFilter reads an id: a member of staff is meant as who did, everybody else
// as whom it was done to.
func (d *Desk) auditFilter(ctx context.Context, id string) (subject uint64, actor int64, err error) {
	n, account := readID(id)
	if n == 0 {
		return 0, 0, nil
	}
	if !account {
		staff, err := d.Store.Staff(ctx)
		if err != nil {
			return 0, 0, err
		}
		if d.Engine.Rules().Role(Roster(staff), n) != flows.NoRole {
			return 0, n, nil
		}
		c, err := d.Store.Conversation(ctx, n)
		if err != nil || c.Account == 0 {
			return c.Registration.Subject, 0, err
		}
		n = int64(c.Account)
	}
	list, err := d.Store.Accounts(ctx, uint64(n)-1, 1)
	if err != nil || len(list) == 0 || list[0].Number != uint64(n) {
		return 0, 0, err
	}
	return list[0].Subject, 0, nil
}

func runAudit(k *call) {
	found := k.found.(auditFound)
	if !found.Staff && !k.look(k.args) {
		return
	}
	if found.Nobody { // what was typed may be a name or a phone: no line of the log holds it
		why := flows.Text("desk.nobody")
		if n, _ := readID(k.args); n == 0 {
			why = "desk.whom_usage"
		}
		k.refuse(why, flows.Args{Value: k.name})
		return
	}
	k.subject = found.Subject
	k.nameSubject(k.args)
	if chat, known := k.chatOf(k.args); known && found.Subject != 0 {
		k.c.Desk.Looked = chat
	}
	view := slices.Clone(found.Lines)
	for i := range view {
		view[i].Detail = maskDetail(view[i].Detail)
	}
	args := flows.Args{Desk: view, Value: k.args, Hint: found.Staff}
	for len(view) > 1 && !k.fits("desk.audit", args) {
		view = view[:len(view)-1]
		args.Desk, found.More = view, true
	}
	before := 0
	if found.More {
		before = int(view[len(view)-1].Number)
	}
	k.sayList("desk.audit", args, cursorButtons(k.page, before, "button.desk_newest", "button.desk_older")...)
}
