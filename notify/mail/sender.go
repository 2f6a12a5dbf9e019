package mail

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"mvkbot/notify"
)

// Sender hands letters to one relay, each over a connection of its own. Its
// methods may be called from several goroutines.
type Sender struct {
	relay   relay
	from    *mail.Address
	domain  string // of from
	timeout time.Duration
	client  *gomail.Client // holds no connection
}

// New returns a Sender, or an error that names every fault of the options and
// repeats nothing of the URL. It does not connect; see Check.
func New(o Options) (*Sender, error) {
	r, urlErr := parseRelay(o.URL)
	from, fromErr := parseFrom(o.From)
	if err := errors.Join(urlErr, fromErr); err != nil {
		return nil, err
	}
	_, domain, _ := strings.Cut(from.Address, "@")
	// NOOP before and RSET after a letter could only fail a letter that was,
	// or would have been, delivered.
	client, err := gomail.NewClient(r.host, gomail.WithHELO(domain), gomail.WithoutNoop(), gomail.WithoutRset())
	if err != nil {
		return nil, errHost
	}
	s := &Sender{relay: r, from: from, domain: domain, timeout: o.Timeout, client: client}
	if s.timeout <= 0 {
		s.timeout = defaultTimeout
	}
	return s, nil
}

// Send makes one attempt to hand over a letter. It returns nil once the relay
// has taken it, else a *notify.Error:
//
//   - Refused: the letter is faulty, or the relay said 5xx to this recipient
//     or to the letter's text.
//   - Temporary: the relay said 4xx at any point; it could not be reached,
//     trusted or signed in to; it said 5xx before a recipient was named, or one
//     that blames this client (no rights, no sign-in); the connection broke
//     before the final dot.
//   - Unknown: no answer came after the final dot.
func (s *Sender) Send(ctx context.Context, l Letter) error {
	msg, err := compose(s.from, l)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	session, err := s.open(ctx)
	if err != nil {
		return err
	}
	err = s.client.SendWithSMTPClient(session.Client, msg)
	delivered := msg.IsDelivered()
	_ = session.close(delivered)
	if delivered {
		return nil
	}
	return classify(err)
}

// Check goes the way of a letter up to the point where a sender is named, and
// takes leave: connect, EHLO, STARTTLS, AUTH, QUIT. The error says in plain
// words which of them failed.
func (s *Sender) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	session, err := s.open(ctx)
	if err != nil {
		return err
	}
	if err := session.close(true); err != nil {
		return ours("QUIT", err)
	}
	return nil
}

// classify turns go-mail's account of a failed attempt into an outcome.
// go-mail's own IsTemp is true for 4xx replies only, hence never asked.
func classify(err error) error {
	var failed *gomail.SendError
	if !errors.As(err, &failed) {
		return &notify.Error{Outcome: notify.Unknown, Reason: "sending", Err: shown(err)}
	}
	e := &notify.Error{Outcome: notify.Temporary, Reason: "preparing to send"}
	stage, ofLetter := stages[failed.Reason]
	if ofLetter {
		e.Reason = stage
	}
	code, detail := failed.ErrorCode(), failed.EnhancedStatusCode()
	switch {
	case code == 0 && failed.Reason == gomail.ErrSMTPDataClose:
		e.Outcome, e.Reason = notify.Unknown, "no answer after the end of the letter"
	case code == 0:
		e.Reason += ": no usable answer"
	default:
		e.Reason = strings.TrimSpace(fmt.Sprintf("%s: server said %d %s", e.Reason, code, detail))
	}
	if code >= 500 && ofLetter && !ourFault(failed.Reason, code, detail) {
		e.Outcome = notify.Refused
	}
	return e
}

// stages are the commands that belong to a letter.
var stages = map[gomail.SendErrReason]string{
	gomail.ErrSMTPMailFrom:  "MAIL FROM",
	gomail.ErrSMTPRcptTo:    "RCPT TO",
	gomail.ErrSMTPData:      "DATA",
	gomail.ErrWriteContent:  "sending the letter",
	gomail.ErrSMTPDataClose: "end of the letter",
}

// ourFault reports whether a permanent reply blames this client and not the
// letter: the sender; order of commands, missing TLS or sign-in, a host that
// takes no mail at all (RFC 5321 §4.2, RFC 4954 §6, RFC 7504); and at RCPT TO
// a lack of rights, status 5.7.x (RFC 3463 §3.8): a relay says so when it does
// not relay for us.
func ourFault(stage gomail.SendErrReason, code int, detail string) bool {
	switch code {
	case 500, 502, 503, 504, 521, 530, 534, 535, 538:
		return true
	}
	return stage == gomail.ErrSMTPMailFrom || stage == gomail.ErrSMTPRcptTo && strings.HasPrefix(detail, "5.7.")
}
