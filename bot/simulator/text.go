package simulator

import (
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of the Bot API, in UTF-16 units after entities parsing. Telegram counts
// characters; units are the stricter reading.
const (
	maxText    = 4096
	maxCaption = 1024
	maxRawText = 1 << 15 // bytes before parsing
)

// formatted reads a text or caption with its markup. An empty text is no failure.
func formatted(text, parseMode, entities string) (string, []Entity, *failure) {
	if len(text) > maxRawText {
		return "", nil, bad("text is too long")
	}
	text = clean(text)
	var marks []Entity
	switch mode := strings.ToLower(parseMode); {
	case text == "" || mode == "" || mode == "none":
		var f *failure
		if marks, f = givenEntities(text, entities); f != nil {
			return "", nil, f
		}
	case mode == "html":
		var reason string
		if text, marks, reason = parseHTML(text); reason != "" {
			return "", nil, bad("can't parse entities: " + reason)
		}
	case mode == "markdown" || mode == "markdownv2":
		return "", nil, bad("the simulator does not parse " + parseMode)
	default:
		return "", nil, bad("unsupported parse_mode")
	}
	text, marks = trim(text, marks)
	return text, marks, nil
}

// givenEntities reads the parameter "entities"; what is no array counts as none.
func givenEntities(text, raw string) ([]Entity, *failure) {
	if raw == "" || raw == "null" {
		return nil, nil
	}
	var marks []Entity
	if json.Unmarshal([]byte(raw), &marks) != nil {
		return nil, bad("can't parse MessageEntity: expected an Object")
	}
	length := units(text)
	for _, m := range marks {
		if !knownEntity[m.Type] {
			return nil, bad("can't parse MessageEntity: Unsupported type specified")
		}
		if m.Offset < 0 || m.Length < 0 || m.Offset+m.Length > length {
			return nil, bad("ENTITY_BOUNDS_INVALID")
		}
	}
	sortEntities(marks)
	return marks, nil
}

// clean does what Telegram does to every text: control characters but the line feed
// become spaces, carriage returns and bidirectional overrides vanish.
func clean(text string) string {
	if !strings.ContainsFunc(text, isUnclean) {
		return text
	}
	return strings.Map(func(r rune) rune {
		switch {
		case !isUnclean(r):
			return r
		case r < ' ' && r != '\r':
			return ' '
		}
		return -1
	}, text)
}

func isUnclean(r rune) bool {
	return r < ' ' && r != '\n' || r >= 0x2028 && r <= 0x202e || r == 0x333 || r == 0x33f || r == 0x30a
}

// trim removes blanks at both ends and moves the entities along.
func trim(text string, marks []Entity) (string, []Entity) {
	kept := strings.TrimRight(text, " \n")
	kept = strings.TrimLeft(kept, " \n")
	if len(kept) == len(text) {
		return text, marks
	}
	skipped := len(text) - len(strings.TrimLeft(text, " \n")) // blanks are one unit each
	length := units(kept)
	var moved []Entity
	for _, m := range marks {
		from := min(max(m.Offset-skipped, 0), length)
		to := min(max(m.Offset+m.Length-skipped, 0), length)
		if to > from {
			m.Offset, m.Length = from, to-from
			moved = append(moved, m)
		}
	}
	return kept, moved
}

// units counts UTF-16 code units.
func units(text string) int {
	n := 0
	for i := 0; i < len(text); i++ {
		if b := text[i]; b < 0x80 || b >= 0xc0 { // first byte of a character
			n++
			if b >= 0xf0 {
				n++
			}
		}
	}
	return n
}

// commandsIn marks the bot commands in what a resident writes: "/" and 1-64 letters,
// digits or underscores, with "@username" or without, not inside a word or a path.
func commandsIn(text string) []Entity {
	var marks []Entity
	for at := 0; ; {
		next := strings.IndexByte(text[at:], '/')
		if next < 0 {
			return marks
		}
		at += next
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		end := commandEnd(text, at+1)
		if at > 0 && borders(before) || end < 0 {
			at++
			continue
		}
		marks = append(marks, Entity{Type: "bot_command", Offset: units(text[:at]), Length: end - at})
		at = end
	}
}

// commandEnd returns where the command whose name starts there ends, or -1.
func commandEnd(text string, start int) int {
	end := wordEnd(text, start)
	if n := end - start; n < 1 || n > 64 {
		return -1
	}
	if end < len(text) && text[end] == '@' {
		name := end + 1
		end = wordEnd(text, name)
		if n := end - name; n < 3 || n > 32 {
			return -1
		}
	}
	if after, size := utf8.DecodeRuneInString(text[end:]); size > 0 && borders(after) {
		return -1
	}
	return end
}

func wordEnd(text string, i int) int {
	for i < len(text) && (text[i] == '_' || isAlnum(text[i])) {
		i++
	}
	return i
}

// borders tells whether a command may not touch this character.
func borders(r rune) bool {
	return r == '/' || r == '<' || r == '>' || r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r)
}
