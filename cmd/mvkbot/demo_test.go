package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mvkbot/bot/simulator/demo"
	"mvkbot/flows"
	"mvkbot/storage/directory"
)

// Ensure that a demo prints its address at once, works without any setting, and
// ends with everything that it started.
func TestDemo(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	began := time.Now()
	d := startDemo(t, ctx, "--database", filepath.Join(t.TempDir(), "demo.db"))
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("the address took %v", took)
	}
	d.post(t, "api/chats/5000000001/text", `{"text":"/start"}`)
	d.until(t, "chat", "Физическое лицо")
	d.post(t, "api/bot/kill", "{}")
	d.until(t, "bot", `"running":true`, `"restarts":1`)
	d.post(t, "api/clock", `{"to":"hour"}`)
	d.until(t, "clock", `{"offset":3600}`)
	d.until(t, "bot", `"running":true`, `"restarts":2`)
	d.post(t, "api/chats/5000000002/text", `{"text":"/start"}`)
	d.until(t, "chat", `"user":5000000002`, "Физическое лицо")
	stop()
	if status := <-d.status; status != exitOK {
		t.Errorf("status %d: %s", status, d.stderr)
	}
}

// Ensure that nothing goes wrong while the people of a demo come, and that they are
// known when a demo goes on with its database.
func TestDemoPeopleAreKnown(t *testing.T) {
	database := filepath.Join(t.TempDir(), "demo.db")
	for _, said := range []string{"нет холодной воды", "Когда же дадут?"} {
		ctx, stop := context.WithCancel(t.Context())
		d := startDemo(t, ctx, "--database", database)
		if said != "нет холодной воды" { // which the scene says
			d.post(t, "api/chats/5000000005/text", `{"text":"`+said+`"}`)
		}
		d.until(t, "chat", fmt.Sprintf(`"user":%d`, demo.Operator), said)
		log := d.until(t, "bot", "contracts=8", "event=ticket_")
		stop()
		warned := 0
		if said == "нет холодной воды" { // nobody has pressed Start yet
			warned = strings.Count(log, "no administrator has pressed Start yet")
		}
		if status := <-d.status; status != exitOK || strings.Count(log, "level=WARN") != warned || strings.Contains(log, "level=ERROR") {
			t.Errorf("status %d: %s\n%s", status, d.stderr, strings.ReplaceAll(log, `","`, "\n"))
		}
	}
}

// Ensure that messages of a demo that goes on with its database stand in the place of no
// earlier ones: check finds each message of a ticket where it was.
func TestDemoMessagesStandAlone(t *testing.T) {
	database := filepath.Join(t.TempDir(), "demo.db")
	for round := range 2 {
		ctx, stop := context.WithCancel(t.Context())
		d := startDemo(t, ctx, "--database", database)
		last := "нет холодной воды"
		for i := range 8 * round {
			last = fmt.Sprintf("Когда же дадут? %d", i)
			d.post(t, "api/chats/5000000005/text", `{"text":"`+last+`"}`)
		}
		d.until(t, "chat", fmt.Sprintf(`"user":%d`, demo.Operator), last)
		stop()
		if status := <-d.status; status != exitOK {
			t.Fatalf("status %d: %s", status, d.stderr)
		}
	}
	env := []string{
		"MVKBOT_STORE=bolt://" + database, "MVKBOT_SECRET_FILE=" + database + ".secret",
		"MVKBOT_CONTRACTS=" + strings.TrimSuffix(database, ".db") + "-contracts.db",
	}
	if status, stdout, stderr := outcome(t, env, "check"); status != exitOK {
		t.Errorf("status %d: %s%s", status, stdout, stderr)
	}
}

// Ensure that a page that other machines could reach is refused.
func TestDemoLoopbackOnly(t *testing.T) {
	for _, address := range []string{":0", "0.0.0.0:0", "192.0.2.1:0", "[::]:0"} {
		status, _, stderr := outcome(t, nil, "demo", "--address", address)
		if status != exitFailed || !strings.Contains(stderr, demo.ErrNotLoopback.Error()) {
			t.Errorf("%s: status %d, %s", address, status, stderr)
		}
	}
	if status, _, stderr := outcome(t, nil, "demo", "--address", "nonsense"); status != exitFailed {
		t.Errorf("status %d, %s", status, stderr)
	}
}

