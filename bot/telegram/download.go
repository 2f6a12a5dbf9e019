package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"strings"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

// ErrTooLarge is the cause of a refused Download: the file is larger than was allowed,
// or than Telegram lets a bot have.
var ErrTooLarge = errors.New("the file is too large")

var (
	errNoPath  = errors.New("not a path of a file")
	errNotFull = errors.New("the file came incomplete")
)

// methodFile stands for the transfer of a file's content in errors: it is no method of
// the Bot API.
const methodFile = "file"

// Download writes the content of a file, whose id an update told, to w and returns how
// many bytes it wrote: never more than limit, and on an error whatever came before it.
// Telegram refuses files over MaxDownload. It takes at most 15 s to find the file and
// 5 min to fetch it.
//
// An error of w is returned as such; all others are of type *Error. A failed download
// may be repeated whatever its kind but Refused: it changes nothing at Telegram.
func (c *Client) Download(ctx context.Context, fileID string, limit int64, w io.Writer) (int64, error) {
	file, err := c.locate(ctx, fileID)
	if err != nil {
		return 0, err
	}
	if file.Size > limit {
		return 0, &Error{Kind: Refused, Method: methodFile, Err: ErrTooLarge}
	}
	x := c.exchange(ctx, c.downloadTimeout, limit)
	out := &sink{to: w}
	n, err := c.fetch(x, file, out)
	switch {
	case out.err != nil:
		return n, fmt.Errorf("write downloaded file: %w", out.err)
	case errors.Is(err, ErrTooLarge):
		return n, &Error{Kind: Refused, Method: methodFile, Err: ErrTooLarge}
	case err != nil:
		return n, c.failFile(x, err)
	}
	return n, nil
}

// remote is where Telegram keeps a file.
type remote struct {
	Path string `json:"file_path"`
	Size int64  `json:"file_size"` // 0 where it is not told
}

// locate asks for a file's path, which is good for an hour.
func (c *Client) locate(ctx context.Context, fileID string) (remote, error) {
	call := Call{Method: "getFile", Params: map[string]string{"file_id": fileID}}
	resp, failed := c.request(ctx, call, c.sendTimeout, maxAnswer)
	if failed != nil {
		if failed.Kind == Refused && containsAny(failed.Description, "file is too big") {
			failed.Err = ErrTooLarge
		}
		return remote{}, failed
	}
	var file remote
	if err := json.Unmarshal(resp.Result, &file); err != nil {
		return remote{}, &Error{Kind: Unknown, Method: call.Method, Err: errNoAnswer}
	}
	if !validPath(file.Path) {
		return remote{}, &Error{Kind: Refused, Method: call.Method, Err: errNoPath}
	}
	return file, nil
}

// validPath tells whether a path leads to a file below the bot's own folder and nowhere
// else. A server on this machine that tells paths of its own disk is refused as well.
func validPath(path string) bool {
	return fs.ValidPath(path) && path != "." && !strings.ContainsAny(path, `:\`)
}

// fetch copies the file's content, of which x.limit bytes are allowed.
func (c *Client) fetch(x *exchange, file remote, w io.Writer) (int64, error) {
	escaped := (&url.URL{Path: file.Path}).EscapedPath()
	req, err := http.NewRequest(http.MethodGet, c.files+escaped, nil)
	if err != nil {
		return 0, err
	}
	ctx, cancel := x.deadline()
	defer cancel()
	resp, err := x.send(ctx, req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return 0, x.refusal(resp)
	}
	if resp.ContentLength > x.limit {
		return 0, ErrTooLarge
	}
	n, err := io.Copy(w, io.LimitReader(resp.Body, x.limit))
	if err != nil {
		return n, withoutURL(err)
	}
	if rest, err := io.CopyN(io.Discard, resp.Body, 1); rest > 0 {
		return n, ErrTooLarge
	} else if err != io.EOF {
		return n, withoutURL(err)
	}
	if file.Size != 0 && n != file.Size {
		return n, errNotFull
	}
	return n, nil
}

// refusal reads the answer that came instead of a file.
func (x *exchange) refusal(resp *http.Response) error {
	body, err := readBody(resp, maxAnswer)
	if err != nil {
		return withoutURL(err)
	}
	x.note(resp)
	var answer tgbotapi.APIResponse
	if json.Unmarshal(body, &answer) != nil || answer.Ok {
		return errNoAnswer
	}
	refused := &tgbotapi.Error{Code: answer.ErrorCode, Message: answer.Description}
	if answer.Parameters != nil {
		refused.ResponseParameters = *answer.Parameters
	}
	return refused
}

// failFile classifies a failed transfer. The token was good a moment ago: what is not
// found is the file.
func (c *Client) failFile(x *exchange, err error) *Error {
	e := c.fail(methodFile, x, nil, err)
	if e.Kind == Unauthorized && e.Code == http.StatusNotFound {
		e.Kind = Refused
	}
	return e
}

// sink remembers that it was the writer that failed.
type sink struct {
	to  io.Writer
	err error
}

func (s *sink) Write(p []byte) (int, error) {
	n, err := s.to.Write(p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	s.err = err
	return n, err
}
