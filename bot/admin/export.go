package admin

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"mvkbot/bot/admin/sheet"
	"mvkbot/flows"
	"mvkbot/storage"
)

// ErrUnknownTable is returned by Write for a table that is none.
var ErrUnknownTable = errors.New("there is no such table")

// Table is what can be exported, as the command calls it.
type Table string

// The tables.
const (
	TableRegistrations Table = "registrations"
	TableAccounts      Table = "accounts"
	TableBindings      Table = "bindings"
	TableAudit         Table = "audit"
)

// Known reports whether there is such a table.
func (t Table) Known() bool { _, ok := tables[t]; return ok }

// Source is where an export reads, by pages: see storage.Store.
type Source interface {
	Registrations(ctx context.Context, after int64, limit int) ([]flows.Conversation, error)
	Accounts(ctx context.Context, after uint64, limit int) ([]flows.Account, error)
	Holdings(ctx context.Context, after uint64, limit int) ([]storage.Holding, error)
	AuditLines(ctx context.Context, after uint64, limit int) ([]storage.NumberedLine, error)
}

var _ Source = (*storage.Store)(nil)

// Texts renders the captions.
type Texts interface {
	Plain(flows.Text, flows.Args) (string, error)
}

// Export makes a table of all records of a kind.
type Export struct {
	Table    Table
	Masked   bool // phones, e-mails, names and whatever else is personal show their first signs only
	Source   Source
	Texts    Texts
	Location *time.Location // of the times
}

// table is what a table consists of.
type table struct {
	captions []flows.Text
	rows     func(e *exporter, ctx context.Context) error
}

var tables = map[Table]table{
	TableRegistrations: {[]flows.Text{
		"sheet.chat", "sheet.submitted", "sheet.surname", "sheet.name", "sheet.patronymic", "sheet.phone", "sheet.phone_at",
		"sheet.email", "sheet.email_at", "sheet.verify_by", "sheet.purge_at",
	}, (*exporter).registrations},
	TableAccounts: {[]flows.Text{
		"sheet.account", "sheet.chat", "sheet.opened", "sheet.surname", "sheet.name", "sheet.patronymic", "sheet.phone", "sheet.phone_at",
		"sheet.email", "sheet.email_at", "sheet.consent", "sheet.agreement",
	}, (*exporter).accounts},
	TableBindings: {[]flows.Text{
		"sheet.account", "sheet.chat", "sheet.surname", "sheet.name", "sheet.patronymic", "sheet.contract", "sheet.label", "sheet.bound_at", "sheet.lost_at",
	}, (*exporter).bindings},
	TableAudit: {[]flows.Text{
		"sheet.line", "sheet.at", "sheet.subject", "sheet.actor", "sheet.action", "sheet.note", "sheet.detail", "sheet.result",
	}, (*exporter).audit},
}

// exporter is an Export that is being written.
type exporter struct {
	Export
	out *sheet.Writer
}

// Write makes the files of the table one after the other, in the memory of one:
// send gets each as soon as it is complete, and what it returns ends the export.
// Every row is as it was when it was read; the table is not one snapshot.
func (e Export) Write(ctx context.Context, send func(sheet.Part) error) error {
	t, ok := tables[e.Table]
	if !ok {
		return fmt.Errorf("export %q: %w", e.Table, ErrUnknownTable)
	}
	captions := make([]string, len(t.captions))
	for i, key := range t.captions {
		var err error
		if captions[i], err = e.Texts.Plain(key, flows.Args{}); err != nil {
			return fmt.Errorf("export %s: %w", e.Table, err)
		}
	}
	x := &exporter{e, sheet.NewWriter(string(e.Table), captions, send)}
	err := t.rows(x, ctx)
	if err == nil {
		err = x.out.Close()
	}
	if err != nil {
		return fmt.Errorf("export %s: %w", e.Table, err)
	}
	return nil
}

// exportPage is how many records are read at once.
const exportPage = 500

// each calls do with every record, page by page.
func each[T, K any](ctx context.Context, after K, read func(context.Context, K, int) ([]T, error), key func(T) K, do func(T) error) error {
	for {
		list, err := read(ctx, after, exportPage)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, record := range list {
			if err := do(record); err != nil {
				return err
			}
		}
		after = key(list[len(list)-1])
	}
}

func (e *exporter) registrations(ctx context.Context) error {
	return each(ctx, math.MinInt64, e.Source.Registrations, func(c flows.Conversation) int64 { return c.Chat }, func(c flows.Conversation) error {
		r := c.Registration
		return e.out.Write(digits(c.Chat), e.stamp(r.Submitted), e.name(r.Surname), e.name(r.Name), e.name(r.Patronymic), e.phone(r.Phone), e.stamp(r.PhoneAt),
			e.email(r.Email), e.stamp(r.EmailAt), e.stamp(r.VerifyBy), e.stamp(r.PurgeAt))
	})
}

func (e *exporter) accounts(ctx context.Context) error {
	return each(ctx, 0, e.Source.Accounts, func(a flows.Account) uint64 { return a.Number }, func(a flows.Account) error {
		return e.out.Write(flows.AccountNote(a.Number), digits(a.Chat), e.stamp(a.Opened), e.name(a.Surname), e.name(a.Name), e.name(a.Patronymic),
			e.phone(a.Phone), e.stamp(a.PhoneAt), e.email(a.Email), e.stamp(a.EmailAt), a.Consent.Version, a.Agreement.Version)
	})
}

func (e *exporter) bindings(ctx context.Context) error {
	return each(ctx, 0, e.Source.Holdings, func(h storage.Holding) uint64 { return h.Account.Number }, func(h storage.Holding) error {
		a := h.Account
		for _, b := range h.Bindings {
			err := e.out.Write(flows.AccountNote(a.Number), digits(a.Chat), e.name(a.Surname), e.name(a.Name), e.name(a.Patronymic),
				string(b.Number), e.name(b.Name), e.stamp(b.At), e.stamp(b.Lost))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (e *exporter) audit(ctx context.Context) error {
	sealed, err := e.Texts.Plain("sheet.sealed", flows.Args{})
	if err != nil {
		return err
	}
	return each(ctx, 0, e.Source.AuditLines, func(l storage.NumberedLine) uint64 { return l.Number }, func(l storage.NumberedLine) error {
		switch {
		case l.Sealed:
			l.Detail = sealed
		case e.Masked && l.Detail != "":
			l.Detail = "***"
		}
		words, err := e.words(l.AuditLine, "sheet.audit_action", "sheet.audit_note", "sheet.audit_result")
		if err != nil {
			return err
		}
		return e.out.Write(digits(l.Number), e.stamp(l.At), unlessZero(l.Subject), unlessZero(l.Actor), words[0], words[1], l.Detail, words[2])
	})
}

// words are texts about a line of the audit log: a table says what /audit says.
func (e *exporter) words(l flows.AuditLine, keys ...flows.Text) ([]string, error) {
	words := make([]string, len(keys))
	for i, key := range keys {
		var err error
		if words[i], err = e.Texts.Plain(key, flows.Args{Desk: l}); err != nil {
			return nil, err
		}
	}
	return words, nil
}
