package flows_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"mvkbot/flows"
	"mvkbot/flows/text"
	"mvkbot/storage"
	"mvkbot/storage/bolt"
)

// world is the real storage under a transcript.
type world struct {
	store     *storage.Store
	contracts map[flows.Number]flows.Contract
	now       time.Time
}

func (w *world) Contract(n flows.Number) (flows.Contract, bool, error) {
	c, ok := w.contracts[n]
	return c, ok, nil
}

func (w *world) AddContract(c flows.Contract) { w.contracts[c.Number] = c }
func (w *world) SetNow(at time.Time)          { w.now = at }

func (w *world) Due(at time.Time) ([]int64, error) {
	rows, err := w.store.Deadlines(context.Background(), at, 100)
	var chats []int64
	for _, d := range rows {
		chats = append(chats, d.Chat)
	}
	return chats, err
}

func (w *world) Turn(chat int64, step func(flows.Conversation, flows.Ledger) (flows.Conversation, []flows.Effect, error)) (effects []flows.Effect, err error) {
	err = w.store.Turn(context.Background(), func(t *storage.Turn) error {
		c, err := t.Conversation(chat)
		if err != nil {
			return err
		}
		next, e, err := step(c, t)
		if err != nil {
			return err
		}
		effects = e
		return t.SaveConversation(next)
	})
	return effects, err
}

func newWorld(t testing.TB) *world {
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
	w := &world{contracts: map[flows.Number]flows.Contract{}, now: time.Unix(1_800_000_000, 0)}
	w.store, err = storage.Open(t.Context(), db, storage.Options{
		Secret: make([]byte, storage.MinSecret), Contracts: w, Now: func() time.Time { return w.now },
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

var moscow = sync.OnceValue(func() *time.Location {
	loc, err := time.LoadLocation("Europe/Moscow")
	if err != nil {
		panic(err)
	}
	return loc
})

func testRules() flows.Rules {
	r := flows.DefaultRules(moscow())
	r.Consent = flows.ParseTerms("1\nТекст согласия.")
	r.Agreement = flows.ParseTerms("1\nТекст соглашения.")
	return r
}

var testTexts = sync.OnceValue(func() *text.Texts {
	texts, err := text.New(flows.DefaultRules(moscow()).Location)
	if err != nil {
		panic(err)
	}
	return texts
})

// testEngine is one engine for all: it is safe for concurrent use.
var testEngine = sync.OnceValue(func() *flows.Engine { return flows.New(testRules(), []byte("key"), testTexts().Caption) })
