package mail

import (
	"crypto/tls"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// certificate is valid for 127.0.0.1, not for localhost; TestMain makes it
// trusted the way an operator would, by SSL_CERT_FILE.
var certificate tls.Certificate

func TestMain(m *testing.M) {
	os.Exit(func() int {
		donor := httptest.NewTLSServer(nil)
		certificate = donor.TLS.Certificates[0]
		donor.Close()
		dir, err := os.MkdirTemp("", "mail")
		if err != nil {
			panic(err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		file := filepath.Join(dir, "ca.pem")
		block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate[0]})
		if err := os.WriteFile(file, block, 0o600); err != nil {
			panic(err)
		}
		_ = os.Setenv("SSL_CERT_FILE", file)
		return m.Run()
	}())
}

// received is a letter with its envelope.
type received struct {
	from, to, helo, data string
	utf8, secure         bool
}

// relayServer is an SMTP server of emersion/go-smtp that keeps what it gets.
type relayServer struct {
	*smtp.Server
	addr string

	mu      sync.Mutex
	letters []received
	clear   strings.Builder // everything that clients sent, as it was on the wire
}

// startRelay starts a server for user bot, password hunter2; setup changes it before.
func startRelay(t *testing.T, setup func(*relayServer)) *relayServer {
	t.Helper()
	r := &relayServer{}
	r.Server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &relaySession{relay: r, conn: c}, nil
	}))
	r.Domain, r.TLSConfig = "relay", &tls.Config{Certificates: []tls.Certificate{certificate}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r.addr = l.Addr().String()
	var implicit bool
	if setup != nil {
		setup(r)
		implicit = r.Domain == "smtps"
	}
	l = wire{l, r}
	if implicit {
		l = tls.NewListener(l, r.TLSConfig)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = r.Serve(l)
	}()
	t.Cleanup(func() { _ = r.Close(); <-done })
	return r
}

// wire records what comes in.
type wire struct {
	net.Listener
	relay *relayServer
}

func (w wire) Accept() (net.Conn, error) {
	c, err := w.Listener.Accept()
	return wireConn{c, w.relay}, err
}

type wireConn struct {
	net.Conn
	relay *relayServer
}

func (c wireConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.relay.mu.Lock()
	defer c.relay.mu.Unlock()
	c.relay.clear.Write(b[:n])
	return n, err
}

// onWire returns what clients have sent so far.
func (r *relayServer) onWire() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.clear.String()
}

// inbox returns the letters so far.
func (r *relayServer) inbox() []received {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]received(nil), r.letters...)
}

type relaySession struct {
	relay    *relayServer
	conn     *smtp.Conn
	signedIn bool
	letter   received
}

func (*relaySession) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *relaySession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		s.signedIn = user == "bot" && password == "hunter2"
		if !s.signedIn {
			return errors.New("wrong password of bot")
		}
		return nil
	}), nil
}

func (s *relaySession) Mail(from string, o *smtp.MailOptions) error {
	_, secure := s.conn.TLSConnectionState()
	s.letter = received{from: from, helo: s.conn.Hostname(), utf8: o.UTF8, secure: secure}
	if !s.signedIn {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (s *relaySession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.letter.to = to
	return nil
}

func (s *relaySession) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	s.letter.data = string(data)
	s.relay.mu.Lock()
	defer s.relay.mu.Unlock()
	s.relay.letters = append(s.relay.letters, s.letter)
	return err
}

func (*relaySession) Reset()        {}
func (*relaySession) Logout() error { return nil }
