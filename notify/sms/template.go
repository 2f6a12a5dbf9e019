package sms

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

var placeholder = regexp.MustCompile(`\{[A-Za-z_]*\}`)

// checkTemplate reports what keeps the query from carrying a message.
func (g *gateway) checkTemplate() error {
	var faults []error
	phone, text, unknown := false, false, placeholder.MatchString(g.target.Path)
	names := map[string]bool{}
	twice := false
	for _, f := range g.fields {
		unknown = unknown || placeholder.MatchString(f.name)
		twice = twice || names[f.name]
		names[f.name] = true
		for _, p := range placeholder.FindAllString(f.value, -1) {
			switch p {
			case "{phone}", "{digits}":
				phone = true
			case "{text}":
				text = true
			case "{id}":
			default:
				unknown = true
			}
		}
	}
	for _, c := range []struct {
		found bool
		fault error
	}{{unknown, errPlaceholder}, {!phone, errNoPhone}, {!text, errNoText}, {g.json && twice, errTwice}} {
		if c.found {
			faults = append(faults, c.fault)
		}
	}
	return errors.Join(faults...)
}

// kannelOwn are the parameters of Kannel's sendsms that are not an operator's
// choice.
var kannelOwn = map[string]bool{
	"username": true, "password": true, "to": true, "text": true, "coding": true, "charset": true,
}

// asKannel turns kannel://… into the template of Kannel's sendsms interface.
// Kannel answers 202 to what it has accepted, and only then.
func (g *gateway) asKannel(hasFragment bool) error {
	if g.user == "" || hasFragment || g.target.Path != "" && g.target.Path != "/" {
		return errKannel
	}
	for i, f := range g.fields {
		if kannelOwn[f.name] {
			return errKannelOwn
		}
		g.fields[i].literal = true
	}
	g.fields = append(g.fields,
		field{name: "username", value: g.user, literal: true},
		field{name: "password", value: g.password, literal: true},
		field{name: "to", value: "{phone}"},
		field{name: "text", value: "{text}"},
		field{name: "coding", value: "2"}, // UCS-2
		field{name: "charset", value: "UTF-8"})
	g.user, g.password = "", ""
	g.target.Path = "/cgi-bin/sendsms"
	if g.target.Port() == "" {
		g.target.Host += ":13013"
	}
	g.least, g.most = http.StatusAccepted, http.StatusAccepted
	return nil
}

// uses reports whether a placeholder stands in the template.
func (g *gateway) uses(p string) bool {
	for _, f := range g.fields {
		if !f.literal && strings.Contains(f.value, p) {
			return true
		}
	}
	return false
}

// fill returns the fields of one message.
func (g *gateway) fill(m Message) []field {
	values := strings.NewReplacer("{phone}", m.Phone, "{digits}", strings.TrimPrefix(m.Phone, "+"), "{text}", m.Text, "{id}", m.ID)
	filled := make([]field, len(g.fields))
	for i, f := range g.fields {
		filled[i] = f
		if !f.literal {
			filled[i].value = values.Replace(f.value)
		}
	}
	return filled
}

// encode writes fields as a query or form.
func encode(fields []field) string {
	var b strings.Builder
	for i, f := range fields {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(f.name) + "=" + url.QueryEscape(f.value))
	}
	return b.String()
}

// encodeJSON writes fields as one JSON object of strings.
func encodeJSON(fields []field) string {
	object := make(map[string]string, len(fields))
	for _, f := range fields {
		object[f.name] = f.value
	}
	body, _ := json.Marshal(object) // a map of strings always marshals
	return string(body)
}
