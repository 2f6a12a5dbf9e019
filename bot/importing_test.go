package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mvkbot/flows"
	"mvkbot/storage"
)

// clerk is an Importer in the hands of a test.
type clerk struct {
	mu    sync.Mutex
	works []flows.RunImport
	files []string
	fail  error
	lost  int    // of 40 bindings, by a check
	swaps func() // what an import does to the directory, nil for nothing
	book  *book  // whose edition is told then
}

func (c *clerk) Import(_ context.Context, file string, w flows.RunImport) (flows.ImportReport, []ImportList, error) {
	data, err := os.ReadFile(file)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.works, c.files = append(c.works, w), append(c.files, string(data))
	r := flows.ImportReport{SHA256: "5eed", Edition: "1@1", Read: 3, New: 2, Bad: 1, Bindings: 40, Lost: c.lost}
	if !w.Apply {
		return r, []ImportList{{"bad-rows.csv", []byte("bad rows")}, {"lost-contracts.csv", []byte("lost")}}, errors.Join(err, c.fail)
	}
	if c.swaps != nil {
		c.swaps()
		r.Edition = c.book.Edition()
	}
	return r, nil, errors.Join(err, c.fail)
}

// Ensure that a file goes from the chat into the directory: fetched, checked,
// the bad rows sent back, and what was checked is applied.
func TestImportInChat(t *testing.T) {
	w := newWorld(t)
	c := &clerk{}
	w.bot.Importer = c
	w.start()
	w.greet(administrator)
	if _, err := w.telegram.SendDocument(administrator, "contracts.csv", []byte("number;kind"), "/import"); err != nil {
		t.Fatal(err)
	}
	w.until("the check", func() bool { return len(w.heard(administrator, "Проверено: «contracts.csv»")) == 1 })
	if n := len(w.requests("sendDocument", administrator)); n != 2 {
		t.Errorf("%d lists", n)
	}
	w.press(administrator, "Заменить справочник", "Справочник обновлён")
	w.settled()
	if len(c.works) != 2 || c.works[0].Apply || !c.works[1].Apply || c.works[1].SHA256 != "5eed" || c.works[1].Edition != "1@1" {
		t.Errorf("works %+v", c.works)
	}
	if c.files[0] != "number;kind" || c.files[1] != c.files[0] {
		t.Errorf("files %q", c.files)
	}
	if n := len(w.requests("sendDocument", administrator)); n != 2 {
		t.Errorf("%d lists", n)
	}
}

// Ensure that holders are told after an import whose loss was shown before it was
// confirmed, whether the new directory is looked at before its end is told or
// after; and that nothing else is taken for right with it.
func TestImportTrusted(t *testing.T) {
	for _, first := range []string{"the end", "the look"} {
		t.Run(first, func(t *testing.T) {
			w := newWorld(t)
			w.settle(crowd(40)...)
			w.book.publish("1", numbers(0, 40), nil)
			looked := make(chan struct{})
			if first == "the end" {
				close(looked)
			}
			c := &clerk{lost: 30, book: w.book}
			c.swaps = func() {
				w.book.publish("2", numbers(0, 10), nil)
				<-looked
			}
			w.bot.Importer = c
			w.start()
			w.greet(administrator)
			w.reviewed("1")
			if _, err := w.telegram.SendDocument(administrator, "contracts.csv", []byte("number;kind"), "/import"); err != nil {
				t.Fatal(err)
			}
			w.until("the check", func() bool { return len(w.heard(administrator, "больше пятой части")) == 1 })
			w.press(administrator, "Заменить справочник", "")
			if first == "the look" {
				w.until("the doubt", func() bool { w.time.pass(reviewEvery); return w.log.has("is doubtful") })
				close(looked)
			}
			w.until("the end", func() bool { return len(w.heard(administrator, "Справочник обновлён")) == 1 })
			if r := w.reviewed("2"); r.Doubtful || r.Lost != 30 || w.marked() != 30 {
				t.Errorf("review %+v, %d marked", r, w.marked())
			}
			w.book.publish("3", nil, nil)
			if r := w.reviewed("3"); r.Doubtful || r.Lost != 10 {
				t.Errorf("review %+v", r)
			}
			w.book.publish("4", numbers(0, 40), nil)
			w.reviewed("4")
			w.book.publish("5", nil, nil)
			if r := w.reviewed("5"); !r.Doubtful {
				t.Errorf("review %+v", r)
			}
		})
	}
}

// Ensure that an import of somebody who lost the rank meanwhile changes nothing,
// another rank or none.
func TestImportRankLost(t *testing.T) {
	for _, left := range [][]flows.Member{nil, {{Chat: anna, Role: flows.Supervisor}}} {
		t.Run(fmt.Sprint(left), func(t *testing.T) { importRankLost(t, left) })
	}
}

func importRankLost(t *testing.T, left []flows.Member) {
	w := newWorld(t)
	c := &clerk{}
	w.bot.Importer = c
	w.meet(anna)
	if err := w.store.Turn(t.Context(), func(tx *storage.Turn) error { tx.SetStaff(left); return nil }); err != nil {
		t.Fatal(err)
	}
	record, err := renderErrand(anna, errand{Import: &flows.RunImport{Serial: 1, File: "file", Apply: true}})
	if err != nil {
		t.Fatal(err)
	}
	w.post(record)
	w.start()
	w.hear(anna, 0, "У вас больше нет роли администратора")
	w.settled()
	if len(c.works) != 0 {
		t.Errorf("works %+v", c.works)
	}
}

