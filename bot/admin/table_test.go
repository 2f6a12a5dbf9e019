package admin

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"mvkbot/flows"
	"mvkbot/flows/text"
	"mvkbot/storage"
	"mvkbot/storage/bolt"
	"mvkbot/storage/storagetest"
)

// tableWorld is a desk with one person of each role, and a resident.
type tableWorld struct {
	t     *testing.T
	desk  *Desk
	store *storage.Store
	now   time.Time
}

// still is a bot that does nothing.
type still struct{}

func (still) Health() Health { return Health{} }

const tableResident = int64(500)

// chatOfRole is the chat of the person who has a role.
func chatOfRole(r flows.Role) int64 { return 600 + int64(r) }

func newTableWorld(t *testing.T) *tableWorld {
	t.Helper()
	db, err := bolt.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	store := storagetest.NewWorld(t, db).Store
	texts, err := text.New(time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	engine := flows.New(flows.DefaultRules(time.UTC), []byte("key"), texts.Caption)
	w := &tableWorld{t: t, desk: New(Options{Engine: engine, Store: store, Caption: texts.Caption, Monitor: still{}}), store: store, now: time.Unix(1_800_000_000, 0)}
	w.must(store.Turn(t.Context(), func(tx *storage.Turn) error {
		var crew []flows.Member
		for r := flows.NoRole; r <= flows.Administrator; r++ {
			if r != flows.NoRole {
				crew = append(crew, flows.Member{Chat: chatOfRole(r), Role: r})
			}
			w.arrive(tx, chatOfRole(r))
		}
		tx.SetStaff(crew)
		w.arrive(tx, tableResident)
		return nil
	}))
	return w
}

// arrive lets somebody press Start.
func (w *tableWorld) arrive(tx *storage.Turn, chat int64) {
	w.t.Helper()
	c, _, err := w.desk.Engine.Step(tx.Chat(chat), flows.Turn{Kind: flows.Said, Text: "/start", At: w.now}, tx)
	w.must(err)
	w.must(tx.SaveConversation(c))
}

func (w *tableWorld) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// errUndo takes back what a try wrote.
var errUndo = errors.New("undo")

// outcome is what a turn came to.
type outcome struct {
	next    flows.Conversation
	effects []flows.Effect
	log     []flows.AuditLine
}

// watched notes the lines of the audit log.
type watched struct {
	*storage.Turn
	log *[]flows.AuditLine
}

func (w watched) Audit(l flows.AuditLine) { *w.log = append(*w.log, l) }

// try plays a turn and takes it back.
func (w *tableWorld) try(chat int64, t flows.Turn, step flows.StepFunc) (o outcome) {
	w.t.Helper()
	t.At = w.now
	err := w.store.Turn(w.t.Context(), func(tx *storage.Turn) error {
		c, err := tx.Conversation(chat)
		w.must(err)
		o = outcome{}
		o.next, o.effects, err = step(c, t, watched{tx, &o.log})
		w.must(err)
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		w.t.Fatal(err)
	}
	return o
}

// turns are the ways to give a command: typed, with the name of the bot, and by
// each of its buttons, which anybody can forge.
func (c *command) turns() map[string]flows.Turn {
	turns := map[string]flows.Turn{}
	for _, line := range []string{"/%s", "/%s %d", "/%s@mvk_bot %d", "/%s %d phone why", "/%s 1 text"} {
		text := fmt.Sprintf(strings.ReplaceAll(line, "%d", fmt.Sprint(tableResident)), c.name)
		turns["typed "+text] = flows.Turn{Kind: flows.Said, Text: text}
		turns["typed "+strings.ToUpper(text)] = flows.Turn{Kind: flows.Said, Text: strings.ToUpper(text)}
	}
	for e := range c.presses {
		turns["pressed "+string(e)] = flows.Turn{Kind: flows.Pressed, Event: e, Arg: int(tableResident), Message: 7}
	}
	return turns
}

// Ensure that a command exists for those of its rank and above and for nobody
// else, however it is given: to them it is what a command that does not exist is.
func TestRanks(t *testing.T) {
	w := newTableWorld(t)
	for _, c := range w.desk.table {
		for role := flows.NoRole; role <= flows.Administrator; role++ {
			for how, turn := range c.turns() {
				name := fmt.Sprintf("%s, %s", role, how)
				step, err := w.desk.Before(t.Context(), chatOfRole(role), turn)
				w.must(err)
				got := w.try(chatOfRole(role), turn, step)
				if role >= c.role {
					if got.next.Event != flows.Event("desk_"+c.name) {
						t.Errorf("%s: the command did not run: %v", name, got.next.Event)
					}
					continue
				}
				want := w.try(chatOfRole(role), turn, w.desk.Engine.Step)
				if got.next != want.next || !reflect.DeepEqual(got.effects, want.effects) {
					t.Errorf("%s: %v, want the answer to an unknown command", name, got.effects)
				}
				if noted := len(got.log) == 1 && got.log[0].Result == "refused: "+role.String(); noted != (role != flows.NoRole) {
					t.Errorf("%s: log %v", name, got.log)
				}
			}
		}
	}
}

// Ensure that every command is a line of the audit log, however it is given and
// whatever comes of it, but for those that README names.
func TestEveryCommandIsLogged(t *testing.T) {
	w := newTableWorld(t)
	for _, c := range w.desk.table {
		for how, turn := range c.turns() {
			step, err := w.desk.Before(t.Context(), chatOfRole(flows.Administrator), turn)
			w.must(err)
			n := len(w.try(chatOfRole(flows.Administrator), turn, step).log)
			unlogged := map[string]bool{
				"admin": true, "export": true, // no table has one of these names
				"broadcast": turn.Kind == flows.Said && strings.EqualFold(turn.Text, "/broadcast"),
			}
			if unlogged[c.name] != (n == 0) {
				t.Errorf("%s: %d lines", how, n)
			}
		}
	}
}

// Ensure that a command in a forwarded message, which somebody else may have
// written, is none.
func TestForwarded(t *testing.T) {
	w := newTableWorld(t)
	chat := chatOfRole(flows.Administrator)
	for _, c := range w.desk.table {
		for how, turn := range c.turns() {
			if turn.Kind == flows.Pressed {
				continue
			}
			turn.Forwarded = true
			step, err := w.desk.Before(t.Context(), chat, turn)
			w.must(err)
			if got := w.try(chat, turn, step); strings.HasPrefix(string(got.next.Event), "desk_") || len(got.log) != 0 {
				t.Errorf("%s ran", how)
			}
		}
	}
}

// Ensure that a rank that is lost between the look-up and the transaction counts
// as lost.
func TestRankLostMeanwhile(t *testing.T) {
	w := newTableWorld(t)
	chat := chatOfRole(flows.Administrator)
	for _, c := range w.desk.table {
		for how, turn := range c.turns() {
			step, err := w.desk.Before(t.Context(), chat, turn)
			w.must(err)
			got := w.try(chat, turn, func(c flows.Conversation, t flows.Turn, l flows.Ledger) (flows.Conversation, []flows.Effect, error) {
				l.SetStaff(nil)
				return step(c, t, l)
			})
			if strings.HasPrefix(string(got.next.Event), "desk_") || len(got.log) != 0 {
				t.Errorf("%s ran", how)
			}
		}
	}
}

// Ensure that the answers to the desk's questions and the buttons of its lists
// are nothing to those without a role, and old to those who were asked nothing.
func TestForgedAnswers(t *testing.T) {
	w := newTableWorld(t)
	for _, e := range []flows.Event{deedConfirmed, deedDropped, pageTurned, linePicked} {
		for role := flows.NoRole; role <= flows.Administrator; role++ {
			turn := flows.Turn{Kind: flows.Pressed, Event: e, Arg: 1, Message: 7}
			step, err := w.desk.Before(t.Context(), chatOfRole(role), turn)
			w.must(err)
			got := w.try(chatOfRole(role), turn, step)
			want := flows.Notice{Text: "notice.desk_old"}
			if role == flows.NoRole {
				want.Text = "notice.old"
			}
			if got.effects[0] != want || len(got.log) != 0 {
				t.Errorf("%s, %s: %v", role, e, got.effects)
			}
		}
	}
}

// Ensure that every command has its line of help, of the menu, and its place in
// /admin, and that the menu shows nobody more than they may run.
func TestMenu(t *testing.T) {
	w := newTableWorld(t)
	texts, err := text.New(time.UTC)
	w.must(err)
	names := map[string]bool{}
	for _, c := range w.desk.table {
		if names[c.name] || c.run == nil || c.role == flows.NoRole || c.role > flows.Administrator {
			t.Errorf("/%s is not sound", c.name)
		}
		names[c.name] = true
		if !texts.Has(c.help) || !c.hidden() && !texts.Has(c.help+".menu") {
			t.Errorf("/%s has no help", c.name)
		}
		if help := texts.Caption(c.help, flows.Args{}); !strings.HasPrefix(help, "/"+c.name) {
			t.Errorf("help of /%s: %s", c.name, help)
		}
	}
	for role := flows.NoRole; role <= flows.Administrator; role++ {
		for _, line := range w.desk.Menu(role) {
			if w.desk.commands[line.Name].role > role {
				t.Errorf("%s sees /%s", role, line.Name)
			}
			if n := len([]rune(texts.Caption(line.Help, flows.Args{}))); n == 0 || n > 256 {
				t.Errorf("menu of /%s: %d characters", line.Name, n)
			}
		}
	}
	if len(w.desk.Menu(flows.NoRole)) != 0 {
		t.Error("residents see commands of staff")
	}
}

// Ensure that a failing look-up is an error of the turn.
func TestLookFails(t *testing.T) {
	w := newTableWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.desk.Before(ctx, chatOfRole(flows.Operator), flows.Turn{Kind: flows.Said, Text: "/find Иванов"}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
