package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"mvkbot/bot/simulator"
	"mvkbot/bot/simulator/demo"
	"mvkbot/flows"
	"mvkbot/storage/directory"
)

// demoCmd is `mvkbot demo`: the simulator of the Bot API, the page over it, the
// gateways for SMS and letters, and `mvkbot run` as a child process between them.
type demoCmd struct {
	Address  string `default:"127.0.0.1:0" placeholder:"HOST:PORT" help:"Where the page is, on this machine only (${default}: any free port)."`
	Database string `placeholder:"FILE" help:"The database to work on (default: a temporary one, deleted at the end)."`
}

// headersWithin is how long a connection may take to say what it wants.
const headersWithin = 10 * time.Second

// keptMessages bounds each chat of the demo.
const keptMessages = 1000

// Run serves until the first signal.
func (c demoCmd) Run(a *app) (err error) {
	dir, err := os.MkdirTemp("", "mvkbot-demo-")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	place, err := c.place(a, dir)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if place.founded {
		if err := place.settle(*a); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	var sockets [3]net.Listener // page, Bot API, SMTP
	for i, address := range []string{c.Address, "127.0.0.1:0", "127.0.0.1:0"} {
		if sockets[i], err = listenHere(address); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		defer sockets[i].Close()
	}
	if err := serveDemo(a, place, sockets[0], sockets[1], sockets[2]); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	return nil
}

// demoPlace is where a demo keeps what it works on.
type demoPlace struct {
	database  string
	directory string
	secret    Secret           // made by the demo; "" when one was given
	samples   []flows.Contract // of the directory; none in a given one
	founded   bool             // with people; a database that was there has its own
}

// place makes ready what lies on the disk: settings that were given are
// respected, all else lies beside the database, which lies in dir unless given.
func (c demoCmd) place(a *app, dir string) (demoPlace, error) {
	p := demoPlace{database: c.Database, directory: a.cfg.Contracts}
	switch {
	case p.database != "":
	case wasGiven(a, "store"):
		p.database = a.cfg.Store
	default:
		p.database = filepath.Join(dir, "mvkbot.db")
	}
	var err error
	if a.cfg.Key == "" {
		if p.secret, err = keptSecret(p.database + ".secret"); err != nil {
			return p, err
		}
	}
	if wasGiven(a, "contracts") {
		return p, nil
	}
	_, err = os.Stat(p.database)
	p.founded = errors.Is(err, fs.ErrNotExist)
	p.directory = strings.TrimSuffix(p.database, ".db") + "-contracts.db"
	var there bool
	if p.samples, there, err = samplesOf(p.directory); there || err != nil {
		return p, err
	}
	source := filepath.Join(dir, "samples.csv")
	if err := os.WriteFile(source, samplesCSV(), 0o600); err != nil {
		return p, err
	}
	_, err = directory.Import(a.ctx, p.directory, source, directory.ImportOptions{Strict: true})
	return p, err
}

// settle gives a new database its people.
func (p demoPlace) settle(a app) (err error) {
	a.cfg.Store, a.cfg.Contracts = p.database, p.directory
	if p.secret != "" {
		key, err := parseKey(string(p.secret))
		if err != nil {
			return err
		}
		a.cfg.Key = key
	}
	s, err := a.openStores(a.ctx)
	if err != nil {
		return err
	}
	return errors.Join(settle(&a, s.store), s.close())
}

// wasGiven tells whether a setting was given at all, wherever it stood.
func wasGiven(a *app, setting string) bool {
	for _, e := range a.childEnv {
		if strings.HasPrefix(e, variable(setting)+"=") {
			return true
		}
	}
	return false
}

// keptSecret reads the key material of a demo's database, or makes it.
func keptSecret(path string) (Secret, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		text = []byte(randomHex())
		err = os.WriteFile(path, text, 0o600)
	}
	return Secret(strings.TrimSpace(string(text))), err
}

func randomHex() string {
	var b [32]byte
	rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}

