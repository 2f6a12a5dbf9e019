package demo

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/emersion/go-smtp"

	"mvkbot/bot/simulator"
	"mvkbot/flows"
)

// ErrNotLoopback is returned for a listener that other machines can reach.
var ErrNotLoopback = errors.New("demo: not a loopback address")

// errOptions is returned by New when a required option is missing.
var errOptions = errors.New("simulator, bot and clock are required")

// Bot is the running bot, as far as the page has power over it.
type Bot interface {
	// Kill ends the bot as kill -9 does and starts it again on the same database.
	Kill() error
	// SetClock restarts the bot with its clock moved by offset from the real time.
	SetClock(offset time.Duration) error
	// Status tells how the bot is.
	Status() Status
}

// Status of the bot's process.
type Status struct {
	Running  bool
	Since    time.Time // when it was started, in real time
	Restarts int       // how often it was started again
	Log      []string  // its last lines, the oldest first
}

// Options configure a Server.
type Options struct {
	Simulator *simulator.Server // required
	Bot       Bot               // required
	// Contracts are listed on the page, to be tried in the chat.
	Contracts []flows.Contract
	// Now tells the bot's time: the real one with the offset last given to
	// Bot.SetClock. Required.
	Now func() time.Time
	// Log gets one line for each request that failed. Nil means none.
	Log *slog.Logger
}

// Server serves the page, its API, and the gateways that the bot sends SMS and
// letters to. All methods are safe for concurrent use.
type Server struct {
	simulator *simulator.Server
	bot       Bot
	contracts []flows.Contract
	now       func() time.Time
	log       *slog.Logger
	zone      *time.Location // of the residents

	handler http.Handler
	smtp    *smtp.Server
	changes changes
	once    sync.Once     // guards closed
	closed  chan struct{} // ends the live updates
	live    sync.RWMutex  // read-locked by each of the live updates

	mu        sync.Mutex
	residents int // added so far
	sms       []SMS
	texted    int // SMS received ever
	letters   []Letter
	received  int // letters received ever
}

//go:embed page
var page embed.FS

// New returns a server with five sample residents and two members of staff, none of
// whom has written to the bot yet.
func New(o Options) (*Server, error) {
	if o.Simulator == nil || o.Bot == nil || o.Now == nil {
		return nil, fmt.Errorf("new demo: %w", errOptions)
	}
	zone, err := time.LoadLocation("Europe/Moscow")
	if err != nil {
		return nil, fmt.Errorf("new demo: %w", err)
	}
	files, err := fs.Sub(page, "page")
	if err != nil {
		return nil, fmt.Errorf("new demo: %w", err)
	}
	s := &Server{
		simulator: o.Simulator, bot: o.Bot, contracts: o.Contracts,
		now: o.Now, log: o.Log, zone: zone, closed: make(chan struct{}),
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.smtp = newSMTP(s)
	s.smtp.ErrorLog = log.New(slogWriter{s.log}, "", 0)
	s.handler = guard(s.routes(http.FileServerFS(files)))
	for range sampleResidents {
		if _, err := s.addResident(); err != nil {
			return nil, fmt.Errorf("new demo: %w", err)
		}
	}
	for _, u := range staff {
		s.simulator.AddUser(u)
	}
	return s, nil
}

func (s *Server) routes(files http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /", files)
	mux.HandleFunc("GET /gateway/sms", s.takeSMS)
	mux.HandleFunc("POST /gateway/sms", s.takeSMS)
	mux.HandleFunc("GET /api/events", s.events)
	mux.HandleFunc("GET /api/files/{id...}", s.file)
	mux.HandleFunc("GET /api/letters/{id}/html", s.letterHTML)
	mux.HandleFunc("POST /api/residents", s.act(s.newResident))
	mux.HandleFunc("POST /api/chats/{user}/text", s.act(s.sayText))
	mux.HandleFunc("POST /api/chats/{user}/edit", s.act(s.edit))
	mux.HandleFunc("POST /api/chats/{user}/press", s.act(s.press))
	mux.HandleFunc("POST /api/chats/{user}/key", s.act(s.pressKey))
	mux.HandleFunc("POST /api/chats/{user}/contact", s.act(s.shareContact))
	mux.HandleFunc("POST /api/chats/{user}/sticker", s.act(s.sendSticker))
	mux.HandleFunc("POST /api/chats/{user}/{kind}", s.act(s.sendFile))
	mux.HandleFunc("POST /api/clock", s.act(s.moveClock))
	mux.HandleFunc("POST /api/bot/kill", s.act(s.killBot))
	return mux
}

// ServeHTTP answers the browser and the bot's SMS gateway client.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Close ends the live updates, and waits for them so that browsers see an end and not
// a cut connection; then the SMTP server. It may be called twice.
func (s *Server) Close() error {
	var err error
	s.once.Do(func() {
		close(s.closed)
		s.live.Lock() // no longer than writeTimeout
		defer s.live.Unlock()
		err = s.smtp.Close()
	})
	if errors.Is(err, net.ErrClosed) {
		return nil // whoever made the listener closed it
	}
	return err
}

// slogWriter hides the SMTP library's lines, which quote addresses, behind one
// that tells only that there was one.
type slogWriter struct{ log *slog.Logger }

func (w slogWriter) Write(p []byte) (int, error) {
	w.log.Warn("smtp connection failed")
	return len(p), nil
}
