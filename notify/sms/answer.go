package sms

import (
	"fmt"
	"io"
	"net/http"

	"mvkbot/notify"
)

// maxBody is how much of an answer is read, in bytes.
const maxBody = 64 << 10

// judge turns an answer into an outcome.
func (g *gateway) judge(r *http.Response) error {
	outcome := verdict(r.StatusCode)
	if outcome != notify.Done {
		return &notify.Error{Outcome: outcome, Reason: fmt.Sprintf("gateway said %d", r.StatusCode)}
	}
	if r.StatusCode < g.least || r.StatusCode > g.most {
		return &notify.Error{Outcome: notify.Unknown, Reason: fmt.Sprintf("gateway said %d, which is not what means acceptance", r.StatusCode)}
	}
	if g.ok == nil {
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	switch {
	case g.ok.Match(body):
		return nil
	case err != nil:
		return &notify.Error{Outcome: notify.Unknown, Reason: "the gateway's answer broke off", Err: notify.NetworkFault(err)}
	}
	return &notify.Error{Outcome: notify.Refused, Reason: fmt.Sprintf("gateway said %d, but its answer is not the expected one (ok=)", r.StatusCode)}
}

// verdict is the outcome that an HTTP status stands for. A gateway's 5xx is a
// "no" for now; only 504 admits that somebody behind it may have said "yes".
// Statuses that concern our access, credit, rate or address are Temporary:
// messages wait until the configuration is mended.
func verdict(status int) notify.Outcome {
	switch status {
	case 301, 302, 307, 308, // the gateway lives elsewhere
		401, 402, 403, 405, 407, 408, 415, 421, 425, 426, 429:
		return notify.Temporary
	case http.StatusGatewayTimeout:
		return notify.Unknown
	}
	switch status / 100 {
	case 2:
		return notify.Done
	case 4:
		return notify.Refused
	case 5:
		return notify.Temporary
	}
	return notify.Unknown
}
