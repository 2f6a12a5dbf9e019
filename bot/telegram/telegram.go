// Package telegram is the Bot API client: it calls methods, polls for updates, fetches
// files and paces what is sent.
//
// It promises that an update is confirmed to Telegram only after the handler of its
// whole batch returned nil; that no update, however odd, stops those behind it or
// panics; that every failed call says whether Telegram may have accepted it (Kind);
// and that the bot's token is in no error and in no log line.
//
// It refuses to start goroutines, to keep anything on disk, to repeat a call by
// itself, and to know what the bot is about. The types of the Bot API and the
// requests are those of go-telegram-bot-api; its update loop, its panicking
// accessors and its debug output are not used.
package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/bits"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// The library keeps identifiers in int: the build fails where that has 32 bits.
const _ = 1 << (bits.UintSize - 64)

// Limits of the Bot API.
const (
	// MaxCallbackData is the size of a button's data in bytes.
	MaxCallbackData = 64
	// MaxDownload is the size of a file that a bot may download in bytes.
	MaxDownload = 20 << 20
)

const (
	officialAPI = "https://api.telegram.org"
	// maxPollTimeout is what the Bot API server cuts longer timeouts to.
	maxPollTimeout = 50 * time.Second

	sendTimeout   = 15 * time.Second
	uploadTimeout = 30 * time.Second
	// downloadTimeout lets the largest file through at 70 KB/s.
	downloadTimeout = 5 * time.Minute
	// pollSlack is what a long poll may take beyond its timeout.
	pollSlack = 15 * time.Second
)

var (
	// A real token's secret has 35 characters; test servers may use shorter ones.
	realToken = regexp.MustCompile(`^\d+:[A-Za-z0-9_-]{30,}$`)
	testToken = regexp.MustCompile(`^\d+:[A-Za-z0-9_-]+$`)
)

// Options configure a Client.
type Options struct {
	// API is the base URL of the Bot API server, without the token; methods are at
	// <API>/bot<token>/<method>, files at <API>/file/bot<token>/<path>. Empty means
	// Telegram's own.
	API string
	// Token is the bot's token. White space around it is dropped.
	Token string
	// Log receives what Poll meets; no line holds the token or a message. Nil means none.
	Log *slog.Logger
	// PollTimeout is how long Telegram holds a poll open while there are no updates,
	// in whole seconds from 1 to 50. 0 means 45 s.
	PollTimeout time.Duration
}

// Client calls the Bot API for one bot. All methods are safe for concurrent use;
// only one Poll may run at a time.
type Client struct {
	endpoint string // a format with two verbs: token, method
	files    string // what a file's path is put behind; it holds the token
	token    string
	secret   string // what is blotted out of texts: the token without the bot's id, which is public
	log      *slog.Logger
	wire     http.RoundTripper

	pollTimeout, sendTimeout, uploadTimeout, downloadTimeout time.Duration

	health health
}

// quietLibrary keeps the library from ever writing to standard error: its own log
// lines hold the token.
var quietLibrary = sync.OnceFunc(func() { _ = tgbotapi.SetLogger(noLog{}) })

type noLog struct{}

func (noLog) Println(...any)        {}
func (noLog) Printf(string, ...any) {}

