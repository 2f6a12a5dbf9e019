package mail

import (
	"errors"
	"io"
	"net/mail"
	"regexp"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"
	"golang.org/x/net/idna"

	"mvkbot/notify"
)

// Letter is one message to one resident.
type Letter struct {
	ID      string    // constant over attempts: the left side of the Message-ID; letters, digits and «.-_+=/»
	To      string    // one bare address; the local part is ASCII, the domain may be international
	Subject string    // one line; control characters become spaces
	Text    string    // the text/plain part, never empty
	HTML    string    // the text/html part; a letter without it has one part
	Date    time.Time // constant over attempts
}

var (
	letterID     = regexp.MustCompile(`^[A-Za-z0-9_+=/-]+(\.[A-Za-z0-9_+=/-]+)*$`)
	localPart    = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$")
	errAddress   = errors.New("not a usable address")
	maxAddress   = 254 // RFC 5321 §4.5.3.1.3, without the brackets
	headerMarker = gomail.Header("Auto-Submitted")
)

// compose builds the MIME message. A fault of the letter is Refused: no later
// attempt would find it mended.
func compose(from *mail.Address, l Letter) (*gomail.Msg, error) {
	refused := func(reason string) error { return &notify.Error{Outcome: notify.Refused, Reason: reason} }
	to, err := asciiAddress(l.To)
	switch {
	case err != nil:
		return nil, refused("recipient is not a usable address")
	case !letterID.MatchString(l.ID):
		return nil, refused("letter has no usable ID")
	case l.Date.IsZero():
		return nil, refused("letter has no date")
	case l.Text == "":
		return nil, refused("letter has no text")
	}
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithCharset(gomail.CharsetUTF8))
	if m.FromFormat(from.Name, from.Address) != nil || m.To(to) != nil {
		return nil, refused("addresses were not taken")
	}
	_, domain, _ := strings.Cut(from.Address, "@")
	m.SetMessageIDWithValue(l.ID + "@" + domain)
	m.SetDateWithValue(l.Date)
	m.SetGenHeader(headerMarker, "auto-generated") // RFC 3834 §5: no holiday answers, please
	m.Subject(oneLine(l.Subject))
	m.SetBodyString(gomail.TypeTextPlain, printable(l.Text))
	if l.HTML != "" {
		m.AddAlternativeString(gomail.TypeTextHTML, printable(l.HTML))
	}
	// A message that fails to compose while it is being sent would leave half
	// a letter at the relay.
	if _, err := m.WriteTo(io.Discard); err != nil {
		return nil, refused("letter could not be composed")
	}
	return m, nil
}

// asciiAddress returns a bare address with its domain in punycode, or an error
// for anything else: display names, quoted or non-ASCII local parts, domains
// without a dot.
func asciiAddress(s string) (string, error) {
	local, domain, ok := strings.Cut(s, "@")
	if !ok || !localPart.MatchString(local) {
		return "", errAddress
	}
	domain, err := idna.Lookup.ToASCII(domain)
	if err != nil || !strings.Contains(strings.Trim(domain, "."), ".") || strings.HasSuffix(domain, ".") ||
		len(local)+1+len(domain) > maxAddress {
		return "", errAddress
	}
	return local + "@" + domain, nil
}

// oneLine makes s fit for a header.
func oneLine(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "")))
}

// printable drops the control characters of a body, but for line ends and tabs.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}
