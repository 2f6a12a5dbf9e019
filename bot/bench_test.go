package bot

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mvkbot/bot/admin"
	"mvkbot/bot/simulator"
	"mvkbot/flows"
	"mvkbot/storage"
)

// benchWay is the plain text way through the form up to the captcha and out
// again; after it a resident is where it began.
var benchWay = []struct{ says, hears string }{
	{"/start", "Кто вы?"},
	{"Физическое лицо", "Раздел для физических лиц"},
	{"Регистрация", "Вы согласны?"},
	{"Согласен", "Шаг 1 из 7"},
	{"Соколова", "Шаг 2 из 7"},
	{"Анна", "Шаг 3 из 7"},
	{"Пропустить", "Шаг 4 из 7"},
	{"+7 916 123-45-67", "Шаг 5 из 7"},
	{"anna@gmial.com", "Вы имели в виду"},
	{"/cancel", "Выйти?"},
	{"Да, выйти", "Анкета удалена"},
}

// newBenchWorld is a world with a true clock and a log that costs what it costs
// in production.
func newBenchWorld(b *testing.B) *world {
	w := newWorld(b)
	w.bot.Now, w.bot.sleep = time.Now, sleep
	w.bot.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	return w
}

// BenchmarkTurn is a whole durable turn: step, rendering, commit, and in batches
// the removal of what it left in the outbox.
func BenchmarkTurn(b *testing.B) {
	for _, chats := range []int{1, 64, 1024} {
		b.Run(fmt.Sprintf("chats=%d", chats), func(b *testing.B) {
			w := newBenchWorld(b)
			var left, updates atomic.Int64
			left.Store(int64(b.N))
			b.ReportAllocs()
			b.ResetTimer()
			var all sync.WaitGroup
			for chat := range int64(chats) {
				all.Go(func() {
					var sent []storage.Ending
					for i := 0; left.Add(-1) >= 0; i++ {
						turn := flows.Turn{Kind: flows.Said, Text: benchWay[i%len(benchWay)].says}
						p, err := w.bot.try(b.Context(), chat+1, job{turn: turn, update: updates.Add(1)})
						if err != nil {
							b.Error(err)
							return
						}
						for _, r := range p.records {
							sent = append(sent, storage.Ending{Sequence: r.Sequence})
						}
						if len(sent) >= 100 {
							if err := w.store.FinishAll(b.Context(), sent); err != nil {
								b.Error(err)
							}
							sent = sent[:0]
						}
					}
				})
			}
			all.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "turns/s")
		})
	}
}

// BenchmarkRender is what a typical question costs to be written down.
func BenchmarkRender(b *testing.B) {
	w := newBenchWorld(b)
	question := flows.Say{
		Lead: []flows.Line{{Text: "reg.phone_taken", Args: flows.Args{Phone: "+79161234567"}}},
		Text: "reg.ask_email", Args: flows.Args{Step: 5, Of: 7, Value: "anna@mail.example"},
		Buttons: [][]flows.Button{{{Caption: "button.keep", Event: "kept_pressed"}}, {{Caption: "button.back", Event: "back_pressed"}}},
		Dialog:  12, Revision: 34,
	}
	effects := []flows.Effect{question}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := w.bot.render(admin.Roster{}, anna, effects, time.Time{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEndToEnd is a plain step over real HTTP: from a resident's message in
// Telegram's queue to the bot's answer in the chat, with 1,000 chats at once.
func BenchmarkEndToEnd(b *testing.B) {
	w := newBenchWorld(b)
	tg := simulator.New(simulator.Options{Token: testToken, KeepMessages: 8})
	defer tg.Close()
	w.api.Config.Handler = http.Handler(tg)
	w.start()
	const chats = 1000
	for chat := range int64(chats) {
		tg.AddUser(simulator.User{ID: 1000 + chat, FirstName: "Житель"})
	}
	var left atomic.Int64
	left.Store(int64(b.N))
	b.ResetTimer()
	var all sync.WaitGroup
	for chat := range int64(chats) {
		all.Go(func() {
			for i := 0; left.Add(-1) >= 0; i++ {
				s := benchWay[i%len(benchWay)]
				asked, err := tg.Say(1000+chat, s.says)
				if err == nil {
					err = tg.WaitFor(b.Context(), 1000+chat, func(m []simulator.Message) bool {
						last := m[len(m)-1]
						return last.ID > asked && last.FromBot && strings.Contains(last.Text, s.hears)
					})
				}
				if err != nil {
					b.Errorf("step %q: %v", s.says, err)
					return
				}
			}
		})
	}
	all.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "steps/s")
	b.StopTimer()
	for _, v := range tg.Violations() {
		b.Error(v)
	}
}
