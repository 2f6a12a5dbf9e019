package admin_test

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"mvkbot/bot/admin"
	"mvkbot/bot/admin/sheet"
	"mvkbot/flows"
	"mvkbot/flows/text"
	"mvkbot/storage"
	"mvkbot/storage/bolt"
)

var moscow = time.FixedZone("MSK", 3*60*60)

const at = 1_800_000_000 // 2027-01-15 11:00:00 in Moscow

func newStore(t *testing.T) *storage.Store {
	t.Helper()
	db, err := bolt.Open(t.Context(), filepath.Join(t.TempDir(), "mvkbot.db"), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	s, err := storage.Open(t.Context(), db, storage.Options{
		Secret: []byte("0123456789abcdef0123456789abcdef"), Now: func() time.Time { return time.Unix(at, 0) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func turn(t *testing.T, s *storage.Store, fn func(*storage.Turn)) {
	t.Helper()
	if err := s.Turn(t.Context(), func(tx *storage.Turn) error { fn(tx); return nil }); err != nil {
		t.Fatal(err)
	}
}

// exportOf is an export in Russian and by the clock of Moscow.
func exportOf(t *testing.T, from admin.Source, table admin.Table, masked bool) admin.Export {
	t.Helper()
	texts, err := text.New(moscow)
	if err != nil {
		t.Fatal(err)
	}
	return admin.Export{Table: table, Masked: masked, Source: from, Texts: texts, Location: moscow}
}

// exported writes a table that fits one file and returns its lines without the
// captions, the cells of each joined by commas.
func exported(t *testing.T, from admin.Source, table admin.Table, masked bool) []string {
	t.Helper()
	var data string
	err := exportOf(t, from, table, masked).Write(t.Context(), func(p sheet.Part) error {
		if p.Name != string(table)+".csv" || data != "" {
			t.Errorf("part %s", p.Name)
		}
		data = string(p.Data)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(data, "\ufeff")))
	r.Comma = ';'
	rows, err := r.ReadAll() // every row has as many cells as there are captions
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, row := range rows[1:] {
		lines = append(lines, strings.Join(row, ", "))
	}
	return lines
}

// settle opens an account with two contracts, sends a form, and keeps a log.
func settle(t *testing.T, s *storage.Store) {
	t.Helper()
	turn(t, s, func(tx *storage.Turn) {
		tx.OpenAccount(flows.Account{
			Chat: 1001, Opened: at, Surname: "Соколова", Name: "Анна", Patronymic: "Петровна", Phone: "+79161234501", Email: "anna@mail.example",
			PhoneAt: at + 1, EmailAt: at + 2, Consent: flows.Acceptance{Version: "v1"}, Agreement: flows.Acceptance{Version: "v2"},
		})
		tx.SetBindings(1, []flows.Binding{{Number: "0012", At: at, Name: "=Дача"}, {Number: "1234567890", At: at, Lost: at}})
		_, _ = tx.Conversation(1003)
		_, _ = tx.Conversation(1002)
		_ = tx.SaveConversation(flows.Conversation{Chat: 1003})
		_ = tx.SaveConversation(flows.Conversation{Chat: 1002, Registration: flows.Registration{
			Submitted: at, Surname: "Ким", Name: "Лев", Phone: "+79161234502", Email: "kim@mail.example", PhoneAt: at + 60, VerifyBy: at + 86400, PurgeAt: at + 2*86400,
		}})
		tx.OpenSubject(7, [32]byte{1})
		tx.OpenSubject(8, [32]byte{2})
		tx.Audit(flows.AuditLine{At: at, Subject: 7, Action: flows.ActionBound, Note: "Л1", Detail: "1234567890"})
		tx.Audit(flows.AuditLine{At: at, Subject: 8, Action: flows.ActionChanged, Note: "phone", Detail: "+79161234503", Actor: 42, Result: flows.Refusal + "desk.nobody"})
		tx.Audit(flows.AuditLine{At: at, Action: flows.StaffAction + "maintenance", Note: "on", Actor: 42})
		tx.CloseSubject(8)
	})
}

// Ensure that every table has its rows, plain and masked.
func TestExport(t *testing.T) {
	s := newStore(t)
	settle(t, s)
	const when = "2027-01-15 11:00:00"
	for _, tt := range []struct {
		table         admin.Table
		plain, masked []string
	}{
		{admin.TableAccounts,
			[]string{"Л1, 1001, " + when + ", Соколова, Анна, Петровна, '+79161234501, 2027-01-15 11:00:01, anna@mail.example, 2027-01-15 11:00:02, v1, v2"},
			[]string{"Л1, 1001, " + when + ", С***, А***, П***, '+7 916 ***-**-01, 2027-01-15 11:00:01, a***@mail.example, 2027-01-15 11:00:02, v1, v2"}},
		{admin.TableRegistrations,
			[]string{"1002, " + when + ", Ким, Лев, , '+79161234502, 2027-01-15 11:01:00, kim@mail.example, , 2027-01-16 11:00:00, 2027-01-17 11:00:00"},
			[]string{"1002, " + when + ", К***, Л***, , '+7 916 ***-**-02, 2027-01-15 11:01:00, k***@mail.example, , 2027-01-16 11:00:00, 2027-01-17 11:00:00"}},
		{admin.TableBindings,
			[]string{"Л1, 1001, Соколова, Анна, Петровна, '0012, '=Дача, " + when + ", ", "Л1, 1001, Соколова, Анна, Петровна, 1234567890, , " + when + ", " + when},
			[]string{"Л1, 1001, С***, А***, П***, '0012, '=***, " + when + ", ", "Л1, 1001, С***, А***, П***, 1234567890, , " + when + ", " + when}},
		{admin.TableAudit,
			[]string{"1, " + when + ", 7, , привязал договор, Л1, 1234567890, ", "2, " + when + ", 8, 42, сменил контакт, телефон, данные удалены, отказ: такого жителя нет", "3, " + when + ", , 42, /maintenance, закрыть, , "},
			[]string{"1, " + when + ", 7, , привязал договор, Л1, ***, ", "2, " + when + ", 8, 42, сменил контакт, телефон, данные удалены, отказ: такого жителя нет", "3, " + when + ", , 42, /maintenance, закрыть, , "}},
	} {
		if !tt.table.Known() {
			t.Errorf("%s is not known", tt.table)
		}
		for masked, want := range map[bool][]string{false: tt.plain, true: tt.masked} {
			if got := exported(t, s, tt.table, masked); fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
				t.Errorf("%s, masked %t:\n%q\nwant\n%q", tt.table, masked, got, want)
			}
		}
	}
}

// Ensure that tables of many pages hold every record once and in order.
func TestExportPages(t *testing.T) {
	s := newStore(t)
	const many = 1100
	turn(t, s, func(tx *storage.Turn) {
		for i := range int64(many) {
			n := tx.OpenAccount(flows.Account{Chat: i + 1})
			tx.SetBindings(n, []flows.Binding{{Number: "100"}})
			_, _ = tx.Conversation(i + 1)
			_ = tx.SaveConversation(flows.Conversation{Chat: i + 1, Registration: flows.Registration{Submitted: at}})
			tx.Audit(flows.AuditLine{At: at, Action: flows.ActionOpened})
		}
	})
	for table, first := range map[admin.Table]string{admin.TableAccounts: "Л%d, ", admin.TableBindings: "Л%d, ", admin.TableRegistrations: "%d, ", admin.TableAudit: "%d, "} {
		lines := exported(t, s, table, true)
		if len(lines) != many {
			t.Fatalf("%s: %d lines", table, len(lines))
		}
		for i, line := range lines {
			if !strings.HasPrefix(line, fmt.Sprintf(first, i+1)) {
				t.Fatalf("%s: line %d is %s", table, i+1, line)
			}
		}
	}
}

// people is a Source of accounts that a test makes up; nothing else is in it.
type people []storage.Holding

func (p people) Accounts(_ context.Context, after uint64, _ int) (list []flows.Account, _ error) {
	for _, h := range p[after:] {
		list = append(list, h.Account)
	}
	return list, nil
}

func (p people) Holdings(_ context.Context, after uint64, _ int) ([]storage.Holding, error) {
	return p[after:], nil
}

func (p people) Registrations(_ context.Context, after int64, _ int) (list []flows.Conversation, _ error) {
	for _, h := range p {
		if a := h.Account; a.Chat > after {
			list = append(list, flows.Conversation{Chat: a.Chat, Registration: flows.Registration{
				Submitted: at, Surname: a.Surname, Name: a.Name, Patronymic: a.Patronymic, Phone: a.Phone, Email: a.Email,
			}})
		}
	}
	return list, nil
}

func (p people) AuditLines(_ context.Context, after uint64, _ int) (list []storage.NumberedLine, _ error) {
	for _, h := range p[after:] {
		a := h.Account
		list = append(list, storage.NumberedLine{Number: a.Number, AuditLine: flows.AuditLine{Detail: string(a.Phone) + " → " + string(a.Email)}})
	}
	return list, nil
}

// Ensure that a masked table holds nothing that names a person, and a plain one
// all of it.
func TestExportMasks(t *testing.T) {
	name := rapid.StringMatching(`[А-Я][а-я]{1,20}(-[А-Я][а-я]{1,20})?`)
	rapid.Check(t, func(rt *rapid.T) {
		var p people
		for i := range rapid.IntRange(1, 5).Draw(rt, "accounts") {
			p = append(p, storage.Holding{
				Account: flows.Account{
					Number: uint64(i + 1), Chat: int64(i + 1), Surname: name.Draw(rt, "surname"), Name: name.Draw(rt, "name"), Patronymic: name.Draw(rt, "patronymic"),
					Phone: flows.Phone(rapid.StringMatching(`\+79[0-9]{9}`).Draw(rt, "phone")),
					Email: flows.Email(rapid.StringMatching(`[a-z][a-z0-9.]{0,20}@[a-z]{2,10}\.example`).Draw(rt, "email")),
				},
				Bindings: []flows.Binding{{Number: "100", Name: name.Draw(rt, "label")}},
			})
		}
		for table, named := range map[admin.Table]bool{admin.TableAccounts: true, admin.TableRegistrations: true, admin.TableBindings: true, admin.TableAudit: false} {
			masked, plain := strings.Join(exported(t, p, table, true), "\n"), strings.Join(exported(t, p, table, false), "\n")
			for _, h := range p {
				a := h.Account
				for _, trace := range []string{a.Surname, a.Name, a.Patronymic, string(a.Phone), string(a.Phone[1:]), a.Phone.Pretty(), string(a.Email), h.Bindings[0].Name} {
					if strings.Contains(masked, trace) {
						rt.Errorf("%s shows %q: %s", table, trace, masked)
					}
				}
				if named && !strings.Contains(plain, a.Surname) || table != admin.TableBindings && !strings.Contains(plain, string(a.Phone)) {
					rt.Errorf("the plain table %s lacks a person: %s", table, plain)
				}
			}
		}
	})
}

// Ensure that an unknown table, a table that cannot be sent and one that cannot
// be read are told.
func TestExportFails(t *testing.T) {
	s := newStore(t)
	settle(t, s)
	if err := exportOf(t, s, "staff", false).Write(t.Context(), nil); !errors.Is(err, admin.ErrUnknownTable) || admin.Table("staff").Known() {
		t.Error(err)
	}
	broken := errors.New("broken")
	for _, table := range []admin.Table{admin.TableAccounts, admin.TableRegistrations, admin.TableBindings, admin.TableAudit} {
		if err := exportOf(t, s, table, false).Write(t.Context(), func(sheet.Part) error { return broken }); !errors.Is(err, broken) {
			t.Errorf("%s: %v", table, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := exportOf(t, s, table, false).Write(ctx, func(sheet.Part) error { t.Error("sent"); return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", table, err)
		}
	}
}
