package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// Call is one request to the Bot API in the form an outbox keeps it: plain data
// that any encoding carries. It prints as its method alone, since its parameters
// are what people read.
type Call struct {
	// Method as the Bot API spells it, e.g. "sendMessage".
	Method string `json:"method"`
	// Params by their names in the Bot API; structured ones are JSON texts.
	Params map[string]string `json:"params,omitempty"`
	// File is uploaded with the call; nil means none.
	File *File `json:"file,omitempty"`
}

// File is the content of an upload. It is always bytes, never a path: a path could
// be made to name any file of this machine.
type File struct {
	// Field is the parameter that the file is the value of, e.g. "photo"; or the name
	// that another parameter refers to as "attach://<Field>".
	Field string `json:"field"`
	// Name is the file name that the recipient sees.
	Name string `json:"name"`
	Data []byte `json:"data"`
}

// String names the method.
func (c Call) String() string { return c.Method }

// LogValue is the method alone.
func (c Call) LogValue() slog.Value { return slog.StringValue(c.Method) }

// Result is what a successful call brought.
type Result struct {
	// MessageID of the message sent or edited; 0 where there is none.
	MessageID int
	// EditGone tells that the message to edit does not exist any more or cannot be
	// edited: nothing was changed, the content must be sent anew.
	EditGone bool
}

var errCall = errors.New("not a call: the method must be letters only, a file must have field and name")

// Do makes one call, once. It takes at most 15 s, with a file 30 s. Errors are of
// type *Error.
//
// What is done already counts as success: an edit that changes nothing, the deletion
// of a message that is not there or too old, the answer to a callback query that is
// too old.
func (c *Client) Do(ctx context.Context, call Call) (Result, error) {
	if !call.valid() {
		return Result{}, &Error{Kind: Refused, Method: "call", Err: errCall}
	}
	timeout := c.sendTimeout
	if call.File != nil {
		timeout = c.uploadTimeout
	}
	resp, err := c.request(ctx, call, timeout, maxAnswer)
	if err != nil {
		if done, ok := settled(call.Method, err); ok {
			return done, nil
		}
		return Result{}, err
	}
	var sent struct {
		MessageID int `json:"message_id"`
	}
	if object(resp.Result) {
		// Telegram said "ok": what follows cannot undo it, so a result of another shape
		// only lacks its identifier.
		_ = json.Unmarshal(resp.Result, &sent)
	}
	return Result{MessageID: sent.MessageID}, nil
}

// request makes the call through the library and classifies its failure.
func (c *Client) request(ctx context.Context, call Call, timeout time.Duration, limit int64) (*tgbotapi.APIResponse, *Error) {
	x := c.exchange(ctx, timeout, limit)
	var resp *tgbotapi.APIResponse
	var err error
	if f := call.File; f != nil {
		resp, err = c.library(x).UploadFiles(call.Method, call.Params, []tgbotapi.RequestFile{
			{Name: f.Field, Data: tgbotapi.FileBytes{Name: f.Name, Bytes: f.Data}},
		})
	} else {
		resp, err = c.library(x).MakeRequest(call.Method, call.Params)
	}
	if err != nil {
		return nil, c.fail(call.Method, x, resp, err)
	}
	return resp, nil
}

// valid keeps what would change the URL or the shape of the request from being sent.
func (c Call) valid() bool {
	if c.Method == "" || c.File != nil && (c.File.Field == "" || c.File.Name == "") {
		return false
	}
	for _, r := range []byte(c.Method) {
		if r|0x20 < 'a' || r|0x20 > 'z' {
			return false
		}
	}
	return true
}

// settled tells whether a refusal means that nothing is left to do.
func settled(method string, e *Error) (Result, bool) {
	if e.Kind != Refused {
		return Result{}, false
	}
	says := func(words ...string) bool { return containsAny(e.Description, words...) }
	switch {
	case strings.HasPrefix(method, "editMessage"):
		if says("message is not modified") {
			return Result{}, true
		}
		gone := says("message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID")
		return Result{EditGone: gone}, gone
	case method == "deleteMessage" || method == "deleteMessages":
		return Result{}, says("message to delete not found", "message can't be deleted", "MESSAGE_ID_INVALID")
	case method == "answerCallbackQuery":
		return Result{}, says("query is too old", "query ID is invalid", "QUERY_ID_INVALID")
	}
	return Result{}, false
}

// containsAny compares without regard to case: Telegram changed the case of its
// texts before.
func containsAny(text string, words ...string) bool {
	text = strings.ToLower(text)
	for _, w := range words {
		if strings.Contains(text, strings.ToLower(w)) {
			return true
		}
	}
	return false
}
