package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strings"
	"time"
	"unicode"

	"github.com/wneessen/go-mail/smtp"

	"mvkbot/notify"
)

// session is a connection to the relay that is ready to take a letter.
type session struct {
	*smtp.Client
	conn net.Conn
	stop func() bool
}

// bounded is a connection whose one deadline covers the whole exchange:
// go-mail's attempts to prolong it have no effect, a slow relay gains nothing.
type bounded struct{ net.Conn }

// SetDeadline does nothing.
func (bounded) SetDeadline(time.Time) error { return nil }

// open connects, greets, secures and signs in. Whatever goes wrong here is no
// resident's doing, so every error is Temporary: letters wait until the relay
// is back or the configuration is mended.
func (s *Sender) open(ctx context.Context) (*session, error) {
	dialer := net.Dialer{}
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(s.relay.host, s.relay.port))
	if err != nil {
		return nil, ours("connecting", err)
	}
	deadline, _ := ctx.Deadline()
	_ = conn.SetDeadline(deadline)
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	client, err := s.greet(ctx, conn)
	if err != nil {
		stop()
		_ = conn.Close()
		return nil, err
	}
	return &session{Client: client, conn: conn, stop: stop}, nil
}

// greet takes a fresh connection to the point where MAIL FROM may be said.
func (s *Sender) greet(ctx context.Context, raw net.Conn) (*smtp.Client, error) {
	var conn net.Conn = bounded{raw}
	config := &tls.Config{ServerName: s.relay.host, MinVersion: tls.VersionTLS12}
	if s.relay.tls == tlsImplicit {
		secure := tls.Client(conn, config)
		if err := secure.HandshakeContext(ctx); err != nil {
			return nil, ours("TLS handshake", err)
		}
		conn = secure
	}
	client, err := smtp.NewClient(conn, s.relay.host)
	if err != nil {
		return nil, ours("greeting", err)
	}
	client.SkipSMTPUTF8(true) // our addresses are ASCII; the flag would bar older servers down the road
	if err := client.Hello(s.domain); err != nil {
		return nil, ours("EHLO", err)
	}
	offered, _ := client.Extension("STARTTLS")
	switch {
	case s.relay.tls == tlsMandatory && !offered:
		return nil, ours("the server offers no STARTTLS, and TLS is mandatory", nil)
	case s.relay.tls == tlsMandatory, s.relay.tls == tlsOpportunistic && offered:
		if err := client.StartTLS(config); err != nil {
			return nil, ours("STARTTLS", err)
		}
	}
	if s.relay.user == "" {
		return client, nil
	}
	if offered, _ := client.Extension("AUTH"); !offered {
		return nil, ours("the server offers no AUTH, and the URL names a user", nil)
	}
	if err := client.Auth(&auth{relay: s.relay}); err != nil {
		return nil, ours("AUTH", signIn(err))
	}
	return client, nil
}

// close ends the session; polite says QUIT first and waits for the answer,
// but not long: nothing depends on it.
func (s *session) close(polite bool) error {
	var err error
	if polite {
		_ = s.conn.SetDeadline(time.Now().Add(farewell))
		err = s.Quit()
	}
	s.stop()
	_ = s.conn.Close()
	return err
}

const farewell = 2 * time.Second

// ours is a fault before any recipient was named.
func ours(stage string, err error) error {
	return &notify.Error{Outcome: notify.Temporary, Reason: stage, Err: shown(err)}
}

// signIn hides the words of an answer to AUTH, which may repeat the user.
func signIn(err error) error {
	var reply *textproto.Error
	if errors.As(err, &reply) {
		return &textproto.Error{Code: reply.Code, Msg: "sign-in was refused"}
	}
	return err
}

// shown returns what may be shown of err: a server's reply without anything
// that looks like an address, or a fault of the network.
func shown(err error) error {
	var reply *textproto.Error
	switch {
	case err == nil || errors.Is(err, errNoMechanism):
		return err
	case !errors.As(err, &reply):
		return notify.NetworkFault(err)
	}
	words := strings.FieldsFunc(reply.Msg, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) })
	for i, w := range words {
		if strings.Contains(w, "@") {
			words[i] = "…"
		}
	}
	text := []rune(strings.Join(words, " "))
	if len(text) > maxReply {
		text = append(text[:maxReply], '…')
	}
	return fmt.Errorf("server said %d %s", reply.Code, string(text))
}

const maxReply = 160 // characters of a server's reply that an operator gets to see
