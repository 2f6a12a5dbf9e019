package telegram

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// Kind says what a failed call means for its repetition.
type Kind int

const (
	// Unknown: the answer is lost (timeout, dropped connection, a page that is not of
	// the Bot API). Telegram may have accepted the call. The zero value, for it is
	// the careful answer.
	Unknown Kind = iota
	// Temporary: surely not accepted (no connection, 5xx of the Bot API itself, 429);
	// repeat it later, after RetryAfter at the earliest.
	Temporary
	// Gone: nobody reads this chat any more (blocked, deactivated, not found).
	Gone
	// Refused: the call itself is wrong and will be refused again.
	Refused
	// Unauthorized: the token is not valid, or not any more.
	Unauthorized
	// Conflict: somebody else polls with this token, or a webhook is set.
	Conflict
)

var kindNames = [...]string{"outcome unknown", "temporary", "chat gone", "refused", "unauthorized", "conflict"}

// String names the kind in lower case.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return fmt.Sprintf("kind %d", int(k))
	}
	return kindNames[k]
}

// Error is a call that failed. It holds neither the token nor what was sent.
type Error struct {
	Kind Kind
	// Method that was called.
	Method string
	// Code is the error code of the Bot API; where the answer is not of the Bot API,
	// the HTTP status; 0 without an answer.
	Code int
	// RetryAfter is how long Telegram asks to wait; 0 when it did not say.
	RetryAfter time.Duration
	// Description is Telegram's text, at most 200 characters, quotations masked: they
	// may repeat what a person wrote. Empty without an answer of the Bot API.
	Description string
	// Err is the cause where there is no answer of the Bot API.
	Err error
}

// Error tells method, kind, code and text.
func (e *Error) Error() string {
	text := e.Method + ": " + e.Kind.String()
	if e.Code != 0 {
		text += fmt.Sprintf(": %d", e.Code)
	}
	if e.Description != "" {
		text += ": " + e.Description
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// fail classifies the error of one call. resp may be nil.
func (c *Client) fail(method string, x *exchange, resp *tgbotapi.APIResponse, err error) *Error {
	e := &Error{Method: method, Code: x.status, RetryAfter: x.retryAfter}
	// The code is taken from the answer: the library's error lacks it for uploads.
	var api *tgbotapi.Error
	if errors.As(err, &api) {
		code := api.Code
		if resp != nil {
			code = resp.ErrorCode
		}
		if code >= 400 {
			e.Code, e.Kind = code, classify(code, api.Message)
			e.Description = c.tidy(api.Message)
			if s := api.RetryAfter; s > 0 {
				e.RetryAfter = asPause(s)
			}
			return e
		}
		err = errNoAnswer
	}
	e.Kind = Unknown
	if !x.connected.Load() {
		e.Kind = Temporary
	}
	e.Err = c.withoutToken(err)
	return e
}

var errNoAnswer = errors.New("the answer is not of the Bot API")

// classify gives the kind of an answer of the Bot API.
func classify(code int, description string) Kind {
	switch {
	case code >= 500, code == 429:
		return Temporary
	case code == 409:
		return Conflict
	case code == 404 && containsAny(description, "method not found"):
		return Refused
	case code == 401, code == 404:
		return Unauthorized
	case code == 403:
		return Gone
	case code == 400 && containsAny(description, "chat not found", "PEER_ID_INVALID",
		"user is deactivated", "INPUT_USER_DEACTIVATED", "USER_IS_BLOCKED", "group chat was"):
		return Gone
	}
	return Refused
}

var quoted = regexp.MustCompile(`"[^"]*"?`)

// tidy makes Telegram's text fit for a log.
func (c *Client) tidy(text string) string {
	text = quoted.ReplaceAllString(c.redact(text), `"…"`)
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, text)
	if runes := []rune(text); len(runes) > 200 {
		text = string(runes[:200])
	}
	return text
}

func (c *Client) redact(text string) string { return strings.ReplaceAll(text, c.secret, "***") }

// withoutToken is the second net under withoutURL: it drops the chain of an error
// whose text still holds the token.
func (c *Client) withoutToken(err error) error {
	err = withoutURL(err)
	if text := err.Error(); strings.Contains(text, c.secret) {
		return errors.New(c.redact(text))
	}
	return err
}
