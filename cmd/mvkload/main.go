// Command mvkload measures how much a bot bears and whether it loses anything:
// it plays Telegram and many residents for a real `mvkbot run`, which runs as a
// process of its own on a new database.
//
// It promises that every answer of the bot is compared with the one that the
// dialog owes, that every resident reads back what the bot kept of the form at
// the end, and that missing, doubled and wrong answers, Telegram's refusals and
// faults of the database make its exit status 1.
//
// It refuses to talk to anything but loopback. Bot and residents share the
// machine: steps/s depend on it, CPU per step does less.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"
)

// options are the command line.
type options struct {
	bot       string // path of the binary, "" to build it
	residents int
	duration  time.Duration
	think     time.Duration // mean time between an answer and the next step
	kill      time.Duration // between two kills, 0 for none
	logLevel  string        // of the bot
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the whole program; it returns the exit status: 0 when nothing was
// lost, 1 when something was or the measurement failed, 2 for a wrong command
// line.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if err != nil {
		return 2
	}
	// The residents must not take from the bot what they need not.
	debug.SetGCPercent(400)
	r, err := measure(ctx, o)
	if err != nil {
		fmt.Fprintf(stderr, "mvkload: %v\n", err)
		return 1
	}
	r.print(stdout)
	if len(r.faults) > 0 {
		return 1
	}
	return 0
}

func parse(args []string, stderr io.Writer) (o options, err error) {
	f := flag.NewFlagSet("mvkload", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.bot, "bot", "", "path of mvkbot's `binary`; it is built when this is empty")
	f.IntVar(&o.residents, "residents", 1000, "how many residents write at once")
	f.DurationVar(&o.duration, "duration", 10*time.Second, "how long to measure")
	f.DurationVar(&o.think, "think", 0, "mean time that a resident takes before the next step; 0 = none")
	f.DurationVar(&o.kill, "kill", 0, "kill the bot by SIGKILL this often and start it again; 0 = never")
	f.StringVar(&o.logLevel, "log-level", "info", "the bot's `level`: debug, info, warn or error")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if f.NArg() > 0 || o.residents < 1 || o.duration <= 0 || o.think < 0 || o.kill < 0 {
		err = fmt.Errorf("residents and durations must be positive, and nothing but flags given")
		fmt.Fprintf(stderr, "mvkload: %v\n", err)
	}
	return o, err
}