// Ensure that what was given is kept and the rest is made, the secret once.
func TestDemoPlace(t *testing.T) {
	dir := t.TempDir()
	a := &app{ctx: t.Context(), cfg: Config{Store: "given.db"}}
	p, err := demoCmd{}.place(a, dir)
	if err != nil {
		t.Fatal(err)
	}
	if p.database != filepath.Join(dir, "mvkbot.db") || p.directory != filepath.Join(dir, "mvkbot-contracts.db") || len(p.secret) != 64 || len(p.samples) == 0 {
		t.Errorf("%+v", p)
	}
	again, err := demoCmd{Database: p.database}.place(a, dir)
	if err != nil || again.secret != p.secret {
		t.Errorf("the secret was made again: %v", err)
	}
	if info, err := os.Stat(p.database + ".secret"); err != nil || exposed(info.Mode()) {
		t.Errorf("%v, %v", info, err)
	}
	given := &app{
		ctx: t.Context(), cfg: Config{Store: "given.db", Contracts: "given-contracts.db", Key: "key"},
		childEnv: []string{"MVKBOT_STORE=bolt://given.db", "MVKBOT_CONTRACTS=given-contracts.db", "MVKBOT_SECRET=key"},
	}
	p, err = demoCmd{}.place(given, dir)
	if err != nil || p.database != "given.db" || p.directory != "given-contracts.db" || p.secret != "" || p.samples != nil {
		t.Errorf("%+v, %v", p, err)
	}
}

