package main

import (
	"errors"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"mvkbot/bot/simulator"
)

var healthAddress = regexp.MustCompile(`msg="health pages" address=(\S+)`)

// page reads a health page of the running bot.
func (w *town) page(path string) (status int, body string) {
	w.t.Helper()
	var address []string
	w.waitFor("the address of the health pages", func() bool {
		address = healthAddress.FindStringSubmatch(w.log.String())
		return address != nil
	})
	response, err := http.Get("http://" + address[1] + path)
	if err != nil {
		w.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

func (w *town) waitReady(want int) {
	w.t.Helper()
	w.waitFor("readiness", func() bool {
		status, _ := w.page("/readyz")
		return status == want
	})
}

// Ensure that a bot tells when Telegram does not let it serve, and that it is
// back by itself.
func TestReadiness(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.start("MVKBOT_LISTEN=127.0.0.1:0")
	if status, body := w.page("/healthz"); status != http.StatusOK || body != "ok\n" {
		t.Errorf("/healthz: %d %q", status, body)
	}
	w.waitReady(http.StatusOK)
	for _, kind := range []simulator.FaultKind{simulator.FaultConflict, simulator.FaultRefuse, simulator.FaultPage, simulator.FaultUnauthorized} {
		mend := w.telegram.Inject(simulator.Fault{Kind: kind, Method: "getUpdates"})
		w.say(anna, "/start") // ends the poll under way
		w.waitReady(http.StatusServiceUnavailable)
		if status, body := w.page("/readyz"); body != "telegram\n" && status != http.StatusOK {
			t.Errorf("/readyz: %q", body)
		}
		if status, _ := w.page("/healthz"); status != http.StatusOK {
			t.Errorf("fault %d: /healthz: %d", kind, status)
		}
		if _, body := w.page("/metrics"); !strings.Contains(body, "\nmvkbot_ready 0\n") {
			t.Errorf("fault %d: the metrics call the bot ready", kind)
		}
		mend()
		if kind != simulator.FaultUnauthorized { // is tried again once a minute only
			w.say(anna, "/start") // after a conflict the bot believes in a long poll that was answered
			w.waitReady(http.StatusOK)
		}
	}
	w.stop()
}

// Ensure that a bot says at its start that nobody would hear an alert, and that
// nobody can bind a contract.
func TestRunWarns(t *testing.T) {
	t.Parallel()
	const none, deaf, empty = "there is no administrator", "no administrator has pressed Start yet", "the contract directory is empty"
	w := newTown(t)
	warned := func(want ...string) {
		t.Helper()
		w.say(boris, "/start")
		w.wait(boris, "Кто вы?")
		for _, line := range []string{none, deaf, empty} {
			if slices.Contains(want, line) != strings.Contains(w.log.String(), line) {
				t.Errorf("want %q, log\n%s", want, w.log)
			}
		}
		w.stop()
	}
	w.start()
	warned(none)
	w.start("MVKBOT_CONTRACTS="+w.path("mistyped.db"), "MVKBOT_ADMINS=101")
	warned(deaf, empty)
	w.start("MVKBOT_ADMINS=101")
	w.say(anna, "/start")
	w.wait(anna, "Кто вы?")
	w.stop()
	w.start("MVKBOT_ADMINS=101")
	warned()
}

// Ensure that the measures have sane names, count, and name nobody.
func TestMetrics(t *testing.T) {
	w := newTown(t)
	w.serve("MVKBOT_LISTEN=127.0.0.1:0")
	w.register(anna, "+79161234501", "anna@mail.example")
	w.waitFor("the letter", func() bool { return len(w.outside.Letters()) == 1 })
	w.say(anna, w.smsCode("+79161234501", 1))
	w.wait(anna, "Подтверждение почты")
	_, body := w.page("/metrics")
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	labels := []string{"channel", "outcome"}
	var own []*dto.MetricFamily
	for name, f := range families {
		if !strings.HasPrefix(name, "mvkbot_") {
			continue
		}
		own = append(own, f)
		if counts := f.GetType() == dto.MetricType_COUNTER; counts != strings.HasSuffix(name, "_total") {
			t.Errorf("%s is a %s", name, f.GetType())
		}
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				if !slices.Contains(labels, l.GetName()) || strings.Trim(l.GetValue(), "abcdefghijklmnopqrstuvwxyz") != "" {
					t.Errorf("%s has the label %s=%s", name, l.GetName(), l.GetValue())
				}
			}
		}
	}
	problems, err := promlint.NewWithMetricFamilies(own).Lint()
	if err != nil || len(problems) > 0 || len(own) != 15 {
		t.Errorf("%d measures, problems %v, %v", len(own), problems, err)
	}
	for _, want := range []string{
		`mvkbot_messages_total{channel="sms",outcome="delivered"} 1`, `mvkbot_messages_total{channel="mail",outcome="unknown"} 0`,
		"mvkbot_contracts 6", "mvkbot_ready 1", "mvkbot_updates_undecodable_total 0",
	} {
		if !strings.Contains(body, "\n"+want+"\n") {
			t.Errorf("%s is not in\n%s", want, strings.Join(lines(body, "mvkbot_"), "\n"))
		}
	}
}

