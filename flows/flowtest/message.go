package flowtest

import (
	"fmt"
	"slices"
	"strings"

	"mvkbot/flows"
)

// asked is a message with buttons, and its number in the chat.
type asked struct {
	flows.Say
	id int
}

// message is one message of a chat.
type message struct {
	id   int
	own  bool // written by the resident
	text string
}

// wrote notes a message of the bot, or what an old one says from now on.
func (p *Player) wrote(chat int64, replaced int, text string) int {
	for i := range p.written[chat] {
		if m := &p.written[chat][i]; replaced != 0 && m.id == replaced {
			m.text = text
			return m.id
		}
	}
	return p.note(chat, false, text)
}

func (p *Player) note(chat int64, own bool, text string) int {
	p.messages++
	p.written[chat] = append(p.written[chat], message{p.messages, own, text})
	return p.messages
}

// find is the last message of the chat that has the words.
func (p *Player) find(words string, own bool) (int, error) {
	for _, m := range slices.Backward(p.written[p.chat]) {
		if strings.Contains(m.text, words) && (m.own || !own) {
			return m.id, nil
		}
	}
	return 0, fmt.Errorf("no message %q", words)
}

// write plays a message of the resident.
func (p *Player) write(t flows.Turn) error {
	t.Message = p.note(p.chat, true, t.Text)
	return p.turn(p.chat, t)
}

// content is what a script sends: a file that can be passed on, or what cannot.
func content(s string) (flows.Turn, error) {
	for prefix, kind := range map[string]flows.AttachmentKind{"<photo>": flows.PhotoFile, "<document>": flows.DocumentFile} {
		if caption, ok := strings.CutPrefix(s, prefix); ok {
			name := strings.Trim(prefix, "<>")
			text, err := said(strings.TrimSpace(caption))
			return flows.Turn{Kind: flows.Sent, Text: text, File: flows.File{Kind: kind, ID: "id of " + name, Name: name + ".bin"}}, err
		}
	}
	return flows.Turn{Kind: flows.Sent}, nil
}

// album sends several files at once, with « | » between them.
func (p *Player) album(line string) error {
	id := fmt.Sprintf("album %d", p.messages)
	for item := range strings.SplitSeq(line, " | ") {
		t, err := content(item)
		if err != nil {
			return err
		}
		t.Album = id
		if err := p.write(t); err != nil {
			return err
		}
	}
	return nil
}

// words takes the part of a line before «|» for a message of the chat, and the
// rest for a text or a file.
func (p *Player) words(line string, own bool) (id int, t flows.Turn, err error) {
	words, what, ok := strings.Cut(line, " | ")
	if !ok {
		return 0, t, fmt.Errorf("want WORDS | WHAT")
	}
	if id, err = p.find(words, own); err != nil {
		return 0, t, err
	}
	if t, err = content(what); err != nil {
		return 0, t, err
	}
	if !strings.HasPrefix(what, "<") {
		t = flows.Turn{Kind: flows.Said}
		t.Text, err = said(what)
	}
	return id, t, err
}

func (p *Player) reply(line string) error {
	id, t, err := p.words(line, false)
	if err != nil {
		return err
	}
	t.ReplyTo = id
	return p.write(t)
}

func (p *Player) edit(line string) error {
	id, t, err := p.words(line, true)
	if err != nil {
		return err
	}
	t.Kind, t.Message = flows.Edited, id
	p.wrote(p.chat, id, t.Text)
	return p.turn(p.chat, t)
}
