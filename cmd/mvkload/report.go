package main

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// report is what a measurement came to.
type report struct {
	options
	steps         int // answered within the measured time
	took          time.Duration
	p50, p99, max time.Duration
	kills         int

	allSteps      int // with those that read back
	repeated      int
	faults        []string
	complaints    []string // warnings and errors in the bot's log
	bot           usage
	own           time.Duration // CPU of this process
	databaseBytes int64
}

// newReport sums up the measured time.
func newReport(o options, residents []*resident, took time.Duration, kills int) *report {
	r := &report{options: o, took: took, kills: kills}
	var all []time.Duration
	for _, one := range residents {
		all = append(all, one.took...)
	}
	r.steps = len(all)
	if r.steps == 0 {
		return r
	}
	slices.Sort(all)
	r.p50, r.p99, r.max = all[r.steps/2], all[r.steps*99/100], all[r.steps-1]
	return r
}

// collect takes over what the residents found, the reading back included.
func (r *report) collect(residents []*resident) {
	for _, one := range residents {
		r.allSteps += len(one.took)
		r.repeated += one.repeated
		r.faults = append(r.faults, one.faults...)
	}
}

func (r *report) fault(what string) { r.faults = append(r.faults, what) }

// maxShown bounds how many faults, and how many warnings, are printed.
const maxShown = 20

func (r *report) print(w io.Writer) {
	ms := func(d time.Duration) string { return fmt.Sprintf("%.2f", float64(d)/1e6) }
	fmt.Fprintf(w, "residents %d, think %v, %.1f s, log level %s\n", r.residents, r.think, r.took.Seconds(), r.logLevel)
	fmt.Fprintf(w, "steps/s %.0f  (%d steps)\n", float64(r.steps)/r.took.Seconds(), r.steps)
	fmt.Fprintf(w, "update queued to answer seen, ms: p50 %s  p99 %s  max %s\n", ms(r.p50), ms(r.p99), ms(r.max))
	perStep := func(d time.Duration) float64 { return float64(d.Microseconds()) / float64(max(1, r.allSteps)) }
	fmt.Fprintf(w, "bot: CPU µs/step %.0f  peak RSS %d MiB  database %d KiB\n", perStep(r.bot.cpu), r.bot.peakRSS>>20, r.databaseBytes>>10)
	fmt.Fprintf(w, "residents and Telegram: CPU µs/step %.0f\n", perStep(r.own))
	if r.kill > 0 {
		fmt.Fprintf(w, "kill -9: %d times; messages in flight that came again: %d\n", r.kills, r.repeated)
	}
	list(w, "the bot's warnings", r.complaints)
	list(w, "missing, doubled, wrong or lost", r.faults)
}

// list prints how many lines there are, and the first of them.
func list(w io.Writer, title string, lines []string) {
	fmt.Fprintf(w, "%s: %d\n", title, len(lines))
	for _, line := range lines[:min(len(lines), maxShown)] {
		fmt.Fprintln(w, "  "+line)
	}
}
