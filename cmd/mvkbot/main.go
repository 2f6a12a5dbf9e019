// Command mvkbot brings the personal account of the Moscow water utility into
// Telegram. `mvkbot --help` lists its commands and every setting.
//
// It promises that a wrong command line or configuration is refused before
// anything else happens, with one line for each fault and all faults at once,
// and that no value of a setting stands in such a line. Its exit status is 0
// when all went well, 1 when the command failed and 2 when the command line or
// the configuration is wrong.
//
// It refuses settings that it does not know, wherever they stand, and secrets
// in files that others than their owner can read.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // time zones on machines that have none
)

// Exit statuses of the program.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	os.Exit(run(untilSignal(), os.Args[1:], os.Environ(), os.Stdout, os.Stderr))
}

// untilSignal is a context that ends with the first SIGINT or SIGTERM. Before
// it ends the signals get their default effect back: a second one ends the
// process.
func untilSignal() context.Context {
	signalled, restore := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	ctx, cancel := context.WithCancelCause(context.Background())
	context.AfterFunc(signalled, func() {
		restore()
		cancel(context.Cause(signalled))
	})
	return ctx
}

// run is the whole program; it returns the exit status. Env has the form of
// os.Environ.
func run(ctx context.Context, args, env []string, stdout, stderr io.Writer) int {
	call, err := parse(args, env, stdout)
	if err != nil {
		complain(stderr, err)
		fmt.Fprintln(stderr, `mvkbot: "mvkbot --help" lists commands and settings`)
		return exitUsage
	}
	if call == nil { // --help
		return exitOK
	}
	return call.execute(ctx, env, stdout, stderr)
}

// execute judges the configuration and runs the command. Doctor runs with a
// wrong configuration too: to say what else is wrong.
func (c *invocation) execute(ctx context.Context, env []string, stdout, stderr io.Writer) int {
	cfg, faults := configure(c.command, c.sources)
	if len(faults) > 0 && c.command != "doctor" {
		for _, f := range faults {
			complain(stderr, f)
		}
		return exitUsage
	}
	err := c.run(&app{
		ctx: ctx, cfg: cfg, faults: faults, childEnv: c.sources.childEnv(env),
		stdout: stdout, stderr: stderr, log: newLogger(stderr, cfg.LogFormat, cfg.LogLevel),
	})
	if err != nil {
		complain(stderr, err)
	}
	switch {
	case len(faults) > 0:
		return exitUsage
	case err != nil:
		return exitFailed
	}
	return exitOK
}

// complain writes an error to people, each of its lines with the program's name.
func complain(w io.Writer, err error) {
	for line := range strings.Lines(redact(err.Error())) {
		fmt.Fprintf(w, "mvkbot: %s\n", strings.TrimSuffix(line, "\n"))
	}
}
