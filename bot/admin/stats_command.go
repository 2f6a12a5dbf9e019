package admin

import (
	"context"
	"strconv"
	"strings"
	"time"

	"mvkbot/bot/admin/stats"
	"mvkbot/flows"
	"mvkbot/storage"
)

const periodChosen flows.Event = "desk_stats"

// statistics are the numbers of a day, a week or a month, as words and as a picture.
var statistics = command{
	name: "stats", role: flows.Operator, help: "desk.help.stats", read: readStats, run: runStats,
	presses: map[flows.Event]string{periodChosen: "/stats %d"},
}

// periods are the spans that can be asked for, in days, today included.
var periods = []struct {
	words   []string
	days    int
	caption flows.Text
}{
	{[]string{"day", "день", "сегодня"}, 1, "button.stats_day"},
	{[]string{"week", "неделя", ""}, 7, "button.stats_week"},
	{[]string{"month", "месяц"}, 31, "button.stats_month"},
}

// daysOf reads a period: a word, or the days of a button.
func daysOf(args string) int {
	n, err := strconv.Atoi(args)
	for _, p := range periods {
		for _, w := range p.words {
			if strings.EqualFold(args, w) || err == nil && n == p.days {
				return p.days
			}
		}
	}
	return 0
}

// statsFound is what the command shows: nothing of it names a person.
type statsFound struct {
	stats.Summary
	Picture []byte
	Tickets storage.Queue
	Waiting int // messages, in all queues
}

func readStats(ctx context.Context, d *Desk, a commandLine) (any, error) {
	days := daysOf(a.args)
	if days == 0 {
		return nil, nil
	}
	today := flows.DayOf(a.at.In(d.Engine.Rules().Location))
	from := today - flows.Day(days-1)
	tallies, err := d.Store.Tallies(ctx, from, today)
	if err != nil {
		return nil, err
	}
	found := statsFound{Summary: stats.Summarize(from, today, tallies)}
	if found.Tickets, err = d.Store.Queue(ctx); err != nil {
		return nil, err
	}
	for _, q := range d.Monitor.Health().Queues {
		found.Waiting += q.Waiting
	}
	found.Picture, err = stats.Draw(found.Summary, d.captions(found.Summary))
	return found, err
}

// captions are the words of the picture.
func (d *Desk) captions(s stats.Summary) stats.Captions {
	c := stats.Captions{
		Title: d.Caption("stats.title", flows.Args{Until: s.From.Date(), Night: s.To.Date()}), Days: d.Caption("stats.days", flows.Args{}),
		Registrations: d.Caption("stats.registrations", flows.Args{}), Accounts: d.Caption("stats.accounts", flows.Args{}),
		Bindings: d.Caption("stats.bindings", flows.Args{}), Stages: map[flows.Stage]string{},
	}
	for g := flows.StageCame; g <= flows.StageBound; g++ {
		c.Stages[g] = d.Caption(stageText(g), flows.Args{})
	}
	return c
}

// stageText names a stage: «stage.phone» for «funnel.phone».
func stageText(g flows.Stage) flows.Text {
	_, name, _ := strings.Cut(string(g.Counter()), ".")
	return flows.Text("stage." + name)
}

// mostFailures is how many reasons the message lists.
const mostFailures = 12

// statsView is what the message shows.
type statsView struct {
	statsFound
	From, To time.Time
	Steps    []stepView
	Failures []stats.Failure
}

type stepView struct {
	stats.Step
	Text flows.Text
}

func runStats(k *call) {
	found, ok := k.found.(statsFound)
	if !ok {
		k.refuse("desk.stats_usage", flows.Args{})
		return
	}
	k.pressed = false // a picture does not take the place of a text
	v := statsView{statsFound: found, From: found.From.Date(), To: found.To.Date(), Failures: found.Summary.Failures}
	for _, s := range found.Funnel {
		v.Steps = append(v.Steps, stepView{s, stageText(s.Stage)})
	}
	v.Failures = v.Failures[:min(len(v.Failures), mostFailures)]
	var row []flows.Button
	for _, p := range periods {
		row = append(row, flows.Button{Caption: p.caption, Event: periodChosen, Arg: p.days})
	}
	k.out = append(k.out, flows.Say{
		Text: "stats.picture", Args: flows.Args{Until: v.From, Night: v.To, Hint: found.Overlaps()},
		Attach: flows.Attachment{Kind: flows.Picture, Data: found.Picture},
	})
	k.say("desk.stats", flows.Args{Desk: v}, row[:2], row[2:])
}
