package simulator

import (
	"cmp"
	"html"
	"net/url"
	"slices"
	"strings"
)

// Entity marks up a part of a text, as in the Bot API.
type Entity struct {
	Type string `json:"type"`
	// Offset and Length count UTF-16 code units.
	Offset   int    `json:"offset"`
	Length   int    `json:"length"`
	URL      string `json:"url,omitempty"`
	Language string `json:"language,omitempty"`
}

// knownEntity lists what a bot may give in the parameter "entities".
var knownEntity = map[string]bool{
	"mention": true, "hashtag": true, "cashtag": true, "bot_command": true, "url": true, "email": true,
	"phone_number": true, "bold": true, "italic": true, "underline": true, "strikethrough": true,
	"spoiler": true, "blockquote": true, "expandable_blockquote": true, "code": true, "pre": true,
	"text_link": true,
}

// nesting orders entities of the same extent from the outside to the inside.
var nesting = map[string]int{
	"blockquote": 1, "expandable_blockquote": 1, "pre": 2, "code": 3, "text_link": 4,
	"bold": 6, "italic": 7, "underline": 8, "strikethrough": 9, "spoiler": 10,
}

// sortEntities orders by offset, longer ones first.
func sortEntities(marks []Entity) {
	slices.SortStableFunc(marks, func(a, b Entity) int {
		return cmp.Or(
			cmp.Compare(a.Offset, b.Offset),
			cmp.Compare(b.Length, a.Length),
			cmp.Compare(nesting[a.Type], nesting[b.Type]),
		)
	})
}

// link returns the address as Telegram keeps it, "" for one it drops silently.
func link(address string) string {
	address = strings.TrimSpace(address)
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		if strings.Contains(u.Hostname(), ".") {
			return address
		}
	case "tg", "mailto", "tel":
		return address
	case "":
		host, _, _ := strings.Cut(address, "/")
		if strings.Contains(strings.Trim(host, "."), ".") {
			return "http://" + address
		}
	}
	return ""
}

// toHTML shows a text with its entities, escaped. Entities that overlap in part are
// closed and opened again.
func toHTML(text string, marks []Entity) string {
	if len(marks) == 0 {
		return html.EscapeString(text)
	}
	marks = slices.DeleteFunc(slices.Clone(marks), func(m Entity) bool {
		return m.Type == "text_link" && link(m.URL) == ""
	})
	sortEntities(marks)
	var out strings.Builder
	var open []Entity
	at, next, done := 0, 0, 0
	flush := func(i int) {
		out.WriteString(html.EscapeString(text[done:i]))
		done = i
	}
	for i, r := range text {
		if next < len(marks) && marks[next].Offset <= at || ends(open, at) {
			flush(i)
			open = closeEnded(&out, open, at)
			for ; next < len(marks) && marks[next].Offset <= at; next++ {
				if end := marks[next].Offset + marks[next].Length; end > at {
					open = append(open, marks[next])
					out.WriteString(startTag(marks[next]))
				}
			}
		}
		at++
		if r > 0xffff {
			at++
		}
	}
	flush(len(text))
	for i := len(open) - 1; i >= 0; i-- {
		out.WriteString(endTag(open[i]))
	}
	return out.String()
}

func ends(open []Entity, at int) bool {
	return slices.ContainsFunc(open, func(m Entity) bool { return m.Offset+m.Length <= at })
}

// closeEnded closes what ends here, with whatever lies inside of it, and opens again
// what goes on.
func closeEnded(out *strings.Builder, open []Entity, at int) []Entity {
	ended := func(m Entity) bool { return m.Offset+m.Length <= at }
	first := slices.IndexFunc(open, ended)
	if first < 0 {
		return open
	}
	for i := len(open) - 1; i >= first; i-- {
		out.WriteString(endTag(open[i]))
	}
	kept := open[:first]
	for _, m := range open[first:] {
		if !ended(m) {
			out.WriteString(startTag(m))
			kept = append(kept, m)
		}
	}
	return kept
}

func startTag(m Entity) string {
	switch m.Type {
	case "bold":
		return "<b>"
	case "italic":
		return "<i>"
	case "underline":
		return "<u>"
	case "strikethrough":
		return "<s>"
	case "spoiler":
		return `<span class="tg-spoiler">`
	case "code":
		return "<code>"
	case "pre":
		if m.Language != "" {
			return `<pre><code class="language-` + html.EscapeString(m.Language) + `">`
		}
		return "<pre>"
	case "blockquote":
		return "<blockquote>"
	case "expandable_blockquote":
		return "<blockquote expandable>"
	case "text_link":
		return `<a href="` + html.EscapeString(link(m.URL)) + `">`
	}
	return ""
}

func endTag(m Entity) string {
	switch m.Type {
	case "bold":
		return "</b>"
	case "italic":
		return "</i>"
	case "underline":
		return "</u>"
	case "strikethrough":
		return "</s>"
	case "spoiler":
		return "</span>"
	case "code":
		return "</code>"
	case "pre":
		if m.Language != "" {
			return "</code></pre>"
		}
		return "</pre>"
	case "blockquote", "expandable_blockquote":
		return "</blockquote>"
	case "text_link":
		return "</a>"
	}
	return ""
}
