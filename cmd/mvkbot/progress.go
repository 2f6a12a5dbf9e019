package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// linesEvery is how often a line tells where a long work is.
const linesEvery = 5 * time.Second

// progress shows how far a work is: a bar on a terminal, else a line now and
// then. A terminal that is gone does not stop the work.
type progress struct {
	w        io.Writer
	terminal bool
	now      func() time.Time

	stage string
	last  time.Time // of the last line
	bar   *progressbar.ProgressBar
}

func newProgress(w io.Writer) *progress {
	f, ok := w.(*os.File)
	return &progress{w: w, terminal: ok && term.IsTerminal(int(f.Fd())), now: time.Now, last: time.Now()}
}

// step shows that done of total is done of a stage.
func (p *progress) step(stage string, done, total int64) {
	if !p.terminal {
		p.line(stage, done, total)
		return
	}
	if stage != p.stage {
		p.clear()
		p.stage = stage
		p.bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(p.w), progressbar.OptionSetDescription(stage),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionSetWidth(40))
	}
	_ = p.bar.Set64(done)
}

func (p *progress) line(stage string, done, total int64) {
	if now := p.now(); now.Sub(p.last) >= linesEvery && total > 0 {
		p.last = now
		fmt.Fprintf(p.w, "%s: %d %%\n", stage, done*100/total)
	}
}

// clear takes the bar away, so that a line can be written; the next step brings
// it back.
func (p *progress) clear() {
	const eraseLine = "\r\x1b[K" // the bar's own Clear leaves one that is full
	if p.bar != nil {
		_, _ = io.WriteString(p.w, eraseLine)
	}
}
