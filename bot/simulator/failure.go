package simulator

import (
	"errors"
	"fmt"
)

// Errors of the residents' side.
var (
	// ErrUnknownUser: no AddUser with this id, no group of this id.
	ErrUnknownUser = errors.New("simulator: unknown user")
	// ErrBlocked: who blocked the bot cannot write to it.
	ErrBlocked = errors.New("simulator: the user blocked the bot")
	// ErrNoMessage: the chat has no such message, or it was deleted or forgotten.
	ErrNoMessage = errors.New("simulator: no such message")
	// ErrNoButton: no button of this caption or data is on offer now.
	ErrNoButton = errors.New("simulator: no such button")
	// ErrBadText: a client sends neither empty texts nor such over 4,096 characters.
	ErrBadText = errors.New("simulator: a client does not send such a text")
	// ErrBadPicture: the bytes are no PNG, JPEG or GIF.
	ErrBadPicture = errors.New("simulator: not a picture")
	// ErrNoFile: no file of this id.
	ErrNoFile = errors.New("simulator: no such file")
	// ErrBadUpdate: the forged update is no JSON object.
	ErrBadUpdate = errors.New("simulator: the update is no JSON object")
	// ErrNoCallback: no press of this id, or so old that it is forgotten.
	ErrNoCallback = errors.New("simulator: no such callback")
	// ErrClosed: the server was closed while somebody waited.
	ErrClosed = errors.New("simulator: closed")
)

// failure is an answer with "ok": false.
type failure struct {
	code       int
	text       string
	retryAfter int // seconds; 0 means none is told
	// legal failures happen to a correct bot too; all others are violations.
	legal bool
}

func bad(text string) *failure {
	return &failure{code: 400, text: "Bad Request: " + text}
}

func badf(format string, args ...any) *failure {
	return bad(fmt.Sprintf(format, args...))
}

// legally marks a failure that a correct bot may meet: after a crash it repeats
// what it cannot know to be done.
func legally(f *failure) *failure {
	f.legal = true
	return f
}

func forbidden(text string) *failure {
	return &failure{code: 403, text: "Forbidden: " + text, legal: true}
}

func conflict(text string) *failure {
	return &failure{code: 409, text: "Conflict: " + text, legal: true}
}

func flood(seconds int) *failure {
	return &failure{code: 429, text: fmt.Sprintf("Too Many Requests: retry after %d", seconds), retryAfter: seconds, legal: true}
}

func chatNotFound() *failure { return bad("chat not found") }

func unauthorized() *failure {
	return &failure{code: 401, text: "Unauthorized", legal: true}
}

func notFound() *failure { return &failure{code: 404, text: "Not Found"} }

func notModified() *failure {
	return legally(bad("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"))
}

func queryTooOld() *failure {
	return legally(bad("query is too old and response timeout expired or query ID is invalid"))
}
