// Package simulator is an HTTP server that behaves like the Telegram Bot API,
// with the residents' side of the chats as Go methods.
//
// It promises to refuse what Telegram refuses, in Telegram's words: texts and
// captions that are too long, entities that do not parse, callback data over 64
// bytes, broken keyboards, unknown chats and messages, a second poller. Whatever
// only a programming mistake can cause is also kept in Violations, so that a test
// of a bot ends with "no violations". Parameters and JSON fields that Bot API 10.1
// does not know, which Telegram ignores, are noted there as well.
//
// It keeps everything in memory and refuses to be more than a look-alike of the
// methods it lists: no channels, payments, inline mode, Markdown, or groups beyond
// what shows that a bot leaves them alone. It never limits the rate of calls by
// itself; floods are injected (Fault).
package simulator

import (
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Options configure a Server.
type Options struct {
	// Token is the bot's token, "<bot id>:<secret>". Required.
	Token string
	// Username of the bot, without "@". Empty means "simulated_bot".
	Username string
	// Now tells the time that messages are dated with; it is called from several
	// goroutines at once. Nil means time.Now.
	Now func() time.Time
	// Log receives one debug line for each refused call. Nil means none.
	Log *slog.Logger
	// KeepMessages bounds the history of each chat; older messages are forgotten
	// with the files that only they showed. 0 means all are kept.
	KeepMessages int
	// FirstMessage is how far the ids of messages are advanced: a bot that remembers
	// those of an earlier server must not meet them again.
	FirstMessage int
	// KeepRequests bounds the records of calls (Requests) and of accepted messages
	// (Sends). 0 means no records.
	KeepRequests int
}

// Server is the look-alike. It is an http.Handler for <base>/bot<token>/<method>
// and <base>/file/bot<token>/<path>. All methods are safe for concurrent use.
type Server struct {
	opts Options
	bot  *wireUser

	mu    sync.RWMutex // guards the maps and order, not what they point to
	users map[int64]*User
	chats map[int64]*chat
	order []int64

	queue     queue
	hook      webhook
	callbacks callbacks
	files     files
	profile   profile
	faults    faults
	record    record
	watchers  watchers

	closing sync.Once
	done    chan struct{}
	started time.Time
}

// New returns a server without users; Close it when done.
func New(opts Options) *Server {
	if opts.Username == "" {
		opts.Username = "simulated_bot"
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Log == nil {
		opts.Log = slog.New(slog.DiscardHandler)
	}
	id, _, _ := strings.Cut(opts.Token, ":")
	botID, _ := strconv.ParseInt(id, 10, 64)
	s := &Server{
		opts:    opts,
		bot:     &wireUser{ID: botID, IsBot: true, FirstName: opts.Username, Username: opts.Username},
		users:   map[int64]*User{},
		chats:   map[int64]*chat{},
		done:    make(chan struct{}),
		started: opts.Now(),
	}
	s.queue.next = firstUpdateID
	s.hook.firstPause = time.Second
	s.callbacks.byID = map[int64]*callback{}
	s.files.byID = map[string]*file{}
	s.files.byPath = map[string]*file{}
	s.profile.commands = map[commandKey][]Command{}
	s.record.keep = opts.KeepRequests
	return s
}

// Close ends long polls, webhook deliveries and watches. Calls are then answered
// with 502. It may be called twice.
func (s *Server) Close() {
	s.closing.Do(func() { close(s.done) })
	s.hook.setting.Lock()
	defer s.hook.setting.Unlock()
	s.endWebhook(false)
}

// AddUser makes a resident known, or changes what is known. The bot cannot write
// to the resident before the resident has written to the bot.
func (s *Server) AddUser(u User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users[u.ID] == nil {
		s.order = append(s.order, u.ID)
	}
	s.users[u.ID] = &u
	c := s.private(u.ID)
	c.mu.Lock()
	c.wire = &wireChat{ID: u.ID, Type: "private", Username: u.Username, FirstName: u.FirstName, LastName: u.LastName}
	c.mu.Unlock()
}

// Meet tells of somebody who wrote to the bot before the server began: the bot may
// write to that chat. Users lists it once it is added.
func (s *Server) Meet(user int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.private(user)
	c.mu.Lock()
	c.known = true
	c.mu.Unlock()
}

// private returns the chat of that user, made on first mention. s.mu is held.
func (s *Server) private(user int64) *chat {
	c := s.chats[user]
	if c == nil {
		c = newChat(user, s.opts.FirstMessage)
		c.wire = &wireChat{ID: user, Type: "private"}
		s.chats[user] = c
	}
	return c
}

// Users returns all residents in the order they were added.
func (s *Server) Users() []User {
	s.mu.RLock()
	defer s.mu.RUnlock()
	all := make([]User, 0, len(s.order))
	for _, id := range s.order {
		all = append(all, *s.users[id])
	}
	return all
}

func (s *Server) user(id int64) *User {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.users[id]
}

func (s *Server) chat(id int64) *chat {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.chats[id]
}

// group returns the group chat of that id, made on first mention.
func (s *Server) group(id int64, title string) *chat {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats[id]
	if c == nil {
		c = newChat(id, s.opts.FirstMessage)
		c.wire = &wireChat{ID: id, Type: "group", Title: title}
		c.known = true
		s.chats[id] = c
	}
	return c
}

func (s *Server) unix() int64 { return s.opts.Now().Unix() }
