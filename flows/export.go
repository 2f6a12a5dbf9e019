package flows

import (
	"cmp"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// Export is the file of «Выгрузить мои данные»: everything that is kept about a
// person but what the staff noted for themselves. Times are RFC 3339 in the bot's
// time zone; whatever the program has words of its own for is in words of people.
type Export struct {
	Made       string           `json:"made"`       // when this file was made
	Account    uint64           `json:"account"`    // number of the account
	Telegram   int64            `json:"telegram"`   // id of the chat
	Username   string           `json:"username"`   // in Telegram, empty when there is none
	Opened     string           `json:"opened"`     // when the account was opened
	Surname    string           `json:"surname"`    //
	Name       string           `json:"name"`       //
	Patronymic string           `json:"patronymic"` // empty when there is none
	Phone      string           `json:"phone"`      // E.164
	PhoneAt    string           `json:"phone_verified"`
	Email      string           `json:"email"`
	EmailAt    string           `json:"email_verified"`
	Consent    ExportedTerms    `json:"consent"`
	Agreement  ExportedTerms    `json:"agreement"`
	News       bool             `json:"news"` // the resident did not opt out
	Contracts  []ExportedBond   `json:"contracts"`
	Dialog     ExportedDialog   `json:"dialog"`
	Log        []ExportedAction `json:"log"` // audit lines about the person
	Support    []ExportedTicket `json:"support,omitempty"`
}

// ExportedTerms tell which text was accepted, when and by which message.
type ExportedTerms struct {
	Version string `json:"version"`
	SHA256  string `json:"sha256"`
	At      string `json:"accepted"`
	Update  int64  `json:"update"`
}

// ExportedBond is one bound contract.
type ExportedBond struct {
	Number  Number `json:"number"`
	Name    string `json:"own_name,omitempty"`
	Kind    string `json:"kind,omitempty"`
	Flat    string `json:"flat,omitempty"`
	Address string `json:"address,omitempty"`
	Bound   string `json:"bound"`
	Lost    string `json:"told_lost,omitempty"` // when the resident was told that it is closed or gone
}

// ExportedDialog is what the bot remembers of the conversation.
type ExportedDialog struct {
	State      string `json:"state"`
	Began      string `json:"form_begun,omitempty"`  // until the first contract is bound
	NewContact string `json:"new_contact,omitempty"` // typed, on its way to be proven
	Link       Number `json:"contract_from_link,omitempty"`
	LinkFlat   string `json:"flat_from_link,omitempty"`
	Binding    Number `json:"contract_being_bound,omitempty"`
	BindingFor string `json:"contract_being_bound_kind,omitempty"`
	BindFlat   string `json:"flat_being_bound,omitempty"`
}

// ExportedAction is one audit line.
type ExportedAction struct {
	At     string `json:"at"`
	Action string `json:"action"`
	Note   string `json:"note,omitempty"`
	Detail string `json:"detail,omitempty"`
	Result string `json:"result,omitempty"` // empty: it was done
}

// ExportedTicket is what was written to the support and what it answered. Files
// are the messenger's: the bot has their names.
type ExportedTicket struct {
	Number   uint64            `json:"number"`
	Opened   string            `json:"opened"`
	Closed   string            `json:"closed,omitempty"`
	Messages []ExportedMessage `json:"messages"`
}

// ExportedMessage is one message of a ticket.
type ExportedMessage struct {
	At      string `json:"at"`
	Support bool   `json:"from_support"`
	Text    string `json:"text"`
	File    string `json:"file,omitempty"`

	Former []ExportedEdition `json:"former,omitempty"`
}

// ExportedEdition is what a message was until it was changed.
type ExportedEdition struct {
	Changed string `json:"changed"`
	Text    string `json:"text"`
	File    string `json:"file,omitempty"`
}

// export sends the file; that it was sent is part of what is kept, too.
func export(s *Scene) {
	s.auditAccount(ActionExported, "")
	data, err := json.MarshalIndent(s.exported(), "", "  ")
	if err != nil {
		panic(err) // plain strings and numbers always encode
	}
	s.out = append(s.out, Say{Text: "profile.exported", Attach: Attachment{Kind: ExportFile, Data: data}})
}

func (s *Scene) exported() Export {
	a := s.l.Account(s.c.Account)
	terms := func(x Acceptance) ExportedTerms { return ExportedTerms{x.Version, x.SHA256, s.stamp(x.At), x.Update} }
	e := Export{
		Made: s.stamp(s.t.At.Unix()), Account: a.Number, Telegram: a.Chat, Username: s.c.Username, Opened: s.stamp(a.Opened),
		Surname: a.Surname, Name: a.Name, Patronymic: a.Patronymic,
		Phone: string(a.Phone), PhoneAt: s.stamp(a.PhoneAt), Email: string(a.Email), EmailAt: s.stamp(a.EmailAt),
		Consent: terms(a.Consent), Agreement: terms(a.Agreement), News: !a.NoNews, Contracts: []ExportedBond{}, Log: []ExportedAction{},
		Dialog: ExportedDialog{
			State: s.caption(s.c.State.Text(), Args{}), Began: s.stamp(s.c.Began), NewContact: cmp.Or(s.c.Change.Value, string(s.c.Change.Doubtful), s.c.Change.Wanted),
			Link: s.c.Link.Number, LinkFlat: s.c.Link.Flat, Binding: s.c.Bind.Number, BindingFor: s.kindWords(s.c.Bind.Kind), BindFlat: s.c.Bind.Flat,
		},
	}
	for _, b := range s.l.Bindings(a.Number) {
		c := s.contract(b.Number)
		e.Contracts = append(e.Contracts, ExportedBond{c.Number, b.Name, s.kindWords(c.Kind), c.Flat, c.Address, s.stamp(b.At), s.stamp(b.Lost)})
	}
	for _, l := range s.l.Lines(a.Subject) {
		e.Log = append(e.Log, s.exportedAction(l))
	}
	for _, n := range s.l.TicketsOf(a.Number) {
		e.Support = append(e.Support, s.exportedTicket(s.l.Ticket(n)))
	}
	return e
}

func (s *Scene) kindWords(k Kind) string {
	if k == "" {
		return ""
	}
	return s.caption("kind."+Text(k), Args{})
}

// exportedAction is a line of the audit log in words. It leaves out what the staff
// noted for themselves: their reasons may name others, their notes name them.
func (s *Scene) exportedAction(l AuditLine) ExportedAction {
	staff := strings.HasPrefix(string(l.Action), StaffAction)
	if staff {
		l.Note, l.Detail = "", ""
	}
	a := Args{Hint: staff, Desk: l}
	return ExportedAction{
		s.stamp(l.At), s.caption("profile.exported_action", a), s.caption("profile.exported_note", a), l.Detail, s.caption("profile.exported_result", a),
	}
}

// exportedTicket leaves out what the staff noted for themselves.
func (s *Scene) exportedTicket(t Ticket) ExportedTicket {
	out := ExportedTicket{Number: t.Number, Opened: s.stamp(t.Opened)}
	if t.State == TicketClosed {
		out.Closed = s.stamp(t.Since)
	}
	for i := range t.Messages {
		m := s.l.Message(t.Number, i)
		if m.Kind != FromResident && m.Kind != FromStaff {
			continue
		}
		message := ExportedMessage{At: s.stamp(m.At), Support: m.Kind == FromStaff, Text: m.Text, File: s.exportedFile(m.File)}
		for _, e := range m.Former {
			message.Former = append(message.Former, ExportedEdition{s.stamp(e.At), e.Text, s.exportedFile(e.File)})
		}
		out.Messages = append(out.Messages, message)
	}
	return out
}

// exportedFile is the name of a file; a photo has none.
func (s *Scene) exportedFile(f File) string {
	if f.Kind == PhotoFile {
		return s.caption("ticket.photo", Args{})
	}
	return f.Name
}

func (s *Scene) stamp(at int64) string {
	if at == 0 {
		return ""
	}
	return s.unix(at).Format(time.RFC3339)
}

// exportLimit is how many files a resident gets: each is a line of the audit log,
// which only grows.
var exportLimit = limit{10, day}

func (s *Scene) exportBudget() Budget {
	return Budget{"exports", strconv.FormatUint(s.c.Account, 10)}
}

// exportOrWait decides whether the file is sent.
var exportOrWait = map[Event]Decision{exportPressed: {Into: []Event{exportPressed, exportsSpent}, By: func(s *Scene) Event {
	b := s.exportBudget()
	if until := s.openAt(b, exportLimit); !until.IsZero() {
		s.args.Until = s.unix(until.Unix())
		return exportsSpent
	}
	s.spend(b, 0)
	return exportPressed
}}}

// exportRows adds the rows of «Выгрузить мои данные».
func exportRows(rows map[Event]Move) map[Event]Move {
	rows[exportPressed] = Move{Do: export}
	rows[exportsSpent] = Move{Say: "profile.exports_spent"}
	return rows
}
