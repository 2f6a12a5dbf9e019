package sms

import (
	"errors"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"
)

// Options say where messages go.
type Options struct {
	URL     string        // of the gateway, see the package comment (SPEC §5)
	Timeout time.Duration // bounds one whole request; 15 s when zero
}

const defaultTimeout = 15 * time.Second

// gateway is a parsed URL.
type gateway struct {
	target         url.URL // http or https, without query, user and fragment
	method         string
	fields         []field
	json           bool // a post's body
	user, password string
	header         http.Header
	least, most    int // HTTP statuses that mean acceptance
	ok             *regexp.Regexp
}

// field is one parameter of the request; its value may hold placeholders,
// unless it is literal.
type field struct {
	name, value string
	literal     bool
}

// Faults of Options.URL. None of them quotes it: it may hold secrets, and a
// badly escaped one can end up in any part of it.
var (
	errURL         = errors.New("SMS URL: not a URL; special characters of user and password must be percent-encoded")
	errScheme      = errors.New("SMS URL: must begin with kannel://, http+get://, http+post://, https+get:// or https+post://")
	errHost        = errors.New("SMS URL: no host")
	errPort        = errors.New("SMS URL: the port must be a number from 1 to 65535")
	errQuery       = errors.New("SMS URL: the query is not well-formed (name=value&…, percent-encoded)")
	errPlaceholder = errors.New("SMS URL: known placeholders are {phone}, {digits}, {text} and {id}, in values of the query only")
	errNoPhone     = errors.New("SMS URL: the query needs {phone} or {digits}")
	errNoText      = errors.New("SMS URL: the query needs {text}")
	errTwice       = errors.New("SMS URL: a JSON body cannot hold one name twice")
	errPassword    = errors.New("SMS URL: user and password go together")
	errOptions     = errors.New("SMS URL: after # stand body=, status=, ok= and header= (percent-encoded, joined by &), each once but header=")
	errBody        = errors.New("SMS URL: body= must be form or json, and goes with post only")
	errStatus      = errors.New("SMS URL: status= must be a number from 200 to 299, or two of them: 200-204")
	errOK          = errors.New("SMS URL: ok= is not a regular expression")
	errHeader      = errors.New("SMS URL: header= must be Name:Value, of a header that the request does not set by itself")
	errKannel      = errors.New("SMS URL: kannel:// needs user:password@, an empty path and no # part")
	errKannelOwn   = errors.New("SMS URL: username, password, to, text, coding and charset are not for the query of kannel://")
)

// parseGateway reads a URL and reports all its faults at once.
func parseGateway(raw string) (*gateway, error) {
	// Fragments are cut off first: net/url decodes them, a regexp must be decoded after splitting at &.
	raw, fragment, hasFragment := strings.Cut(raw, "#")
	u, err := url.Parse(raw)
	if err != nil {
		return nil, errURL
	}
	g := &gateway{target: *u, least: 200, most: 299, header: http.Header{}}
	g.user = u.User.Username()
	g.password, _ = u.User.Password()
	g.target.User, g.target.RawQuery, g.target.ForceQuery = nil, "", false
	faults := []error{g.parseAddress(u)}
	fields, err := parseFields(u.RawQuery)
	g.fields = fields
	faults = append(faults, err)
	if u.Scheme == "kannel" {
		faults = append(faults, g.asKannel(hasFragment))
	} else {
		faults = append(faults, g.parseOptions(fragment), g.checkTemplate())
	}
	return g, errors.Join(faults...)
}

// parseAddress reads scheme, host and port.
func (g *gateway) parseAddress(u *url.URL) error {
	var faults []error
	switch u.Scheme {
	case "kannel", "http+get":
		g.target.Scheme, g.method = "http", http.MethodGet
	case "https+get":
		g.target.Scheme, g.method = "https", http.MethodGet
	case "http+post":
		g.target.Scheme, g.method = "http", http.MethodPost
	case "https+post":
		g.target.Scheme, g.method = "https", http.MethodPost
	default:
		faults = append(faults, errScheme)
	}
	if u.Hostname() == "" || u.Opaque != "" {
		faults = append(faults, errHost)
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			faults = append(faults, errPort)
		}
	}
	if (g.user == "") != (g.password == "") {
		faults = append(faults, errPassword)
	}
	return errors.Join(faults...)
}

// address is where Check connects to.
func (g *gateway) address() string {
	port := g.target.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[g.target.Scheme]
	}
	return net.JoinHostPort(g.target.Hostname(), port)
}

// parseFields splits a query and keeps its order.
func parseFields(query string) ([]field, error) {
	var fields []field
	for part := range strings.SplitSeq(query, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		name, err1 := url.QueryUnescape(name)
		value, err2 := url.QueryUnescape(value)
		if err1 != nil || err2 != nil || name == "" {
			return nil, errQuery
		}
		fields = append(fields, field{name: name, value: value})
	}
	return fields, nil
}

// parseOptions reads the fragment.
func (g *gateway) parseOptions(fragment string) error {
	options, err := parseFields(fragment)
	if err != nil {
		return errOptions
	}
	var faults []error
	seen := map[string]bool{}
	for _, o := range options {
		if seen[o.name] && o.name != "header" {
			faults = append(faults, errOptions)
		}
		seen[o.name] = true
		faults = append(faults, g.setOption(o.name, o.value))
	}
	return errors.Join(faults...)
}

// setOption takes one option of the fragment.
func (g *gateway) setOption(name, value string) error {
	switch name {
	case "body":
		g.json = value == "json"
		if g.method != http.MethodPost || !g.json && value != "form" {
			return errBody
		}
	case "status":
		least, most, isRange := strings.Cut(value, "-")
		if !isRange {
			most = least
		}
		var err1, err2 error
		g.least, err1 = strconv.Atoi(least)
		g.most, err2 = strconv.Atoi(most)
		if err1 != nil || err2 != nil || g.least < 200 || g.most > 299 || g.least > g.most {
			return errStatus
		}
	case "ok":
		var err error
		if g.ok, err = regexp.Compile(value); err != nil || value == "" {
			return errOK
		}
	case "header":
		key, content, ok := strings.Cut(value, ":")
		key, content = textproto.CanonicalMIMEHeaderKey(key), strings.TrimSpace(content)
		if !ok || ownHeaders[key] || !httpguts.ValidHeaderFieldName(key) || !httpguts.ValidHeaderFieldValue(content) {
			return errHeader
		}
		g.header.Add(key, content)
	default:
		return errOptions
	}
	return nil
}

// ownHeaders follow from the request and cannot be options.
var ownHeaders = map[string]bool{
	"Host": true, "Connection": true, "Content-Length": true, "Content-Type": true, "Transfer-Encoding": true, "Trailer": true,
}
