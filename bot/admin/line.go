package admin

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"mvkbot/flows"
)

// commandLine is a command as it was typed, or as a button stands for it.
type commandLine struct {
	*command
	line      string // the command as it would be typed
	args      string // of the line
	by        int64  // who gives it
	at        time.Time
	page      int // of the list, as its button says
	paged     bool
	confirmed bool     // yes was said to the question about this line
	pin       [32]byte // what the question was about, see call.pinned
	pressed   bool
	quoted    flows.Relay // the message of a ticket that was replied to
}

// parse turns what was typed or pressed into a command. False: there is no such
// command, or the button has served its time.
func (d *Desk) parse(c flows.Conversation, t flows.Turn) (a commandLine, ok bool) {
	a.line, a.by, a.at, a.pressed = t.Text, c.Chat, t.At, t.Kind == flows.Pressed
	if a.pressed {
		list, question := c.Desk.List, c.Desk.Question
		switch {
		case t.Event == pageTurned:
			a.line, a.page, a.paged = list.Line, t.Arg, true
			ok = t.Revision == list.Serial && list.Line != ""
		case t.Event == linePicked:
			a.line = list.Line + pick(t.Arg)
			ok = t.Revision == list.Serial && list.Line != ""
		case t.Event == deedConfirmed || t.Event == deedDropped:
			a.line, a.confirmed, a.pin = question.Line, true, question.Pin
			ok = t.Revision == question.Serial && question.Line != "" && t.At.Unix()-question.At < askedFor
		default:
			var line string
			if line, ok = d.presses[t.Event]; ok {
				a.line = strings.ReplaceAll(line, "%d", strconv.Itoa(t.Arg))
			}
		}
		if !ok {
			return a, false
		}
	}
	var name string
	name, a.args = split(a.line)
	a.command = d.commands[name]
	return a, a.command != nil
}

// pick is what is put behind the command that made a list when a line of it is
// picked, picked reads it.
func pick(i int) string { return fmt.Sprintf(" #%d", i) }

func picked(word string) (i int, err error) {
	_, err = fmt.Sscanf(word, "#%d", &i)
	if err == nil && i < 0 {
		err = strconv.ErrRange
	}
	return i, err
}

// askedFor is how long a question of the desk waits for its answer, in seconds.
const askedFor = 10 * 60

// split takes a command line apart: the name without slash and bot, in lower
// case, and what follows.
func split(line string) (name, args string) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(line), "/")
	if !ok {
		return "", ""
	}
	name, args = firstWord(rest)
	name, _, _ = strings.Cut(name, "@")
	return strings.ToLower(name), args
}

// firstWord takes the first word off a text.
func firstWord(text string) (word, rest string) {
	if i := strings.IndexFunc(text, unicode.IsSpace); i >= 0 {
		return text[:i], strings.TrimSpace(text[i:])
	}
	return text, ""
}
