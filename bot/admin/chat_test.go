package admin_test

import (
	"flag"
	"path/filepath"
	"testing"
	"time"

	"mvkbot/bot/admin"
	"mvkbot/flows"
	"mvkbot/flows/flowtest"
	"mvkbot/flows/text"
	"mvkbot/storage/bolt"
	"mvkbot/storage/storagetest"
)

var rewrite = flag.Bool("rewrite", false, "write the answers of today into testdata; read the diff before it is committed")

// boss is the administrator of the configuration: the first chat of a script.
const boss = int64(101)

// newPlayer returns a player whose first chat, «resident», is staff.
func newPlayer(t testing.TB) *flowtest.Player {
	t.Helper()
	moscow, err := time.LoadLocation("Europe/Moscow")
	if err != nil {
		t.Fatal(err)
	}
	texts, err := text.New(moscow)
	if err != nil {
		t.Fatal(err)
	}
	db, err := bolt.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	world := storagetest.NewWorld(t, db)
	rules := flows.DefaultRules(moscow)
	rules.Consent = flows.ParseTerms("1\nТекст согласия.")
	rules.Agreement = flows.ParseTerms("1\nТекст соглашения.")
	rules.Admins = []int64{boss}
	return flowtest.NewPlayer(world, rules, texts).WithDesk(func(e *flows.Engine) flowtest.Before {
		desk := admin.New(admin.Options{Engine: e, Store: world.Store, Caption: texts.Caption, Monitor: monitor{moscow}})
		return func(chat int64, turn flows.Turn) (flows.StepFunc, error) { return desk.Before(t.Context(), chat, turn) }
	})
}

// monitor is a bot on a bad day.
type monitor struct{ loc *time.Location }

func (m monitor) Health() admin.Health {
	at := func(hour, minute int) time.Time { return time.Date(2026, 11, 22, hour, minute, 0, 0, m.loc) }
	return admin.Health{
		Version: "v1.2.3", Since: at(9, 0), Poll: "polling", PollSince: at(9, 1),
		Gateways: []admin.GatewayHealth{{Channel: "sms", Down: true, Since: at(13, 50)}, {Channel: "mail", Since: at(9, 0)}},
		Turns:    3, Queues: []admin.QueueHealth{{Channel: "telegram", Waiting: 2}, {Channel: "sms", Waiting: 17}}, Faults: 1,
		Database:  admin.DatabaseHealth{Size: 12_900_000, Free: 40 << 30, Commits: 51_234},
		Directory: admin.DirectoryHealth{Rows: 5_000_000, Version: 4, Imported: at(8, 30)},
	}
}

// Ensure that the desk answers as the transcripts say: they are the specification.
func TestChats(t *testing.T) { flowtest.Golden(t, *rewrite, newPlayer) }
