package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// usage is what all lives of the bot used together.
type usage struct {
	cpu     time.Duration // user and system
	peakRSS int64         // bytes, of the largest
}

// bot is the program under load.
type bot struct {
	path string
	env  []string
	log  *os.File // of all lives
	cmd  *exec.Cmd
	used usage
}

// stopGrace is how long a bot may take to stop by itself.
const stopGrace = 30 * time.Second

func secretKey() []byte {
	key, err := hex.DecodeString(secret)
	if err != nil {
		panic(err) // our own constant
	}
	return key
}

// newBot prepares database directory, configuration and log in dir.
func newBot(ctx context.Context, o options, dir, api string) (*bot, error) {
	in := func(name string) string { return filepath.Join(dir, name) }
	b := &bot{path: o.bot}
	if b.path == "" {
		b.path = in("mvkbot")
		build := exec.CommandContext(ctx, "go", "build", "-o", b.path, "mvkbot/cmd/mvkbot")
		if out, err := build.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("build mvkbot: %w\n%s", err, out)
		}
	}
	if err := writeDirectory(ctx, dir, in("contracts.db")); err != nil {
		return nil, err
	}
	b.env = []string{
		"MVKBOT_TELEGRAM_TOKEN=" + token, "MVKBOT_TELEGRAM_API=" + api, "MVKBOT_TELEGRAM_RATE=0",
		"MVKBOT_STORE=bolt://" + in("mvkbot.db"), "MVKBOT_CONTRACTS=" + in("contracts.db"), "MVKBOT_SECRET=" + secret,
		"MVKBOT_LOG_LEVEL=" + o.logLevel, "TMPDIR=" + dir,
		// Never called: no resident gets as far as a code.
		"MVKBOT_SMS=http+post://127.0.0.1:1/?to={phone}&text={text}", "MVKBOT_SMTP=smtp://127.0.0.1:1?tls=none", "MVKBOT_MAIL_FROM=load@mvk.example",
	}
	var err error
	b.log, err = os.Create(in("mvkbot.log"))
	return b, err
}

func (b *bot) start() error {
	b.cmd = exec.Command(b.path, "run")
	b.cmd.Env = b.env
	b.cmd.Stdout, b.cmd.Stderr = b.log, b.log
	return b.cmd.Start()
}

// kill ends the bot as a power cut does; it may be dead already.
func (b *bot) kill() {
	if b.cmd == nil {
		return
	}
	_ = b.cmd.Process.Kill() // fails only on a dead process
	_ = b.reap()             // says «killed»
}

// stop asks the bot to end, and expects it to.
func (b *bot) stop() error {
	if err := b.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	late := time.AfterFunc(stopGrace, func() { _ = b.cmd.Process.Kill() })
	defer late.Stop()
	return b.reap()
}

// reap waits for the end of a life and adds up what it used.
func (b *bot) reap() error {
	err := b.cmd.Wait()
	if s := b.cmd.ProcessState; s != nil {
		b.used.cpu += s.UserTime() + s.SystemTime()
		if u, ok := s.SysUsage().(*syscall.Rusage); ok {
			b.used.peakRSS = max(b.used.peakRSS, u.Maxrss<<10)
		}
	}
	b.cmd = nil
	return err
}

// killEvery kills the bot and starts it again until ctx ends, and tells how often.
func (b *bot) killEvery(ctx context.Context, every time.Duration) (kills int, err error) {
	if every == 0 {
		<-ctx.Done()
		return 0, nil
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return kills, nil
		}
		b.kill()
		kills++
		if err := b.start(); err != nil {
			return kills, err
		}
	}
}

// complaints are the lines of the bot's log from warnings upwards.
func (b *bot) complaints() (lines []string, err error) {
	log, err := os.ReadFile(b.log.Name())
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(log)) {
		if strings.Contains(line, "level=WARN") || strings.Contains(line, "level=ERROR") || !strings.HasPrefix(line, "time=") {
			lines = append(lines, strings.TrimSuffix(line, "\n"))
		}
	}
	return lines, nil
}

// explain adds what the bot complained of to an error.
func (b *bot) explain(err error) error {
	lines, readErr := b.complaints()
	return errors.Join(err, readErr, fmt.Errorf("the bot complained:\n%s", strings.Join(lines[max(0, len(lines)-10):], "\n")))
}

// ownCPU is what this process has used so far, without its children.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0 // not told on this system
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
