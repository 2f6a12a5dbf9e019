package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// beVariable makes the test binary, and what it starts, something else: "mvkbot"
// the program itself, "waiter" a process that ends with the second signal only.
const beVariable = "TEST_BINARY_IS"

func TestMain(m *testing.M) {
	switch os.Getenv(beVariable) {
	case "mvkbot":
		main()
	case "waiter":
		ctx := untilSignal()
		fmt.Println("ready")
		<-ctx.Done()
		fmt.Println("first signal")
		select {}
	}
	os.Exit(m.Run())
}

// mvkbot is the program as a process of its own, with nothing but env around.
func mvkbot(t *testing.T, be string, env []string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Env = append([]string{beVariable + "=" + be}, env...)
	return cmd
}

// outcome runs the program in this process.
func outcome(t *testing.T, env []string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	status = run(context.Background(), args, env, &out, &errs)
	return status, out.String(), errs.String()
}

const usageHint = "mvkbot: \"mvkbot --help\" lists commands and settings\n"

func TestRunRefusesWrongUsage(t *testing.T) {
	const token = "123456789:AAFcanaryCANARYcanaryCANARYcanary00"
	for _, tt := range []struct {
		name string
		args []string
		want string
	}{
		{"nothing", nil, `expected one of "demo", "run", "contracts", "backup", "restore", ...`},
		{"unknown command", []string{"rum"}, `unexpected argument rum, did you mean "run"?`},
		{"unknown flag", []string{"run", "--telegram-tokn=" + token}, `unknown flag --telegram-tokn, did you mean "--telegram-token"?`},
		{"a secret in the wrong place", []string{"run", token}, `unexpected argument […]`},
		{"a password in the wrong place", []string{"run", "smtp://u:p@h"}, `unexpected argument smtp://[secret]@h`},
		{"no file", []string{"backup"}, `expected "<file>"`},
		{"half a command", []string{"contracts"}, `expected one of "import", "show", "qr"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, stdout, stderr := outcome(t, nil, tt.args...)
			if want := "mvkbot: " + tt.want + "\n" + usageHint; status != exitUsage || stderr != want || stdout != "" {
				t.Errorf("status %d, stdout %q, stderr\n%swant\n%s", status, stdout, stderr, want)
			}
		})
	}
}

func TestExecute(t *testing.T) {
	for _, tt := range []struct {
		name, command string
		env           []string
		err           error
		status        int
		stderr        string
	}{
		{"done", "flows", nil, nil, exitOK, ""},
		{"failed", "flows", nil, errors.New("disk full at smtp://u:p@h"), exitFailed, "mvkbot: disk full at smtp://[secret]@h\n"},
		{"doctor finds nothing", "doctor", enough(), nil, exitOK, ""},
		{"doctor finds something", "doctor", enough(), errors.New("no mail"), exitFailed, "mvkbot: no mail\n"},
		{"doctor shows faults", "doctor", enough("MVKBOT_X=1"), nil, exitUsage, ""},
		{"doctor shows faults and finds more", "doctor", enough("MVKBOT_X=1"), errors.New("no mail"), exitUsage, "mvkbot: no mail\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out, errs bytes.Buffer
			call := &invocation{command: tt.command, sources: newSources(tt.env), run: func(a *app) error {
				if a.ctx != t.Context() || a.stdout != &out || a.stderr != &errs || a.log == nil || !slices.Contains(a.childEnv, "A=b") {
					t.Errorf("the command gets %+v", a)
				}
				if wrong := tt.status == exitUsage; wrong != (len(a.faults) > 0) {
					t.Errorf("faults %v", a.faults)
				}
				fmt.Fprint(a.stdout, "out")
				return tt.err
			}}
			for _, name := range settingNames { // what kong does for a whole command line
				if value, ok := call.sources.env[variable(name)]; ok {
					call.sources.given[name] = given{value, variable(name)}
				}
			}
			status := call.execute(t.Context(), []string{"A=b"}, &out, &errs)
			if status != tt.status || out.String() != "out" || errs.String() != tt.stderr {
				t.Errorf("status %d, stdout %q, stderr %q", status, out.String(), errs.String())
			}
		})
	}
}

func TestHelp(t *testing.T) {
	status, help, stderr := outcome(t, nil, "--help")
	if status != exitOK || stderr != "" {
		t.Fatalf("status %d, stderr %q", status, stderr)
	}
	for _, name := range append([]string{"config"}, settingNames...) {
		if !strings.Contains(help, "--"+name+"=") || !strings.Contains(help, "["+variable(name)+"]") {
			t.Errorf("%s or its variable is missing", name)
		}
	}
	for _, command := range []string{
		"demo", "run", "contracts import <file>", "contracts show <number>",
		"backup <file>", "restore <file>", "check", "flows", "doctor",
	} {
		if !strings.Contains(help, "\n  "+command) {
			t.Errorf("command %q is missing", command)
		}
	}
	// Help is given whatever the configuration, and for an incomplete command.
	if status, out, _ := outcome(t, []string{"MVKBOT_STORE=x"}, "backup", "--help"); status != exitOK || !strings.HasPrefix(out, "Usage: mvkbot backup <file>") {
		t.Errorf("backup --help: status %d\n%s", status, out)
	}
}

func TestComplainNamesTheProgramOnEveryLine(t *testing.T) {
	var b bytes.Buffer
	complain(&b, fmt.Errorf("one\ntwo bot123456789:AAFcanaryCANARYcanaryCANARYcanary00/x"))
	if got, want := b.String(), "mvkbot: one\nmvkbot: two bot[token]/x\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestProgramExitsWithItsStatus(t *testing.T) {
	out, err := mvkbot(t, "mvkbot", nil, "run").CombinedOutput()
	if ee, ok := err.(*exec.ExitError); !ok || ee.ExitCode() != exitUsage || !bytes.Contains(out, []byte("MVKBOT_SECRET: missing")) {
		t.Errorf("%v\n%s", err, out)
	}
	if out, err = mvkbot(t, "mvkbot", nil, "--help").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestSecondSignalEndsTheProcess(t *testing.T) {
	cmd := mvkbot(t, "waiter", nil)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for _, want := range []string{"ready", "first signal"} {
		if !lines.Scan() || lines.Text() != want {
			t.Fatalf("got %q, want %q", lines.Text(), want)
		}
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
	}
	err = cmd.Wait()
	if ee, ok := err.(*exec.ExitError); !ok || ee.Sys().(syscall.WaitStatus).Signal() != syscall.SIGTERM {
		t.Errorf("ended with %v", err)
	}
}
