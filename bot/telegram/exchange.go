package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
)

const (
	// maxAnswer bounds the answer to a call, in bytes.
	maxAnswer = 1 << 20
	// maxUpdates bounds the answer to a poll: a hundred updates of the largest size
	// take a few megabytes.
	maxUpdates = 64 << 20
)

// newTransport is tuned for one host and many calls at once. HTTP/2 is off: on its
// single connection one lost packet would hold up every chat.
func newTransport() *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		TLSHandshakeTimeout: 10 * time.Second,
		MaxIdleConns:        512,
		MaxIdleConnsPerHost: 512,
		// Shorter than servers keep a connection: a request written to one that the
		// server is closing has an unknown outcome.
		IdleConnTimeout: 30 * time.Second,
		Protocols:       protocols,
	}
}

// exchange is the library's HTTP client for one call. It gives the call a context
// and a deadline, follows no redirect (which would carry the token elsewhere),
// reads the answer whole so that the connection is used again, and notes what the
// library forgets.
type exchange struct {
	ctx     context.Context
	wire    http.RoundTripper
	timeout time.Duration
	limit   int64

	// connected tells that a connection was had, so that bytes of the request may
	// have reached Telegram.
	connected  atomic.Bool
	status     int
	retryAfter time.Duration
}

// library returns the library's bot for one call.
func (c *Client) library(x *exchange) *tgbotapi.BotAPI {
	bot := &tgbotapi.BotAPI{Token: c.token, Client: x}
	bot.SetAPIEndpoint(c.endpoint)
	return bot
}

func (c *Client) exchange(ctx context.Context, timeout time.Duration, limit int64) *exchange {
	return &exchange{ctx: ctx, wire: c.wire, timeout: timeout, limit: limit}
}

// Do implements tgbotapi.HTTPClient.
func (x *exchange) Do(req *http.Request) (*http.Response, error) {
	ctx, cancel := x.deadline()
	defer cancel()
	resp, err := x.send(ctx, req)
	if err != nil {
		return nil, err
	}
	body, err := readBody(resp, x.limit)
	_ = resp.Body.Close()
	if err != nil {
		return nil, withoutURL(err)
	}
	x.note(resp)
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// deadline is the context of the call, up to the last byte of its answer.
func (x *exchange) deadline() (context.Context, context.CancelFunc) {
	return context.WithTimeout(x.ctx, x.timeout)
}

// send makes the request; the answer's body is still to be read, and closed.
func (x *exchange) send(ctx context.Context, req *http.Request) (*http.Response, error) {
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { x.connected.Store(true) },
	})
	resp, err := x.wire.RoundTrip(req.WithContext(ctx))
	if err != nil {
		return nil, withoutURL(err)
	}
	return resp, nil
}

// note keeps what the library forgets of an answer that was read whole.
func (x *exchange) note(resp *http.Response) {
	x.status = resp.StatusCode
	if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil {
		x.retryAfter = asPause(seconds)
	}
}

// readBody reads at most limit bytes and calls more an error.
func readBody(resp *http.Response, limit int64) ([]byte, error) {
	if n := resp.ContentLength; n >= 0 && n <= limit {
		body := make([]byte, n)
		_, err := io.ReadFull(resp.Body, body)
		return body, err
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err == nil && int64(len(body)) > limit {
		err = fmt.Errorf("answer is larger than %d bytes", limit)
	}
	return body, err
}

// withoutURL takes url.Errors off: they print the URL, and the URL holds the token.
func withoutURL(err error) error {
	for {
		var u *url.Error
		if !errors.As(err, &u) {
			return err
		}
		err = u.Err
	}
}

// asPause turns a retry_after into a duration that cannot overflow.
func asPause(seconds int) time.Duration {
	const week = 7 * 24 * 60 * 60
	return time.Duration(min(max(seconds, 0), week)) * time.Second
}

// object tells whether a JSON value is an object, without decoding it.
func object(v json.RawMessage) bool { return len(v) > 0 && v[0] == '{' }