// listenHere listens on a loopback address; any other one is refused.
func listenHere(address string) (net.Listener, error) {
	tcp, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, err
	}
	if !tcp.IP.IsLoopback() {
		return nil, fmt.Errorf("listen on %s: %w", address, demo.ErrNotLoopback)
	}
	return net.ListenTCP("tcp", tcp)
}

// serveDemo runs until a.ctx ends: first the bot goes, which still hands over
// what it has, then everything that it talks to.
func serveDemo(a *app, p demoPlace, page, api, mail net.Listener) error {
	token := "4200042:" + randomHex()
	bot := newChild(a.log, a.cfg.TestClock, childCommand(a, p.environment(token, page, api, mail)))
	sim := simulator.New(simulator.Options{
		// The database remembers where the messages of tickets stand, the simulator
		// nothing. Telegram's ids have 31 bits.
		FirstMessage: mathrand.IntN(1 << 30),
		Token:        token, Now: bot.Now, KeepMessages: keptMessages, Log: a.log,
	})
	// The database remembers the ids of updates for days, the simulator nothing. A
	// page makes fewer than one in a millisecond.
	sim.Renumber(time.Now().UnixMilli())
	p.meet(sim)
	web, err := demo.New(demo.Options{Simulator: sim, Bot: bot, Contracts: p.samples, Now: bot.Now, Log: a.log})
	if err != nil {
		return err
	}
	servers := []*http.Server{
		{Handler: web, ReadHeaderTimeout: headersWithin},
		{Handler: sim, ReadHeaderTimeout: headersWithin},
	}
	g, ctx := errgroup.WithContext(a.ctx)
	g.Go(func() error { return web.ServeSMTP(mail) })
	for i, l := range []net.Listener{page, api} {
		g.Go(func() error {
			if err := servers[i].Serve(l); !errors.Is(err, http.ErrServerClosed) {
				return err
			}
			return nil
		})
	}
	if p.founded {
		g.Go(func() error {
			if err := playScene(ctx, sim); err != nil && ctx.Err() == nil {
				a.log.Error("the page begins empty", "err", err)
			}
			return nil
		})
	}
	g.Go(func() error {
		fmt.Fprintf(a.stdout, "Demo: http://%s/\nCtrl+C ends it. The database: %s\n", page.Addr(), p.database)
		bot.supervise(ctx)
		sim.Close()
		return errors.Join(web.Close(), servers[0].Close(), servers[1].Close())
	})
	return g.Wait()
}

// environment is what the child is told beside the settings that were given.
func (p demoPlace) environment(token string, page, api, mail net.Listener) []string {
	env := []string{
		"MVKBOT_TELEGRAM_TOKEN=" + token,
		"MVKBOT_TELEGRAM_API=http://" + api.Addr().String(),
		"MVKBOT_STORE=bolt://" + p.database,
		"MVKBOT_CONTRACTS=" + p.directory,
		"MVKBOT_SMS=http+get://" + page.Addr().String() + "/gateway/sms?to={phone}&text={text}",
		"MVKBOT_SMTP=smtp://" + mail.Addr().String() + "?tls=none",
		"MVKBOT_MAIL_FROM=noreply@mvkbot.example",
	}
	if p.secret != "" {
		env = append(env, "MVKBOT_SECRET="+string(p.secret))
	}
	return env
}

// childCommand makes the command `mvkbot run` for a given offset of the clock.
func childCommand(a *app, own []string) func(offset time.Duration) (*exec.Cmd, error) {
	env := slices.Clone(a.childEnv)
	if !wasGiven(a, "telegram-rate") {
		env = append(env, "MVKBOT_TELEGRAM_RATE=0") // nobody limits the simulator
	}
	if !wasGiven(a, "admins") {
		env = append(env, fmt.Sprintf("MVKBOT_ADMINS=%d", demo.Administrator))
	}
	env = append(env, own...)
	return func(offset time.Duration) (*exec.Cmd, error) {
		self, err := os.Executable()
		if err != nil {
			return nil, err
		}
		cmd := exec.Command(self, "run")
		cmd.Env = append(env[:len(env):len(env)], "MVKBOT_TEST_CLOCK="+offset.String())
		return cmd, nil
	}
}