// Ensure that a demo that goes on keeps the contracts that were imported in it, and
// offers those of its samples that are among them; and mends a broken directory.
func TestDemoKeepsContracts(t *testing.T) {
	d := newDesk(t)
	a := &app{ctx: t.Context()}
	demo := demoCmd{Database: d.path("demo.db")}
	place := func() demoPlace {
		t.Helper()
		p, err := demo.place(a, t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	p := place()
	if again := place(); len(again.samples) != len(sampleContracts) || len(p.samples) != len(sampleContracts) {
		t.Errorf("%d samples, then %d", len(p.samples), len(again.samples))
	}
	one := sampleContracts[0]
	source := d.file("own.csv", "number;kind;flat;address;holder;status\n77;дом;;Своя ул.;физлицо;действует\n"+
		string(one.Number)+";квартира;12;Новая ул.;физлицо;закрыт\n")
	if _, err := directory.Import(t.Context(), p.directory, source, directory.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	if p = place(); len(p.samples) != 1 || p.samples[0].Number != one.Number || p.samples[0].Status != flows.StatusClosed {
		t.Errorf("samples %+v", p.samples)
	}
	if err := os.WriteFile(p.directory, []byte("garbage"), 0o600); err != nil {
		t.Fatal(err)
	}
	if p = place(); len(p.samples) != len(sampleContracts) {
		t.Errorf("samples %+v", p.samples)
	}
}

// Ensure that the administrator on the page is one for the bot, unless others were named.
func TestDemoAdministrator(t *testing.T) {
	tests := []struct{ given, want []string }{
		{nil, []string{fmt.Sprintf("MVKBOT_ADMINS=%d", demo.Administrator)}},
		{[]string{"MVKBOT_ADMINS=7,8"}, []string{"MVKBOT_ADMINS=7,8"}},
		{[]string{"MVKBOT_ADMINS="}, []string{"MVKBOT_ADMINS="}},
	}
	for _, test := range tests {
		cmd, err := childCommand(&app{childEnv: test.given}, nil)(0)
		if err != nil {
			t.Fatal(err)
		}
		got := slices.DeleteFunc(cmd.Env, func(e string) bool { return !strings.HasPrefix(e, "MVKBOT_ADMINS=") })
		if !slices.Equal(got, test.want) {
			t.Errorf("given %q: %q", test.given, got)
		}
	}
}

// Ensure that the sample directory holds every kind, and that its rows are good.
func TestDemoSamples(t *testing.T) {
	dir := t.TempDir()
	source := filepath.Join(dir, "samples.csv")
	if err := os.WriteFile(source, samplesCSV(), 0o600); err != nil {
		t.Fatal(err)
	}
	report, err := directory.Import(t.Context(), filepath.Join(dir, "contracts.db"), source, directory.ImportOptions{Strict: true})
	if err != nil || report.Good != int64(len(sampleContracts)) {
		t.Errorf("%+v, %v", report, err)
	}
	kinds := make(map[flows.Kind]bool)
	for _, c := range sampleContracts {
		kinds[c.Kind] = true
		if n, ok := flows.ParseNumber(string(c.Number)); !ok || n != c.Number {
			t.Errorf("%q is no number in normal form", c.Number)
		}
	}
	if len(kinds) != 4 {
		t.Errorf("kinds: %v", kinds)
	}
}

// Ensure that a bot that dies by itself is started again, that orders reach a
// dead and a living one, and that nothing is left in the end.
func TestChild(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	started := make(chan time.Duration, 10)
	script := make(chan string, 10)
	c := newChild(slog.New(slog.DiscardHandler), time.Hour, func(offset time.Duration) (*exec.Cmd, error) {
		started <- offset
		line := <-script
		if line == "" {
			return nil, errors.New("no command")
		}
		return exec.Command("sh", "-c", line), nil
	})
	script <- "echo first; exit 1" // dies by itself
	script <- ""                   // cannot be started
	script <- "echo third; exec sleep 100"
	ended := make(chan struct{})
	go func() { c.supervise(ctx); close(ended) }()
	for range 3 {
		if offset := <-started; offset != time.Hour {
			t.Errorf("offset %v", offset)
		}
	}
	script <- "exec sleep 100"
	if err := c.Kill(); err != nil {
		t.Error(err)
	}
	<-started
	script <- "exec sleep 100"
	if err := c.SetClock(-2 * time.Hour); err != nil {
		t.Error(err)
	}
	if offset := <-started; offset != -2*time.Hour || time.Until(c.Now()).Round(time.Minute) != -2*time.Hour {
		t.Errorf("offset %v, now %v", offset, c.Now())
	}
	if s := c.Status(); !s.Running || s.Restarts != 3 || s.Since.IsZero() || !slices.Contains(s.Log, "first") {
		t.Errorf("%+v", s)
	}
	script <- ""
	if err := c.Kill(); err == nil {
		t.Error("a start that failed was not told")
	}
	script <- "exec sleep 100" // the next try
	<-started
	<-started
	stop()
	<-ended
	if s := c.Status(); s.Running {
		t.Errorf("%+v", s)
	}
	if err := c.Kill(); !errors.Is(err, errSupervisionEnded) {
		t.Error(err)
	}
}

func TestTail(t *testing.T) {
	var l tail
	for range tailLines {
		io.WriteString(&l, "old\n")
	}
	io.WriteString(&l, "one\ntw")
	io.WriteString(&l, "o\n\xff"+strings.Repeat("x", 2*tailWidth))
	io.WriteString(&l, strings.Repeat("y", tailWidth)+"\n")
	got := l.last()
	if len(got) != tailLines || got[tailLines-3] != "one" || got[tailLines-2] != "two" {
		t.Errorf("%q", got)
	}
	if last := got[tailLines-1]; !strings.HasPrefix(last, "\uFFFDxxx") || len(last) > tailWidth+2 {
		t.Errorf("%q", last)
	}
}

// startedDemo is a demo in this process; its bot is this test's binary again.
type startedDemo struct {
	url    string
	status chan int
	stderr *strings.Builder
	events *bufio.Scanner
}

func startDemo(t *testing.T, ctx context.Context, args ...string) *startedDemo {
	t.Helper()
	out, in := io.Pipe()
	d := &startedDemo{status: make(chan int, 1), stderr: new(strings.Builder)}
	go func() {
		env := []string{beVariable + "=mvkbot", "MVKBOT_TEST_CAPTCHA=12345"}
		d.status <- run(ctx, append([]string{"demo"}, args...), env, in, d.stderr)
		in.Close()
	}()
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatalf("no address: status %d, %s", <-d.status, d.stderr)
	}
	d.url = strings.TrimPrefix(lines.Text(), "Demo: ")
	go io.Copy(io.Discard, out)
	return d
}

// post does something on the page.
func (d *startedDemo) post(t *testing.T, path, body string) {
	t.Helper()
	response, err := http.Post(d.url+path, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusNoContent {
		t.Fatalf("%s: %s", path, response.Status)
	}
}

// until reads the page's events until one of this name contains all texts, and
// returns it.
func (d *startedDemo) until(t *testing.T, event string, texts ...string) (found string) {
	t.Helper()
	if d.events == nil {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		t.Cleanup(cancel)
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.url+"api/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { response.Body.Close() })
		d.events = bufio.NewScanner(response.Body)
		d.events.Buffer(nil, 1<<20)
	}
	name := ""
	for d.events.Scan() {
		line := d.events.Text()
		if n, ok := strings.CutPrefix(line, "event: "); ok {
			name = n
		}
		if name == event && strings.HasPrefix(line, "data: ") && !slices.ContainsFunc(texts, func(s string) bool { return !strings.Contains(line, s) }) {
			return line
		}
	}
	t.Fatalf("no event %s with %q: %v", event, texts, d.events.Err())
	return ""
}
