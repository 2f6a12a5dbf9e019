package demo

import (
	"net/http"
	"time"
)

// SMS is one short message that the bot handed to the page's gateway.
type SMS struct {
	ID   int // 1 for the first SMS received
	To   string
	Text string
	At   time.Time
}

// SMS returns the short messages received, the oldest first.
func (s *Server) SMS() []SMS {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]SMS(nil), s.sms...)
}

// takeSMS plays an HTTP gateway: to and text come in the query or in a form,
// the answer is "OK".
func (s *Server) takeSMS(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxJSON)
	to, text := r.FormValue("to"), r.FormValue("text")
	if to == "" || text == "" {
		http.Error(w, "ERROR: to and text are required", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	s.texted++
	s.sms = append(s.sms, SMS{ID: s.texted, To: to, Text: text, At: s.now()})
	s.sms = s.sms[max(0, len(s.sms)-kept):]
	s.mu.Unlock()
	s.changes.tell()
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("OK")) // a gateway's client that hung up asks again
}
