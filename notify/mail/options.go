package mail

import (
	"errors"
	"net"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Options say where letters go and whom they come from.
type Options struct {
	// URL of the relay (SPEC §5): smtp://user:password@host:port?tls=mandatory,
	// or smtps://… for TLS from the first byte. The user part is optional, the
	// default ports are 587 and 465, the default of tls is mandatory.
	// tls=opportunistic uses TLS when the relay offers it and then verifies it;
	// tls=none is taken for a loopback host only.
	URL string
	// From is the sender: «noreply@example.org» or «Имя <noreply@example.org>».
	// Its domain stands in Message-IDs and in EHLO.
	From string
	// Timeout bounds one whole exchange with the relay; 30 s when zero.
	Timeout time.Duration
}

const defaultTimeout = 30 * time.Second

// relay is a parsed URL.
type relay struct {
	host, port     string
	tls            tlsPolicy
	user, password string
}

type tlsPolicy string

const (
	tlsMandatory     tlsPolicy = "mandatory"     // STARTTLS or nothing
	tlsOpportunistic tlsPolicy = "opportunistic" // STARTTLS when offered
	tlsNone          tlsPolicy = "none"          // never
	tlsImplicit      tlsPolicy = "implicit"      // smtps
)

// Faults of Options. None of them quotes the URL: it may hold a password,
// and a badly escaped one can end up in any part of it.
var (
	errURL         = errors.New("SMTP URL: not a URL; special characters of user and password must be percent-encoded")
	errScheme      = errors.New("SMTP URL: must begin with smtp:// or smtps://")
	errHost        = errors.New("SMTP URL: no host")
	errPort        = errors.New("SMTP URL: the port must be a number from 1 to 65535")
	errTail        = errors.New("SMTP URL: nothing but ?tls=… may follow host and port")
	errTLS         = errors.New("SMTP URL: tls must be mandatory, opportunistic or none")
	errTLSTwice    = errors.New("SMTP URL: smtps:// is TLS already, tls= does not go with it")
	errTLSNone     = errors.New("SMTP URL: tls=none is allowed for a loopback host only")
	errPassword    = errors.New("SMTP URL: user and password go together")
	errFrom        = errors.New("sender of the letters: must be an e-mail address, or «Name <address>»")
	errFromMissing = errors.New("sender of the letters: missing")
)

// parseRelay reads a URL and reports all its faults at once.
func parseRelay(raw string) (relay, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return relay{}, errURL
	}
	r := relay{host: u.Hostname(), port: u.Port()}
	var faults []error
	fault := func(found bool, err error) {
		if found {
			faults = append(faults, err)
		}
	}
	fault(u.Scheme != "smtp" && u.Scheme != "smtps", errScheme)
	fault(r.host == "", errHost)
	if r.port == "" {
		r.port = map[string]string{"smtp": "587", "smtps": "465"}[u.Scheme]
	} else {
		n, err := strconv.ParseUint(r.port, 10, 16)
		fault(err != nil || n == 0, errPort)
	}
	query, err := url.ParseQuery(u.RawQuery)
	tls, hasTLS := query["tls"]
	fault(err != nil || len(query) > 1 || len(query) == 1 && !hasTLS ||
		u.Path != "" && u.Path != "/" || u.Fragment != "" || u.Opaque != "", errTail)
	switch {
	case u.Scheme == "smtps":
		fault(hasTLS, errTLSTwice)
		r.tls = tlsImplicit
	case !hasTLS:
		r.tls = tlsMandatory
	default:
		r.tls = tlsPolicy(strings.Join(tls, ","))
		fault(r.tls != tlsMandatory && r.tls != tlsOpportunistic && r.tls != tlsNone, errTLS)
		fault(r.tls == tlsNone && r.host != "" && !loopback(r.host), errTLSNone)
	}
	r.user = u.User.Username()
	r.password, _ = u.User.Password()
	fault((r.user == "") != (r.password == ""), errPassword)
	return r, errors.Join(faults...)
}

// loopback reports whether host surely is this machine.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// parseFrom reads the sender.
func parseFrom(from string) (*mail.Address, error) {
	if strings.TrimSpace(from) == "" {
		return nil, errFromMissing
	}
	a, err := mail.ParseAddress(from)
	if err != nil {
		return nil, errFrom
	}
	if a.Address, err = asciiAddress(a.Address); err != nil {
		return nil, errFrom
	}
	a.Name = oneLine(a.Name)
	return a, nil
}
