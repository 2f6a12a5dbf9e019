package mail

import (
	"errors"
	"slices"

	"github.com/wneessen/go-mail/smtp"
)

var errNoMechanism = errors.New("the server offers no way to sign in that is safe on this connection")

// auth signs in by the safest mechanism that the server offers. Those that
// show the password are used inside TLS, or with tls=none (loopback) only.
type auth struct {
	relay relay
	smtp.Auth
}

// Start chooses the mechanism.
func (a *auth) Start(server *smtp.ServerInfo) (string, []byte, error) {
	r := a.relay
	clear := server.TLS || r.tls == tlsNone
	switch offers := func(name string) bool { return slices.Contains(server.Auth, name) }; {
	case offers("SCRAM-SHA-256"):
		a.Auth = smtp.ScramSHA256Auth(r.user, r.password)
	case offers("SCRAM-SHA-1"):
		a.Auth = smtp.ScramSHA1Auth(r.user, r.password)
	case clear && offers("PLAIN"):
		a.Auth = smtp.PlainAuth("", r.user, r.password, r.host, true)
	case clear && offers("LOGIN"):
		a.Auth = smtp.LoginAuth(r.user, r.password, r.host, true)
	case offers("CRAM-MD5"):
		a.Auth = smtp.CRAMMD5Auth(r.user, r.password)
	default:
		return "", nil, errNoMechanism
	}
	return a.Auth.Start(server)
}