// New returns a client. It does not call Telegram: a bot must be able to start
// while Telegram is out of reach. Its errors tell all faults of opts at once.
func New(opts Options) (*Client, error) {
	base, loopback, err := parseBase(opts.API)
	if err != nil {
		err = fmt.Errorf("telegram api: %w", err)
	}
	token, tokenErr := parseToken(opts.Token, loopback)
	if tokenErr != nil {
		tokenErr = fmt.Errorf("telegram token: %w", tokenErr)
	}
	timeout := opts.PollTimeout
	if timeout == 0 {
		timeout = 45 * time.Second
	}
	var timeoutErr error
	if timeout < time.Second || timeout > maxPollTimeout || timeout%time.Second != 0 {
		timeoutErr = errors.New("telegram poll timeout: not whole seconds from 1 s to 50 s")
	}
	if err := errors.Join(err, tokenErr, timeoutErr); err != nil {
		return nil, err
	}
	quietLibrary()
	log := opts.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	secret := token
	if _, s, _ := strings.Cut(token, ":"); len(s) >= 8 {
		secret = s
	}
	return &Client{
		endpoint:        strings.ReplaceAll(base, "%", "%%") + "/bot%s/%s",
		files:           base + "/file/bot" + token + "/",
		token:           token,
		secret:          secret,
		log:             log,
		wire:            newTransport(),
		pollTimeout:     timeout,
		sendTimeout:     sendTimeout,
		uploadTimeout:   uploadTimeout,
		downloadTimeout: downloadTimeout,
	}, nil
}

// parseBase checks the base URL and tells whether it points to this machine. Its
// errors do not repeat the URL, which may hold a token by mistake.
func parseBase(api string) (base string, loopback bool, err error) {
	if api == "" {
		return officialAPI, false, nil
	}
	u, err := url.Parse(api)
	switch {
	case err != nil:
		return "", false, errors.New("not a URL")
	case u.Scheme != "http" && u.Scheme != "https":
		return "", false, errors.New("the URL must begin with http:// or https://")
	case u.Hostname() == "":
		return "", false, errors.New("the URL names no host")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return "", false, errors.New("the URL must be a bare base: no user, query or fragment")
	}
	ip := net.ParseIP(u.Hostname())
	return strings.TrimRight(u.String(), "/"), u.Hostname() == "localhost" || ip.IsLoopback(), nil
}

// parseToken trims and checks a token. Its errors do not repeat it.
func parseToken(token string, loopback bool) (string, error) {
	token = strings.TrimSpace(token)
	switch {
	case token == "":
		return "", errors.New("missing")
	case realToken.MatchString(token), loopback && testToken.MatchString(token):
		return token, nil
	}
	return "", errors.New(`not of the form "123456789:35 letters, digits, - or _"`)
}

// Format prints a name with every verb, never the fields: one of them is the token.
func (c *Client) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("telegram client")) }

// Me asks who the bot is: the cheapest proof that address and token are right.
// Errors are of type *Error.
func (c *Client) Me(ctx context.Context) (tgbotapi.User, error) {
	x := c.exchange(ctx, c.sendTimeout, maxAnswer)
	bot, err := tgbotapi.NewBotAPIWithClient(c.token, c.endpoint, x)
	if err != nil {
		return tgbotapi.User{}, c.fail("getMe", x, nil, err)
	}
	return bot.Self, nil
}

// Command is one line of the menu behind the «/» button.
type Command struct {
	// Name is 1-32 of a-z, 0-9 and "_", without the slash.
	Name string `json:"command"`
	// Description is 1-256 characters.
	Description string `json:"description"`
}

// SetCommands sets the command menu of one private chat, or of all of them when
// chat is 0. Without commands the menu is taken away. It is idempotent. A menu is
// cosmetics: whoever knows a command may send it.
func (c *Client) SetCommands(ctx context.Context, chat int64, commands []Command) error {
	scope := `{"type":"all_private_chats"}`
	if chat != 0 {
		scope = `{"type":"chat","chat_id":` + strconv.FormatInt(chat, 10) + `}`
	}
	call := Call{Method: "deleteMyCommands", Params: map[string]string{"scope": scope}}
	if len(commands) > 0 {
		list, err := json.Marshal(commands)
		if err != nil {
			return fmt.Errorf("encode commands: %w", err)
		}
		call.Method, call.Params["commands"] = "setMyCommands", string(list)
	}
	_, err := c.Do(ctx, call)
	return err
}

// EscapeHTML makes a text safe to put between tags and into quoted attributes of a
// message with parse_mode HTML.
func EscapeHTML(text string) string { return htmlEscaper.Replace(text) }

// The Bot API knows these four named entities and no others.
var htmlEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")