// up waits until the bot serves.
func (w *town) up() {
	w.t.Helper()
	w.say(boris, "/start")
	w.wait(boris, "Кто вы?")
}

// Ensure that a second bot on the same database gives up in time, in one clear
// line, and that the first one serves on.
func TestSecondInstance(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.start()
	w.up()
	began := time.Now()
	second := mvkbot(t, "mvkbot", w.env, "run")
	var said logBuffer
	second.Stderr = &said
	err := second.Run()
	ended := exitCode(err)
	want := "mvkbot: " + w.path("mvkbot.db") + ": database is in use by another process: a bot that runs must be stopped first\n"
	if ended != exitFailed || strings.Join(lines(said.String(), "mvkbot: "), "\n")+"\n" != want || time.Since(began) > 5*time.Second {
		t.Errorf("status %d after %s: %s", ended, time.Since(began), said.String())
	}
	d := w.desk()
	d.fails([]string{"check"}, "a bot that runs must be stopped first")
	d.succeeds("backup", d.path("copy"))
	d.fails([]string{"restore", d.path("copy")}, "a bot that runs must be stopped first")
	w.say(boris, "/help")
	w.wait(boris, "Регистрация")
	w.stop()
}

func exitCode(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	return 0
}

// hang lets residents wait for Telegram to answer the bot.
func (w *town) hang() (halt func() int) {
	w.t.Helper()
	halt = w.load(20)
	w.waitFor("answers", func() bool { return len(w.telegram.Chat(1020)) > 10 })
	w.telegram.Inject(simulator.Fault{Kind: simulator.FaultDelay, Method: "sendMessage", Delay: time.Minute})
	return halt
}

// Ensure that a bot under load, and with Telegram hanging, ends well within the
// 15 seconds that its supervisor gives it, and that nothing is lost by it.
func TestTermUnderLoad(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.start()
	w.up()
	halt := w.hang()
	began := time.Now()
	w.stop()
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("took %s to stop", took)
	}
	halt()
	w.desk().succeeds("check")
}

// Ensure that a second signal ends the bot at once.
func TestSecondTerm(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.start("MVKBOT_LISTEN=127.0.0.1:0")
	w.up()
	halt := w.hang()
	if err := w.bot.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	address := healthAddress.FindStringSubmatch(w.log.String())[1]
	w.waitFor("the end of the health pages", func() bool {
		response, err := http.Get("http://" + address + "/healthz")
		if err != nil {
			return true
		}
		return response.Body.Close() != nil
	})
	began := time.Now()
	err := w.end(syscall.SIGTERM)
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGTERM || time.Since(began) > 2*time.Second {
		t.Errorf("ended with %v after %s", err, time.Since(began))
	}
	halt()
}

// Ensure that settings for test runs do not work against Telegram itself.
func TestTestSettingsNeedLoopback(t *testing.T) {
	d := newDesk(t)
	for _, setting := range []string{"MVKBOT_TEST_CAPTCHA=12345", "MVKBOT_TEST_CLOCK=+36h"} {
		env := append(enough(setting), d.env...)
		status, _, stderr := outcome(t, env, "run")
		name, _, _ := strings.Cut(setting, "=")
		if status != exitUsage || stderr != "mvkbot: "+name+": for test runs only: refused unless MVKBOT_TELEGRAM_API is a loopback address\n" || len(d.names()) > 0 {
			t.Errorf("status %d: %s", status, stderr)
		}
	}
}

// Ensure that run says what it cannot work with, in one line.
func TestRunRefuses(t *testing.T) {
	w := newTown(t)
	d := w.desk()
	foreign := d.founded("foreign.db", otherSecret)
	for _, tt := range []struct{ setting, want string }{
		{"MVKBOT_STORE=bolt://" + foreign, foreign + ": database was sealed with another secret"},
		{"MVKBOT_STORE=bolt://" + w.path("no/such.db"), w.path("no/such.db") + ": no such file"},
		{"MVKBOT_STORE=bolt://" + w.path("contracts.db"), "is the file of the database too"},
		{"MVKBOT_CONTRACTS=" + d.file("garbage", "garbage"), "contract directory is broken, import it again"},
		{"MVKBOT_LISTEN=" + strings.TrimPrefix(w.env[1], "MVKBOT_TELEGRAM_API=http://"), "listen for health: "},
		{"MVKBOT_SMS=http+get://h/?text={text}", "MVKBOT_SMS: "},
		{"MVKBOT_SMTP=smtp://h?tls=maybe", "MVKBOT_SMTP: "},
	} {
		status, _, stderr := outcome(t, append(w.env[:len(w.env):len(w.env)], tt.setting), "run")
		if found := lines(stderr, "mvkbot: "); status == exitOK || len(found) != 1 || !strings.Contains(found[0], tt.want) {
			t.Errorf("%s: status %d\n%s", tt.setting, status, stderr)
		}
	}
}
