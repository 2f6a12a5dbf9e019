package simulator

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// tokenForm is what a token looks like: others get 404 instead of 401.
var tokenForm = regexp.MustCompile(`^[0-9]+:[A-Za-z0-9_-]+$`)

// reply is an answer ready to be sent.
type reply struct {
	status     int
	kind       string // content type
	body       []byte
	retryAfter int // seconds; 0 means no such header
}

// ServeHTTP answers the bot. A cut connection is a panic with http.ErrAbortHandler,
// which net/http expects.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	select {
	case <-s.done:
		http.Error(w, "Bad Gateway", http.StatusBadGateway)
		return
	default:
	}
	if rest, ok := strings.CutPrefix(r.URL.Path, "/file/bot"); ok {
		s.serveFile(w, r, rest)
		return
	}
	rest, ok := strings.CutPrefix(r.URL.Path, "/bot")
	token, name, _ := strings.Cut(rest, "/")
	if !ok {
		failed(legally(notFound())).send(w)
		return
	}
	if f := s.checkToken(token); f != nil {
		failed(f).send(w)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		failed(&failure{code: http.StatusMethodNotAllowed, text: "Method Not Allowed"}).send(w)
		return
	}
	s.serveMethod(w, r, name)
}

func (s *Server) checkToken(token string) *failure {
	switch {
	case token == s.opts.Token && !s.profile.loggedOut.Load():
		return nil
	case token == s.opts.Token || tokenForm.MatchString(token):
		return unauthorized()
	}
	return legally(notFound())
}

func (s *Server) serveMethod(w http.ResponseWriter, r *http.Request, name string) {
	p, f := readParams(r)
	p.context = r.Context()
	m := lookup(name)
	if p.method = name; m != nil {
		p.method = m.name
	} else if f == nil {
		f = notFound()
	}
	entry := s.record.begin(s, p)
	fault := s.faults.strike(p, s.opts.Now())
	var out *reply
	switch {
	case fault != nil && fault.Kind.before():
		out = fault.answer()
	case f != nil:
		out = s.refuse(p, f)
	default:
		out = s.perform(m, p)
	}
	if fault != nil && out != nil {
		out = fault.spoil(p.context, out)
	}
	s.record.end(entry, out)
	if out == nil {
		panic(http.ErrAbortHandler)
	}
	out.send(w)
}

// perform runs the method. Nil means that nobody waits for the answer any more.
func (s *Server) perform(m *method, p *params) *reply {
	s.checkNames(m, p)
	result, f := m.run(s, p)
	if f == gone {
		return nil
	}
	if f != nil {
		return s.refuse(p, f)
	}
	raw, ok := result.(json.RawMessage)
	if !ok {
		var err error
		if raw, err = json.Marshal(result); err != nil {
			panic(err) // our own types encode
		}
	}
	body := make([]byte, 0, len(raw)+24)
	body = append(body, `{"ok":true,"result":`...)
	body = append(body, raw...)
	return &reply{status: http.StatusOK, kind: "application/json", body: append(body, '}')}
}

// refuse notes a violation if it is one.
func (s *Server) refuse(p *params, f *failure) *reply {
	if !f.legal {
		s.violate(p, f.text)
	}
	s.opts.Log.Debug("call refused", "method", p.method, "code", f.code)
	return failed(f)
}

// checkNames notes parameters that the method does not have.
func (s *Server) checkNames(m *method, p *params) {
	for _, pr := range p.pairs {
		if !m.params[pr.name] {
			s.violate(p, "the Bot API knows no parameter "+pr.name)
		}
	}
}

func failed(f *failure) *reply {
	type parameters struct {
		RetryAfter int `json:"retry_after"`
	}
	body := struct {
		OK          bool        `json:"ok"`
		Code        int         `json:"error_code"`
		Description string      `json:"description"`
		Parameters  *parameters `json:"parameters,omitempty"`
	}{Code: f.code, Description: f.text}
	if f.retryAfter > 0 {
		body.Parameters = &parameters{f.retryAfter}
	}
	raw, err := json.Marshal(body)
	if err != nil {
		panic(err) // our own types encode
	}
	return &reply{status: f.code, kind: "application/json", body: raw, retryAfter: f.retryAfter}
}

func (out *reply) send(w http.ResponseWriter) {
	w.Header().Set("Content-Type", out.kind)
	w.Header().Set("Content-Length", strconv.Itoa(len(out.body)))
	if out.retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(out.retryAfter))
	}
	w.WriteHeader(out.status)
	w.Write(out.body) // whoever does not read it has gone away
}

// serveFile hands out what getFile promised: "<token>/<path>".
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request, rest string) {
	token, path, _ := strings.Cut(rest, "/")
	if f := s.checkToken(token); f != nil {
		failed(f).send(w)
		return
	}
	p := &params{method: "file", context: r.Context()}
	f := s.files.at(path, s.opts.Now())
	fault := s.faults.strike(p, s.opts.Now())
	var out *reply
	switch {
	case fault != nil && fault.Kind.before():
		out = fault.answer()
	case f == nil:
		out = failed(legally(notFound()))
	default:
		out = &reply{status: http.StatusOK, kind: "application/octet-stream", body: f.data}
	}
	if fault != nil && out != nil {
		out = fault.spoil(p.context, out)
	}
	if out == nil {
		panic(http.ErrAbortHandler)
	}
	out.send(w)
}
