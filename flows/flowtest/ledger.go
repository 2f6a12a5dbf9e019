package flowtest

import (
	"maps"
	"slices"

	"mvkbot/flows"
)

// Ledger is a flows.Ledger in memory, for tests that need no storage. The zero
// value is not ready; use NewLedger.
type Ledger struct {
	Owners     map[flows.Contact]flows.Owner
	Accounts   []flows.Account
	Contracts  map[flows.Number]flows.Contract
	Bound      map[uint64][]flows.Binding
	Budgets    map[flows.Budget]flows.Usage
	Subjects   map[uint64][32]byte
	Log        []flows.AuditLine
	Counts     map[flows.Day]map[flows.Counter]uint64
	Granted    []flows.Member
	Run        flows.Operation
	Waiting    []flows.Approval
	Dialogs    map[int64]flows.Conversation
	Broadcasts []flows.Broadcast
	Raised     []flows.Alarm
	Dead       map[uint64]flows.DeadLetter
	Support    Support
	Reviewed   flows.BindingReview
}

var _ flows.Ledger = (*Ledger)(nil)

// NewLedger returns an empty world.
func NewLedger() *Ledger {
	return &Ledger{
		Owners: map[flows.Contact]flows.Owner{}, Contracts: map[flows.Number]flows.Contract{},
		Bound: map[uint64][]flows.Binding{}, Budgets: map[flows.Budget]flows.Usage{}, Subjects: map[uint64][32]byte{},
		Counts: map[flows.Day]map[flows.Counter]uint64{}, Dialogs: map[int64]flows.Conversation{}, Support: newSupport(),
		Dead: map[uint64]flows.DeadLetter{},
	}
}

// Clone returns a copy that shares nothing that a step writes to.
func (l *Ledger) Clone() *Ledger {
	counts := maps.Clone(l.Counts)
	for day, c := range counts {
		counts[day] = maps.Clone(c)
	}
	return &Ledger{
		Counts: counts,
		Owners: maps.Clone(l.Owners), Accounts: slices.Clone(l.Accounts), Contracts: l.Contracts,
		Bound: maps.Clone(l.Bound), Budgets: maps.Clone(l.Budgets), Subjects: maps.Clone(l.Subjects), Log: slices.Clone(l.Log),
		Granted: slices.Clone(l.Granted), Run: l.Run, Waiting: slices.Clone(l.Waiting), Dialogs: maps.Clone(l.Dialogs), Support: l.Support.clone(),
		Broadcasts: slices.Clone(l.Broadcasts),
		Reviewed:   l.Reviewed,
		Raised:     slices.Clone(l.Raised), Dead: maps.Clone(l.Dead),
	}
}

// Owner implements flows.Ledger.
func (l *Ledger) Owner(c flows.Contact) flows.Owner { return l.Owners[c] }

// SetOwner implements flows.Ledger.
func (l *Ledger) SetOwner(c flows.Contact, o flows.Owner) {
	if o == (flows.Owner{}) {
		delete(l.Owners, c)
		return
	}
	l.Owners[c] = o
}

// Account implements flows.Ledger.
func (l *Ledger) Account(number uint64) flows.Account {
	if number == 0 || number > uint64(len(l.Accounts)) {
		return flows.Account{}
	}
	return l.Accounts[number-1]
}

// OpenAccount implements flows.Ledger.
func (l *Ledger) OpenAccount(a flows.Account) uint64 {
	a.Number = uint64(len(l.Accounts)) + 1
	l.Accounts = append(l.Accounts, a)
	return a.Number
}

// SaveAccount implements flows.Ledger.
func (l *Ledger) SaveAccount(a flows.Account) { l.Accounts[a.Number-1] = a }

// DropAccount implements flows.Ledger.
func (l *Ledger) DropAccount(number uint64) { l.Accounts[number-1] = flows.Account{} }

// OpenSubject implements flows.Ledger.
func (l *Ledger) OpenSubject(subject uint64, key [32]byte) { l.Subjects[subject] = key }

// CloseSubject implements flows.Ledger.
func (l *Ledger) CloseSubject(subject uint64) { delete(l.Subjects, subject) }

// Audit implements flows.Ledger.
func (l *Ledger) Audit(line flows.AuditLine) { l.Log = append(l.Log, line) }

// Lines implements flows.Ledger.
func (l *Ledger) Lines(subject uint64) []flows.AuditLine {
	var lines []flows.AuditLine
	for _, line := range l.Log {
		if line.Subject == subject {
			lines = append(lines, line)
		}
	}
	return lines
}

// LastLines implements flows.Ledger.
func (l *Ledger) LastLines(subject uint64, limit int) []flows.AuditLine {
	lines := l.Lines(subject)
	slices.Reverse(lines)
	return lines[:min(len(lines), limit)]
}

// Contract implements flows.Ledger.
func (l *Ledger) Contract(n flows.Number) (flows.Contract, bool) {
	c, ok := l.Contracts[n]
	return c, ok
}

// Bindings implements flows.Ledger.
func (l *Ledger) Bindings(account uint64) []flows.Binding { return l.Bound[account] }

// SetBindings implements flows.Ledger.
func (l *Ledger) SetBindings(account uint64, list []flows.Binding) { l.Bound[account] = list }

// Holders implements flows.Ledger.
func (l *Ledger) Holders(n flows.Number) []uint64 {
	var holders []uint64
	for _, account := range slices.Sorted(maps.Keys(l.Bound)) {
		if slices.ContainsFunc(l.Bound[account], func(b flows.Binding) bool { return b.Number == n }) {
			holders = append(holders, account)
		}
	}
	return holders
}

// Usage implements flows.Ledger.
func (l *Ledger) Usage(b flows.Budget) flows.Usage { return l.Budgets[b] }

// SetUsage implements flows.Ledger.
func (l *Ledger) SetUsage(b flows.Budget, u flows.Usage) { l.Budgets[b] = u }

// Tally implements flows.Ledger.
func (l *Ledger) Tally(day flows.Day, c flows.Counter) {
	if l.Counts[day] == nil {
		l.Counts[day] = map[flows.Counter]uint64{}
	}
	l.Counts[day][c]++
}
