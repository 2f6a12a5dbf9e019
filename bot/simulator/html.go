package simulator

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// tagEntity are the tags of parse mode HTML. "span" must be a spoiler; "pre" and
// "code" may name a language together.
var tagEntity = map[string]string{
	"b": "bold", "strong": "bold",
	"i": "italic", "em": "italic",
	"u": "underline", "ins": "underline",
	"s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
	"tg-spoiler": "spoiler", "span": "spoiler",
	"a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
}

// parseHTML takes the markup out of a text, by Telegram's rules. reason is why it
// does not parse, in Telegram's words, "" if it does. Offsets in reasons count the
// bytes of the text as it came in.
func parseHTML(text string) (plain string, marks []Entity, reason string) {
	if !strings.ContainsAny(text, "<&") {
		return text, nil, ""
	}
	h := htmlParser{text: text}
	h.out.Grow(len(text))
	for h.pos < len(text) && reason == "" {
		switch c := text[h.pos]; {
		case c == '&':
			h.reference()
		case c != '<':
			h.copyByte(c)
		case h.at(h.pos+1) == '/':
			reason = h.endTag()
		default:
			reason = h.startTag()
		}
	}
	if reason == "" && len(h.open) > 0 {
		reason = fmt.Sprintf("Can't find end tag corresponding to start tag %q", h.open[len(h.open)-1].name)
	}
	if reason != "" {
		return "", nil, reason
	}
	if plain = h.out.String(); !utf8.ValidString(plain) {
		return "", nil, "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units"
	}
	for i := range h.marks {
		if h.marks[i].Type == "code" {
			h.marks[i].Language = "" // only "pre" has one
		}
	}
	sortEntities(h.marks)
	return plain, plainCode(h.marks), ""
}

// plainCode drops entities that lie within code: Telegram shows code without markup.
func plainCode(marks []Entity) []Entity {
	end := -1
	return slices.DeleteFunc(marks, func(m Entity) bool {
		if m.Offset+m.Length <= end {
			return true
		}
		if m.Type == "code" || m.Type == "pre" {
			end = m.Offset + m.Length
		}
		return false
	})
}

type htmlParser struct {
	text  string
	pos   int
	out   strings.Builder
	units int // written so far, in UTF-16
	open  []openTag
	marks []Entity
}

type openTag struct {
	name     string
	argument string // href, language, "1" for expandable
	units    int
	bytes    int
}

// at returns 0 past the end; a cleaned text holds no such byte.
func (h *htmlParser) at(i int) byte {
	if i < len(h.text) {
		return h.text[i]
	}
	return 0
}

func (h *htmlParser) copyByte(c byte) {
	if c < 0x80 || c >= 0xc0 {
		h.units++
		if c >= 0xf0 {
			h.units++
		}
	}
	h.out.WriteByte(c)
	h.pos++
}

// reference copies "&lt;" and the like decoded; what is none stays as it is.
func (h *htmlParser) reference() {
	r, end := decodeReference(h.text, h.pos)
	if r == 0 {
		h.copyByte('&')
		return
	}
	h.units++
	if r > 0xffff {
		h.units++
	}
	writeRune(&h.out, r)
	h.pos = end
}

// writeRune keeps half a surrogate pair recognisable as broken UTF-8.
func writeRune(out *strings.Builder, r rune) {
	if !utf8.ValidRune(r) {
		out.WriteByte(0xff)
		return
	}
	out.WriteRune(r)
}

func (h *htmlParser) startTag() string {
	begin := h.pos
	i := begin + 1
	for !isBlank(h.at(i)) && h.at(i) != '>' {
		i++
	}
	if i >= len(h.text) {
		return fmt.Sprintf("Unclosed start tag at byte offset %d", begin)
	}
	name := lower(h.text[begin+1 : i])
	if tagEntity[name] == "" {
		return fmt.Sprintf("Unsupported start tag \"%s\" at byte offset %d", name, begin)
	}
	h.pos = i
	argument, reason := h.attributes(name, begin)
	if reason != "" {
		return reason
	}
	if name == "span" && argument != "spoiler" {
		return fmt.Sprintf("Tag \"span\" must have class \"tg-spoiler\" at byte offset %d", begin)
	}
	h.pos++ // '>'
	h.open = append(h.open, openTag{name, argument, h.units, h.out.Len()})
	return ""
}

func (h *htmlParser) endTag() string {
	begin := h.pos
	if len(h.open) == 0 {
		return fmt.Sprintf("Unexpected end tag at byte offset %d", begin)
	}
	i := begin + 2
	for !isBlank(h.at(i)) && h.at(i) != '>' {
		i++
	}
	name := lower(h.text[begin+2 : i])
	for i < len(h.text) && isBlank(h.text[i]) {
		i++
	}
	if h.at(i) != '>' {
		return fmt.Sprintf("Unclosed end tag at byte offset %d", begin)
	}
	tag := h.open[len(h.open)-1]
	if name != "" && name != tag.name {
		return fmt.Sprintf("Unmatched end tag at byte offset %d, expected \"</%s>\", found \"</%s>\"", begin, tag.name, name)
	}
	h.open = h.open[:len(h.open)-1]
	h.pos = i + 1
	if h.units > tag.units {
		h.mark(tag)
	}
	return ""
}

// mark adds the entity of a closed tag.
func (h *htmlParser) mark(tag openTag) {
	m := Entity{Type: tagEntity[tag.name], Offset: tag.units, Length: h.units - tag.units}
	var last *Entity
	if n := len(h.marks); n > 0 && h.marks[n-1].Offset == m.Offset && h.marks[n-1].Length == m.Length {
		last = &h.marks[n-1]
	}
	switch tag.name {
	case "a":
		if tag.argument == "" {
			tag.argument = h.out.String()[tag.bytes:]
		}
		if m.URL = link(tag.argument); m.URL == "" {
			return
		}
	case "pre":
		if last != nil && last.Type == "code" && last.Language != "" {
			last.Type = "pre"
			return
		}
	case "code":
		if last != nil && last.Type == "pre" && tag.argument != "" {
			last.Language = tag.argument
			return
		}
		m.Language = tag.argument
	case "blockquote":
		if tag.argument != "" {
			m.Type = "expandable_blockquote"
		}
	}
	h.marks = append(h.marks, m)
}
