package simulator

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// How Telegram delivers to a webhook.
const (
	webhookAnswersIn = 60 * time.Second
	webhookMaxPause  = 60 * time.Second
	webhookMaxAfter  = 3600 * time.Second // the longest Retry-After that is honoured
	webhookKeeps     = 24 * time.Hour
)

var secretForm = regexp.MustCompile(`^[A-Za-z0-9_-]*$`)

// webhook is the other way to get updates.
type webhook struct {
	firstPause time.Duration // after a failed delivery, doubled up to webhookMaxPause

	setting sync.Mutex // one change at a time
	target  *target    // nil without a webhook; guarded by the queue's lock
}

// target is where the updates go. Its last error is guarded by the queue's lock.
type target struct {
	url         string
	secret      string
	certificate bool
	connections int
	client      *http.Client
	ctx         context.Context
	cancel      context.CancelFunc
	running     sync.WaitGroup
	lastError   string
	lastErrorAt int64
}

func (h *webhook) active() bool { return h.target != nil }

// setWebhook takes HTTPS addresses, and plain ones on loopback for tests.
func (s *Server) setWebhook(p *params) (any, *failure) {
	address := p.get("url")
	if address == "" {
		return s.deleteWebhook(p)
	}
	if f := checkWebhook(address, p.get("secret_token")); f != nil {
		return nil, f
	}
	client := &http.Client{Timeout: webhookAnswersIn, Transport: &http.Transport{DisableKeepAlives: true}}
	cert := p.files["certificate"]
	if cert != nil {
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(cert.data) {
			return nil, bad("bad webhook: Failed to set custom certificate file")
		}
		client.Transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: pool}
	}
	t := &target{
		url: address, secret: p.get("secret_token"), certificate: cert != nil, client: client,
		connections: p.number("max_connections", 40, 1, 100),
	}
	t.ctx, t.cancel = context.WithCancel(context.Background())
	s.hook.setting.Lock()
	defer s.hook.setting.Unlock()
	s.endWebhook(p.flag("drop_pending_updates"))
	q := &s.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	q.abort(conflict("terminated by setWebhook request"))
	s.allow(p)
	s.hook.target = t
	q.woken = make(chan struct{}, 1)
	q.wake()
	t.running.Add(1)
	go s.deliverAll(t, q.woken)
	return true, nil
}

func checkWebhook(address, secret string) *failure {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Hostname() == "":
		return bad("invalid webhook URL specified")
	case len(secret) > 256:
		return bad("secret token is too long")
	case !secretForm.MatchString(secret):
		return bad("secret token contains unallowed characters")
	}
	if ip := net.ParseIP(u.Hostname()); u.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	if u.Scheme != "https" {
		return bad("bad webhook: An HTTPS URL must be provided for webhook")
	}
	if !slices.Contains([]string{"", "443", "80", "88", "8443"}, u.Port()) {
		return bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
	}
	return nil
}

func (s *Server) deleteWebhook(p *params) (any, *failure) {
	s.hook.setting.Lock()
	defer s.hook.setting.Unlock()
	s.endWebhook(p.flag("drop_pending_updates"))
	return true, nil
}

// endWebhook stops deliveries and waits for them. hook.setting is held.
func (s *Server) endWebhook(drop bool) {
	q := &s.queue
	q.mu.Lock()
	t := s.hook.target
	s.hook.target, q.woken = nil, nil
	q.mu.Unlock()
	if t != nil {
		t.cancel()
		t.running.Wait()
	}
	if drop {
		q.mu.Lock()
		q.pending = nil
		q.mu.Unlock()
	}
}

type webhookInfo struct {
	URL         string   `json:"url"`
	Certificate bool     `json:"has_custom_certificate"`
	Pending     int      `json:"pending_update_count"`
	LastErrorAt int64    `json:"last_error_date,omitempty"`
	LastError   string   `json:"last_error_message,omitempty"`
	Connections int      `json:"max_connections,omitempty"`
	Allowed     []string `json:"allowed_updates,omitempty"`
}

