package sms

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptrace"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	"mvkbot/notify"
)

// Message is one SMS.
type Message struct {
	ID    string // constant for the message; goes where the template says {id}
	Phone string // E.164, with the plus
	Text  string
}

// Sender hands messages to one gateway. Its methods may be called from several
// goroutines.
type Sender struct {
	gateway   *gateway
	timeout   time.Duration
	transport *http.Transport
}

// New returns a Sender, or an error that names every fault of the URL and
// repeats nothing of it. It does not connect; see Check.
func New(o Options) (*Sender, error) {
	g, err := parseGateway(o.URL)
	if err != nil {
		return nil, err
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	return &Sender{gateway: g, timeout: o.Timeout, transport: &http.Transport{
		DialContext:       (&net.Dialer{}).DialContext,
		TLSClientConfig:   &tls.Config{MinVersion: tls.VersionTLS12},
		DisableKeepAlives: true, // net/http sends a GET again when it fails on a used connection
	}}, nil
}

var e164 = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// Send makes one attempt to hand over a message. It returns nil once the
// gateway has accepted it, else a *notify.Error:
//
//   - Refused: the message is faulty; the gateway said 4xx about it, or its
//     answer fails the body check.
//   - Temporary: no connection was made (look-up, TCP, TLS); or the gateway said
//     5xx but 504, a 4xx that is about us (see verdict), or sent us elsewhere.
//   - Unknown: a connection was made and no whole answer came, or one that says
//     neither yes nor no. Sending again may cost and arrive twice.
func (s *Sender) Send(ctx context.Context, m Message) error {
	if err := s.check(m); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	var connected atomic.Bool
	// From GotConn on bytes may be on their way; before, TLS included, surely none are.
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	request, err := s.gateway.request(ctx, m)
	if err != nil {
		return &notify.Error{Outcome: notify.Refused, Reason: "message does not fit a request"}
	}
	response, err := s.transport.RoundTrip(request) // http.Client would follow redirects
	switch {
	case err != nil && connected.Load():
		return &notify.Error{Outcome: notify.Unknown, Reason: "no answer from the gateway", Err: notify.NetworkFault(err)}
	case err != nil:
		return &notify.Error{Outcome: notify.Temporary, Reason: "no connection to the gateway", Err: notify.NetworkFault(err)}
	}
	defer func() { _ = response.Body.Close() }()
	return s.gateway.judge(response)
}

// check refuses a message that no gateway could take.
func (s *Sender) check(m Message) error {
	reason := ""
	switch {
	case !e164.MatchString(m.Phone):
		reason = "phone is not in E.164 form"
	case strings.TrimSpace(m.Text) == "":
		reason = "message has no text"
	case m.ID == "" && s.gateway.uses("{id}"):
		reason = "message has no ID"
	default:
		return nil
	}
	return &notify.Error{Outcome: notify.Refused, Reason: reason}
}

// request builds the one request of a message.
func (g *gateway) request(ctx context.Context, m Message) (*http.Request, error) {
	m.Text = strings.ToValidUTF8(m.Text, "")
	fields := g.fill(m)
	target, body, kind := g.target, "", ""
	switch {
	case g.method == http.MethodGet:
		target.RawQuery = encode(fields)
	case g.json:
		body, kind = encodeJSON(fields), "application/json; charset=utf-8"
	default:
		body, kind = encode(fields), "application/x-www-form-urlencoded; charset=utf-8"
	}
	r, err := http.NewRequestWithContext(ctx, g.method, target.String(), strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header = g.header.Clone()
	if r.Header.Get("User-Agent") == "" {
		r.Header["User-Agent"] = nil // says nothing rather than Go-http-client
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if g.user != "" {
		r.SetBasicAuth(g.user, g.password)
	}
	return r, nil
}

// Check connects to the gateway, with TLS where the URL says so, and hangs up
// without a request: it proves address and certificate, not the password.
func (s *Sender) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	conn, err := s.transport.DialContext(ctx, "tcp", s.gateway.address())
	if err != nil {
		return &notify.Error{Outcome: notify.Temporary, Reason: "no connection to the gateway", Err: notify.NetworkFault(err)}
	}
	defer func() { _ = conn.Close() }()
	if s.gateway.target.Scheme != "https" {
		return nil
	}
	config := s.transport.TLSClientConfig.Clone()
	config.ServerName = s.gateway.target.Hostname()
	if err := tls.Client(conn, config).HandshakeContext(ctx); err != nil {
		return &notify.Error{Outcome: notify.Temporary, Reason: "TLS handshake with the gateway", Err: notify.NetworkFault(err)}
	}
	return nil
}
