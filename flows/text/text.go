// Package text holds every sentence that residents, staff and their telephones
// read, in Russian, and the few rules of the language that they need: the audit
// log, which is kept in words of the program, included. It decides nothing.
package text

import (
	"bytes"
	"embed"
	"fmt"
	htmltemplate "html/template"
	"strings"
	texttemplate "text/template"
	"text/template/parse"
	"time"

	"mvkbot/flows"
)

//go:embed *.tmpl
var files embed.FS

// Texts renders texts. It is safe for concurrent use.
type Texts struct {
	html      *htmltemplate.Template
	plain     *texttemplate.Template
	loc       *time.Location
	constants map[flows.Text]string // what is the same whatever the arguments: nearly all captions
}

// New reads the embedded texts; times are shown in loc.
func New(loc *time.Location) (*Texts, error) {
	t := &Texts{loc: loc, constants: map[flows.Text]string{}}
	funcs := map[string]any{
		"plural": plural, "duration": duration, "age": age, "within": within,
		"when": t.when, "date": t.date, "day": t.day, "clock": t.clock, "stamp": t.stamp, "add": sum, "size": size,
		"deed": t.deed, "plainDeed": t.plainDeed, "note": t.note, "result": t.result, "reason": t.reason, "failure": t.failure,
		"state": flows.State.Text,
	}
	var err error
	t.html, err = htmltemplate.New("").Funcs(funcs).Funcs(htmltemplate.FuncMap{
		"text": func(key flows.Text, a flows.Args) (htmltemplate.HTML, error) {
			s, err := t.HTML(key, a)
			return htmltemplate.HTML(s), err
		},
	}).ParseFS(files, "*.tmpl")
	if err != nil {
		return nil, fmt.Errorf("parse texts: %w", err)
	}
	t.plain, err = texttemplate.New("").Funcs(funcs).Funcs(texttemplate.FuncMap{"text": t.Plain}).ParseFS(files, "*.tmpl")
	if err != nil {
		return nil, fmt.Errorf("parse texts: %w", err)
	}
	for _, key := range t.Keys() {
		if s, ok := constant(t.plain.Lookup(string(key))); ok {
			t.constants[key] = s
		}
	}
	return t, nil
}

// constant returns a text without actions: markup of its own and all, it is the
// same in both renderings.
func constant(t *texttemplate.Template) (string, bool) {
	var s strings.Builder
	for _, n := range t.Root.Nodes {
		words, ok := n.(*parse.TextNode)
		if !ok {
			return "", false
		}
		s.Write(words.Text)
	}
	return tidy(s.String()), true
}

// Has reports whether there is a text of that key.
func (t *Texts) Has(key flows.Text) bool { return t.plain.Lookup(string(key)) != nil }

// Keys lists all texts.
func (t *Texts) Keys() []flows.Text {
	var keys []flows.Text
	for _, tmpl := range t.plain.Templates() {
		if name := tmpl.Name(); name != "" && !strings.HasSuffix(name, ".tmpl") {
			keys = append(keys, flows.Text(name))
		}
	}
	return keys
}

// HTML renders a text for a messenger that takes Telegram's HTML. Whatever the
// arguments hold is escaped.
func (t *Texts) HTML(key flows.Text, a flows.Args) (string, error) {
	if s, ok := t.constants[key]; ok {
		return s, nil
	}
	var b bytes.Buffer
	if err := t.html.ExecuteTemplate(&b, string(key), a); err != nil {
		return "", fmt.Errorf("text %s: %w", key, err)
	}
	return tidy(b.String()), nil
}

// Plain renders a text without markup: a caption, a notice, a SMS, a letter.
func (t *Texts) Plain(key flows.Text, a flows.Args) (string, error) {
	if s, ok := t.constants[key]; ok {
		return s, nil
	}
	var b bytes.Buffer
	if err := t.plain.ExecuteTemplate(&b, string(key), a); err != nil {
		return "", fmt.Errorf("text %s: %w", key, err)
	}
	return tidy(b.String()), nil
}

// Caption renders a button's caption; a text that cannot be rendered is empty,
// which no resident can type.
func (t *Texts) Caption(key flows.Text, a flows.Args) string {
	s, err := t.Plain(key, a)
	if err != nil {
		return ""
	}
	return s
}

// tidy leaves one empty line at most where a condition left nothing.
func tidy(s string) string {
	s = strings.TrimSpace(s)
	for strings.Contains(s, "\n\n\n") {
		s = strings.ReplaceAll(s, "\n\n\n", "\n\n")
	}
	return s
}
