package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxUpload is what a bot may send in one call, in bytes (Bot API, "Sending files").
const maxUpload = 50 << 20

// params are the arguments of one call, however they arrived.
type params struct {
	context context.Context // of the HTTP request
	method  string
	chat    int64 // the number in chat_id, 0 without one
	pairs   []pair
	files   map[string]*upload
}

type pair struct{ name, value string }

type upload struct {
	name string
	data []byte
}

// get returns the first value of that name, "" without one.
func (p *params) get(name string) string {
	for i := range p.pairs {
		if p.pairs[i].name == name {
			return p.pairs[i].value
		}
	}
	return ""
}

// number returns the argument clamped to [low, high]; what is no number counts as
// missing, as Telegram has it.
func (p *params) number(name string, missing, low, high int) int {
	n, err := strconv.Atoi(strings.TrimSpace(p.get(name)))
	if err != nil {
		return missing
	}
	return min(max(n, low), high)
}

// flag reads a boolean as Telegram does: "true", "yes" and "1" are true.
func (p *params) flag(name string) bool {
	switch strings.ToLower(strings.TrimSpace(p.get(name))) {
	case "true", "yes", "1":
		return true
	}
	return false
}

// readParams collects the query string and the body. Arguments of the query string
// come first and so win.
func readParams(r *http.Request) (*params, *failure) {
	p := &params{pairs: make([]pair, 0, 8)}
	p.addForm(r.URL.RawQuery)
	if f := p.readBody(r); f != nil {
		return p, f
	}
	for _, pr := range p.pairs {
		if !utf8.ValidString(pr.value) {
			return p, bad("strings must be encoded in UTF-8")
		}
	}
	p.chat, _ = strconv.ParseInt(strings.TrimSpace(p.get("chat_id")), 10, 64)
	return p, nil
}

func (p *params) readBody(r *http.Request) *failure {
	if r.Method != http.MethodPost || r.Body == nil || r.ContentLength == 0 {
		return nil
	}
	tooLarge := &failure{code: http.StatusRequestEntityTooLarge, text: "Request Entity Too Large"}
	if r.ContentLength > maxUpload+1<<20 {
		return tooLarge
	}
	body, err := readAll(r)
	if err != nil {
		return legally(bad("can't read the request")) // the client went away
	}
	if len(body) == maxUpload+1<<20 {
		return tooLarge
	}
	kind, args, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/x-www-form-urlencoded":
		p.addForm(string(body))
	case "application/json":
		return p.addJSON(body)
	case "multipart/form-data":
		return p.addMultipart(body, args["boundary"])
	}
	return nil
}

// readAll reads the body at once where its length is told.
func readAll(r *http.Request) ([]byte, error) {
	if r.ContentLength < 0 {
		return io.ReadAll(io.LimitReader(r.Body, maxUpload+1<<20))
	}
	body := make([]byte, r.ContentLength)
	_, err := io.ReadFull(r.Body, body)
	return body, err
}

func (p *params) addForm(form string) {
	for form != "" {
		var item string
		item, form, _ = strings.Cut(form, "&")
		if item == "" {
			continue
		}
		name, value, _ := strings.Cut(item, "=")
		p.pairs = append(p.pairs, pair{unescape(name), unescape(value)})
	}
}

// unescape leaves alone what is no valid escape.
func unescape(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

// addJSON takes the members of a JSON object: strings as they are, everything else
// as JSON text.
func (p *params) addJSON(body []byte) *failure {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil {
		return bad("can't parse JSON object")
	}
	for name, raw := range members {
		value := string(raw)
		if raw[0] == '"' {
			if json.Unmarshal(raw, &value) != nil {
				return bad("can't parse JSON object")
			}
		}
		p.pairs = append(p.pairs, pair{name, value})
	}
	return nil
}

func (p *params) addMultipart(body []byte, boundary string) *failure {
	reader := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := reader.NextRawPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return bad("can't parse multipart request")
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return bad("can't parse multipart request")
		}
		if name := part.FileName(); name != "" {
			if p.files == nil {
				p.files = map[string]*upload{}
			}
			p.files[part.FormName()] = &upload{name: name, data: data}
			continue
		}
		p.pairs = append(p.pairs, pair{part.FormName(), string(data)})
	}
}
