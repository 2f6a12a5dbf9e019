package demo

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
	"time"

	"golang.org/x/text/encoding/htmlindex"
)

// Letter is one letter as a mail program shows it. Nothing in it was checked:
// the HTML is the sender's own and must never reach the page undivided.
type Letter struct {
	ID        int // 1 for the first letter received
	To        string
	From      string
	Subject   string
	Text      string // the text/plain part; "" when there is none
	HTML      string // the text/html part; "" when there is none
	MessageID string // without the angle brackets
	At        time.Time
}

// Bounds on what a letter may make the reader do.
const (
	maxLetter = 1 << 20 // bytes, of the whole letter
	maxDepth  = 8       // multipart inside multipart
	maxParts  = 64      // of one multipart
)

// Reasons why a letter cannot be shown.
var (
	// errTooDeep is returned for parts nested or numbered beyond the bounds.
	errTooDeep = errors.New("too many parts")

	// errNoText is returned for a letter with neither a text nor an HTML part.
	errNoText = errors.New("no text")
)

// parseLetter reads an RFC 5322 letter: the headers decoded, the first text
// and the first HTML part taken. Attachments are passed over.
func parseLetter(r io.Reader) (Letter, error) {
	m, err := mail.ReadMessage(io.LimitReader(r, maxLetter))
	if err != nil {
		return Letter{}, fmt.Errorf("read letter: %w", err)
	}
	l := Letter{
		From:      sender(m.Header.Get("From")),
		Subject:   decodeHeader(m.Header.Get("Subject")),
		MessageID: strings.Trim(m.Header.Get("Message-Id"), "<> "),
	}
	if err := l.readPart(textproto.MIMEHeader(m.Header), m.Body, maxDepth); err != nil {
		return Letter{}, fmt.Errorf("read letter: %w", err)
	}
	if l.Text == "" && l.HTML == "" {
		return Letter{}, fmt.Errorf("read letter: %w", errNoText)
	}
	return l, nil
}

// readPart takes the text of one MIME part, and of the parts inside it.
func (l *Letter) readPart(h textproto.MIMEHeader, body io.Reader, depth int) error {
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		kind, params = "text/plain", nil // RFC 2045 §5.2: the default
	}
	if strings.HasPrefix(kind, "multipart/") {
		return l.readParts(multipart.NewReader(body, params["boundary"]), depth-1)
	}
	into := map[string]*string{"text/plain": &l.Text, "text/html": &l.HTML}[kind]
	if into == nil || *into != "" || strings.HasPrefix(h.Get("Content-Disposition"), "attachment") {
		return nil
	}
	*into, err = decodeBody(h.Get("Content-Transfer-Encoding"), params["charset"], body)
	return err
}

func (l *Letter) readParts(r *multipart.Reader, depth int) error {
	if depth < 0 {
		return errTooDeep
	}
	for range maxParts {
		// A raw part keeps its Content-Transfer-Encoding for decodeBody.
		p, err := r.NextRawPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := l.readPart(p.Header, p, depth); err != nil {
			return err
		}
	}
	return errTooDeep
}

// decodeBody undoes a transfer encoding and a charset. An unknown charset is
// read as UTF-8; what is no text in it becomes U+FFFD.
func decodeBody(transfer, charset string, body io.Reader) (string, error) {
	switch strings.ToLower(strings.TrimSpace(transfer)) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	raw, err := io.ReadAll(decodeCharset(charset, body))
	if err != nil {
		return "", err
	}
	text := strings.ToValidUTF8(string(raw), "\uFFFD")
	return strings.ReplaceAll(text, "\r\n", "\n"), nil
}

func decodeCharset(charset string, r io.Reader) io.Reader {
	if enc, err := htmlindex.Get(charset); err == nil {
		return enc.NewDecoder().Reader(r)
	}
	return r
}

// sender writes a From header as a mail program shows it.
func sender(header string) string {
	if a, err := (&mail.AddressParser{WordDecoder: words()}).Parse(header); err == nil {
		if a.Name == "" {
			return a.Address
		}
		return a.Name + " <" + a.Address + ">"
	}
	return decodeHeader(header)
}

// decodeHeader undoes RFC 2047 encoded words; what cannot be undone stays.
func decodeHeader(s string) string {
	if out, err := words().DecodeHeader(s); err == nil {
		s = out
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

func words() *mime.WordDecoder {
	return &mime.WordDecoder{CharsetReader: func(charset string, r io.Reader) (io.Reader, error) {
		return decodeCharset(charset, r), nil
	}}
}
