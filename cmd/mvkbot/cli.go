package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"regexp"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// app is what a command gets. A command is a struct with a method
// Run(*app) error, in a file of its own; its error is written to stderr and ends
// the program with status 1.
type app struct {
	ctx    context.Context // ends with the first signal
	cfg    Config
	faults []fault // of the configuration: empty but for doctor, which shows them; the status is then 2

	childEnv       []string // for a child process: the environment with all settings that were given, wherever they stood
	stdout, stderr io.Writer
	log            *slog.Logger
}

// grammar is the command line (SPEC §5).
type grammar struct {
	Config   string   `group:"General" placeholder:"FILE" help:"YAML file with settings; its keys are the names of the flags."`
	Settings settings `embed:""`

	Demo      demoCmd `cmd:"" help:"Show everything on this machine in the browser; nothing to set up."`
	Run       runCmd  `cmd:"" help:"Run the bot against Telegram."`
	Contracts struct {
		Import contractsImportCmd `cmd:"" help:"Replace or extend the contract directory from a CSV or XLSX file."`
		Show   contractsShowCmd   `cmd:"" help:"Show a contract of the directory."`
		QR     contractsQRCmd     `cmd:"" name:"qr" help:"Write the QR code of a contract for a paper bill."`
	} `cmd:"" help:"The contract directory."`
	Backup  backupCmd  `cmd:"" help:"Write a consistent copy of the database, of a running bot too."`
	Restore restoreCmd `cmd:"" help:"Put a copy of the database back."`
	Check   checkCmd   `cmd:"" help:"Verify the database and its indexes."`
	Flows   flowsCmd   `cmd:"" help:"Print the dialogs as diagrams."`
	Doctor  doctorCmd  `cmd:"" help:"Try configuration, Telegram, mail, SMS and storage, and say what is wrong."`
}

// invocation is a command line that was understood.
type invocation struct {
	command string // "contracts import"
	sources *sources
	run     func(*app) error
}

// parse reads the command line and collects the settings from all sources. The
// invocation is nil when --help was answered.
func parse(args, env []string, stdout io.Writer) (*invocation, error) {
	var (
		g       grammar
		src     = newSources(env)
		helped  bool
		options = []kong.Option{
			kong.Name("mvkbot"),
			kong.Description("The personal account of the Moscow water utility, in Telegram. A setting is a flag, or the variable in brackets, or a key of the YAML file, in this order."),
			kong.Writers(stdout, io.Discard),
			kong.Exit(func(int) { helped = true }),
			kong.ValueFormatter(describe),
			kong.ExplicitGroups(groups),
			kong.ConfigureHelp(kong.HelpOptions{FlagsLast: true}),
			kong.WithBeforeResolve(src.load),
			kong.Resolvers(src),
		}
	)
	parser, err := kong.New(&g, options...)
	if err != nil {
		return nil, err
	}
	call, err := parser.Parse(args)
	switch {
	case helped:
		return nil, nil
	case err != nil:
		return nil, errors.New(long.ReplaceAllString(err.Error(), "[…]"))
	}
	src.readFlags(call)
	return &invocation{
		command: strings.TrimPrefix(call.Selected().FullPath(), "mvkbot "),
		sources: src,
		run:     func(a *app) error { return call.Run(a) },
	}, nil
}

// long is a word that may be a secret on the wrong place of a command line.
var long = regexp.MustCompile(`\S{32,}`)

// describe puts the variable of a setting behind its help.
func describe(v *kong.Value) string {
	if v.Flag == nil || v.Name != "config" && !slices.Contains(settingNames, v.Name) {
		return v.Help
	}
	return v.Help + " [" + variable(v.Name) + "]"
}
