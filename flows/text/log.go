package text

import (
	"strings"

	"mvkbot/flows"
)

// The log is kept in words of the program; staff read it in theirs. What has no
// word of theirs is shown as it is.

// deed names a line of the audit log: what staff did by its command, as far as it
// has one.
func (t *Texts) deed(a flows.Action) string {
	otherwise := string(a)
	if command, ok := strings.CutPrefix(otherwise, flows.StaffAction); ok {
		otherwise = "/" + command
	}
	return t.named("action.", string(a), otherwise)
}

// plainDeed names a line of the audit log to whom it is about, who knows no command.
func (t *Texts) plainDeed(a flows.Action) string {
	if command, ok := strings.CutPrefix(string(a), flows.StaffAction); ok {
		return t.named("desk.help.", command+".menu", t.deed(a))
	}
	return t.deed(a)
}

// phraseWords is how many words the longest phrase of a note has.
const phraseWords = 4

// note says the words of a note in Russian, numbers and names as they are.
func (t *Texts) note(note string) string {
	words := strings.Fields(note)
	var said []string
	for len(words) > 0 {
		n := min(phraseWords, len(words))
		for ; n > 0; n-- {
			phrase := strings.Join(words[:n], " ")
			bare := strings.TrimRight(phrase, ",:")
			if key := flows.Text("note." + bare); t.Has(key) {
				said = append(said, t.Caption(key, flows.Args{})+phrase[len(bare):])
				break
			}
		}
		if n == 0 {
			n = 1
			said = append(said, shortHash(words[0]))
		}
		words = words[n:]
	}
	return strings.Join(said, " ")
}

// shortHash leaves of the SHA-256 of a file what tells it from others.
func shortHash(word string) string {
	if len(strings.TrimRight(word, ":")) == 64 {
		return word[:8] + "…" + word[64:]
	}
	return word
}

// result says how a command ended. A refusal is named by the text that was
// answered, or by the role that was too low.
func (t *Texts) result(result string) string {
	why, refused := strings.CutPrefix(result, flows.Refusal)
	if !refused {
		return t.named("result.", result, result)
	}
	if strings.HasSuffix(why, "_usage") {
		why = "usage"
	}
	return t.named("refusal.", why[strings.LastIndexByte(why, '.')+1:], t.Caption("refusal.of", flows.Args{Value: why}))
}

// named is the text about a word, otherwise where there is none.
func (t *Texts) named(kind, word, otherwise string) string {
	if key := flows.Text(kind + word); t.Has(key) {
		return t.Caption(key, flows.Args{})
	}
	return otherwise
}

// reasons are the words of an error that tell why a message died.
var reasons = []struct {
	word string
	text flows.Text
}{
	{"chat gone", "reason.gone"}, {"refused", "reason.refused"}, {"does not decode", "reason.damaged"}, {"damaged", "reason.damaged"},
	{"cannot be drawn", "reason.drawn"}, {"its conversation cannot be read", "reason.conversation"}, {"cannot be marked", "reason.marked"},
}

// reason says why a message died, and adds what exactly was answered: whoever
// mends it needs that.
func (t *Texts) reason(why string) string {
	for _, r := range reasons {
		if strings.Contains(why, r.word) {
			return t.Caption(r.text, flows.Args{}) + " (" + why + ")"
		}
	}
	return why
}

// failure names a counter of failures.
func (t *Texts) failure(c flows.Counter) string {
	return t.Caption(flows.Text(c), flows.Args{})
}