// Ensure that a fault of this machine ends the work with a word and the log has
// the reason, and that a file that Telegram does not hand out is told.
func TestImportFails(t *testing.T) {
	w := newWorld(t)
	c := &clerk{fail: errors.New("disk on fire")}
	w.bot.Importer = c
	w.start()
	w.greet(administrator)
	if _, err := w.telegram.SendDocument(administrator, "contracts.csv", []byte("number;kind"), "/import"); err != nil {
		t.Fatal(err)
	}
	w.until("the word", func() bool { return len(w.heard(administrator, "Ошибка на сервере")) == 1 })
	if !w.log.has("disk on fire") {
		t.Errorf("log:\n%s", w.log)
	}
	if _, err := w.telegram.SendDocument(administrator, "large.csv", []byte(strings.Repeat("x", 20<<20+1)), ""); err != nil {
		t.Fatal(err)
	}
	w.until("the word", func() bool { return len(w.heard(administrator, "Файл больше 20 МБ")) == 1 })
	if len(c.works) != 1 {
		t.Errorf("works %+v", c.works)
	}
}

// Ensure that a file is fetched again after a broken answer, of which nothing stays,
// however long it was.
func TestImportFetchesAgain(t *testing.T) {
	w := newWorld(t)
	c := &clerk{}
	w.bot.Importer = c
	whole := w.api.Config.Handler
	var broken atomic.Bool
	w.api.Config.Handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/file/") || broken.Swap(true) {
			whole.ServeHTTP(rw, r)
			return
		}
		rw.Header().Set("Content-Length", "1000")
		_, _ = rw.Write([]byte(strings.Repeat("x", 100))) // and the connection is cut
	})
	w.start()
	w.greet(administrator)
	if _, err := w.telegram.SendDocument(administrator, "contracts.csv", []byte("number;kind"), "/import"); err != nil {
		t.Fatal(err)
	}
	w.until("the failure", func() bool { return w.log.has("fetch file") })
	w.afterPause(time.Second)
	w.until("the check", func() bool { return len(w.heard(administrator, "Проверено: «contracts.csv»")) == 1 })
	if len(c.files) != 1 || c.files[0] != "number;kind" {
		t.Errorf("files %q", c.files)
	}
}

// Ensure that a file is gone once its work is done, and that one over which a bot
// was killed is removed by the next.
func TestImportLeavesNoFile(t *testing.T) {
	w := newWorld(t)
	left := filepath.Join(w.host.dir, "fetched-by-the-dead")
	if err := os.WriteFile(left, []byte("number;kind"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.bot.Importer = &clerk{}
	w.start()
	w.greet(administrator)
	if _, err := w.telegram.SendDocument(administrator, "contracts.csv", []byte("number;kind"), "/import"); err != nil {
		t.Fatal(err)
	}
	w.until("the check", func() bool { return len(w.heard(administrator, "Проверено: «contracts.csv»")) == 1 })
	w.settled()
	if files, err := os.ReadDir(w.host.dir); err != nil || len(files) != 0 {
		t.Errorf("%v are left, %v", files, err)
	}
}

// Ensure that a check that a dead bot had begun is done by the next one.
func TestImportSurvivesARestart(t *testing.T) {
	w := newWorld(t)
	w.bot.Importer = &clerk{}
	w.start()
	w.greet(administrator)
	w.bot.Importer = nil
	w.end()
	w.open()
	c := &clerk{}
	w.bot.Importer = c
	id := w.upload("contracts.csv")
	record, err := renderErrand(administrator, errand{Import: &flows.RunImport{Serial: 9, File: id, Apply: true, SHA256: "5eed"}})
	if err != nil {
		t.Fatal(err)
	}
	w.posted(record)
	w.start()
	w.until("the word", func() bool { return len(w.heard(administrator, "Справочник обновлён")) == 1 })
	w.settled()
	if len(c.works) != 1 || len(w.outbox()) != 0 {
		t.Errorf("works %+v, outbox %v", c.works, w.outbox())
	}
}

// Ensure that each list that was sent is noted: a check that is broken off then sends
// none of them again.
func TestImportNotesItsLists(t *testing.T) {
	w := newWorld(t)
	w.bot.Importer = &clerk{}
	w.start()
	w.greet(administrator)
	e := errand{Import: &flows.RunImport{Serial: 9, File: w.upload("contracts.csv")}}
	record, err := renderErrand(administrator, e)
	if err != nil {
		t.Fatal(err)
	}
	a := &attempt{delivery: delivery{Record: w.posted(record)[0]}, bot: w.bot, ctx: t.Context()}
	sent := len(w.requests("sendDocument", administrator))
	for range 2 {
		if err := w.bot.out.runImport(a, &e); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(w.requests("sendDocument", administrator)) - sent; n != 2 || e.Sent != 2 {
		t.Errorf("%d lists were sent, %d are noted", n, e.Sent)
	}
}

// upload has Telegram keep a file and returns its id.
func (w *world) upload(name string) string {
	w.t.Helper()
	id, err := w.telegram.SendDocument(administrator, name, []byte("number;kind"), "")
	if err != nil {
		w.t.Fatal(err)
	}
	for _, m := range w.telegram.Chat(administrator) {
		if m.ID == id {
			return m.Document.ID
		}
	}
	w.t.Fatal("no document")
	return ""
}
