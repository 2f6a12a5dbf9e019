package demo

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/emersion/go-smtp"
)

// kept is how many letters and how many SMS the page shows; older ones go.
const kept = 200

// ServeSMTP collects letters from l, without TLS and without a password, for
// the page's mailbox, until l or the server is closed; then it returns nil.
// A listener that is not on loopback is closed and ErrNotLoopback returned.
func (s *Server) ServeSMTP(l net.Listener) error {
	if !loopback(l.Addr().String()) {
		return errors.Join(ErrNotLoopback, l.Close())
	}
	err := s.smtp.Serve(l)
	if err == nil || errors.Is(err, net.ErrClosed) || errors.Is(err, smtp.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("serve SMTP: %w", err)
}

// Letters returns the letters received, the oldest first.
func (s *Server) Letters() []Letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Letter(nil), s.letters...)
}

func (s *Server) letter(id int) (Letter, bool) {
	for _, l := range s.Letters() {
		if l.ID == id {
			return l, true
		}
	}
	return Letter{}, false
}

func (s *Server) receive(l Letter) {
	s.mu.Lock()
	s.received++
	l.ID, l.At = s.received, s.now()
	s.letters = append(s.letters, l)
	s.letters = s.letters[max(0, len(s.letters)-kept):]
	s.mu.Unlock()
	s.changes.tell()
}

func newSMTP(s *Server) *smtp.Server {
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		return &session{server: s}, nil
	}))
	server.Domain = "localhost"
	server.EnableSMTPUTF8 = true
	server.MaxMessageBytes = maxLetter
	server.MaxRecipients = 10
	server.ReadTimeout = time.Minute
	server.WriteTimeout = time.Minute
	return server
}

// session is one SMTP connection.
type session struct {
	server *Server
	to     []string
}

var _ smtp.Session = (*session)(nil)

func (c *session) Mail(string, *smtp.MailOptions) error { c.Reset(); return nil }

func (c *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.to = append(c.to, to)
	return nil
}

// Data takes the letter; r is read to its end even when it cannot be parsed.
func (c *session) Data(r io.Reader) error {
	l, err := parseLetter(r)
	if _, e := io.Copy(io.Discard, r); e != nil {
		return e
	}
	if err != nil {
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "Letter cannot be read"}
	}
	l.To = strings.Join(c.to, ", ")
	c.server.receive(l)
	return nil
}

func (c *session) Reset()        { c.to = nil }
func (c *session) Logout() error { return nil }
