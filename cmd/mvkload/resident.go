package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"mvkbot/bot/simulator"
)

// step is what a resident writes and what the bot's messages that answer it
// must hold, in order.
type step struct {
	text    string
	answers []string
}

// patience is how long a resident waits for an answer before it counts as
// missing; a killed bot needs a moment to come back.
const patience = 30 * time.Second

// errLost ends a resident that cannot go on; the reason is among its faults.
var errLost = errors.New("resident is lost")

// resident walks through the form again and again.
type resident struct {
	telegram *simulator.Server
	number   int
	think    time.Duration
	repeats  bool // the bot is killed: what was in flight may come twice

	rounds   int
	at       int            // how many steps of the round are done
	seen     int            // the bot's last message that was judged
	said     map[string]int // what the bot said since the last step, and how often
	lost     bool
	took     []time.Duration
	repeated int
	faults   []string
}

func newResident(tg *simulator.Server, number int, o options) *resident {
	r := &resident{telegram: tg, number: number, think: o.think, repeats: o.kill > 0}
	tg.AddUser(simulator.User{ID: r.id(), FirstName: "Житель"})
	return r
}

func (r *resident) id() int64 { return int64(1_000_000 + r.number) }

// word is a name of this resident and round that no other has.
func (r *resident) word(stem string) string {
	const letters = "абвгдежзик"
	var b strings.Builder
	b.WriteString(stem)
	for _, d := range fmt.Sprintf("%d", r.number*1000+r.rounds%1000) {
		b.WriteString(string([]rune(letters)[d-'0']))
	}
	return b.String()
}

func (r *resident) phone() string {
	return fmt.Sprintf("+7916%07d", (r.number*1000+r.rounds%1000)%10_000_000)
}

// form is the way from /start up to the captcha: the last address looks
// misspelt, so that the bot asks once more instead of drawing a picture.
func (r *resident) form() []step {
	return []step{
		{"/start", []string{"Кто вы?"}},
		{"Физическое лицо", []string{"Раздел для физических лиц"}},
		{"Регистрация", []string{"Вы согласны?"}},
		{"Согласен", []string{"Шаг 1 из 7"}},
		{r.word("Фамилия"), []string{"Шаг 2 из 7"}},
		{r.word("Имя"), []string{"Шаг 3 из 7"}},
		{r.word("Отчество"), []string{"Шаг 4 из 7"}},
		{r.phone(), []string{"Записали номер", "Шаг 5 из 7"}},
		{fmt.Sprintf("r%d@gmial.com", r.number), []string{"Вы имели в виду"}},
	}
}

// leave gives the form up.
func (r *resident) leave() []step {
	return []step{
		{"/cancel", []string{"Выйти?"}},
		{"Да, выйти", []string{"Анкета удалена"}},
	}
}

// back goes from the end of the form to its beginning; every question shows
// what the bot has kept.
func (r *resident) back() []step {
	digits := r.phone()
	return []step{
		{"Назад", []string{"Шаг 5 из 7"}},
		{"Назад", []string{digits[len(digits)-2:]}},
		{"Назад", []string{"Хорошо", r.word("Отчество")}},
		{"Назад", []string{r.word("Имя")}},
		{"Назад", []string{r.word("Фамилия")}},
	}
}

// walk goes round after round until walking ends, then in the middle of one.
func (r *resident) walk(ctx, walking context.Context) {
	for !r.lost {
		way := append(r.form(), r.leave()...)
		for r.at < len(way) {
			if !r.pause(walking) || r.step(ctx, way[r.at]) != nil {
				return
			}
			r.at++
		}
		r.at = 0
		r.rounds++
	}
}

// pause is the time that a person takes; false when the measurement is over.
func (r *resident) pause(ctx context.Context) bool {
	if r.think == 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(r.think/2 + rand.N(r.think))
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// readBack finishes the form, from wherever the walk ended, and reads what the
// bot has kept of it: a step that was lost or taken twice shows here.
func (r *resident) readBack(ctx context.Context) {
	form, leave := r.form(), r.leave()
	if r.at > len(form) { // asked whether to leave
		if r.all(ctx, leave[1:]) != nil {
			return
		}
		r.at = 0
		r.rounds++
		form, leave = r.form(), r.leave()
	}
	rest := append(append(form[r.at:], r.back()...), leave...)
	_ = r.all(ctx, rest) // noted as a fault
}

func (r *resident) all(ctx context.Context, steps []step) error {
	for _, s := range steps {
		if err := r.step(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// step writes and waits for the whole answer.
func (r *resident) step(ctx context.Context, s step) error {
	if r.lost {
		return errLost
	}
	began := time.Now()
	asked, err := r.telegram.Say(r.id(), s.text)
	if err != nil {
		return r.lose(fmt.Sprintf("step %q: %v", s.text, err))
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var came []simulator.Message
	last := s.answers[len(s.answers)-1]
	err = r.telegram.WaitFor(ctx, r.id(), func(chat []simulator.Message) bool {
		came = r.since(chat)
		n := len(came)
		return n > 0 && came[n-1].ID > asked && strings.Contains(came[n-1].Text, last)
	})
	if err != nil {
		return r.lose(fmt.Sprintf("step %q: answer %q is missing, the bot said %q", s.text, last, texts(came)))
	}
	r.took = append(r.took, time.Since(began))
	r.judge(s, came, asked)
	r.seen = came[len(came)-1].ID
	return nil
}

// since are the bot's messages that were not judged yet.
func (r *resident) since(chat []simulator.Message) (came []simulator.Message) {
	for _, m := range chat {
		if m.FromBot && m.ID > r.seen {
			came = append(came, m)
		}
	}
	return came
}

// judge compares what came with what the dialog owed. Where the bot is killed a
// message that was in flight may come once more (SPEC §6.2), and late.
func (r *resident) judge(s step, came []simulator.Message, asked int) {
	owed, said := s.answers, map[string]int{}
	for _, m := range came {
		times := r.said[m.Text] + said[m.Text]
		said[m.Text]++
		switch {
		case m.ID > asked && len(owed) > 0 && strings.Contains(m.Text, owed[0]):
			owed = owed[1:]
		case times == 1 && r.repeats:
			r.repeated++
		case times > 0:
			r.fault(fmt.Sprintf("step %q: %q came %d times", s.text, m.Text, times+1))
		default:
			r.fault(fmt.Sprintf("step %q: %q is a wrong answer", s.text, m.Text))
		}
	}
	if len(owed) > 0 {
		r.fault(fmt.Sprintf("step %q: answer %q is missing, the bot said %q", s.text, owed[0], texts(came)))
	}
	r.said = said
}

func (r *resident) fault(what string) {
	r.faults = append(r.faults, fmt.Sprintf("resident %d, round %d, %s", r.number, r.rounds, what))
}

// lose notes a fault after which the resident cannot go on.
func (r *resident) lose(what string) error {
	r.fault(what)
	r.lost = true
	return errLost
}

func texts(messages []simulator.Message) []string {
	var all []string
	for _, m := range messages {
		all = append(all, m.Text)
	}
	return all
}
