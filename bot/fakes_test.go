package bot

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"mvkbot/bot/admin"
	"mvkbot/flows"
	"mvkbot/notify"
	"mvkbot/storage"
)

// clock is the bot's clock and what it sleeps by. Time stands still until the
// test lets it pass.
type clock struct {
	mu       sync.Mutex
	at       time.Time
	jumps    time.Duration // by which somebody set it
	sleepers []*sleeper
}

type sleeper struct {
	until time.Time
	woken chan struct{}
}

func newClock() *clock { return &clock{at: time.Unix(1_800_000_000, 0)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// jump sets the clock, which lets no time pass.
func (c *clock) jump(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.jumps = c.at.Add(d), c.jumps+d
	for _, s := range c.sleepers {
		s.until = s.until.Add(d)
	}
}

func (c *clock) steady() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at.Sub(time.Unix(0, 0)) - c.jumps
}

func (c *clock) sleep(ctx context.Context, d time.Duration) bool {
	c.mu.Lock()
	s := &sleeper{c.at.Add(d), make(chan struct{})}
	c.sleepers = append(c.sleepers, s)
	c.mu.Unlock()
	select {
	case <-s.woken:
		return true
	case <-ctx.Done():
		c.mu.Lock()
		defer c.mu.Unlock()
		c.sleepers = slices.DeleteFunc(c.sleepers, func(o *sleeper) bool { return o == s })
		return false
	}
}

// pass lets time pass and wakes whoever slept for no longer.
func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
	c.sleepers = slices.DeleteFunc(c.sleepers, func(s *sleeper) bool {
		due := !s.until.After(c.at)
		if due {
			close(s.woken)
		}
		return due
	})
}

// sleeping counts those who sleep for a time in a range.
func (c *clock) sleeping(least, most time.Duration) (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.sleepers {
		if d := s.until.Sub(c.at); d >= least && d <= most {
			n++
		}
	}
	return n
}

// remote is a machine of somebody else's: it answers as the test says, and may
// be held up.
type remote struct {
	mu      sync.Mutex
	answers []error // of the next calls; nil from then on
	down    error   // of all calls, before answers
	ids     []string
	texts   []string
	gate    chan struct{} // calls wait until it is closed, nil for no wait
	entered chan struct{} // one token a call
}

func newRemote() *remote { return &remote{entered: make(chan struct{}, 1000)} }

// call is one attempt.
func (r *remote) call(ctx context.Context, id, text string) error {
	r.mu.Lock()
	r.ids = append(r.ids, id)
	r.texts = append(r.texts, text)
	err := r.down
	if err == nil && len(r.answers) > 0 {
		err, r.answers = r.answers[0], r.answers[1:]
	}
	gate := r.gate
	r.mu.Unlock()
	r.entered <- struct{}{}
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return err
}

// answer sets what the next calls come to.
func (r *remote) answer(errs ...error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answers = errs
}

// fail sets what all calls come to, nil for a remote that works.
func (r *remote) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.down = err
}

// hold makes calls wait until the returned function is called.
func (r *remote) hold() (release func()) {
	gate := make(chan struct{})
	r.mu.Lock()
	defer r.mu.Unlock()
	r.gate = gate
	return sync.OnceFunc(func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.gate = nil
		close(gate)
	})
}

// calls are the ids of all attempts, said their texts.
func (r *remote) calls() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.ids)
}

func (r *remote) said() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.texts)
}

type gateway struct{ *remote }

func newGateway() *gateway { return &gateway{newRemote()} }

func (g *gateway) SendSMS(ctx context.Context, id string, to flows.Phone, text string) error {
	return g.call(ctx, id, text)
}

type postOffice struct{ *remote }

func newPostOffice() *postOffice { return &postOffice{newRemote()} }

func (p *postOffice) SendMail(ctx context.Context, id string, to flows.Email, l Letter, date time.Time) error {
	return p.call(ctx, fmt.Sprintf("%s at %d", id, date.Unix()), l.Text)
}

// machine is what the bot runs on.
type machine struct {
	dir    string // of what is fetched
	mu     sync.Mutex
	free   int64
	size   int64
	copies []string                                              // names that were asked for
	backup func(ctx context.Context, name string) (int64, error) // nil: it takes no time
}

func newMachine(dir string) *machine { return &machine{dir: dir, free: 100 << 30, size: 5 << 20} }

func (m *machine) Database() admin.DatabaseHealth {
	m.mu.Lock()
	defer m.mu.Unlock()
	return admin.DatabaseHealth{Size: m.size, Free: m.free, Commits: 7}
}

func (m *machine) Directory() admin.DirectoryHealth { return admin.DirectoryHealth{} }

