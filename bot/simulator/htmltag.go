package simulator

import (
	"fmt"
	"strconv"
	"strings"
)

// attributes reads up to the '>' of a start tag and returns what matters of them.
func (h *htmlParser) attributes(tag string, begin int) (argument, reason string) {
	for {
		for h.pos < len(h.text) && isBlank(h.text[h.pos]) {
			h.pos++
		}
		if h.at(h.pos) == '>' {
			return argument, ""
		}
		start := h.pos
		for c := h.at(h.pos); !isBlank(c) && !strings.ContainsRune("=>/\"'", rune(c)); c = h.at(h.pos) {
			h.pos++
		}
		name := h.text[start:h.pos]
		if name == "" {
			return "", fmt.Sprintf("Empty attribute name in the tag \"%s\" at byte offset %d", tag, begin)
		}
		for h.pos < len(h.text) && isBlank(h.text[h.pos]) {
			h.pos++
		}
		value := ""
		switch h.at(h.pos) {
		case 0:
			return "", fmt.Sprintf("Unclosed start tag \"%s\" at byte offset %d", tag, begin)
		case '=':
			if value, reason = h.attributeValue(tag, begin); reason != "" {
				return "", reason
			}
		}
		if a := meaning(tag, name, value); a != "" {
			argument = a
		}
	}
}

// meaning returns what an attribute tells of its tag, "" for the many that tell nothing.
func meaning(tag, name, value string) string {
	switch {
	case tag == "a" && name == "href":
		return value
	case tag == "code" && name == "class" && strings.HasPrefix(value, "language-"):
		return value[len("language-"):]
	case tag == "span" && name == "class" && strings.HasPrefix(value, "tg-"):
		return value[len("tg-"):]
	case tag == "blockquote" && name == "expandable":
		return "1"
	}
	return ""
}

// attributeValue reads the '=' and the value behind it.
func (h *htmlParser) attributeValue(tag string, begin int) (value, reason string) {
	h.pos++
	for h.pos < len(h.text) && isBlank(h.text[h.pos]) {
		h.pos++
	}
	quote := h.at(h.pos)
	if quote == 0 {
		return "", fmt.Sprintf("Unclosed start tag \"%s\" at byte offset %d", tag, begin)
	}
	if quote != '\'' && quote != '"' {
		start := h.pos
		for c := h.at(h.pos); isAlnum(c) || c == '.' || c == '-'; c = h.at(h.pos) {
			h.pos++
		}
		if c := h.at(h.pos); !isBlank(c) && c != '>' {
			return "", fmt.Sprintf("Unexpected end of name token at byte offset %d", start)
		}
		value = lower(h.text[start:h.pos])
	} else {
		value = h.quoted(quote)
	}
	if h.pos >= len(h.text) {
		return "", fmt.Sprintf("Unclosed start tag at byte offset %d", begin)
	}
	return value, ""
}

func (h *htmlParser) quoted(quote byte) string {
	var value strings.Builder
	for h.pos++; h.pos < len(h.text) && h.text[h.pos] != quote; {
		if h.text[h.pos] == '&' {
			if r, end := decodeReference(h.text, h.pos); r != 0 {
				writeRune(&value, r)
				h.pos = end
				continue
			}
		}
		value.WriteByte(h.text[h.pos])
		h.pos++
	}
	h.pos++ // the quote, or one past the end
	return value.String()
}

// decodeReference reads the character reference at i; 0 if there is none that
// Telegram knows. The semicolon may be missing.
func decodeReference(text string, i int) (r rune, end int) {
	end = i + 1
	if strings.HasPrefix(text[end:], "#") {
		end++
		base := 10
		if strings.HasPrefix(text[end:], "x") {
			end++
			base = 16
		}
		start := end
		for end < len(text) && isDigit(text[end], base) {
			end++
		}
		n, err := strconv.ParseUint(text[start:end], base, 32)
		if err != nil || n == 0 || n >= 0x10ffff || end-i >= 10 {
			return 0, i
		}
		r = rune(n)
	} else {
		for end < len(text) && isLetter(text[end]) {
			end++
		}
		switch text[i+1 : end] {
		case "lt":
			r = '<'
		case "gt":
			r = '>'
		case "amp":
			r = '&'
		case "quot":
			r = '"'
		default:
			return 0, i
		}
	}
	if end < len(text) && text[end] == ';' {
		end++
	}
	return r, end
}

// isBlank counts the end of the text (0) as a blank, as Telegram's scanner does.
func isBlank(c byte) bool {
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\v' || c == 0
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isAlnum(c byte) bool { return isLetter(c) || c >= '0' && c <= '9' }

func isDigit(c byte, base int) bool {
	return c >= '0' && c <= '9' || base == 16 && c|0x20 >= 'a' && c|0x20 <= 'f'
}

// lower maps ASCII only: a tag in other letters is not a tag.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
