// Package flowtest plays dialog transcripts: what residents do is read from a
// script, what the dialogs answer is compared with it or written into it.
//
// A line that begins with two spaces is an answer; every other line is a
// comment (#), empty, or one of these:
//
//	clock: 2026-11-22 14:05        sets the clock, in Moscow time
//	wait: 6m                       moves it, and wakes what comes due on the way
//	until: 2026-11-24 03:00        moves it up to a moment
//	contract: NUMBER KIND FLAT HOLDER STATUS ADDRESS   «-» for no flat
//	rule: NAME=VALUE               changes a rule, see rules.go
//	gateway: up|down|lost|slow     how codes and pictures end: handed over, unsent, unknown, or not yet
//	report: delivered|unsent|unknown   ends what a slow gateway holds
//	as: NAME                       the resident who acts from here on
//	staff: NAME ROLE               gives somebody a role: operator, supervisor, administrator
//	username: NAME                 gives the resident a username from here on
//	user: TEXT                     {sms}, {mail} and {captcha} stand for the last code,
//	                               {old sms} for the one before, {wrong} for none
//	press: CAPTION                 a button of the last message that has it
//	old: CAPTION                   the same button of the message before that one
//	tap: CAPTION                   press, and once more in the same second
//	forge: EVENT [ARG]             a button that was never offered
//	contact: own|foreign PHONE     shares a contact
//	send: WHAT                     a sticker, a voice message; «<photo> CAPTION» and «<document> CAPTION»
//	                               are passed on
//	reply: WORDS | WHAT            a text, or what can be sent, in reply to the last message that has the words
//	edit: WORDS | WHAT             changes the last message of one's own that has the words
//	compose:                       leads into the dialog of a broadcast, as its command does
//	counted: N                     the audience of the broadcast has N accounts
//	ended: N delivered M gone      messages of the active broadcast are made and end: also refused, unknown
//	flood:                         more than a chat may have waiting
//	kept:                          shows what is kept about the resident
//	owner: CONTACT                 shows who has a phone or an e-mail
//	audit:                         shows the whole audit log, with what its keys still open
//	export:                        shows the last file that was exported
//	news: late|now                 whether news for other chats wait for «tell»
//	tell: [twice]                  plays the news that wait
//	imported: NEW CHANGED UNCHANGED GONE BAD, or a text   ends the oldest work on the directory
//	doubtful: LOST ALL             a directory of which so many of all bound contracts would be lost
//	form: PHONE EMAIL              plays everything up to the review; the last answer is shown
//	registered: PHONE EMAIL        the same up to the code of the phone
//	claimed: PHONE EMAIL           the same with a phone that somebody's registration has: «Это мой номер»
//	member: PHONE EMAIL            the same up to the main menu
//	access: PHONE EMAIL            plays «Войти» up to the code of the phone
//	bound: N to M                  binds the houses 8000000001 and so on to the resident's account
//	vanished: NUMBER               binds a contract that the directory does not know
//	dead: CHANNEL REASON           a message to the resident that could not be delivered: telegram, or sms or mail with an old code
//	crowd: N used M                N others register, M of them enter their code; alerts are shown
//
// TEXT may hold Go escapes when it is in double quotes; «{4096}» is a text of
// that many letters.
package flowtest

import (
	"fmt"
	"strconv"
	"strings"
)

// line is one line of a script with the answers that follow it.
type line struct {
	text    string
	answers []string
}

func parse(script string) []line {
	var lines []line
	for _, text := range strings.Split(strings.TrimRight(script, "\n"), "\n") {
		if strings.HasPrefix(text, "  ") && len(lines) > 0 {
			last := &lines[len(lines)-1]
			last.answers = append(last.answers, text[2:])
			continue
		}
		lines = append(lines, line{text: text})
	}
	return lines
}

func format(lines []line) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.text + "\n")
		for _, a := range l.answers {
			b.WriteString(strings.TrimRight("  "+a, " ") + "\n")
		}
	}
	return b.String()
}

// command splits a line into its verb and the rest; a comment has no verb.
func (l line) command() (verb, rest string) {
	if strings.HasPrefix(l.text, "#") || strings.TrimSpace(l.text) == "" {
		return "", ""
	}
	verb, rest, _ = strings.Cut(l.text, ":")
	return verb, strings.TrimSpace(rest)
}

// said expands what a resident writes.
func said(text string) (string, error) {
	if strings.HasPrefix(text, `"`) {
		return strconv.Unquote(text)
	}
	if n, ok := strings.CutPrefix(text, "{"); ok {
		if count, err := strconv.Atoi(strings.TrimSuffix(n, "}")); err == nil {
			return strings.Repeat("а", count), nil
		}
	}
	return text, nil
}

// show lays a message out: continuation lines stand under the first.
func show(who, text string) []string {
	lines := strings.Split(text, "\n")
	out := []string{who + ": " + lines[0]}
	for _, l := range lines[1:] {
		if l == "" {
			out = append(out, "|")
			continue
		}
		out = append(out, "| "+l)
	}
	return out
}

func badLine(n int, l line, err error) error {
	return fmt.Errorf("line %d: %q: %w", n, l.text, err)
}