func (m *machine) Backup(ctx context.Context, name string) (path string, size int64, err error) {
	m.mu.Lock()
	m.copies = append(m.copies, name)
	backup := m.backup
	m.mu.Unlock()
	if size = 4 << 20; backup != nil {
		size, err = backup(ctx, name)
	}
	return "/srv/" + name, size, err
}

func (m *machine) NewFetched() (*os.File, error) { return os.CreateTemp(m.dir, "fetched-*") }

func (m *machine) RemoveFetched() error {
	left, err := filepath.Glob(filepath.Join(m.dir, "fetched-*"))
	for _, path := range left {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}

func (m *machine) has(free int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.free = free
}

// made are the names of the copies that were asked for.
func (m *machine) made() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.copies)
}

// gatedBackend is a database whose updates can be held up and made to fail, and
// whose views can be made to fail.
type gatedBackend struct {
	storage.Backend
	mu     sync.Mutex
	gate   chan struct{}
	fail   error // of updates, instead of running them
	unseen error // of views, instead of running them
}

func (g *gatedBackend) Update(ctx context.Context, fn func(storage.Tx) error) error {
	g.mu.Lock()
	gate, err := g.gate, g.fail
	g.mu.Unlock()
	if gate != nil {
		<-gate
	}
	if err != nil {
		return err
	}
	return g.Backend.Update(ctx, fn)
}

// shut holds updates up until the returned function is called.
func (g *gatedBackend) shut() (open func()) {
	gate := make(chan struct{})
	g.mu.Lock()
	defer g.mu.Unlock()
	g.gate = gate
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.gate = nil
		close(gate)
	}
}

func (g *gatedBackend) View(ctx context.Context, fn func(storage.Snapshot) error) error {
	g.mu.Lock()
	err := g.unseen
	g.mu.Unlock()
	if err != nil {
		return err
	}
	return g.Backend.View(ctx, fn)
}

// blind makes views fail, nil mends them.
func (g *gatedBackend) blind(err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.unseen = err
}

// breakWith makes updates fail, nil mends them.
func (g *gatedBackend) breakWith(err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.fail = err
}

// fullBackend is a database whose disk may be full: its updates run, but their
// commit fails.
type fullBackend struct {
	storage.Backend
	full atomic.Bool
}

func (f *fullBackend) Update(ctx context.Context, fn func(storage.Tx) error) error {
	return f.Backend.Update(ctx, func(tx storage.Tx) error {
		if err := fn(tx); err != nil || !f.full.Load() {
			return err
		}
		return storage.ErrNoSpace
	})
}

// flowsDoubleTap is longer than what the dialogs take for a double tap.
const flowsDoubleTap = 3 * time.Second

// What a remote may answer.
var (
	errRefused   = &notify.Error{Outcome: notify.Refused, Reason: "refused"}
	errTemporary = &notify.Error{Outcome: notify.Temporary, Reason: "busy"}
	errUnknown   = &notify.Error{Outcome: notify.Unknown, Reason: "no answer"}
)

// book is a contract directory in the hands of the test. It begins without an
// edition.
type book struct {
	mu       sync.Mutex
	rows     map[flows.Number]flows.Contract
	edition  string
	lookedUp func() // after every answer was found, nil for nothing
}

func newBook() *book { return &book{rows: map[flows.Number]flows.Contract{}} }

func (b *book) Contract(n flows.Number) (flows.Contract, bool, error) {
	b.mu.Lock()
	hook := b.lookedUp
	c, ok := b.rows[n]
	b.mu.Unlock()
	if hook != nil {
		hook()
	}
	return c, ok, nil
}

func (b *book) Edition() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.edition
}

// publish makes contracts, all of houses, the next edition: those that are closed
// after those that are in force.
func (b *book) publish(edition string, active, closed []flows.Number) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.edition, b.rows = edition, map[flows.Number]flows.Contract{}
	for i, n := range slices.Concat(active, closed) {
		c := flows.Contract{Number: n, Kind: flows.KindHouse, Address: "Москва, ул. Полевая", Holder: flows.HolderPerson, Status: flows.StatusActive}
		if i >= len(active) {
			c.Status = flows.StatusClosed
		}
		b.rows[n] = c
	}
}

// onLookUp sets what happens once an answer was found, and before it is given.
func (b *book) onLookUp(fn func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lookedUp = fn
}

// mortalBackend is a database whose process dies at an update: before its commit
// or right after it.
type mortalBackend struct {
	storage.Backend
	mu        sync.Mutex
	left      int // updates until then, negative for immortality
	committed bool
}

func (m *mortalBackend) Update(ctx context.Context, fn func(storage.Tx) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.left == 0 && !m.committed {
		return storage.ErrUnknownOutcome
	}
	err := m.Backend.Update(ctx, fn)
	if m.left == 0 {
		m.committed = false
		return storage.ErrUnknownOutcome
	}
	m.left--
	return err
}
