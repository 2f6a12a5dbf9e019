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

// Sent is one message that the bot put into a chat.
type Sent struct {
	Chat      int64
	MessageID int
	// At is when it was accepted.
	At time.Time
}

// record keeps calls, accepted messages and violations.
type record struct {
	keep int

	mu         sync.Mutex
	requests   []*Request
	sends      []Sent
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

// send notes an accepted message, whatever becomes of the answer. It may be called under
// a chat's lock. The time is taken under the record's own, so that it never runs back.
func (rec *record) send(s *Server, chat int64, message int) {
	if rec.keep == 0 {
		return
	}
	rec.mu.Lock()
	defer rec.mu.Unlock()
	rec.sends = append(rec.sends, Sent{Chat: chat, MessageID: message, At: s.opts.Now()})
	if extra := len(rec.sends) - rec.keep; extra > 0 {
		rec.sends = rec.sends[extra:]
	}
}

// Sends returns the last Options.KeepRequests messages that the bot sent, over all
// chats, in the order they were accepted: also those of which the bot never heard.
func (s *Server) Sends() []Sent {
	s.record.mu.Lock()
	defer s.record.mu.Unlock()
	return slices.Clone(s.record.sends)
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