func (s *Server) getWebhookInfo(*params) (any, *failure) {
	q := &s.queue
	q.mu.Lock()
	defer q.mu.Unlock()
	info := webhookInfo{Pending: len(q.pending)}
	if t := s.hook.target; t != nil {
		info.URL, info.Certificate, info.Connections = t.url, t.certificate, t.connections
		info.LastError, info.LastErrorAt = t.lastError, t.lastErrorAt
	}
	for kind := range q.allowed {
		info.Allowed = append(info.Allowed, kind)
	}
	slices.Sort(info.Allowed)
	return info, nil
}

// deliverAll starts deliveries: chats in parallel, the updates of one chat one after
// the other.
func (s *Server) deliverAll(t *target, woken <-chan struct{}) {
	defer t.running.Done()
	for {
		select {
		case <-woken:
		case <-t.ctx.Done():
			return
		}
		for _, u := range s.queue.due(t.connections) {
			t.running.Add(1)
			go s.deliver(t, u)
		}
	}
}

// due marks and returns the oldest update of each chat that has none on its way, as
// far as connections are free.
func (q *queue) due(connections int) []*update {
	q.mu.Lock()
	defer q.mu.Unlock()
	busy := map[int64]bool{}
	for _, u := range q.pending {
		if u.sending {
			busy[u.chat] = true
			connections--
		}
	}
	var batch []*update
	for _, u := range q.pending {
		if connections <= 0 {
			break
		}
		if !busy[u.chat] {
			busy[u.chat] = true
			u.sending = true
			batch = append(batch, u)
			connections--
		}
	}
	return batch
}

// deliver posts one update until it is accepted, given up or the webhook ends.
func (s *Server) deliver(t *target, u *update) {
	defer t.running.Done()
	q := &s.queue
	begun := time.Now()
	for pause := s.hook.firstPause; ; pause = min(2*pause, webhookMaxPause) {
		after, err := s.deliverOnce(t, u)
		if err == nil || time.Since(begun) > webhookKeeps {
			break
		}
		q.mu.Lock()
		t.lastError, t.lastErrorAt = err.Error(), s.unix()
		q.mu.Unlock()
		timer := time.NewTimer(max(pause, after))
		select {
		case <-timer.C:
		case <-t.ctx.Done():
			timer.Stop()
			q.mu.Lock()
			u.sending = false
			q.mu.Unlock()
			return
		}
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	u.sending = false
	q.confirm(func(_ int, other *update) bool { return other == u })
	q.wake()
}

// words are an error in Telegram's own words.
type words string

func (w words) Error() string { return string(w) }

// deliverOnce sends an update once. The error is what getWebhookInfo shows.
func (s *Server) deliverOnce(t *target, u *update) (retryAfter time.Duration, err error) {
	req, err := http.NewRequestWithContext(t.ctx, http.MethodPost, t.url, bytes.NewReader(u.raw))
	if err != nil {
		return 0, words("Wrong URL")
	}
	req.Header.Set("Content-Type", "application/json")
	if t.secret != "" {
		req.Header.Set("X-Telegram-Bot-Api-Secret-Token", t.secret)
	}
	resp, err := t.client.Do(req)
	if err != nil {
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() {
			return 0, words("Read timeout expired")
		}
		return 0, words("Connection failed")
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<20)) // only looked at for a method
	if resp.StatusCode/100 != 2 {
		seconds, _ := strconv.Atoi(strings.TrimSpace(resp.Header.Get("Retry-After")))
		after := min(time.Duration(max(seconds, 0))*time.Second, webhookMaxAfter)
		return after, words("Wrong response from the webhook: " + resp.Status)
	}
	var call struct{ Method string }
	if json.Unmarshal(body, &call) == nil && call.Method != "" {
		s.violate(&params{method: "webhook"}, "a method in the answer is not simulated: "+call.Method)
	}
	return 0, nil
}
