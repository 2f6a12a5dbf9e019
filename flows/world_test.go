package flows_test

import (
	"path/filepath"
	"sync"
	"testing"
	"time"

	"mvkbot/flows"
	"mvkbot/flows/text"
	"mvkbot/storage/bolt"
	"mvkbot/storage/storagetest"
)

// newWorld is the real storage under a transcript.
func newWorld(t testing.TB) *storagetest.World {
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
	return storagetest.NewWorld(t, db)
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
