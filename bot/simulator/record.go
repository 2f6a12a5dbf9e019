package simulator

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// maxViolations bounds the list; a bot that is wrong more often is wrong enough.
const maxViolations = 1000

// Request is one recorded call.
type Request struct {
	Method string
	// Params as Telegram reads them: of a repeated name the first value. Of an
	// uploaded file there is the name under its field.
	Params map[string]string
	At     time.Time
	// Chat is the number in chat_id, 0 without one.
	Chat int64
	// Status of the answer; 0 while it is being worked on, or when the connection
	// was cut.
	Status int
}

// record keeps calls and violations.
type record struct {
	keep int

	mu         sync.Mutex
	requests   []*Request
	violations []string
}

// begin notes a call in the order of arrival; nil when nothing is recorded.
func (rec *record) begin(s *Server, p *params) *Request {
	if rec.keep == 0 {
		return nil
	}
	r := &Request{Method: p.method, Params: make(map[string]string, len(p.pairs)), At: s.opts.Now(), Chat: p.chat}
	for _, pr := range slices.Backward(p.pairs) {
		r.Params[pr.name] = pr.value
	}
	for field, up := range p.files {
		r.Params[field] = up.name
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	rec.requests = append(rec.requests, r)
	if len(rec.requests) > rec.keep {
		rec.requests[0] = nil
		rec.requests = rec.requests[1:]
	}
	return r
}

func (rec *record) end(r *Request, out *reply) {
	if r == nil || out == nil {
		return
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	r.Status = out.status
}

// Requests returns the last Options.KeepRequests calls, oldest first. The maps in
// them must not be written to.
func (s *Server) Requests() []Request {
	s.record.mu.Lock()
	defer s.record.mu.Unlock()
	all := make([]Request, len(s.record.requests))
	for i, r := range s.record.requests {
		all[i] = *r
	}
	return all
}

// Violations returns what the bot did wrong, one line each ("sendMessage, chat 42:
// Bad Request: message text is empty"), oldest first, at most 1,000: calls that only
// a programming mistake explains.
func (s *Server) Violations() []string {
	s.record.mu.Lock()
	defer s.record.mu.Unlock()
	return slices.Clone(s.record.violations)
}

func (s *Server) violate(p *params, line string) {
	s.record.mu.Lock()
	defer s.record.mu.Unlock()
	if len(s.record.violations) < maxViolations {
		s.record.violations = append(s.record.violations, fmt.Sprintf("%s, chat %d: %s", p.method, p.chat, line))
	}
}
